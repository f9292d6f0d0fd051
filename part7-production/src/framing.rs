//! Where a body ends: RFC 9112 §6.3.
//!
//! In: a head. Out: how the end of its body is told, or a refusal. Whoever reads this more leniently
//! than the proxy in front sees a request that nobody sent: most of request smuggling happens here.

use crate::error::HttpError;
use crate::message::{Fields, RequestHead, Version};

/// How the end of a body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// By its length in bytes. A request without either field has length 0.
    Length(u64),
    /// By a chunk of size 0 (RFC 9112 §7.1).
    Chunked,
}

impl Framing {
    /// Decides where the body ends (RFC 9112 §6.3).
    ///
    /// Errors: `BadContentLength`, `RepeatedContentLength`, `LengthAndCoding`, `CodingInHttp10`, `BadCoding`,
    /// `UnknownCoding`.
    pub fn of(head: &RequestHead) -> Result<Framing, HttpError> {
        let length = content_length(&head.fields)?;
        if head.fields.all("transfer-encoding").next().is_some() {
            check_chunked(head, length)?;
            return Ok(Framing::Chunked);
        }
        Ok(Framing::Length(length.unwrap_or(0)))
    }
}

fn content_length(fields: &Fields) -> Result<Option<u64>, HttpError> {
    let mut values = fields.all("content-length");
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(HttpError::RepeatedContentLength);
    }
    decimal(value).map(Some).ok_or(HttpError::BadContentLength)
}

/// Digits and nothing else. `str::parse` would take `+5`, and a proxy might not.
fn decimal(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0u64, |value, digit| match digit {
        b'0'..=b'9' => value.checked_mul(10)?.checked_add(u64::from(digit - b'0')),
        _ => None,
    })
}

/// Whether a head with Transfer-Encoding may have it (RFC 9112 §6.1).
fn check_chunked(head: &RequestHead, length: Option<u64>) -> Result<(), HttpError> {
    // RFC 9112 §6.3 would let Transfer-Encoding win. We refuse both: a proxy in front of us may have
    // let the other one win, and so see the next request elsewhere.
    if length.is_some() {
        return Err(HttpError::LengthAndCoding);
    }
    // RFC 9112 §6.1: whoever speaks 1.0 may have passed this field on without understanding it.
    if head.version() == Version::Http10 {
        return Err(HttpError::CodingInHttp10);
    }
    check_codings(&head.fields)
}

/// The codings must end in `chunked` and hold no other one (RFC 9112 §6.1).
fn check_codings(fields: &Fields) -> Result<(), HttpError> {
    let is_chunked = |coding: &[u8]| coding.trim_ascii().eq_ignore_ascii_case(b"chunked");
    let codings =
        || fields.all("transfer-encoding").flat_map(|value| value.split(|&byte| byte == b','));
    let count = codings().count();
    let chunked = codings().filter(|coding| is_chunked(coding)).count();
    let last_is_chunked = codings().last().is_some_and(is_chunked);
    // RFC 9110 §5.6.1 would skip an empty member. Proxies disagree about it, so we refuse.
    let has_empty = codings().any(|coding| coding.trim_ascii().is_empty());
    match (last_is_chunked, chunked, count) {
        (true, 1, _) if has_empty => Err(HttpError::BadCoding),
        (true, 1, 1) => Ok(()),
        (true, 1, _) => Err(HttpError::UnknownCoding),
        _ => Err(HttpError::BadCoding),
    }
}
