//! A response, and the bytes that carry it (RFC 9112 §4).
//!
//! In: a response, the date, what to say about the connection. Out: bytes appended to a buffer.

use std::borrow::Cow;

use crate::error::HttpError;
use crate::status::Status;

/// What `Content-Type` says of a text of ours.
pub const TEXT: &str = "text/plain; charset=utf-8";

/// Room for the head of most responses. A buffer that grows field by field is copied again and again.
const USUAL_HEAD_BYTES: usize = 256;

/// An answer, before it is known over what kind of connection it goes.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status.
    pub status: Status,
    /// What the body is. It may hold bytes that are not UTF-8, as field values may.
    pub content_type: Cow<'static, [u8]>,
    /// Fields beside those that every response has.
    pub fields: Vec<(&'static str, Cow<'static, str>)>,
    /// The body.
    pub body: Cow<'static, [u8]>,
}

impl Response {
    /// 200 with a body.
    pub fn ok(
        content_type: impl Into<Cow<'static, [u8]>>,
        body: impl Into<Cow<'static, [u8]>>,
    ) -> Response {
        Response {
            status: Status::Ok,
            content_type: content_type.into(),
            fields: Vec::new(),
            body: body.into(),
        }
    }

    /// Any status, with a sentence as its body.
    pub fn sentence(status: Status, sentence: &str) -> Response {
        Response { status, ..Response::ok(TEXT.as_bytes(), format!("{sentence}\n").into_bytes()) }
    }

    /// The answer to a request that is refused.
    pub fn refusal(error: HttpError) -> Response {
        Response::sentence(error.status(), error.message())
    }

    /// Appends the response to `out`.
    ///
    /// `date`: now, as an IMF-fixdate (RFC 9110 §5.6.7). `connection`: the value of that field, if any.
    /// `with_body`: false in answer to HEAD, which gets GET's head and no body (RFC 9110 §9.3.2).
    pub fn write_to(
        &self,
        out: &mut Vec<u8>,
        date: &str,
        connection: Option<&str>,
        with_body: bool,
    ) {
        out.reserve(USUAL_HEAD_BYTES + self.body.len());
        out.extend_from_slice(b"HTTP/1.1 ");
        out.extend_from_slice(self.status.text().as_bytes());
        out.extend_from_slice(b"\r\n");
        put_field(out, "Date", date.as_bytes());
        put_field(out, "Server", env!("CARGO_PKG_NAME").as_bytes());
        for (name, value) in &self.fields {
            put_field(out, name, value.as_bytes());
        }
        // RFC 9110 §8.6: a 204 has neither a body nor a Content-Length.
        let has_content = self.status.has_content();
        if has_content {
            put_field(out, "Content-Type", &self.content_type);
            put_field(out, "Content-Length", decimal(self.body.len(), &mut [0; 20]));
        }
        if let Some(connection) = connection {
            put_field(out, "Connection", connection.as_bytes());
        }
        out.extend_from_slice(b"\r\n");
        if has_content && with_body {
            out.extend_from_slice(&self.body);
        }
    }
}

fn put_field(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

/// The digits of `number`, written at the end of `digits`. `format!` would cost more than all the rest.
fn decimal(mut number: usize, digits: &mut [u8; 20]) -> &[u8] {
    let mut start = digits.len();
    loop {
        start -= 1;
        digits[start] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return &digits[start..];
        }
    }
}
