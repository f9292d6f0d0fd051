//! Bytes as a person types them and as a timeline shows them: `\r \n \t \0 \\ \" \'` and `\xNN`. What
//! [`u8::escape_ascii`] writes, [`unescape`] reads.

use std::fmt;

/// A backslash that begins no known escape.
#[derive(Debug, PartialEq)]
pub struct BadEscape {
    escape: String,
    at: usize,
}

/// The bytes that `text` stands for; characters outside ASCII stand for their UTF-8.
///
/// Errors: an unknown escape, or `\x` without two hexadecimal digits.
pub fn unescape(text: &str) -> Result<Vec<u8>, BadEscape> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let escape = &rest[at..];
        let (byte, length) = one(escape.as_bytes()).ok_or_else(|| BadEscape {
            escape: escape.chars().take(if escape.starts_with("\\x") { 4 } else { 2 }).collect(),
            at: text.len() - escape.len(),
        })?;
        bytes.push(byte);
        rest = &escape[length..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    Ok(bytes)
}

/// The byte, and the length of the escape.
fn one(escape: &[u8]) -> Option<(u8, usize)> {
    let byte = match escape.get(1)? {
        b'r' => b'\r',
        b'n' => b'\n',
        b't' => b'\t',
        b'0' => 0,
        same @ (b'\\' | b'"' | b'\'') => *same,
        b'x' => return Some((hex(*escape.get(2)?)? * 16 + hex(*escape.get(3)?)?, 4)),
        _ => return None,
    };
    Some((byte, 2))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

impl fmt::Display for BadEscape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let BadEscape { escape, at } = self;
        write!(
            f,
            "{escape} at byte {at} is no escape: there are \\r \\n \\t \\0 \\\\ \\\" \\' and \\xNN"
        )
    }
}

impl std::error::Error for BadEscape {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_being_shown_and_typed_again() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(unescape(&all.escape_ascii().to_string()), Ok(all));
    }

    #[test]
    fn text_stands_for_itself() {
        assert_eq!(unescape("GET / é"), Ok("GET / é".as_bytes().to_vec()));
        assert_eq!(unescape("\\\\n\\0\\x41\\xfF"), Ok(b"\\n\0A\xff".to_vec()));
    }

    #[test]
    fn a_bad_escape_is_named_with_its_place() {
        let message = |text: &str| unescape(text).expect_err(text).to_string();
        assert!(message("ab\\q").starts_with("\\q at byte 2 is no escape"));
        assert!(message("\\x4").starts_with("\\x4 at byte 0"));
        assert!(message("\\x4é").starts_with("\\x4é at byte 0"));
        assert!(message("\\x+1").starts_with("\\x+1 at byte 0"));
        assert!(message("C:\\").starts_with("\\ at byte 2"));
    }
}
