//! Conditional requests (RFC 9110 §13).
//!
//! In: the fields of a request, and the validators of what it is about. Out: whether the method is to be
//! performed. It refuses to know files.

use std::time::SystemTime;

use crate::message::{Fields, RequestHead};
use crate::validators::Validators;

/// What the conditions of a request come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Do it.
    Perform,
    /// The client has this version already: 304.
    NotModified,
    /// The client means another version: 412.
    Failed,
}

/// Weighs the conditions in the order of RFC 9110 §13.2.2. `current`: `None` if there is nothing yet.
pub fn verdict(head: &RequestHead, current: Option<&Validators>) -> Verdict {
    let fields = &head.fields;
    let date = |name| date(fields, name).zip(current);
    let is_safe = matches!(head.method(), "GET" | "HEAD");
    if is_present(fields, "if-match") {
        if !names(fields, "if-match", current, strong) {
            return Verdict::Failed;
        }
    } else if date("if-unmodified-since").is_some_and(|(date, now)| now.modified > date) {
        return Verdict::Failed;
    }
    if is_present(fields, "if-none-match") {
        return match names(fields, "if-none-match", current, weak) {
            false => Verdict::Perform,
            true if is_safe => Verdict::NotModified,
            true => Verdict::Failed,
        };
    }
    match date("if-modified-since") {
        Some((date, now)) if is_safe && now.modified <= date => Verdict::NotModified,
        _ => Verdict::Perform,
    }
}

/// Whether a range may be sent: `If-Range` is absent, or is the version that there is (RFC 9110 §13.1.5).
/// A part of one version put behind a part of another would be nobody's file.
pub fn allows_range(fields: &Fields, current: &Validators) -> bool {
    let mut values = fields.all("if-range");
    match (values.next(), values.next()) {
        (None, _) => true,
        (Some(value), None) if current.is_strong() => {
            value == current.etag.as_bytes()
                || parse_date(value).is_some_and(|date| date == current.modified)
        }
        _ => false,
    }
}

fn is_present(fields: &Fields, name: &str) -> bool {
    fields.all(name).next().is_some()
}

/// Whether a list of tags, or `*`, names what there is.
fn names(
    fields: &Fields,
    name: &str,
    current: Option<&Validators>,
    is_same: fn(&[u8], &[u8]) -> bool,
) -> bool {
    let Some(current) = current else { return false };
    // A tag may hold a comma, and is cut in two there. Ours has none, so neither half is like ours.
    fields.members(name).any(|member| member == b"*" || is_same(member, current.etag.as_bytes()))
}

/// The strong comparison (RFC 9110 §8.8.3.2): the same bytes.
fn strong(one: &[u8], other: &[u8]) -> bool {
    one == other && !one.starts_with(b"W/")
}

/// The weak comparison: good enough to go on showing a copy.
fn weak(one: &[u8], other: &[u8]) -> bool {
    opaque(one) == opaque(other)
}

fn opaque(tag: &[u8]) -> &[u8] {
    tag.strip_prefix(b"W/").unwrap_or(tag)
}

/// The date of a field. One that is no date, or isn't alone, is ignored (RFC 9110 §13.1.3).
fn date(fields: &Fields, name: &str) -> Option<SystemTime> {
    let mut values = fields.all(name);
    let value = values.next().filter(|_| values.next().is_none())?;
    parse_date(value)
}

fn parse_date(value: &[u8]) -> Option<SystemTime> {
    httpdate::parse_http_date(str::from_utf8(value).ok()?).ok()
}
