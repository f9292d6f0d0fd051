//! A connection of part 4 and its application. However requests are cut, and however little of the
//! output each write takes, the same bytes go out; and they are whole responses, one for each request.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use part4_keepalive::action::{Action, CloseReason};
use part4_keepalive::app;
use part4_keepalive::clock::Now;
use part4_keepalive::connection::Connection;
use part4_keepalive::limits::Limits;
use part4_keepalive::message::{Fields, Request};

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    /// Sizes of reads and writes, over and over; 0 counts as 256.
    sizes: Vec<u8>,
    bytes: &'a [u8],
}

fuzz_target!(|input: Input| {
    let now = Now::read();
    let whole = converse(input.bytes, &mut [usize::MAX].into_iter().cycle(), &now);
    let sizes = || input.sizes.iter().map(|&size| if size == 0 { 256 } else { size.into() });
    let mut sizes = sizes().chain([1]).cycle();
    // Whether `100 Continue` is sent depends on what has come, as it must.
    let expects = input.bytes.windows(12).any(|it| it.eq_ignore_ascii_case(b"100-continue"));
    let cut = converse(input.bytes, &mut sizes, &now);
    if !expects {
        assert_eq!(cut, whole);
    }
    assert_eq!(cut.answered, whole.answered);
});

#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    output: Vec<u8>,
    answered: u64,
    reason: CloseReason,
}

fn converse(mut input: &[u8], sizes: &mut impl Iterator<Item = usize>, now: &Now) -> Outcome {
    let mut connection = Connection::new(Limits::default(), now);
    let (mut output, mut size) = (Vec::new(), || sizes.next().expect("it is endless"));
    let (mut head, mut body, mut trailers) = (None, Vec::new(), Fields::default());
    let mut half_closed = false;
    loop {
        match connection.poll(now) {
            Action::Read if input.is_empty() => connection.received_eof(),
            Action::Read => {
                let (piece, rest) = input.split_at(size().min(input.len()));
                connection.received(piece);
                input = rest;
            }
            Action::Write => {
                assert!(!half_closed, "nothing is written after the last answer");
                let n = connection.output().len().min(size());
                output.extend_from_slice(&connection.output()[..n]);
                connection.wrote(n, now);
            }
            Action::Head(received) => assert!(head.replace(received).is_none()),
            Action::Data(n) => {
                body.extend_from_slice(&connection.unread()[..n]);
                connection.consume(n);
            }
            Action::End(received) => trailers = received,
            Action::Respond => {
                let head = head.take().expect("a request begins before it ends");
                let (body, trailers) = (std::mem::take(&mut body), std::mem::take(&mut trailers));
                connection.respond(&app::answer(Request { head, body, trailers }), now);
            }
            Action::HalfClose => half_closed = true,
            Action::Close(reason) => {
                return Outcome { output, answered: connection.answered(), reason };
            }
        }
    }
}
