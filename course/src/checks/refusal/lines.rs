//! Request lines, field lines and methods.

use super::super::build::*;
use super::{LIMIT_PAGE, LINE_PAGE, after, bad, get, must_400, refusal};
use crate::checks::{Check, Status, Verdict};

use Verdict::{Fail, Hang, Pass};

/// The checks.
pub fn checks() -> Vec<Check> {
    vec![
        refusal("garbage", "Bytes that are no HTTP are not answered as if they were.")
            .see("RFC 9112 §2.2", LIMIT_PAGE)
            .parts(&[Pass, Hang, Pass])
            .alone()
            .ours()
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
            .each([get("X : y\r\n"), get("Content-Length\t: 0\r\n")].map(must_400)),
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
            .see("RFC 9112 §3.2", LIMIT_PAGE)
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
        refusal("other-scheme", "A target of another scheme than http is not answered here.")
            .see("RFC 9110 §7.4", LIMIT_PAGE)
            .ours()
            .each(["https://a/", "HTTPS://a/", "ftp://a/"].map(|target| {
                whole(format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n")).wants(refused(&[421]))
            })),
        refusal("version", "A major version other than 1 is refused as such.")
            .see("RFC 9110 §15.6.6", LIMIT_PAGE)
            .ours()
            .each(
                ["2.0", "3.0", "0.9"]
                    .map(|v| after(format!("GET / HTTP/{v}\r\nHost: a\r\n\r\n"), &[505])),
            ),
        refusal("no-host", "An HTTP/1.1 request without Host is refused.")
            .see("RFC 9112 §3.2", LIMIT_PAGE)
            .with(must_400("GET / HTTP/1.1\r\n\r\n")),
        refusal("two-hosts", "A request with two Host fields is refused.")
            .see("RFC 9112 §3.2", LIMIT_PAGE)
            .each([get("Host: b\r\n"), get("Host: a\r\n")].map(must_400)),
        refusal("bad-host", "A Host that is no host and port is refused.")
            .see("RFC 9112 §3.2", LIMIT_PAGE)
            .each(
                ["a b", "a/b", "a:port", "a@b", "[::1"]
                    .map(|host| must_400(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"))),
            ),
        refusal(
            "connect",
            "CONNECT, which asks for a tunnel, is not implemented; nothing after it is a request.",
        )
        .see("RFC 9110 §9.3.6", "part3-6-server")
        .ours()
        .with(after("CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", &[501])),
        refusal("unknown-methods", "A method that nobody implements is answered with 501.")
            .see("RFC 9110 §9.1", "part3-6-server")
            .ours()
            .each(["BREW", "get", "TRACE"].map(|method| {
                whole(format!("{method} / HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .wants(want(vec![status(&[501])]))
            })),
        refusal("refused-head", "The refusal of a HEAD request has no body.")
            .see("RFC 9110 §9.3.2", LIMIT_PAGE)
            // Whether it is refused at all is for `no-host` to say.
            .with(
                whole("HEAD / HTTP/1.1\r\n\r\n")
                    .methods(&["HEAD"])
                    .wants(want(vec![answer(Status::Any)])),
            ),
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
