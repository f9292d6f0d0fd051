//! Allocations: `cargo bench --bench allocations`.
//!
//! Of part 4 for each request, by its number of fields: look at `alloc`, it must be the same in every row.
//! And of a head that is kept: indexed, as ours is, or as a list of strings.

mod driver;
mod heads;

use divan::{AllocProfiler, Bencher, black_box};
use driver::exchange;
use part4_keepalive::clock::Now;
use part4_keepalive::connection::Connection;
use part4_keepalive::limits::Limits;
use part4_keepalive::message::RequestHead;
use part4_keepalive::parser::{Event, RequestParser};

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

#[divan::bench_group(sample_count = 100, sample_size = 1000)]
mod kept {
    use super::*;

    /// A browser's head, from its bytes to the index: the parsing and the keeping.
    #[divan::bench]
    fn indexed(bencher: Bencher) {
        let mut parser = RequestParser::new(Limits::default());
        bencher.bench_local(|| drop(black_box(parsed(&mut parser))));
    }

    /// What a list of strings costs on top of the parsing.
    #[divan::bench]
    fn strings(bencher: Bencher) {
        let head = parsed(&mut RequestParser::new(Limits::default()));
        let owned = |(name, value): (&str, &[u8])| {
            (name.to_owned(), String::from_utf8_lossy(value).into_owned())
        };
        bencher.bench_local(|| drop(black_box(head.fields.iter().map(owned).collect::<Vec<_>>())));
    }

    fn parsed(parser: &mut RequestParser) -> RequestHead {
        parser.push(black_box(heads::BROWSER));
        let Ok(Some(Event::Head(head))) = parser.next_event() else { panic!("a good head") };
        let Ok(Some(Event::End(_))) = parser.next_event() else { panic!("it has no body") };
        head
    }
}
