//! Strict, incremental reading of HTTP/1.x replies: bytes in, replies or the first wrong byte out.
//!
//! Stricter than a client should be: a server under test must send exactly what RFC 9112 lets a
//! sender send. It knows no socket and no clock; the caller says which methods were asked.

mod field;
mod mistake;
mod reader;
#[cfg(test)]
mod tests;

use std::ops::Range;

use field::trim;

pub use mistake::{Awaiting, Mistake, Wrong};
pub use reader::ReplyReader;

/// A reply, whole, with where it stood in the received bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// Minor version: 1 for `HTTP/1.1`.
    pub minor: u8,
    /// Status code, 100 to 599.
    pub status: u16,
    /// Reason phrase; may be empty.
    pub reason: String,
    /// Field lines in order, values without the surrounding blanks.
    pub fields: Vec<Field>,
    /// How the end of the body was told.
    pub framing: Framing,
    /// The body, decoded.
    pub body: Vec<u8>,
    /// Trailer fields of a chunked body.
    pub trailers: Vec<Field>,
    /// Status codes of the interim replies (1xx) that came before.
    pub interim: Vec<u16>,
    /// Where the reply stood in the received bytes, interim replies included.
    pub span: Range<usize>,
    /// Where its status code stood in the received bytes.
    pub status_at: usize,
    /// Where the body began in the received bytes.
    pub body_start: usize,
}

/// A field line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name as sent.
    pub name: String,
    /// The value, which need not be UTF-8.
    pub value: Vec<u8>,
}

/// How a reply says where its body ends (RFC 9112 §6.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Framing {
    /// There is none: HEAD, 1xx, 204, 304.
    #[default]
    Without,
    /// Content-Length.
    Length(u64),
    /// Transfer-Encoding: chunked.
    Chunked,
    /// The end of the connection.
    Close,
}

impl Reply {
    /// The values of all fields of this name, in order; names are compared without case.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        let named = move |f: &&Field| f.name.eq_ignore_ascii_case(name);
        self.fields.iter().filter(named).map(|f| f.value.as_slice())
    }

    /// Whether a list field (such as `Connection`) has this member, in any case.
    pub fn lists(&self, name: &str, member: &str) -> bool {
        self.values(name)
            .flat_map(|value| value.split(|&b| b == b','))
            .any(|m| trim(m).eq_ignore_ascii_case(member.as_bytes()))
    }

    /// Whether the reply says that it is the last one on its connection: in words, or by being an HTTP/1.0 reply
    /// that doesn't say `keep-alive` (RFC 9112 §9.3).
    pub fn says_close(&self) -> bool {
        self.lists("connection", "close")
            || self.minor == 0 && !self.lists("connection", "keep-alive")
    }
}
