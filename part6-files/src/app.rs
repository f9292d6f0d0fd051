//! What this server answers: the table of routes, and what they have in common.
//!
//! In: a whole request. Out: a response. It refuses to know where the request came from.

use std::time::Duration;

use crate::files::{Files, UPLOADS};
use crate::intake::Intake;
use crate::limits::Limits;
use crate::message::{Fields, Request, RequestHead};
use crate::response::{Response, TEXT};
use crate::router::{Miss, Parameters, Router};
use crate::status::Status;
use crate::ticks::Ticks;
use crate::uri::{self, BadEncoding, Pairs};

/// The methods that this server knows. Any other is 501 (RFC 9110 §9.1).
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

const ROUTES: &[(&str, &str, Handler)] = &[
    ("GET", "/clock", clock),
    ("GET", "/echo", echo),
    ("POST", "/echo", echo),
    ("PUT", "/echo", echo),
    ("DELETE", "/echo", echo),
    ("PATCH", "/echo", echo),
    ("GET", "/panic", panic),
];

/// Answers a request that its route fits. An error is an answer, too.
type Handler = fn(&App, Call) -> Result<Response, Response>;

/// A request, and what its target says once it is decoded.
#[derive(Debug)]
pub struct Call {
    /// The request.
    pub request: Request,
    /// What stands in place of the pattern's parameters.
    pub parameters: Parameters,
    /// The query.
    pub query: Pairs,
}

/// Everything that outlives a request. All connections share it.
#[derive(Debug)]
pub struct App {
    router: Router<Handler>,
    files: Files,
    /// Longest body that is kept in memory, in bytes.
    collected_bytes: usize,
}

impl App {
    /// An application with all its routes. What no route fits is one of the files.
    pub fn new(files: Files, limits: &Limits) -> App {
        App { router: Router::new(ROUTES), files, collected_bytes: limits.collected_bytes }
    }

    /// Says what becomes of a body before it comes.
    ///
    /// Errors: the answer, if it isn't to come at all.
    pub fn accept(&self, head: &RequestHead) -> Result<Intake<'_>, Response> {
        if head.method() == "PUT"
            && let Ok(path) = uri::segments(head.path())
            && let Some(name) = upload_name(&path)
        {
            return self.files.receive(head, name).map(Intake::File);
        }
        Intake::memory(head, self.collected_bytes)
    }

    /// Answers a request that is whole.
    pub fn answer(&self, head: RequestHead, intake: Intake, trailers: Fields) -> Response {
        let answer = match intake {
            Intake::File(upload) => upload.finish(),
            Intake::Memory(body, _) => self.route(Request { head, body, trailers }),
        };
        let (Ok(answer) | Err(answer)) = answer;
        answer
    }

    fn route(&self, request: Request) -> Result<Response, Response> {
        let head = &request.head;
        if !METHODS.contains(&head.method()) {
            let known = format!("Send one of: {}.", METHODS.join(", "));
            return Err(Response::sentence(Status::NotImplemented, &known));
        }
        // The server as a whole (RFC 9110 §9.3.7).
        if head.path() == "*" {
            return Ok(options(METHODS.join(", ")));
        }
        let path = uri::segments(head.path()).map_err(bad_encoding)?;
        let query =
            uri::pairs(head.query().unwrap_or_default().as_bytes()).map_err(bad_encoding)?;
        match self.router.find(head.method(), &path) {
            Ok((handler, parameters)) => handler(self, Call { request, parameters, query }),
            Err(Miss::Method(allow)) if head.method() == "OPTIONS" => Ok(options(allow)),
            Err(Miss::Method(allow)) => Err(not_allowed(allow)),
            Err(Miss::Path) => self.file(head, &path, &query),
        }
    }

    /// A path that no route has is that of a file.
    fn file(
        &self,
        head: &RequestHead,
        path: &[Vec<u8>],
        query: &Pairs,
    ) -> Result<Response, Response> {
        let put = if upload_name(path).is_some() { "PUT, " } else { "" };
        let allow = format!("GET, HEAD, {put}OPTIONS");
        match head.method() {
            "GET" | "HEAD" => self.files.answer(head, path, query),
            "OPTIONS" => Ok(options(allow)),
            _ => Err(not_allowed(allow)),
        }
    }
}

/// The name in a path to which a file can be uploaded.
fn upload_name(path: &[Vec<u8>]) -> Option<&[u8]> {
    match path {
        [directory, name] if directory == UPLOADS.as_bytes() && !name.is_empty() => Some(name),
        _ => None,
    }
}

fn options(allow: String) -> Response {
    Response {
        status: Status::NoContent,
        fields: vec![("Allow", allow.into())],
        ..Response::ok(TEXT.as_bytes(), &b""[..])
    }
}

/// RFC 9110 §15.5.6: a 405 says which methods are allowed.
fn not_allowed(allow: String) -> Response {
    let sentence = format!("This path has another method: {allow}.");
    Response {
        fields: vec![("Allow", allow.into())],
        ..Response::sentence(Status::MethodNotAllowed, &sentence)
    }
}

fn bad_encoding(_: BadEncoding) -> Response {
    let sentence = "Behind each % of a target two hexadecimal digits must follow, as in %20.";
    Response::sentence(Status::BadRequest, sentence)
}

/// Ten ticks, a second apart.
fn clock(_: &App, _: Call) -> Result<Response, Response> {
    Ok(Response::stream(TEXT.as_bytes(), Ticks::new(10, Duration::from_secs(1)), None))
}

/// The body back, byte for byte.
fn echo(_: &App, call: Call) -> Result<Response, Response> {
    let Request { head, body, .. } = call.request;
    let content_type = head.fields.all("content-type").find(|value| !value.is_empty());
    Ok(Response::ok(content_type.unwrap_or(b"application/octet-stream").to_vec(), body))
}

/// A mistake of ours, to be watched: it costs this request, and nothing else.
fn panic(_: &App, _: Call) -> Result<Response, Response> {
    panic!("a handler has a bug")
}
