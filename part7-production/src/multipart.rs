//! Several parts of a file in one body (RFC 9110 §14.6).
//!
//! In: the parts, and what they are parts of. Out: pieces: a head before each part, and an end. It refuses
//! to read the file.

use std::io::Cursor;
use std::ops::Range;

use crate::pieces::Piece;

/// A line that stands in no file: who could guess it before it is made?
pub fn boundary() -> String {
    format!("{:032x}", fastrand::u128(..))
}

/// The body of a `multipart/byteranges` answer; `length` is that of the whole file.
pub fn pieces(parts: &[Range<u64>], length: u64, content_type: &str, boundary: &str) -> Vec<Piece> {
    let text = |text: String| Piece::Text(Cursor::new(text.into_bytes()));
    let mut pieces = Vec::new();
    for part in parts {
        let range = content_range(part, length);
        pieces.push(text(format!(
            "--{boundary}\r\nContent-Type: {content_type}\r\nContent-Range: {range}\r\n\r\n"
        )));
        pieces.push(Piece::Span(part.clone()));
        pieces.push(text("\r\n".to_owned()));
    }
    pieces.push(text(format!("--{boundary}--\r\n")));
    pieces
}

/// The value of `Content-Range` for a part of a file with this length.
pub fn content_range(part: &Range<u64>, length: u64) -> String {
    format!("bytes {}-{}/{length}", part.start, part.end - 1)
}
