//! Stream: bytes arrive in any pieces, and connections begin and end in any way.

use super::build::*;
use super::{Check, Group};
use crate::wire::Step;

/// The checks of this group.
pub fn checks() -> Vec<Check> {
    vec![
        stream(
            "one-segment",
            "A request in one segment is answered while the client keeps its side open.",
        )
        .see("RFC 9112 §2.1", "who-waits")
        .parts(NOT_2)
        .with(whole(GET)),
        stream("two-segments", "A head that arrives in two segments is one request.")
            .see("RFC 9112 §2.2", "part3-1-end-of-head")
            .with(pieces(&[b"GET / HT", b"TP/1.1\r\nHost: a\r\n\r\n"])),
        stream("every-cut", "A head cut in two at any byte is one request.")
            .see("RFC 9112 §2.2", "part3-1-end-of-head")
            .each(every_cut(GET)),
        stream("byte-by-byte", "A head that arrives one byte at a time is one request.")
            .see("RFC 9112 §2.2", "part3-1-end-of-head")
            .with(each_byte(GET)),
        stream(
            "cut-blank-line",
            "The blank line that ends the head is found when it is cut itself.",
        )
        .see("RFC 9112 §2.1", "part3-1-end-of-head")
        .each((1..4).map(|n| {
            let cut = GET.len() - n;
            pieces(&[&GET[..cut], &GET[cut..]])
        })),
        stream(
            "large-head",
            "A head of 6 KiB, more than one read brings, is read to its end before the answer.",
        )
        .see("RFC 9112 §3", "part2-buffering")
        .ours()
        .with(whole(large_head()).wants(success().is_not_reset())),
        stream(
            "half-close",
            "A client that ends its direction after the request still gets the answer.",
        )
        .see("RFC 9112 §9.6", "part2-buffering")
        .parts(ALWAYS)
        .ours()
        .with(whole(GET).then(Step::HalfClose).wants(success().closes())),
        stream("cut-then-half-close", "Two segments and the end of the stream are one request.")
            .see("RFC 9112 §9.6", "part2-buffering")
            .parts(SINCE_2)
            .ours()
            .with(pieces(&[b"GET / HT", b"TP/1.1\r\nHost: a\r\n\r\n"]).then(Step::HalfClose)),
        stream("bytes-then-half-close", "Single bytes and the end of the stream are one request.")
            .see("RFC 9112 §9.6", "part2-buffering")
            .parts(SINCE_2)
            .ours()
            .with(each_byte(GET).then(Step::HalfClose)),
        stream(
            "half-request-beside",
            "A client that stops in the middle of its request holds up nobody else.",
        )
        .see("RFC 9112 §9.5", "part1-naive")
        .parts(NOT_2)
        .ours()
        .with(
            whole(GET).beside(vec![Step::Send(b"GET / HTTP/1.1\r\nHo".to_vec()), Step::Pause(GAP)]),
        ),
        stream(
            "idle-beside",
            "A client that keeps its connection after an answer holds up nobody else.",
        )
        .see("RFC 9112 §9.4", "part1-naive")
        .parts(NOT_2)
        .ours()
        .with(whole(GET).beside(vec![Step::Send(GET.to_vec()), Step::Pause(GAP)])),
        stream(
            "connect-and-close",
            "A client that connects and leaves gets no bytes, and the next one is served.",
        )
        .see("RFC 9112 §9.5", "part1-naive")
        .parts(NOT_2)
        .alone()
        .ours()
        .with(unanswered(vec![Step::HalfClose]))
        .with(whole(GET)),
        stream("silent-beside", "A connection that says nothing holds up nobody else.")
            .see("RFC 9112 §9.4", "part1-naive")
            .parts(NOT_2)
            .alone()
            .ours()
            .with(whole(GET).beside(vec![Step::Pause(GAP)])),
        stream(
            "reset-midway",
            "A client that resets in the middle of its request leaves the server standing.",
        )
        .see("RFC 9112 §9.5", "part1-naive")
        .parts(NOT_2)
        .alone()
        .ours()
        .with(whole(GET).beside(vec![
            Step::Send(b"GET / HTTP/1.1\r\nHo".to_vec()),
            Step::Pause(GAP),
            Step::Reset,
        ])),
        stream(
            "reset-after-request",
            "A client that resets instead of reading its answer leaves the server standing.",
        )
        .see("RFC 9112 §9.5", "part1-naive")
        .parts(NOT_2)
        .alone()
        .ours()
        .with(whole(GET).beside(vec![Step::Send(GET.to_vec()), Step::Reset])),
    ]
}

fn stream(name: &'static str, promise: &'static str) -> Check {
    check(Group::Stream, name, promise)
}

fn large_head() -> Vec<u8> {
    let cookies = format!("Cookie: {}\r\n", "c".repeat(2000)).repeat(3);
    format!("GET / HTTP/1.1\r\nHost: a\r\n{cookies}\r\n").into_bytes()
}
