//! What this server answers: the table of routes, and what they have in common.
//!
//! In: a request, first its head, then all of it. Out: what becomes of its body, then a response. It
//! refuses to know where the request came from.

use std::time::Duration;

use crate::error::HttpError;
use crate::files::Files;
use crate::framing::Framing;
use crate::incoming::Incoming;
use crate::message::{Fields, Request, RequestHead};
use crate::page;
use crate::response::{Response, TEXT};
use crate::router::{self, Miss, Parameters, Route};
use crate::status::Status;
use crate::store::Store;
use crate::ticks::Ticks;
use crate::upload::Upload;
use crate::uri::{self, BadEncoding, Pairs};
use crate::users;

/// The methods that this server knows. Any other is 501 (RFC 9110 §9.1).
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

const ROUTES: &[Route<Handler>] = &[
    ("GET", "/users", page::show),
    ("POST", "/users", page::submit),
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
    ("GET", "/clock", clock),
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
#[derive(Debug)]
pub struct App {
    /// The users.
    pub store: Store,
    /// Longest body that is kept in memory, in bytes.
    pub collected_bytes: usize,
    /// The files: what no route fits is one of them.
    pub files: Files,
}

impl App {
    /// Says what becomes of a body before it comes.
    ///
    /// Errors: the answer, if it isn't to come at all.
    pub fn accept(&self, head: RequestHead) -> Result<Incoming<'_>, Response> {
        let path = uri::segments(head.path())?;
        let upload = match self.files.upload(&path) {
            Some((uploads, name)) if head.method() == "PUT" => {
                Some(Upload::begin(uploads, name, &head)?)
            }
            _ => None,
        };
        if let Ok(Framing::Length(length)) = Framing::of(&head)
            && upload.is_none()
            && length > self.collected_bytes as u64
        {
            return Err(Response::refusal(HttpError::BodyTooLarge));
        }
        Ok(Incoming {
            app: self,
            upload,
            head,
            path,
            // Grows as the body comes, never ahead of it.
            body: Vec::new(),
        })
    }

    /// Answers a request that is whole.
    pub fn answer(&self, incoming: Incoming, trailers: Fields) -> Response {
        let (Ok(answer) | Err(answer)) = self.route(incoming, trailers);
        checked(answer)
    }

    fn route(&self, incoming: Incoming, trailers: Fields) -> Result<Response, Response> {
        let Incoming { head, path, body, .. } = incoming;
        let request = Request { head, body, trailers };
        let head = &request.head;
        if !METHODS.contains(&head.method()) {
            let known = format!("Send one of: {}.", METHODS.join(", "));
            return Err(Response::sentence(Status::NotImplemented, &known));
        }
        // The server as a whole (RFC 9110 §9.3.7).
        if head.path() == "*" {
            return Ok(options(METHODS.join(", ")));
        }
        let query = uri::pairs(head.query().unwrap_or_default().as_bytes())?;
        if let Some(upload) = incoming.upload {
            return upload.finish(head);
        }
        match router::find(ROUTES, head.method(), &path) {
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
        let mut methods = vec!["GET", "HEAD", "OPTIONS"];
        if self.files.upload(path).is_some() {
            methods.push("PUT");
        }
        match head.method() {
            "GET" | "HEAD" => self.files.answer(head, path, query),
            "OPTIONS" => Ok(options(methods.join(", "))),
            _ => Err(not_allowed(methods.join(", "))),
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

/// Ten ticks, a second apart.
fn clock(_: &App, _: Call) -> Result<Response, Response> {
    Ok(Response::stream(TEXT.as_bytes(), Ticks::new(10, Duration::from_secs(1)), None))
}

/// A mistake of ours, to be watched: it costs this request, and nothing else.
fn panic(_: &App, _: Call) -> Result<Response, Response> {
    panic!("a handler has a bug")
}
