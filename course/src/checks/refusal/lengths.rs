//! Content-Length and Transfer-Encoding.

use super::super::build::*;
use super::{CHUNK_PAGE, LENGTH_PAGE, after_body, bad_body, encoded, not_served, refusal, sized};
use crate::checks::{Check, Status};

/// The checks.
pub fn checks() -> Vec<Check> {
    vec![
        refusal(
            "length-not-digits",
            "A Content-Length is digits: no sign, no 0x, no blank inside.",
        )
        .see("RFC 9112 §6.3", LENGTH_PAGE)
        .each(["+5", "-5", "0x5", "5 5", "5a", "five", "5."].map(|n| sized(n, &[400]))),
        refusal("length-empty", "A Content-Length without a digit is refused.")
            .see("RFC 9112 §6.3", LENGTH_PAGE)
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
            .map(|fields| after_body(post_with(&format!("{fields}\r\n"), b"0\r\n\r\n"), &[400])),
        ),
        refusal(
            "encoding-in-1.0",
            "Transfer-Encoding in HTTP/1.0 is refused, at least the connection closes.",
        )
        .see("RFC 9112 §6.1", CHUNK_PAGE)
        .rfc(want(vec![answer(Status::Any)]).closes())
        .each(["/", "/echo"].map(|target| {
            let fields = "Host: a\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n";
            bad_body(format!("POST {target} HTTP/1.0\r\n{fields}\r\n0\r\n\r\n"))
        })),
        refusal(
            "encoding-not-chunked",
            "A Transfer-Encoding whose last coding is not chunked is refused.",
        )
        .see("RFC 9112 §6.3", CHUNK_PAGE)
        .rfc(want(vec![answer(Status::NotEchoed(&[400]))]).closes())
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
        .with(after_body(post_with("Transfer-Encoding: br, chunked\r\n", b"0\r\n\r\n"), &[501])),
    ]
}
