//! Which handler a method and a path lead to.
//!
//! In: routes; then a method and the decoded segments of a path. Out: a handler and its parameters, or
//! why there is none. It refuses to know what a handler is.

/// What stands in place of `{…}` in a pattern: names and decoded values.
pub type Parameters = Vec<(&'static str, Vec<u8>)>;

/// A table of routes. The first one that fits is taken.
#[derive(Debug)]
pub struct Router<H> {
    routes: Vec<Route<H>>,
}

#[derive(Debug)]
struct Route<H> {
    method: &'static str,
    pattern: &'static str,
    handler: H,
}

/// Why no handler is found.
#[derive(Debug, PartialEq, Eq)]
pub enum Miss {
    /// No pattern fits the path: 404.
    Path,
    /// One does, but not for this method. The methods that it has, for `Allow`: 405, or the answer to
    /// OPTIONS.
    Method(String),
}

impl<H: Copy> Router<H> {
    /// A table of method, pattern and handler. A pattern is a path; a segment `{name}` in it fits any
    /// segment that is not empty.
    pub fn new(routes: &[(&'static str, &'static str, H)]) -> Router<H> {
        let route = |&(method, pattern, handler)| Route { method, pattern, handler };
        Router { routes: routes.iter().map(route).collect() }
    }

    /// Looks up a method and the decoded segments of a path.
    ///
    /// HEAD leads where GET leads (RFC 9110 §9.3.2). Errors: `Path`, `Method`.
    pub fn find(&self, method: &str, path: &[Vec<u8>]) -> Result<(H, Parameters), Miss> {
        let method = if method == "HEAD" { "GET" } else { method };
        let fits =
            |route: &Route<H>| Some((route.method, route.handler, fit(route.pattern, path)?));
        let fitting: Vec<_> = self.routes.iter().filter_map(fits).collect();
        if fitting.is_empty() {
            return Err(Miss::Path);
        }
        let allow = allow(fitting.iter().map(|(method, ..)| *method));
        let found = fitting.into_iter().find(|(known, ..)| *known == method);
        found.map(|(_, handler, parameters)| (handler, parameters)).ok_or(Miss::Method(allow))
    }
}

/// The parameters, if the pattern fits the path.
fn fit(pattern: &'static str, path: &[Vec<u8>]) -> Option<Parameters> {
    let wanted: Vec<&str> = pattern.split('/').skip(1).collect();
    if wanted.len() != path.len() {
        return None;
    }
    let mut parameters = Vec::new();
    for (wanted, segment) in wanted.into_iter().zip(path) {
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !segment.is_empty() => parameters.push((name, segment.clone())),
            None if wanted.as_bytes() == segment => {}
            _ => return None,
        }
    }
    Some(parameters)
}

/// The value of `Allow`: these methods, and what follows from them.
fn allow<'a>(methods: impl Iterator<Item = &'a str>) -> String {
    let mut allow = Vec::new();
    for method in methods {
        allow.push(method);
        if method == "GET" {
            allow.push("HEAD");
        }
    }
    allow.push("OPTIONS");
    allow.join(", ")
}
