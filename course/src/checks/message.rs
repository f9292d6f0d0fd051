//! Message: the request line and the field lines.

use super::build::*;
use super::{Check, Group, Status};

/// The checks of this group.
pub fn checks() -> Vec<Check> {
    vec![
        message("field-names-any-case", "Field names are compared without case.")
            .see("RFC 9110 §5.1", "part3-2-request-line-and-fields")
            .echo()
            .each(["content-length", "CONTENT-LENGTH", "cOnTeNt-LeNgTh"].map(|name| {
                whole(format!("POST /echo HTTP/1.1\r\nhOST: a\r\n{name}: 5\r\n\r\nhello"))
                    .wants(echoed("hello"))
            })),
        message("blanks-around-values", "Blanks around a field value are not part of it.")
            .see("RFC 9112 §5.1", "part3-2-request-line-and-fields")
            .echo()
            .each(["5", "  5", " 5 "].map(|value| {
                whole(post_with(&format!("Content-Length:{value}\r\n"), b"hello"))
                    .wants(echoed("hello"))
            })),
        message("tabs-around-values", "A tab is a blank, too.")
            .see("RFC 9112 §5.1", "part3-2-request-line-and-fields")
            .echo()
            .each(["\t5", " 5\t", "\t 5\t "].map(|value| {
                whole(post_with(&format!("Content-Length:{value}\r\n"), b"hello"))
                    .wants(echoed("hello"))
            })),
        message(
            "absolute-form",
            "A target may name scheme and host: a proxy's client sends it so.",
        )
        .see("RFC 9112 §3.2.2", "part3-5-refusals-and-limits")
        .parts(NOT_2)
        .each(["http://a/", "HTTP://a/", "http://a?x=y"].map(|target| understood("GET", target))),
        message("empty-line-first", "An empty line before the request line is skipped.")
            .see("RFC 9112 §2.2", "part3-2-request-line-and-fields")
            .ours()
            .with(whole([b"\r\n", GET].concat())),
        message("minor-versions", "HTTP/1.2 to HTTP/1.9 are served as HTTP/1.1.")
            .see("RFC 9110 §2.5", "part3-2-request-line-and-fields")
            .parts(NOT_2)
            .ours()
            .each(["1.2", "1.9"].map(|version| {
                whole(format!("GET / HTTP/{version}\r\nHost: a\r\nConnection: close\r\n\r\n"))
            })),
        message("http10-without-host", "HTTP/1.0 knows no Host field, so it may be missing.")
            .see("RFC 9112 §3.3", "part3-5-refusals-and-limits")
            .parts(NOT_2)
            .ours()
            // RFC 9110 §15.6.6: a server may refuse a version as a whole.
            .with(
                whole("GET / HTTP/1.0\r\n\r\n").wants(want(vec![answer(Status::SuccessOr(505))])),
            ),
        message("bytes-in-values", "A field value may hold any byte from 0x80 to 0xFF, and HTAB.")
            .see("RFC 9110 §5.5", "part3-2-request-line-and-fields")
            .parts(NOT_2)
            .with(whole(b"GET / HTTP/1.1\r\nHost: a\r\nX: caf\xe9\t\xff\xc3\r\n\r\n")),
        message("many-fields", "Ninety field lines are no reason to refuse.")
            .see("RFC 9110 §5.4", "part3-5-refusals-and-limits")
            .parts(NOT_2)
            .ours()
            .with(whole(format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(90)))),
        message("long-target", "A request line of 8000 bytes is read.")
            .see("RFC 9112 §3", "part3-5-refusals-and-limits")
            .ours()
            .with(whole(format!("GET /?{} HTTP/1.1\r\nHost: a\r\n\r\n", "q".repeat(7985)))),
        message("options", "OPTIONS is answered, for a resource and for the server as a whole.")
            .see("RFC 9112 §3.2.4", "part3-6-server")
            .parts(NOT_2)
            .ours()
            .each(["/", "*"].map(|target| understood("OPTIONS", target))),
        message("date", "An answer says when it was made.")
            .see("RFC 9110 §6.6.1", "part3-6-server")
            .parts(NOT_2)
            .with(whole(GET).wants(want(vec![answer(Status::Success).has("date", "")]))),
        message(
            "line-by-line-mistakes",
            "A wrong line is refused when it ends, not when the head ends.",
        )
        .see("RFC 9112 §3", "part3-2-request-line-and-fields")
        .parts(NOT_2)
        .ours()
        .with(whole("nonsense\r\n").wants(refused(&[400]))),
        message(
            "reported-as-sent",
            "Method, target, query, version and fields arrive as they were sent.",
        )
        .see("RFC 9112 §3", "part3-2-request-line-and-fields")
        .our_app()
        .until(4)
        .with(
            whole("PUT /a%20b/c?d=e&f=%2F HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nx-one:\t2 \r\n\r\n")
                .wants(want(vec![status(&[200]).json(
                    r#"{"method": "PUT", "target": "/a%20b/c?d=e&f=%2F", "path": "/a%20b/c",
                        "query": "d=e&f=%2F", "version": "HTTP/1.1",
                        "fields": ["Host: a", "X-One: 1", "x-one: 2"], "body_bytes": 0}"#,
                )])),
        ),
        message("body-reported-as-sent", "Body and trailers are shown as they were sent.")
            .see("RFC 9112 §7.1.2", "part3-4-chunked")
            .our_app()
            .until(4)
            .with(
                pieces(&[
                    b"POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ngr\xc3",
                    b"\xbc\xc3\x9f\r\n0\r\nSum: 1\r\n\r\n",
                ])
                .wants(want(vec![
                    status(&[200])
                        .json(r#"{"body_text": "grüß", "body_bytes": 6, "trailers": ["Sum: 1"]}"#),
                ])),
            ),
    ]
}

fn message(name: &'static str, promise: &'static str) -> Check {
    check(Group::Message, name, promise)
}

fn understood(method: &str, target: &str) -> super::Exchange {
    whole(format!("{method} {target} HTTP/1.1\r\nHost: a\r\n\r\n"))
        .wants(want(vec![answer(Status::Understood)]))
}
