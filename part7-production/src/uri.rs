//! Percent-encoding: the segments of a path, the pairs of a query or a form (RFC 3986 §2.1).
//!
//! In: text as it was sent. Out: the bytes that it stands for. It refuses to know what they mean: `..` is
//! a name like any other, and `%2F` is part of one.

/// A `%` without two hexadecimal digits behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadEncoding;

/// Names and values in the order sent. A name may come again, and a value may be empty.
pub type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// The bytes that a text stands for; any, not only UTF-8.
///
/// Errors: `BadEncoding`.
pub fn decode(text: &[u8]) -> Result<Vec<u8>, BadEncoding> {
    let mut pieces = text.split(|&byte| byte == b'%');
    let mut decoded = pieces.next().unwrap_or_default().to_vec();
    for piece in pieces {
        let [high, low, rest @ ..] = piece else { return Err(BadEncoding) };
        decoded.push(digit(*high)? << 4 | digit(*low)?);
        decoded.extend_from_slice(rest);
    }
    Ok(decoded)
}

fn digit(byte: u8) -> Result<u8, BadEncoding> {
    char::from(byte).to_digit(16).map(|digit| digit as u8).ok_or(BadEncoding)
}

/// The segments of a path that begins with `/`. They are cut apart before they are decoded: an encoded
/// slash is data (RFC 3986 §2.2).
///
/// Errors: `BadEncoding`.
pub fn segments(path: &str) -> Result<Vec<Vec<u8>>, BadEncoding> {
    path.split('/').skip(1).map(|segment| decode(segment.as_bytes())).collect()
}

/// The pairs of a query. A plus sign is a plus sign.
///
/// Errors: `BadEncoding`.
pub fn pairs(query: &[u8]) -> Result<Pairs, BadEncoding> {
    let pairs = query.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty());
    let decoded = pairs.map(|pair| {
        let mut parts = pair.splitn(2, |&byte| byte == b'=');
        let (name, value) = (parts.next(), parts.next());
        Ok((decode(name.unwrap_or_default())?, decode(value.unwrap_or_default())?))
    });
    decoded.collect()
}

/// The pairs of an `application/x-www-form-urlencoded` body, where a plus sign is a space.
///
/// Errors: `BadEncoding`.
pub fn form(body: &[u8]) -> Result<Pairs, BadEncoding> {
    let spaced: Vec<u8> = body.iter().map(|&byte| if byte == b'+' { b' ' } else { byte }).collect();
    pairs(&spaced)
}

/// A text that stands for these bytes in a path, and in a field value: unreserved characters as they are
/// (RFC 3986 §2.3), everything else percent-encoded.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::new();
    for &byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(byte.into());
            }
            _ => text += &format!("%{byte:02X}"),
        }
    }
    text
}
