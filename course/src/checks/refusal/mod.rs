//! Refusal: what must not be served, and that nothing is served after it.
//!
//! Where a mistake may be about where a request ends, a second, innocent one follows it in the same write: a server that goes
//! on after a mistake about where a request ends can be made to read an attacker's bytes as a request.

mod chunks;
mod lengths;
mod limits;
mod lines;

use super::build::*;
use super::{Check, Exchange, Group, Status, Want};

const LINE_PAGE: &str = "part3-2-request-line-and-fields";
const LENGTH_PAGE: &str = "part3-3-content-length";
const CHUNK_PAGE: &str = "part3-4-chunked";
const LIMIT_PAGE: &str = "part3-5-refusals-and-limits";

/// The checks of this group.
pub fn checks() -> Vec<Check> {
    [lines::checks(), lengths::checks(), chunks::checks(), limits::checks()].concat()
}

fn refusal(name: &'static str, promise: &'static str) -> Check {
    check(Group::Refusal, name, promise)
}

/// The bytes and an innocent request; wants one answer with one of these codes and the close.
fn after(bytes: impl AsRef<[u8]>, codes: &'static [u16]) -> Exchange {
    whole([bytes.as_ref(), GET].concat()).wants(refused(codes))
}

fn bad(bytes: impl AsRef<[u8]>) -> Exchange {
    after(bytes, &[400])
}

/// The same for a request to `/echo`: nothing is served after it, also by a server that doesn't have that.
fn after_body(bytes: impl AsRef<[u8]>, codes: &'static [u16]) -> Exchange {
    whole([bytes.as_ref(), GET].concat()).wants(not_echoed(codes))
}

fn bad_body(bytes: impl AsRef<[u8]>) -> Exchange {
    after_body(bytes, &[400])
}

/// A request with five bytes of body and this Content-Length.
fn sized(length: &str, codes: &'static [u16]) -> Exchange {
    after_body(post_with(&format!("Content-Length: {length}\r\n"), b"hello"), codes)
}

fn encoded(coding: &str) -> Exchange {
    bad_body(post_with(&format!("Transfer-Encoding: {coding}\r\n"), b"0\r\n\r\n"))
}

fn get(fields: &str) -> String {
    format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n")
}

/// A request that ends where everybody sees it; the RFC demands 400, and leaves open whether the connection goes on.
fn must_400(bytes: impl AsRef<[u8]>) -> Exchange {
    whole(bytes).wants(want(vec![status(&[400])]))
}

/// What the RFC demands of numbers that no integer holds: that they aren't taken for others. Who can count
/// so far may wait for the rest.
fn not_served() -> Want {
    want(vec![answer(Status::RefusedOrNothing)])
}
