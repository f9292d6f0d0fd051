//! More than any server should take.

use super::super::build::*;
use super::{LIMIT_PAGE, after, get, refusal};
use crate::checks::{Check, Verdict};

use Verdict::{Fail, Pass};

/// The checks.
pub fn checks() -> Vec<Check> {
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
        .with(whole(post_with("Content-Length: 99999999999\r\n", b"")).wants(not_echoed(&[413]))),
        refusal("chunk-limit", "A chunk larger than any body may be is refused before it is sent.")
            .see("RFC 9110 §15.5.14", LIMIT_PAGE)
            .ours()
            .each(["ffffffffffffffff", "7fffffff"].map(|size| {
                whole(chunked(format!("{size}\r\nhello").as_bytes())).wants(not_echoed(&[413]))
            })),
        refusal("chunks-limit", "Chunks without end are refused with 413.")
            .see("RFC 9110 §15.5.14", LIMIT_PAGE)
            .parts(&[Fail, Fail, Pass])
            .ours()
            .with(
                whole(chunked(format!("10000\r\n{}\r\n", "x".repeat(65536)).repeat(40).as_bytes()))
                    .wants(not_echoed(&[413]).closes_in_order()),
            ),
    ]
}
