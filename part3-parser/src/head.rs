//! The grammar of a request line (RFC 9112 §3) and of a field line (RFC 9112 §5).
//!
//! In: one whole line, LF included. Out: where its parts stand, or a refusal. It refuses to know
//! how the line got here, and what its fields mean.

use std::ops::Range;

use crate::error::HttpError;
use crate::message::{FieldSpan, RequestLine, Span, Version};

/// Takes apart a request line, all but its target.
///
/// Errors: `BareLf`, `BareCr`, `BadRequestLine`, `BadMethod`, `BadVersion`, `UnsupportedVersion`.
pub fn request_line(line: &[u8]) -> Result<RequestLine, HttpError> {
    let line = without_crlf(line)?;
    let mut parts = line.split(|&byte| byte == b' ');
    let (Some(method), Some(target), Some(last), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(refusal_of(line, HttpError::BadRequestLine));
    };
    if !is_token(method) {
        return Err(refusal_of(method, HttpError::BadMethod));
    }
    let version = version(last)?;
    let start = method.len() + 1;
    Ok(RequestLine {
        method: Span::new(0..method.len()),
        target: Span::new(start..start + target.len()),
        version,
    })
}

/// `HTTP/` digit `.` digit, case-sensitive (RFC 9112 §2.3).
fn version(text: &[u8]) -> Result<Version, HttpError> {
    match text {
        b"HTTP/1.1" => Ok(Version::Http11),
        b"HTTP/1.0" => Ok(Version::Http10),
        // RFC 9110 §2.5: a higher minor version is served as the highest one that we know.
        [b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'2'..=b'9'] => Ok(Version::Http11),
        [b'H', b'T', b'T', b'P', b'/', b'0'..=b'9', b'.', b'0'..=b'9'] => {
            Err(HttpError::UnsupportedVersion)
        }
        _ => Err(refusal_of(text, HttpError::BadVersion)),
    }
}

/// Takes apart a field line that begins at `start` in the text of its section.
///
/// Errors: `BareLf`, `BareCr`, `ControlByte`, `FoldedLine`, `NoColon`, `EmptyFieldName`, `BadFieldName`,
/// `SpaceBeforeColon`.
pub fn field_line(line: &[u8], start: usize) -> Result<FieldSpan, HttpError> {
    let line = without_crlf(line)?;
    let colon = match line.iter().position(|&byte| !TOKEN[usize::from(byte)]) {
        Some(at) if line[at] == b':' && at > 0 => at,
        wrong => return Err(wrong_name(line, wrong)),
    };
    let value = trim(line, colon + 1..line.len());
    // What precedes the value has passed already. Whole lines are seldom too short for a block.
    if !is_field_value(line) {
        return Err(refusal_of(line, HttpError::ControlByte));
    }
    Ok(FieldSpan {
        name: Span::new(start..start + colon),
        value: Span::new(start + value.start..start + value.end),
    })
}

/// Says what is wrong with a field line whose first byte outside a token stands at `at`.
fn wrong_name(line: &[u8], at: Option<usize>) -> HttpError {
    match at.map(|at| (at, line[at])) {
        None => HttpError::NoColon,
        Some((0, b':')) => HttpError::EmptyFieldName,
        // RFC 9112 §5.2: folding is obsolete, and proxies that read it differently were attacked by it.
        Some((0, b' ' | b'\t')) => HttpError::FoldedLine,
        // RFC 9112 §5.1: differences in reading this have been used for request smuggling.
        Some((_, b' ' | b'\t')) if line.contains(&b':') => HttpError::SpaceBeforeColon,
        Some((_, b' ' | b'\t')) => HttpError::NoColon,
        Some((at, _)) => refusal_of(&line[at..at + 1], HttpError::BadFieldName),
    }
}

/// A bare CR is the likeliest cause of whatever else looks wrong, so it is named first.
pub fn refusal_of(text: &[u8], otherwise: HttpError) -> HttpError {
    if text.contains(&b'\r') { HttpError::BareCr } else { otherwise }
}

/// The line without its CRLF.
///
/// Errors: `BareLf`. RFC 9112 §2.2 would let us take LF alone for a line end; whoever stands in front
/// of us may not, and then the two of us see different requests.
pub fn without_crlf(line: &[u8]) -> Result<&[u8], HttpError> {
    line.strip_suffix(b"\r\n").ok_or(HttpError::BareLf)
}

/// Narrows `part` of `line` until no space or tab is at either end. `<[u8]>::trim_ascii` would take a
/// CR as well.
fn trim(line: &[u8], mut part: Range<usize>) -> Range<usize> {
    let is_blank = |at: usize| matches!(line[at], b' ' | b'\t');
    while !part.is_empty() && is_blank(part.start) {
        part.start += 1;
    }
    while !part.is_empty() && is_blank(part.end - 1) {
        part.end -= 1;
    }
    part
}

/// Whether every byte may stand in a field value: tab, visible, space, 0x80 to 0xFF (RFC 9110 §5.5).
pub fn is_field_value(value: &[u8]) -> bool {
    every_byte(value, |byte| (byte >= 0x20) & (byte != 0x7F) | (byte == b'\t'))
}

/// `iter().all()`, a block at a time. Within a block nothing stops early, so that it compiles to a few
/// vector instructions; the last block overlaps the one before it.
pub fn every_byte(text: &[u8], is_good: impl Fn(u8) -> bool) -> bool {
    let good_block = |block: &[u8]| block.iter().fold(true, |good, &byte| good & is_good(byte));
    match text.last_chunk::<16>() {
        Some(last) => {
            text.as_chunks::<16>().0.iter().all(|block| good_block(block)) && good_block(last)
        }
        None => good_block(text),
    }
}

/// Whether it is a token: a method, a field name (RFC 9110 §5.6.2).
fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|&byte| TOKEN[usize::from(byte)])
}

/// For each byte whether it may stand in a token.
const TOKEN: [bool; 256] = alphanumeric_and(b"!#$%&'*+-.^_`|~");

/// A table that holds true for letters, digits, and `others`.
pub const fn alphanumeric_and(others: &[u8]) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let mut at = 0;
    while at < others.len() {
        table[others[at] as usize] = true;
        at += 1;
    }
    table
}
