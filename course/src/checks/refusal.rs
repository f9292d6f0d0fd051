//! Refusal: what must not be served, and that nothing is served after it.
//!
//! Every request here is followed by a second, innocent one in the same write: a server that goes
//! on after a mistake about where a request ends can be made to read an attacker's bytes as a request.

use super::build::*;
use super::{Check, Exchange, Group, Status, Then, Verdict, Want};

use Verdict::{Fail, Hang, Pass};

/// Part 1 answers whatever looks like a request line.
const LINE_PAGE: &str = "part3-2-request-line-and-fields";
const LENGTH_PAGE: &str = "part3-3-content-length";
const CHUNK_PAGE: &str = "part3-4-chunked";
const LIMIT_PAGE: &str = "part3-5-refusals-and-limits";

/// The checks of this group.
pub fn checks() -> Vec<Check> {
    let mut checks = lines();
    checks.extend(lengths());
    checks.extend(chunks());
    checks.extend(limits());
    checks
}

fn lines() -> Vec<Check> {
    vec![
        refusal("garbage", "Bytes that are no HTTP are not answered as if they were.")
            .see("RFC 9112 §2.2", LIMIT_PAGE)
            .parts(&[Pass, Hang, Pass])
            .alone()
            .rfc(not_served())
            .each(
                [
                    &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"[..],
                    b"\xff\xfe\0\0\r\n\r\n",
                    b"{}\r\n\r\n",
                ]
                .map(|bytes| after(bytes, &[400])),
            ),
        refusal("bare-lf", "A line that ends in LF without CR is refused.")
            .see("RFC 9112 §2.2", LINE_PAGE)
            .parts(&[Fail, Hang, Pass])
            .ours()
            .each(
                [get("X: y\n"), get("X: y\r\n\n"), "GET / HTTP/1.1\nHost: a\r\n\r\n".into()]
                    .map(bad),
            ),
        refusal("bare-cr", "A CR that no LF follows is refused.")
            .see("RFC 9112 §2.2", LINE_PAGE)
            .ours()
            .each([get("X: a\rb\r\n"), get("X: y\r\r\n")].map(bad)),
        refusal("control-bytes", "NUL and other control bytes in a field value are refused.")
            .see("RFC 9110 §5.5", LINE_PAGE)
            .ours()
            .each(["\0", "\x01", "\x7f", "\x1b"].map(|byte| bad(get(&format!("X: a{byte}b\r\n"))))),
        refusal("space-before-colon", "A blank between field name and colon is refused.")
            .see("RFC 9112 §5.1", LINE_PAGE)
            .rfc(bad_request())
            .each([get("X : y\r\n"), get("Content-Length\t: 0\r\n")].map(bad)),
        refusal("folded-line", "A field line that continues on the next line is refused.")
            .see("RFC 9112 §5.2", LINE_PAGE)
            .ours()
            .with(bad(get("X: y\r\n z\r\n"))),
        refusal("field-name", "A field name is a token.")
            .see("RFC 9112 §5", LINE_PAGE)
            .ours()
            .each([get(": y\r\n"), get("X\r\n"), get("X(: y\r\n"), get("\u{e9}: y\r\n")].map(bad)),
        refusal("request-line", "A request line is method, target, version, with single spaces.")
            .see("RFC 9112 §3", LINE_PAGE)
            .ours()
            .each(
                [
                    "GET  / HTTP/1.1",
                    "GET /  HTTP/1.1",
                    "GET /",
                    "GET",
                    " GET / HTTP/1.1",
                    "G(T / HTTP/1.1",
                    "GET / HTTP/1.1 ",
                    "GET / http/1.1",
                    "GET / HTTP/1.x",
                    "GET / HTTP/11",
                    "GET /a b HTTP/1.1",
                ]
                .map(|line| bad(format!("{line}\r\nHost: a\r\n\r\n"))),
            ),
        refusal("target", "A target has one of the four forms of its method, in visible ASCII.")
            .see("RFC 9112 §3.2", LINE_PAGE)
            .ours()
            .each(
                [
                    "GET foo",
                    "GET *",
                    "GET example.com:80",
                    "GET http:///",
                    "GET /#a",
                    "GET /caf\u{e9}",
                    "GET /\x01",
                ]
                .map(|line| bad(format!("{line} HTTP/1.1\r\nHost: a\r\n\r\n"))),
            ),
        refusal("version", "A major version other than 1 is refused as such.")
            .see("RFC 9110 §15.6.6", LINE_PAGE)
            .ours()
            .each(
                ["2.0", "3.0", "0.9"]
                    .map(|v| after(format!("GET / HTTP/{v}\r\nHost: a\r\n\r\n"), &[505])),
            ),
        refusal("no-host", "An HTTP/1.1 request without Host is refused.")
            .see("RFC 9112 §3.2", LINE_PAGE)
            .rfc(bad_request())
            .with(bad("GET / HTTP/1.1\r\n\r\n")),
        refusal("two-hosts", "A request with two Host fields is refused.")
            .see("RFC 9112 §3.2", LINE_PAGE)
            .rfc(bad_request())
            .each([get("Host: b\r\n"), get("Host: a\r\n")].map(bad)),
        refusal("bad-host", "A Host that is no host and port is refused.")
            .see("RFC 9112 §3.2", LINE_PAGE)
            .rfc(bad_request())
            .each(
                ["a b", "a/b", "a:port", "a@b", "[::1"]
                    .map(|host| bad(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"))),
            ),
        refusal(
            "connect",
            "CONNECT, which asks for a tunnel, is not implemented; nothing after it is a request.",
        )
        .see("RFC 9110 §9.3.6", "part3-6-server")
        .ours()
        .with(after("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", &[501])),
        refusal("unknown-methods", "A method that nobody implements is answered with 501.")
            .see("RFC 9110 §15.6.2", "part3-6-server")
            .ours()
            .each(["BREW", "get", "TRACE"].map(|method| {
                whole(format!("{method} / HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .wants(want(vec![answer(Status::OneOf(&[501]))]))
            })),
        refusal("refused-head", "The refusal of a HEAD request has no body.")
            .see("RFC 9110 §9.3.2", LIMIT_PAGE)
            .rfc(Want { then: Then::Either, ..bad_request() })
            .with(whole("HEAD / HTTP/1.1\r\n\r\n").methods(&["HEAD"]).wants(refused(&[400]))),
        refusal(
            "end-inside-request",
            "A stream that ends inside a request is answered with 400, not as if it were whole.",
        )
        .see("RFC 9112 §8", LIMIT_PAGE)
        .ours()
        .parts(&[Fail, Fail, Pass])
        .each(
            ["GET / HTTP/1.1\r\nHo", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel"]
                .map(|bytes| {
                    whole(bytes).then(crate::wire::Step::HalfClose).wants(refused(&[400]))
                }),
        ),
    ]
}

fn lengths() -> Vec<Check> {
    vec![
        refusal(
            "length-not-digits",
            "A Content-Length is digits: no sign, no 0x, no blank inside.",
        )
        .see("RFC 9112 §6.3", LENGTH_PAGE)
        .rfc(bad_request())
        .each(["+5", "-5", "0x5", "5 5", "5a", "five", "5."].map(|n| sized(n, &[400]))),
        refusal("length-empty", "A Content-Length without a digit is refused.")
            .see("RFC 9112 §6.3", LENGTH_PAGE)
            .rfc(bad_request())
            .each(["", " "].map(|n| sized(n, &[400]))),
        refusal(
            "length-overflow",
            "A Content-Length that no integer holds is refused, not wrapped.",
        )
        .see("RFC 9110 §8.6", LENGTH_PAGE)
        .rfc(not_served())
        .each(
            ["18446744073709551621", "99999999999999999999999999"].map(|n| sized(n, &[400, 413])),
        ),
        refusal("lengths-differ", "Two different Content-Lengths are refused.")
            .see("RFC 9112 §6.3", LENGTH_PAGE)
            .rfc(bad_request())
            .with(sized("5\r\nContent-Length: 6", &[400]))
            .with(sized("5, 6", &[400])),
        refusal("length-repeated", "Even the same Content-Length twice is refused.")
            .see("RFC 9112 §6.3", LENGTH_PAGE)
            .ours()
            .with(sized("5\r\nContent-Length: 5", &[400]))
            .with(sized("5, 5", &[400])),
        refusal(
            "length-and-encoding",
            "Transfer-Encoding together with Content-Length is refused.",
        )
        .see("RFC 9112 §6.1", CHUNK_PAGE)
        .rfc(want(vec![answer(Status::Any)]).closes())
        .each(
            [
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
            ]
            .map(|fields| after(post_with(&format!("{fields}\r\n"), b"0\r\n\r\n"), &[400])),
        ),
        refusal(
            "encoding-in-1.0",
            "Transfer-Encoding in HTTP/1.0 is refused, at least the connection closes.",
        )
        .see("RFC 9112 §6.1", CHUNK_PAGE)
        .rfc(want(vec![answer(Status::Any)]).closes())
        .each(["/", "/echo"].map(|target| {
            let fields = "Host: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n";
            bad(format!("POST {target} HTTP/1.0\r\n{fields}\r\n0\r\n\r\n"))
        })),
        refusal(
            "encoding-not-chunked",
            "A Transfer-Encoding whose last coding is not chunked is refused.",
        )
        .see("RFC 9112 §6.3", CHUNK_PAGE)
        .rfc(want(vec![answer(Status::OneOf(&[400, 501]))]).closes())
        .each(["gzip", "chunked, gzip", "identity", "xchunked"].map(encoded)),
        refusal(
            "encoding-empty",
            "A Transfer-Encoding that names no coding, or chunked with a parameter, is refused.",
        )
        .see("RFC 9112 §6.1", CHUNK_PAGE)
        .ours()
        .each(["", "chunked;a=b", ","].map(encoded)),
        refusal("chunked-twice", "chunked twice is refused.")
            .see("RFC 9112 §6.1", CHUNK_PAGE)
            .ours()
            .each(["chunked, chunked", "chunked\r\nTransfer-Encoding: chunked"].map(encoded)),
        refusal(
            "encoding-unknown",
            "A coding that nobody knows before chunked is not implemented.",
        )
        .see("RFC 9112 §6.1", CHUNK_PAGE)
        .ours()
        .with(after(post_with("Transfer-Encoding: br, chunked\r\n", b"0\r\n\r\n"), &[501])),
    ]
}

fn chunks() -> Vec<Check> {
    vec![
        refusal(
            "chunk-size",
            "A chunk size is hexadecimal digits: no sign, no 0x, nothing after it.",
        )
        .see("RFC 9112 §7.1", CHUNK_PAGE)
        .ours()
        .each(
            ["+5", "-5", "0x5", "5 zz", "g", "", " 5"]
                .map(|size| bad(chunked(format!("{size}\r\nhello\r\n0\r\n\r\n").as_bytes()))),
        ),
        refusal(
            "chunk-size-overflow",
            "A chunk size that no integer holds is refused, not wrapped.",
        )
        .see("RFC 9112 §7.1", CHUNK_PAGE)
        .rfc(not_served())
        .each(["10000000000000005", "FFFFFFFFFFFFFFFFFFFF"].map(|size| {
            after(chunked(format!("{size}\r\nhello\r\n0\r\n\r\n").as_bytes()), &[400, 413])
        })),
        refusal("chunk-end", "CRLF follows the data of a chunk.")
            .see("RFC 9112 §7.1", CHUNK_PAGE)
            .ours()
            .each(
                ["5\r\nhelloXX0\r\n\r\n", "3\r\nhello\r\n0\r\n\r\n"]
                    .map(|wire| bad(chunked(wire.as_bytes()))),
            ),
        refusal("chunk-bare-lf", "A chunk line ends in CRLF.")
            .see("RFC 9112 §7.1", CHUNK_PAGE)
            .ours()
            .each(
                ["5\nhello\r\n0\r\n\r\n", "5;a\rb\r\nhello\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n"]
                    .map(|wire| bad(chunked(wire.as_bytes()))),
            ),
        refusal("chunk-extensions-limit", "Chunk extensions without end are refused.")
            .see("RFC 9112 §7.1.1", CHUNK_PAGE)
            .ours()
            .with(bad(chunked(
                format!("{}0\r\n\r\n", format!("1;{}\r\nx\r\n", "e".repeat(1000)).repeat(40))
                    .as_bytes(),
            ))),
        refusal("trailer-line", "A trailer line obeys the rules of a field line.")
            .see("RFC 9112 §7.1.2", CHUNK_PAGE)
            .ours()
            .each(
                ["X : y", "X", " X: y"].map(|line| {
                    bad(chunked(format!("5\r\nhello\r\n0\r\n{line}\r\n\r\n").as_bytes()))
                }),
            ),
    ]
}

fn limits() -> Vec<Check> {
    let long = "q".repeat(70 << 10);
    vec![
        refusal("line-limit", "A request line without end is refused with 414.")
            .see("RFC 9112 §3", LIMIT_PAGE)
            .ours()
            .with(after(format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n"), &[414])),
        refusal("field-limit", "A field line without end is refused with 431.")
            .see("RFC 6585 §5", LIMIT_PAGE)
            .ours()
            .with(after(get(&format!("X: {long}\r\n")), &[431])),
        refusal("fields-limit", "Field lines without end are refused with 431.")
            .see("RFC 6585 §5", LIMIT_PAGE)
            .ours()
            .with(after(get(&"X: y\r\n".repeat(3000)), &[431])),
        refusal(
            "body-limit",
            "A declared length over the limit is refused with 413 before the body is sent.",
        )
        .see("RFC 9110 §15.5.14", LIMIT_PAGE)
        .ours()
        .with(whole(post_with("Content-Length: 99999999999\r\n", b"")).wants(refused(&[413]))),
        refusal("chunk-limit", "A chunk larger than any body may be is refused before it is sent.")
            .see("RFC 9110 §15.5.14", LIMIT_PAGE)
            .ours()
            .each(["ffffffffffffffff", "7fffffff"].map(|size| {
                whole(chunked(format!("{size}\r\nhello").as_bytes())).wants(refused(&[413]))
            })),
        refusal("chunks-limit", "Chunks without end are refused with 413.")
            .see("RFC 9110 §15.5.14", LIMIT_PAGE)
            .parts(&[Fail, Fail, Pass])
            .ours()
            .with(
                whole(chunked(format!("10000\r\n{}\r\n", "x".repeat(65536)).repeat(40).as_bytes()))
                    .wants(refused(&[413]).closes_in_order()),
            ),
    ]
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

/// A request with five bytes of body and this Content-Length.
fn sized(length: &str, codes: &'static [u16]) -> Exchange {
    after(post_with(&format!("Content-Length: {length}\r\n"), b"hello"), codes)
}

fn encoded(coding: &str) -> Exchange {
    bad(post_with(&format!("Transfer-Encoding: {coding}\r\n"), b"0\r\n\r\n"))
}

fn get(fields: &str) -> String {
    format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n")
}

/// What the RFC demands where it says 400 (and not always: close).
fn bad_request() -> Want {
    refused(&[400])
}

/// What the RFC demands where it names no status: that the request is not served.
fn not_served() -> Want {
    want(vec![answer(Status::RefusedOrClosed)]).closes()
}
