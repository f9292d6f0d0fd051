//! Instructions for one head, one exchange, one line of JSON: what a busy machine can't blur.
//!
//! ```text
//! cd bench
//! RUNNER='valgrind --tool=callgrind --callgrind-out-file=target/callgrind.out --toggle-collect=*counted*'
//! CARGO_PROFILE_BENCH_DEBUG=1 cargo bench --config "target.'cfg(unix)'.runner = '$RUNNER'" \
//!     --bench instructions -- head-722
//! callgrind_annotate target/callgrind.out
//! ```
//!
//! The other names: `head-35`, `httparse-35`, `httparse-722`, `exchange`, `line`. What callgrind calls
//! `Collected` is for 6,400 of them: divide. `callgrind_annotate` tells where they are spent, in each
//! line of its list the file that the code stands in and the function that it was compiled into; with
//! `--inclusive=yes`, what a function calls counts as its own.

mod driver;
mod heads;

use std::env;
use std::hint::black_box;

use echo_json::buffer::RecvBuffer;
use echo_json::frame::Framing;
use httparse::{EMPTY_HEADER, Request};
use part3_parser::parser::RequestParser;
use part4_keepalive::clock::Now;
use part4_keepalive::connection::Connection;

/// How many are counted: whole batches of 16 and of 64.
const TIMES: usize = 6400;

fn main() {
    match env::args().nth(1).as_deref() {
        Some("head-35") => head(heads::SMALL),
        Some("head-722") => head(heads::BROWSER),
        Some("httparse-35") => httparse(heads::SMALL),
        Some("httparse-722") => httparse(heads::BROWSER),
        Some("exchange") => exchange(),
        Some("line") => line(),
        _ => eprintln!("one of: head-35, head-722, httparse-35, httparse-722, exchange, line"),
    }
}

/// Nothing outside of this is counted.
#[inline(never)]
fn counted(times: usize, mut what: impl FnMut()) {
    for _ in 0..times {
        what();
    }
}

/// Part 3: from the bytes of a head to its events.
fn head(head: &[u8]) {
    let mut parser = RequestParser::new(part3_parser::limits::Limits::default());
    counted(TIMES, || {
        parser.push(black_box(head));
        while let Some(event) = parser.next_event().expect("a good request") {
            drop(black_box(event));
            if parser.between_requests() {
                break;
            }
        }
    });
}

fn httparse(head: &[u8]) {
    counted(TIMES, || {
        let mut fields = [EMPTY_HEADER; 100];
        let mut request = Request::new(&mut fields);
        black_box(request.parse(black_box(head))).expect("a good request");
    });
}

/// Part 4: 16 requests in, 16 answers out.
fn exchange() {
    const DEPTH: usize = 16;
    let requests = b"GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n".repeat(DEPTH);
    let mut now = Now::read();
    let mut connection = Connection::new(part4_keepalive::limits::Limits::default(), &now);
    counted(TIMES / DEPTH, || driver::exchange(&mut connection, &mut now, black_box(&requests)));
}

/// echo-json: 64 lines in, 64 answers out.
fn line() {
    const DEPTH: usize = 64;
    let lines = b"{\"type\":\"GREETING\",\"name\":\"Alice\"}\n".repeat(DEPTH);
    let (mut input, mut output) = (RecvBuffer::default(), Vec::new());
    counted(TIMES / DEPTH, || {
        input.push(black_box(&lines));
        while let Some(frame) = Framing::Lines.next(&mut input, 1024).expect("a short line") {
            let message = &input.unread()[frame.message];
            Framing::Lines.put(&mut output, |output| echo_json::app::answer(message, output));
            input.consume(frame.length);
        }
        input.release();
        black_box(&output);
        output.clear();
    });
}
