//! The grammar of a request target (RFC 9112 §3.2) and of a host (RFC 3986 §3.2.2).
//!
//! In: a method and a target, or a host. Out: a refusal, or the parts of a target.

use std::net::Ipv6Addr;
use std::str;

use memchr::{memchr, memchr_iter};

use crate::error::HttpError;
use crate::head::{alphanumeric_and, every_byte, refusal_of};

/// What a target is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts<'a> {
    /// Host and port, in the absolute form and the authority form.
    pub authority: Option<&'a str>,
    /// The path, still percent-encoded; `*` as it is; empty in the authority form.
    pub path: &'a str,
    /// What follows the first `?`.
    pub query: Option<&'a str>,
}

/// Takes apart a target that was checked.
pub fn parts(target: &str) -> Parts<'_> {
    if target == "*" || target.starts_with('/') {
        let (path, query) = split_query(target);
        return Parts { authority: None, path, query };
    }
    let Some((_, rest)) = target.split_once("://") else {
        return Parts { authority: Some(target), path: "", query: None };
    };
    let (authority, rest) = split_authority(rest);
    let (path, query) = split_query(rest);
    // RFC 9110 §4.2.3: an http URI without a path means "/".
    Parts { authority: Some(authority), path: if path.is_empty() { "/" } else { path }, query }
}

fn split_authority(rest: &str) -> (&str, &str) {
    rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()))
}

fn split_query(rest: &str) -> (&str, Option<&str>) {
    match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    }
}

/// Checks that a target has one of the four forms, and one that goes with the method. In absolute-form it
/// must have this scheme.
///
/// Errors: `BareCr`, `BadTarget`, `BadHost`, `WrongScheme`.
pub fn check_target(method: &[u8], target: &[u8], scheme: &str) -> Result<(), HttpError> {
    if !every_byte(target, |byte| (byte > b' ') & (byte < 0x7F) & (byte != b'#')) {
        return Err(refusal_of(target, HttpError::BadTarget));
    }
    match (method, target) {
        (b"CONNECT", _) => check_authority_form(target),
        (_, [b'/', ..]) | (b"OPTIONS", b"*") => Ok(()),
        _ => check_absolute_form(str::from_utf8(target).map_err(|_| HttpError::BadTarget)?, scheme),
    }
}

/// `http://host[:port][/path][?query]`, as sent to a proxy; a server must take it, too (RFC 9112 §3.2.2).
fn check_absolute_form(target: &str, scheme: &str) -> Result<(), HttpError> {
    let (its_scheme, rest) = target.split_once("://").ok_or(HttpError::BadTarget)?;
    if !is_scheme(its_scheme.as_bytes()) {
        return Err(HttpError::BadTarget);
    }
    // RFC 9110 §7.4: an https target over a connection without TLS must be rejected. Over TLS an http target
    // is another origin's (§4.2.2).
    if !its_scheme.eq_ignore_ascii_case(scheme) {
        return Err(HttpError::WrongScheme);
    }
    check_host(split_authority(rest).0.as_bytes())
}

/// `host:port`, for CONNECT alone (RFC 9112 §3.2.3). The port must be there (RFC 9110 §9.3.6).
fn check_authority_form(target: &[u8]) -> Result<(), HttpError> {
    match split_port(target) {
        (_, Some(port)) if !port.is_empty() => check_host(target),
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
    let address = match authority.first() {
        Some(b'[') => memchr(b']', authority).unwrap_or(0),
        _ => 0,
    };
    match memchr(b':', &authority[address..]) {
        Some(colon) => (&authority[..address + colon], Some(&authority[address + colon + 1..])),
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
fn is_registered_name(name: &[u8]) -> bool {
    let is_encoding = |at: usize| match &name[at..] {
        [b'%', high, low, ..] => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
        _ => false,
    };
    name.iter().all(|&byte| REG_NAME[usize::from(byte)]) && memchr_iter(b'%', name).all(is_encoding)
}

const REG_NAME: [bool; 256] = alphanumeric_and(b"-._~!$&'()*+,;=%");
