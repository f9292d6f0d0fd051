//! What this server answers: the table of routes, and what they have in common.
//!
//! In: a whole request. Out: a response. It refuses to know where the request came from.

use crate::message::Request;
use crate::response::{Response, TEXT};
use crate::router::{Miss, Parameters, Router};
use crate::status::Status;
use crate::uri::{self, BadEncoding, Pairs};

/// The methods that this server knows. Any other is 501 (RFC 9110 §9.1).
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

const ROUTES: &[(&str, &str, Handler)] = &[
    ("GET", "/", hello),
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
}

impl App {
    /// An application with all its routes.
    pub fn new() -> App {
        App { router: Router::new(ROUTES) }
    }

    /// Answers a request.
    pub fn answer(&self, request: Request) -> Response {
        let (Ok(answer) | Err(answer)) = self.route(request);
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
            Err(Miss::Path) => Err(Response::sentence(Status::NotFound, "Nothing is here.")),
        }
    }
}

impl Default for App {
    fn default() -> App {
        App::new()
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

fn hello(_: &App, _: Call) -> Result<Response, Response> {
    Ok(Response::ok(TEXT.as_bytes(), &b"Hello, World!"[..]))
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
