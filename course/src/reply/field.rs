//! The grammar of a field line, and what the fields say about the body.

use std::ops::Range;

use super::{Field, Framing, Mistake, Reply, Wrong};

pub fn wrong(at: usize, why: Mistake) -> Wrong {
    Wrong { at, why }
}

/// Reads a field line (RFC 9112 §5).
pub fn field(bytes: &[u8], line: Range<usize>) -> Result<Field, Wrong> {
    let text = &bytes[line.clone()];
    if matches!(text[0], b' ' | b'\t') {
        return Err(wrong(line.start, Mistake::Fold));
    }
    let name = text.iter().take_while(|&&b| is_token(b)).count();
    if name == 0 || text.get(name) != Some(&b':') {
        return Err(wrong(line.start + name, Mistake::FieldName));
    }
    if let Some(i) = text.iter().position(|&b| !is_text(b)) {
        return Err(wrong(line.start + i, Mistake::FieldValue));
    }
    Ok(Field {
        name: String::from_utf8_lossy(&text[..name]).into_owned(),
        value: trim(&text[name + 1..]).to_vec(),
    })
}

/// Refuses a framing field that a sender may not send in this reply (RFC 9112 §6).
pub fn check_framing_field(field: &Field, reply: &Reply) -> Result<(), Mistake> {
    let is = |name: &str| field.name.eq_ignore_ascii_case(name);
    let has = |name: &str| reply.values(name).next().is_some();
    let (length, encoding) = (is("content-length"), is("transfer-encoding"));
    if (length || encoding) && (reply.status < 200 || reply.status == 204) {
        return Err(Mistake::FramingWithoutBody);
    }
    if length && content_length(&field.value).is_none() {
        return Err(Mistake::Length);
    }
    if length && has("content-length") {
        return Err(Mistake::TwoLengths);
    }
    if (length && has("transfer-encoding")) || (encoding && has("content-length")) {
        return Err(Mistake::LengthAndCoding);
    }
    Ok(())
}

/// Decides how the body of a reply ends (RFC 9112 §6.3).
pub fn framing(reply: &Reply, head: bool) -> Framing {
    if head || matches!(reply.status, 204 | 304) {
        Framing::Without
    } else if reply.values("transfer-encoding").next().is_some() {
        let last = reply.values("transfer-encoding").last().unwrap_or_default();
        let coding = last.rsplit(|&b| b == b',').next().unwrap_or_default();
        match trim(coding).eq_ignore_ascii_case(b"chunked") {
            true => Framing::Chunked,
            false => Framing::Close,
        }
    } else {
        let length = reply.values("content-length").next().and_then(content_length);
        length.map_or(Framing::Close, Framing::Length)
    }
}

/// `1*DIGIT` as a number; `None` for anything else, and when it doesn't fit.
fn content_length(value: &[u8]) -> Option<u64> {
    if value.is_empty() {
        return None;
    }
    value.iter().try_fold(0_u64, |n, &b| {
        let digit = b.is_ascii_digit().then(|| u64::from(b - b'0'))?;
        n.checked_mul(10)?.checked_add(digit)
    })
}

pub fn trim(value: &[u8]) -> &[u8] {
    let blank = |b: &u8| matches!(b, b' ' | b'\t');
    let start = value.iter().position(|b| !blank(b)).unwrap_or(value.len());
    let end = value.iter().rposition(|b| !blank(b)).map_or(start, |i| i + 1);
    &value[start..end]
}

fn is_token(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b)
}

/// What a field value or a reason phrase may have: HTAB, SP, visible ASCII, obs-text.
pub fn is_text(b: u8) -> bool {
    b == b'\t' || (b >= b' ' && b != 0x7f)
}
