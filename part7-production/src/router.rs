//! Which handler a method and a path lead to.
//!
//! In: routes; then a method and the decoded segments of a path. Out: a handler and its parameters, or
//! why there is none. It refuses to know what a handler is.

/// What stands in place of `{…}` in a pattern: names and decoded values.
pub type Parameters = Vec<(&'static str, Vec<u8>)>;

/// Method, pattern, handler. A pattern is a path, in which a segment `{name}` fits any that is not empty.
pub type Route<H> = (&'static str, &'static str, H);

/// Why no handler is found.
#[derive(Debug, PartialEq, Eq)]
pub enum Miss {
    /// No pattern fits the path: 404.
    Path,
    /// One does, but not for this method. The methods that it has, for `Allow`: 405, or the answer to
    /// OPTIONS.
    Method(String),
}

/// The handler, and its parameters, of the first route that fits a method and the decoded segments of a
/// path.
///
/// HEAD leads where GET leads (RFC 9110 §9.3.2). Errors: `Path`, `Method`.
pub fn find<H: Copy>(
    routes: &[Route<H>],
    method: &str,
    path: &[Vec<u8>],
) -> Result<(H, Parameters), Miss> {
    let wanted = if method == "HEAD" { "GET" } else { method };
    let mut methods = Vec::new();
    for &(method, pattern, handler) in routes {
        let Some(parameters) = fit(pattern, path) else { continue };
        if method == wanted {
            return Ok((handler, parameters));
        }
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    if methods.is_empty() { Err(Miss::Path) } else { Err(Miss::Method(allow(&methods))) }
}

/// The parameters, if the pattern fits the path.
fn fit(pattern: &'static str, path: &[Vec<u8>]) -> Option<Parameters> {
    let mut segments = pattern.strip_prefix('/')?.split('/');
    let mut parameters = Vec::new();
    for segment in path {
        let wanted = segments.next()?;
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !segment.is_empty() => parameters.push((name, segment.clone())),
            None if wanted.as_bytes() == segment => {}
            _ => return None,
        }
    }
    segments.next().is_none().then_some(parameters)
}

/// The value of `Allow`: these methods, and those that follow from them.
fn allow(methods: &[&str]) -> String {
    let head = if methods.contains(&"GET") { ", HEAD" } else { "" };
    format!("{}{head}, OPTIONS", methods.join(", "))
}
