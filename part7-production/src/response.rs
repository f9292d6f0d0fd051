//! A response, and the bytes that carry it (RFC 9112 §4).
//!
//! In: a response, the date, what to say about the connection. Out: bytes appended to a buffer.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;

use crate::error::HttpError;
use crate::status::Status;

/// What `Content-Type` says of a text of ours.
pub const TEXT: &str = "text/plain; charset=utf-8";

/// Room for the head of most responses. A buffer that grows field by field is copied again and again.
const USUAL_HEAD_BYTES: usize = 256;

/// An answer, before it is known over what kind of connection it goes.
#[derive(Debug)]
pub struct Response {
    /// The status.
    pub status: Status,
    /// What the body is. It may hold bytes that are not UTF-8, as field values may.
    pub content_type: Cow<'static, [u8]>,
    /// Fields beside those that every response has.
    pub fields: Vec<(&'static str, Cow<'static, str>)>,
    /// The body.
    pub body: Body,
}

/// Content that is read while it is sent.
pub type Content = Box<dyn Read + Send>;

/// The body of an answer.
pub enum Body {
    /// These bytes.
    Bytes(Cow<'static, [u8]>),
    /// Content, and its length in bytes if that is known.
    Stream(Content, Option<u64>),
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
            body: Body::Bytes(body.into()),
        }
    }

    /// 200 with content that is read while it is sent. `length`: in bytes, if it is known.
    pub fn stream(
        content_type: impl Into<Cow<'static, [u8]>>,
        content: impl Read + Send + 'static,
        length: Option<u64>,
    ) -> Response {
        let body = Body::Stream(Box::new(content), length);
        Response { body, ..Response::ok(content_type, &b""[..]) }
    }

    /// Any status, with a sentence as its body.
    pub fn sentence(status: Status, sentence: &str) -> Response {
        Response { status, ..Response::ok(TEXT.as_bytes(), format!("{sentence}\n").into_bytes()) }
    }

    /// The answer to a request that is refused.
    pub fn refusal(error: HttpError) -> Response {
        Response::sentence(error.status(), error.message())
    }

    /// Appends the response to `out`, without content that is still to be read.
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
        let bytes = match &self.body {
            Body::Bytes(bytes) => bytes,
            Body::Stream(..) => &b""[..],
        };
        out.reserve(USUAL_HEAD_BYTES + bytes.len());
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
            if let Some(length) = self.body.length() {
                put_field(out, "Content-Length", decimal(length, &mut [0; 20]));
            }
        }
        if let Some(connection) = connection {
            put_field(out, "Connection", connection.as_bytes());
        }
        out.extend_from_slice(b"\r\n");
        if has_content && with_body {
            out.extend_from_slice(bytes);
        }
    }
}

impl Body {
    /// Length in bytes, if it is known.
    pub fn length(&self) -> Option<u64> {
        match self {
            Body::Bytes(bytes) => Some(bytes.len() as u64),
            Body::Stream(_, length) => *length,
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Body::Bytes(bytes) => write!(f, "\"{}\"", bytes.escape_ascii()),
            Body::Stream(_, length) => write!(f, "a stream, length {length:?}"),
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
fn decimal(mut number: u64, digits: &mut [u8; 20]) -> &[u8] {
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
