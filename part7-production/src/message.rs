//! A request as it was understood: request line, fields, version.
//!
//! The bytes of a head are stored once, as received, and indexed: a request costs two allocations,
//! however many fields it has. Nothing here parses; `head.rs` and `target.rs` do.

use std::ops::Range;

use crate::target::parts;

/// Where a part stands in the text of its section, which no sane limit lets grow to 4 GiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// The bytes from `part.start` up to `part.end`.
    pub fn new(part: Range<usize>) -> Span {
        Span { start: part.start as u32, end: part.end as u32 }
    }

    /// The part itself.
    pub fn of(self, text: &[u8]) -> &[u8] {
        &text[self.start as usize..self.end as usize]
    }

    /// Length in bytes.
    fn len(self) -> usize {
        (self.end - self.start) as usize
    }
}

/// The versions of HTTP that this server speaks (RFC 9112 §2.3). 1.2 to 1.9 count as 1.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// HTTP/1.0: closes after one answer unless asked otherwise, has no chunked coding.
    Http10,
    /// HTTP/1.1
    Http11,
}

/// A request line, as far as it isn't kept as text (RFC 9112 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestLine {
    /// Where the method stands: a token.
    pub method: Span,
    /// Where the target stands.
    pub target: Span,
    /// The version.
    pub version: Version,
}

/// Where a field stands in the text of its section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpan {
    /// The name: a token.
    pub name: Span,
    /// The value, without the white space around it.
    pub value: Span,
}

/// The fields of a head or of a trailer section, in the order received.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    text: Box<[u8]>,
    spans: Box<[FieldSpan]>,
}

impl Fields {
    /// Copies the text of a section; `spans` point into it.
    pub fn new(text: &[u8], spans: &[FieldSpan]) -> Fields {
        Fields { text: text.into(), spans: spans.into() }
    }

    /// Every field: name and value. A value may hold bytes that are not UTF-8 (RFC 9110 §5.5).
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.spans.iter().map(|span| (self.ascii(span.name), span.value.of(&self.text)))
    }

    /// The value of every field of this name, whatever its case (RFC 9110 §5.1).
    pub fn all(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let has_length = move |field: &&FieldSpan| field.name.len() == name.len();
        let is_named = move |field: &&FieldSpan| {
            field.name.of(&self.text).eq_ignore_ascii_case(name.as_bytes())
        };
        // Most names differ in length, which is compared without touching the text.
        let named = self.spans.iter().filter(has_length).filter(is_named);
        named.map(|field| field.value.of(&self.text))
    }

    /// The members of a list that may be spread over several fields of this name, without the white
    /// space around them; empty ones are skipped (RFC 9110 §5.6.1).
    pub fn members(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let members = self.all(name).flat_map(|value| value.split(|&byte| byte == b','));
        members.map(<[u8]>::trim_ascii).filter(|member| !member.is_empty())
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    fn ascii(&self, part: Span) -> &str {
        str::from_utf8(part.of(&self.text)).expect("tokens and targets were checked to be ASCII")
    }
}

/// Everything of a request that comes before its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestHead {
    line: RequestLine,
    /// The header fields. Their text begins with the request line, so that a head is copied once.
    pub fields: Fields,
}

impl RequestHead {
    /// `line` points into the text of `fields`.
    pub fn new(line: RequestLine, fields: Fields) -> RequestHead {
        RequestHead { line, fields }
    }

    /// The method, case-sensitive (RFC 9110 §9.1).
    pub fn method(&self) -> &str {
        self.fields.ascii(self.line.method)
    }

    /// The target as it was sent.
    pub fn target(&self) -> &str {
        self.fields.ascii(self.line.target)
    }

    /// The path of the target, still percent-encoded; `*` for OPTIONS, empty for CONNECT.
    pub fn path(&self) -> &str {
        parts(self.target()).path
    }

    /// What follows the first `?` of the target.
    pub fn query(&self) -> Option<&str> {
        parts(self.target()).query
    }

    /// Whom the request is for: the target's authority, or else Host (RFC 9112 §3.3).
    pub fn authority(&self) -> Option<&str> {
        let host = || self.fields.all("host").next().and_then(|host| str::from_utf8(host).ok());
        parts(self.target()).authority.or_else(host)
    }

    /// The version.
    pub fn version(&self) -> Version {
        self.line.version
    }

    /// Whether the client waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1).
    pub fn expects_continue(&self) -> bool {
        self.version() == Version::Http11 && self.fields.all("expect").next().is_some()
    }
}

/// A whole request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What came before the body.
    pub head: RequestHead,
    /// The body, without its framing.
    pub body: Vec<u8>,
    /// What came behind a chunked body.
    pub trailers: Fields,
}
