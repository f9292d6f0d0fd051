//! Body: where it ends, by length and by chunks.

use super::build::*;
use super::{Check, Group, Status, Verdict};

use Verdict::{Fail, Pass};

/// Two-byte, three-byte and four-byte sequences, so that every kind of cut inside one occurs.
const UTF8: &str = "grüße €1 🦀";

/// The checks of this group; all of them need `/echo`.
pub fn checks() -> Vec<Check> {
    let all_bytes: Vec<u8> = (0..=255).chain(*b"\r\n\r\n0\r\n\r\n").collect();
    vec![
        body("length", "A body of Content-Length bytes is read.")
            .see("RFC 9112 §6.2", "part3-3-content-length")
            .with(whole(post(b"hello")).wants(echoed("hello"))),
        body("length-zero", "A Content-Length of 0 is an empty body, and a complete request.")
            .see("RFC 9112 §6.3", "part3-3-content-length")
            .with(whole(post(b"")).wants(echoed(""))),
        body("no-length", "Without Content-Length and Transfer-Encoding a request has no body.")
            .see("RFC 9112 §6.3", "part3-3-content-length")
            .or_refused(411)
            .with(whole(post_with("", b"")).wants(echoed(""))),
        body("leading-zeros", "A Content-Length may begin with zeros.")
            .see("RFC 9110 §8.6", "part3-3-content-length")
            .with(whole(post_with("Content-Length: 0005\r\n", b"hello")).wants(echoed("hello"))),
        body("body-in-later-segment", "A body that arrives after its head belongs to it.")
            .see("RFC 9112 §6.2", "part3-3-content-length")
            .with(head_then_body().wants(echoed("hello"))),
        body("body-every-cut", "Head and body cut in two at any byte are one request.")
            .see("RFC 9112 §6.2", "part3-3-content-length")
            .each(every_cut(&post(b"hello")).map(|cut| cut.wants(echoed("hello")))),
        body("body-byte-by-byte", "Head and body that arrive one byte at a time are one request.")
            .see("RFC 9112 §6.2", "part3-3-content-length")
            .with(each_byte(&post(b"hello")).wants(echoed("hello"))),
        body(
            "any-bytes",
            "A body is bytes, not text: NUL, CRLF CRLF and what is no UTF-8 included.",
        )
        .see("RFC 9110 §6.4", "part3-3-content-length")
        .with(whole(post(&all_bytes)).wants(echoed(&all_bytes))),
        body("utf8-cut", "A character that is cut by a segment's end comes back whole.")
            .see("RFC 9110 §6.4", "part3-3-content-length")
            .with(each_byte_of_body().wants(echoed(UTF8))),
        body("large-body", "A body of 300 KiB comes back whole.")
            .see("RFC 9112 §6.2", "part3-3-content-length")
            .or_refused(413)
            .with(whole(post(&numbers(300 << 10))).wants(echoed(numbers(300 << 10)))),
        body("chunked", "A chunked body is decoded.")
            .see("RFC 9112 §7.1", "part3-4-chunked")
            .or_refused(411)
            .with(whole(chunked(b"5\r\nhello\r\n0\r\n\r\n")).wants(echoed("hello")))
            .with(whole(chunked(b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")).wants(echoed("hello")))
            .with(whole(chunked(b"0\r\n\r\n")).wants(echoed(""))),
        body("chunked-every-cut", "A chunked request cut in two at any byte is one request.")
            .see("RFC 9112 §7.1", "part3-4-chunked")
            .or_refused(411)
            .each(
                every_cut(&chunked(b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"))
                    .map(|cut| cut.wants(echoed("hello"))),
            ),
        body(
            "chunked-byte-by-byte",
            "A chunked request that arrives one byte at a time is one request.",
        )
        .see("RFC 9112 §7.1", "part3-4-chunked")
        .or_refused(411)
        .with(each_byte(&chunked(b"5\r\nhello\r\n0\r\n\r\n")).wants(echoed("hello"))),
        body(
            "chunk-size-digits",
            "A chunk size is hexadecimal in either case, zeros in front allowed.",
        )
        .see("RFC 9112 §7.1", "part3-4-chunked")
        .or_refused(411)
        .each(["a", "A", "00a", "000000000000000A"].map(|size| {
            let wire = format!("{size}\r\n0123456789\r\n0\r\n\r\n");
            whole(chunked(wire.as_bytes())).wants(echoed("0123456789"))
        })),
        body("chunk-extensions", "Chunk extensions that nobody knows are skipped.")
            .see("RFC 9112 §7.1.1", "part3-4-chunked")
            .or_refused(411)
            .each(["5;a", "5;a=b;c=\"d;e\""].map(|line| {
                let wire = format!("{line}\r\nhello\r\n0;last\r\n\r\n");
                whole(chunked(wire.as_bytes())).wants(echoed("hello"))
            })),
        body(
            "chunk-extension-blanks",
            "Blanks before a chunk extension are skipped, though nobody should send them.",
        )
        .see("RFC 9112 §7.1.1", "part3-4-chunked")
        .or_refused(411)
        .with(whole(chunked(b"5 ;a=b\r\nhello\r\n0 \t;c\r\n\r\n")).wants(echoed("hello"))),
        body(
            "trailers",
            "Trailer fields after the last chunk end the request, and stay out of the body.",
        )
        .see("RFC 9112 §7.1.2", "part3-4-chunked")
        .or_refused(411)
        .with(whole(chunked(b"5\r\nhello\r\n0\r\nSum: 1\r\nX: y\r\n\r\n")).wants(echoed("hello"))),
        body("coding-any-case", "The name of a coding is compared without case.")
            .see("RFC 9112 §7", "part3-4-chunked")
            .or_refused(411)
            .with(
                whole(post_with("Transfer-Encoding: Chunked\r\n", b"5\r\nhello\r\n0\r\n\r\n"))
                    .wants(echoed("hello")),
            ),
        body("body-is-no-request", "A body that looks like a request is a body.")
            .see("RFC 9112 §6.3", "part3-3-content-length")
            .or_refused(411)
            .with(whole(post(GET)).wants(echoed(GET)))
            .with(whole(chunked(&one_chunk(GET))).wants(echoed(GET))),
        body("upload-too-large", "An upload of 4 MiB that is refused still sees its answer.")
            .see("RFC 9112 §9.6", "part3-5-refusals-and-limits")
            .parts(&[Fail, Fail, Pass])
            .ours()
            .with(
                whole(post(&vec![b'x'; 4 << 20]))
                    .wants(want(vec![answer(Status::SuccessOr(413))]).is_not_reset()),
            ),
        body(
            "linear-time",
            "Eight times the bytes, in tiny pieces, take about eight times as long.",
        )
        .see("RFC 9110 §17.5", "part3-1-end-of-head")
        .alone()
        .ours()
        .pace(24)
        .each([4_000, 32_000].map(|bytes| {
            let wire = format!("{}0\r\n\r\n", "1\r\nx\r\n".repeat(bytes));
            whole(chunked(wire.as_bytes())).wants(echoed("x".repeat(bytes)))
        })),
    ]
}

fn body(name: &'static str, promise: &'static str) -> Check {
    check(Group::Body, name, promise).echo()
}

fn head_then_body() -> super::Exchange {
    let request = post(b"hello");
    let (head, body) = request.split_at(request.len() - 5);
    pieces(&[head, body])
}

/// The head whole, the body one byte at a time.
fn each_byte_of_body() -> super::Exchange {
    let request = post(UTF8.as_bytes());
    let (head, body) = request.split_at(request.len() - UTF8.len());
    let mut exchange = each_byte(body);
    exchange.steps.insert(0, crate::wire::Step::Send(head.to_vec()));
    exchange.steps.insert(1, crate::wire::Step::Pause(GAP));
    exchange
}

/// Bytes of which no two places look alike.
fn numbers(length: usize) -> Vec<u8> {
    (0..).flat_map(|n: u32| format!("{n} ").into_bytes()).take(length).collect()
}

fn one_chunk(data: &[u8]) -> Vec<u8> {
    let size = format!("{:x}\r\n", data.len());
    [size.as_bytes(), data, b"\r\n0\r\n\r\n"].concat()
}
