//! The grammar of a request target (RFC 9112 §3.2) and of a host (RFC 3986 §3.2.2).
//!
//! In: a method and a target, or a host. Out: where the target's parts stand, or a refusal.

use std::net::Ipv6Addr;
use std::ops::Range;
use std::str;

use crate::error::HttpError;

/// Where the parts of a target stand in the text that it was found in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// Host and port, in the absolute form and the authority form.
    pub authority: Option<Range<usize>>,
    /// Path, or `*`. An absolute target may have none.
    pub path: Option<Range<usize>>,
    /// What follows the first `?`.
    pub query: Option<Range<usize>>,
    /// Whether it is in absolute form.
    pub is_absolute: bool,
}

/// Takes apart the target that stands at `at` in `text`.
///
/// Errors: `BadTarget`, `BadHost`, `WrongScheme`.
pub fn target(method: &[u8], text: &[u8], at: Range<usize>) -> Result<Target, HttpError> {
    let target = &text[at.clone()];
    // A fold looks at every byte, and so compiles to vector instructions; `all` would stop early.
    let visible =
        target.iter().fold(true, |ok, &byte| ok & (0x21..=0x7E).contains(&byte) & (byte != b'#'));
    if !visible || target.is_empty() {
        return Err(HttpError::BadTarget);
    }
    match (method, target[0]) {
        (b"CONNECT", _) => authority_form(target, at),
        (_, b'/') => Ok(path_and_query(target, at)),
        (b"OPTIONS", b'*') if target.len() == 1 => {
            Ok(Target { path: Some(at), ..Target::default() })
        }
        _ => absolute_form(target, at),
    }
}

fn path_and_query(target: &[u8], at: Range<usize>) -> Target {
    match target.iter().position(|&byte| byte == b'?') {
        Some(mark) => Target {
            path: (mark > 0).then(|| at.start..at.start + mark),
            query: Some(at.start + mark + 1..at.end),
            ..Target::default()
        },
        None => Target { path: (!at.is_empty()).then_some(at), ..Target::default() },
    }
}

/// `http://host[:port][/path][?query]`, as sent to a proxy (RFC 9112 §3.2.2).
fn absolute_form(target: &[u8], at: Range<usize>) -> Result<Target, HttpError> {
    let Some(colon) = find(target, b"://") else { return Err(HttpError::BadTarget) };
    if !is_scheme(&target[..colon]) {
        return Err(HttpError::BadTarget);
    }
    // RFC 9110 §7.4: an https target over a connection without TLS must be rejected.
    if !target[..colon].eq_ignore_ascii_case(b"http") {
        return Err(HttpError::WrongScheme);
    }
    let start = colon + 3;
    let rest = &target[start..];
    let end = start + rest.iter().position(|byte| b"/?".contains(byte)).unwrap_or(rest.len());
    check_host(&target[start..end])?;
    Ok(Target {
        authority: Some(at.start + start..at.start + end),
        is_absolute: true,
        ..path_and_query(&target[end..], at.start + end..at.end)
    })
}

/// `host:port`, for CONNECT alone (RFC 9112 §3.2.3). The port must be there (RFC 9110 §9.3.6).
fn authority_form(target: &[u8], at: Range<usize>) -> Result<Target, HttpError> {
    check_host(target)?;
    match target.last() {
        Some(b'0'..=b'9') if split_port(target).1.is_some() => {
            Ok(Target { authority: Some(at), ..Target::default() })
        }
        _ => Err(HttpError::BadTarget),
    }
}

/// Checks `uri-host[:port]` (RFC 9110 §7.2).
///
/// An empty host is refused: no http URI has one (RFC 9110 §4.2.1). So is a user name before an `@`
/// (§4.2.4: it is there to deceive). Errors: `BadHost`.
pub fn check_host(authority: &[u8]) -> Result<(), HttpError> {
    let (host, port) = split_port(authority);
    let host_is_good = match host {
        [] => false,
        [b'[', address @ .., b']'] => {
            str::from_utf8(address).is_ok_and(|address| address.parse::<Ipv6Addr>().is_ok())
        }
        name => is_registered_name(name),
    };
    if host_is_good && port.is_none_or(is_port) { Ok(()) } else { Err(HttpError::BadHost) }
}

/// Splits at the colon before the port; the colons of `[::1]` are not that one.
fn split_port(authority: &[u8]) -> (&[u8], Option<&[u8]>) {
    let after_bracket = authority.iter().position(|&byte| byte == b']').unwrap_or(0);
    match authority[after_bracket..].iter().position(|&byte| byte == b':') {
        Some(colon) => {
            (&authority[..after_bracket + colon], Some(&authority[after_bracket + colon + 1..]))
        }
        None => (authority, None),
    }
}

/// Digits that make a TCP port; none at all means the default one (RFC 3986 §3.2.3).
fn is_port(digits: &[u8]) -> bool {
    let value = digits.iter().try_fold(0u16, |value, digit| match digit {
        b'0'..=b'9' => value.checked_mul(10)?.checked_add(u16::from(digit - b'0')),
        _ => None,
    });
    value.is_some()
}

/// RFC 3986 §3.1
fn is_scheme(text: &[u8]) -> bool {
    let is_rest = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    text.first().is_some_and(u8::is_ascii_alphabetic) && text.iter().all(is_rest)
}

/// reg-name: unreserved, sub-delims, and whole percent-encodings (RFC 3986 §3.2.2).
fn is_registered_name(mut name: &[u8]) -> bool {
    loop {
        match name {
            [] => return true,
            [b'%', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                name = rest
            }
            [byte, rest @ ..]
                if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(byte) =>
            {
                name = rest;
            }
            _ => return false,
        }
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}
