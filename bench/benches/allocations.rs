//! Allocations of part 4 for each request, by its number of fields: `cargo bench --bench allocations`.
//!
//! Look at `alloc`: it must be the same in every row.

use divan::{AllocProfiler, Bencher, black_box};
use part4_keepalive::action::Action;
use part4_keepalive::app;
use part4_keepalive::clock::Now;
use part4_keepalive::connection::Connection;
use part4_keepalive::limits::Limits;
use part4_keepalive::message::{Fields, Request};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// A request on a connection that was idle, from its bytes to the bytes of its answer.
#[divan::bench(args = [1, 10, 50], sample_count = 10, sample_size = 1000)]
fn fields(bencher: Bencher, fields: usize) {
    let mut request = b"GET / HTTP/1.1\r\nHost: localhost\r\n".to_vec();
    for number in 1..fields {
        request.extend_from_slice(format!("Field-{number}: value {number}\r\n").as_bytes());
    }
    request.extend_from_slice(b"\r\n");
    let mut now = Now::read();
    let mut connection = Connection::new(Limits::default(), &now);
    bencher.bench_local(|| exchange(&mut connection, &mut now, black_box(&request)));
}

/// What part 4's driver does between one read and the next.
fn exchange(connection: &mut Connection, now: &mut Now, request: &[u8]) {
    let (mut head, mut trailers) = (None, Fields::default());
    connection.received(request);
    now.update();
    loop {
        match connection.poll(now) {
            Action::Read => return,
            Action::Write => {
                let n = black_box(connection.output()).len();
                connection.wrote(n, now);
            }
            Action::Head(received) => head = Some(received),
            Action::End(received) => trailers = received,
            Action::Respond => {
                let head = head.take().expect("a request begins before it ends");
                let trailers = std::mem::take(&mut trailers);
                let request = Request { head, body: Vec::new(), trailers };
                connection.respond(&app::answer(request), now);
            }
            action => panic!("not in answer to this: {action:?}"),
        }
    }
}
