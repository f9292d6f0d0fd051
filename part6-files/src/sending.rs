//! How streamed content is framed on its way out (RFC 9112 §6).
//!
//! In: how many bytes of content came. Out: how many more may come, and whether the content is whole.
//! It refuses to read the content, and to call it whole when it isn't.

use crate::message::Version;
use crate::output::Output;

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

/// What a piece of content was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Not the last one.
    More,
    /// The last one: the content is whole.
    Whole,
    /// The end, before as many bytes had come as were announced.
    CutShort,
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

    /// Frames the `n` bytes that came into the room of `output`; 0 is the end of the content.
    pub fn filled(&mut self, n: usize, output: &mut Output) -> Progress {
        match (self, n) {
            (Sending::Length(_), 0) => Progress::CutShort,
            (Sending::Length(left), n) => {
                output.filled(n);
                *left -= n as u64;
                if *left == 0 { Progress::Whole } else { Progress::More }
            }
            (Sending::Chunked, 0) => {
                output.append(|bytes| bytes.extend_from_slice(b"0\r\n\r\n"));
                Progress::Whole
            }
            (Sending::Chunked, n) => {
                output.filled_chunk(n);
                Progress::More
            }
            (Sending::UntilClose, 0) => Progress::Whole,
            (Sending::UntilClose, n) => {
                output.filled(n);
                Progress::More
            }
        }
    }
}
