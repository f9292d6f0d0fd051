//! What this server answers.
//!
//! In: a whole request. Out: a response. It refuses to know where the request came from.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::message::{Fields, Request, RequestHead, Version};
use crate::response::{Response, TEXT};
use crate::status::Status;

/// The methods that are answered.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

/// Answers a request.
pub fn answer(request: Request) -> Response {
    match (request.head.method(), request.head.path()) {
        // RFC 9110 §9.1: a method that nobody here knows is 501, and the connection goes on.
        (method, _) if !METHODS.contains(&method) => Response::sentence(
            Status::NotImplemented,
            &format!("Send one of: {}.", METHODS.join(", ")),
        ),
        ("OPTIONS", _) => options(),
        ("GET" | "HEAD", "/") => Response::ok(TEXT.as_bytes(), &b"Hello, World!"[..]),
        (_, "/echo") => echo(&request.head, request.body),
        _ => show(&request),
    }
}

fn options() -> Response {
    Response {
        status: Status::NoContent,
        fields: vec![("Allow", METHODS.join(", ").into())],
        ..Response::ok(TEXT.as_bytes(), &b""[..])
    }
}

/// The body back, byte for byte.
fn echo(head: &RequestHead, body: Vec<u8>) -> Response {
    let content_type = head.fields.all("content-type").find(|value| !value.is_empty());
    Response::ok(content_type.unwrap_or(b"application/octet-stream").to_vec(), body)
}

/// What was understood, as JSON for people.
fn show(request: &Request) -> Response {
    match serde_json::to_vec_pretty(&Shown(request)) {
        Ok(mut json) => {
            json.push(b'\n');
            Response::ok(&b"application/json"[..], json)
        }
        Err(error) => Response::sentence(Status::InternalServerError, &error.to_string()),
    }
}

struct Shown<'a>(&'a Request);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Request { head, body, trailers } = self.0;
        // RFC 9110 §8.6: the length that HEAD is told is the length that GET would be told.
        let method = if head.method() == "HEAD" { "GET" } else { head.method() };
        let version = match head.version() {
            Version::Http10 => "HTTP/1.0",
            Version::Http11 => "HTTP/1.1",
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("method", method)?;
        map.serialize_entry("target", head.target())?;
        map.serialize_entry("path", head.path())?;
        map.serialize_entry("query", &head.query())?;
        map.serialize_entry("version", version)?;
        map.serialize_entry("authority", &head.authority())?;
        map.serialize_entry("fields", &lines(&head.fields))?;
        map.serialize_entry("trailers", &lines(trailers))?;
        map.serialize_entry("body_bytes", &body.len())?;
        map.serialize_entry("body_text", &str::from_utf8(body).ok())?;
        map.end()
    }
}

/// `Name: value` for each field; a value that isn't UTF-8 is shown escaped.
fn lines(fields: &Fields) -> Vec<String> {
    let line = |(name, value): (&str, &[u8])| match str::from_utf8(value) {
        Ok(value) => format!("{name}: {value}"),
        Err(_) => format!("{name}: {}", value.escape_ascii()),
    };
    fields.iter().map(line).collect()
}
