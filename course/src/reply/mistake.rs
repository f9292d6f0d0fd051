//! What may be wrong with a reply, or missing to it, in words.

use std::fmt;

/// The first byte that no reply may have at this place, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Offset in the received bytes.
    pub at: usize,
    /// What is wrong there.
    pub why: Mistake,
}

/// What a server did wrong in its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// The bytes don't begin with `HTTP/1.`
    NotHttp,
    /// `HTTP/1.x SP 3DIGIT SP reason` is not what stands there.
    StatusLine,
    /// A line that ends in LF without CR.
    BareLf,
    /// A CR that no LF follows.
    BareCr,
    /// A line without end.
    LineTooLong,
    /// More field lines than anybody sends.
    TooManyFields,
    /// A field line without a colon, or with a name that is no token.
    FieldName,
    /// A control byte in a field value.
    FieldValue,
    /// A line that begins with a blank: obs-fold.
    Fold,
    /// A Content-Length that is not digits, or too large.
    Length,
    /// More than one Content-Length.
    TwoLengths,
    /// Content-Length together with Transfer-Encoding.
    LengthAndCoding,
    /// Content-Length or Transfer-Encoding in a 1xx or 204.
    FramingWithoutBody,
    /// A chunk size that is no hexadecimal number.
    ChunkSize,
    /// Chunk data that CRLF doesn't follow.
    ChunkEnd,
    /// A status of 101, which nobody asked for.
    Switch,
    /// Bytes after the last reply that was asked for.
    Extra,
    /// Bytes after a reply to HEAD, or after a 204 or 304: a body where none may be.
    BodyNotAllowed,
    /// The connection ended inside a reply.
    Ended,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mistake::NotHttp => "this is not HTTP: a reply begins with \"HTTP/1.1 \"",
            Mistake::StatusLine => "a status line is \"HTTP/1.1 SP three digits SP reason CRLF\"",
            Mistake::BareLf => "lines end in CRLF, this one ends in a bare LF",
            Mistake::BareCr => "a CR stands only before LF",
            Mistake::LineTooLong => "this line has no end",
            Mistake::TooManyFields => "these field lines have no end",
            Mistake::FieldName => "a field line is \"Name: value\", and the name is a token",
            Mistake::FieldValue => "a field value has no control bytes",
            Mistake::Fold => "a field line doesn't continue on the next line",
            Mistake::Length => "a Content-Length is decimal digits and nothing else",
            Mistake::TwoLengths => "a reply has one Content-Length at the most",
            Mistake::LengthAndCoding => "Content-Length and Transfer-Encoding exclude each other",
            Mistake::FramingWithoutBody => "a 1xx or 204 has no body, so it carries no length",
            Mistake::ChunkSize => "a chunk begins with its size in hexadecimal digits",
            Mistake::ChunkEnd => "CRLF follows the data of a chunk",
            Mistake::Switch => "101 answers an Upgrade, and nobody asked for one",
            Mistake::Extra => "the answer was complete before this byte",
            Mistake::BodyNotAllowed => "this answer has no body",
            Mistake::Ended => "the connection ended inside the answer",
        })
    }
}

impl Mistake {
    /// Where it is written that it is one.
    pub fn source(self) -> &'static str {
        match self {
            Mistake::NotHttp | Mistake::StatusLine => "RFC 9112 §4",
            Mistake::BareLf | Mistake::BareCr => "RFC 9112 §2.2",
            Mistake::LineTooLong | Mistake::TooManyFields | Mistake::FieldName => "RFC 9112 §5",
            Mistake::FieldValue => "RFC 9110 §5.5",
            Mistake::Fold => "RFC 9112 §5.2",
            Mistake::Length | Mistake::TwoLengths => "RFC 9110 §8.6",
            Mistake::LengthAndCoding => "RFC 9112 §6.2",
            Mistake::FramingWithoutBody => "RFC 9112 §6.1",
            Mistake::ChunkSize | Mistake::ChunkEnd => "RFC 9112 §7.1",
            Mistake::Switch => "RFC 9110 §15.2.2",
            Mistake::Extra => "RFC 9112 §9.2",
            Mistake::BodyNotAllowed => "RFC 9112 §6.3",
            Mistake::Ended => "RFC 9112 §8",
        }
    }
}

/// What the reader waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaiting {
    /// The first byte of a reply.
    Reply,
    /// The rest of a status line.
    StatusLine,
    /// More field lines, or the blank line after them.
    Fields,
    /// The rest of a body of known length.
    Body {
        /// Bytes that came.
        have: u64,
        /// Bytes that Content-Length announced.
        of: u64,
    },
    /// More chunks.
    Chunks,
    /// The trailers' end.
    Trailers,
    /// The end of the connection, which ends the body.
    Close,
    /// The end of a line that is the whole answer, where the protocol is not HTTP.
    LineEnd,
}

impl fmt::Display for Awaiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Awaiting::Reply => f.write_str("the first byte of the answer"),
            Awaiting::StatusLine => f.write_str("the end of the status line"),
            Awaiting::Fields => f.write_str("the blank line that ends the head"),
            Awaiting::Body { have, of } => {
                write!(f, "the rest of the body: {have} of {of} bytes have come")
            }
            Awaiting::Chunks => f.write_str("the last chunk"),
            Awaiting::LineEnd => f.write_str("the newline that ends the answer"),
            Awaiting::Trailers => f.write_str("the blank line after the last chunk"),
            Awaiting::Close => f.write_str("the end of the connection, which ends the body"),
        }
    }
}
