//! How streamed content is framed on its way out (RFC 9112 §6).
//!
//! In: whether the length is known, and the client's version. Out: the framing, and how much content may
//! come next. It refuses to know the content.

use crate::message::Version;

/// How the client learns where the content ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// So many bytes are left: Content-Length said how many there are.
    Length(u64),
    /// In chunks: nobody knows yet how many bytes there are.
    Chunked,
    /// By the end of the stream: HTTP/1.0 has no chunks.
    UntilClose,
}

impl Sending {
    /// The framing of content with this length, if it is known, for a client of this version.
    pub fn new(length: Option<u64>, version: Version) -> Sending {
        match (length, version) {
            (Some(length), _) => Sending::Length(length),
            (None, Version::Http11) => Sending::Chunked,
            (None, Version::Http10) => Sending::UntilClose,
        }
    }

    /// Whether the content is at hand: what has a length isn't made while it is sent.
    pub fn is_at_hand(self) -> bool {
        matches!(self, Sending::Length(_))
    }

    /// How long the next piece may be, in bytes, if `most` is the most. A file that grew meanwhile must
    /// not send more than was announced: the client would take the rest for the next answer.
    pub fn next_piece(self, most: usize) -> usize {
        match self {
            Sending::Length(left) => most.min(usize::try_from(left).unwrap_or(usize::MAX)),
            Sending::Chunked | Sending::UntilClose => most,
        }
    }
}
