//! Chunks and trailers.

use super::super::build::*;
use super::{CHUNK_PAGE, after_body, bad_body, not_served, refusal};
use crate::checks::Check;

/// The checks.
pub fn checks() -> Vec<Check> {
    vec![
        refusal(
            "chunk-size",
            "A chunk size is hexadecimal digits: no sign, no 0x, nothing after it.",
        )
        .see("RFC 9112 §7.1", CHUNK_PAGE)
        .ours()
        .each(
            ["+5", "-5", "0x5", "5 zz", "g", "", " 5"]
                .map(|size| bad_body(chunked(format!("{size}\r\nhello\r\n0\r\n\r\n").as_bytes()))),
        ),
        refusal(
            "chunk-size-overflow",
            "A chunk size that no integer holds is refused, not wrapped.",
        )
        .see("RFC 9112 §7.1", CHUNK_PAGE)
        .rfc(not_served())
        .each(["10000000000000005", "FFFFFFFFFFFFFFFFFFFF"].map(|size| {
            after_body(chunked(format!("{size}\r\nhello\r\n0\r\n\r\n").as_bytes()), &[400, 413])
        })),
        refusal("chunk-end", "CRLF follows the data of a chunk.")
            .see("RFC 9112 §7.1", CHUNK_PAGE)
            .ours()
            .each(
                ["5\r\nhelloXX0\r\n\r\n", "3\r\nhello\r\n0\r\n\r\n"]
                    .map(|wire| bad_body(chunked(wire.as_bytes()))),
            ),
        refusal("chunk-bare-lf", "A chunk line ends in CRLF.")
            .see("RFC 9112 §7.1", CHUNK_PAGE)
            .ours()
            .each(
                ["5\nhello\r\n0\r\n\r\n", "5;a\rb\r\nhello\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n"]
                    .map(|wire| bad_body(chunked(wire.as_bytes()))),
            ),
        refusal("chunk-extensions-limit", "Chunk extensions without end are refused.")
            .see("RFC 9112 §7.1.1", CHUNK_PAGE)
            .ours()
            .with(bad_body(chunked(
                format!("{}0\r\n\r\n", format!("1;{}\r\nx\r\n", "e".repeat(1000)).repeat(40))
                    .as_bytes(),
            ))),
        refusal("trailer-line", "A trailer line obeys the rules of a field line.")
            .see("RFC 9112 §7.1.2", CHUNK_PAGE)
            .ours()
            .each(["X : y", "X", " X: y"].map(|line| {
                bad_body(chunked(format!("5\r\nhello\r\n0\r\n{line}\r\n\r\n").as_bytes()))
            })),
    ]
}
