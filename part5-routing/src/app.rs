//! What this server answers: the table of routes, and what they have in common.
//!
//! In: a whole request. Out: a response. It refuses to know where the request came from.

use crate::message::Request;
use crate::page;
use crate::response::Response;
use crate::router::{self, Miss, Parameters, Route};
use crate::status::Status;
use crate::store::Store;
use crate::uri::{self, BadEncoding, Pairs};
use crate::users;

/// The methods that this server knows. Any other is 501 (RFC 9110 §9.1).
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

const ROUTES: &[Route<Handler>] = &[
    ("GET", "/", page::show),
    ("POST", "/", page::submit),
    ("GET", "/api/users", users::list),
    ("POST", "/api/users", users::create),
    ("GET", "/api/users/{id}", users::show),
    ("PUT", "/api/users/{id}", users::replace),
    ("DELETE", "/api/users/{id}", users::delete),
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

impl Call {
    /// The decoded segment in place of `{name}`; panics if the route's pattern has no such name.
    pub fn parameter(&self, name: &str) -> &[u8] {
        let named = self.parameters.iter().find(|(other, _)| *other == name);
        &named.expect("the handler's route has this parameter").1
    }
}

/// Everything that outlives a request. All connections share it.
#[derive(Debug, Default)]
pub struct App {
    /// The users.
    pub store: Store,
}

impl App {
    /// Answers a request.
    pub fn answer(&self, request: Request) -> Response {
        let (Ok(answer) | Err(answer)) = self.route(request);
        checked(answer)
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
        let path = uri::segments(head.path())?;
        let query = uri::pairs(head.query().unwrap_or_default().as_bytes())?;
        match router::find(ROUTES, head.method(), &path) {
            Ok((handler, parameters)) => handler(self, Call { request, parameters, query }),
            Err(Miss::Method(allow)) if head.method() == "OPTIONS" => Ok(options(allow)),
            Err(Miss::Method(allow)) => Err(not_allowed(allow)),
            Err(Miss::Path) => Err(Response::sentence(Status::NotFound, "Nothing is here.")),
        }
    }
}

/// With a line break in a field's value, whoever put it there would write the rest of the head.
fn checked(answer: Response) -> Response {
    let mut bytes = answer.fields.iter().flat_map(|(_, value)| value.bytes());
    assert!(!bytes.any(|byte| byte.is_ascii_control()), "no control byte may be in a field");
    answer
}

fn options(allow: String) -> Response {
    Response { fields: vec![("Allow", allow.into())], ..Response::sentence(Status::NoContent, "") }
}

/// RFC 9110 §15.5.6: a 405 says which methods are allowed.
fn not_allowed(allow: String) -> Response {
    let sentence = format!("This path has another method: {allow}.");
    Response {
        fields: vec![("Allow", allow.into())],
        ..Response::sentence(Status::MethodNotAllowed, &sentence)
    }
}

/// The answer to a target or a form that can't be decoded.
impl From<BadEncoding> for Response {
    fn from(_: BadEncoding) -> Response {
        let sentence = "Behind each % two hexadecimal digits must follow, as in %20.";
        Response::sentence(Status::BadRequest, sentence)
    }
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
