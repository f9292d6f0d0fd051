//! The parser of parts 3 and 4 beside httparse: `cargo bench --bench parser`.
//!
//! httparse checks the grammar of lines and leaves pointers into its input. Ours also keeps the head,
//! checks Host, framing and Expect, and goes on to the body. `httparse_kept` does a part of that: it
//! copies the head and where its fields stand.

mod heads;

use std::hint::black_box;
use std::mem::MaybeUninit;

use divan::counter::BytesCount;
use divan::{Bencher, black_box_drop};
use heads::{BROWSER, SMALL};
use httparse::{EMPTY_HEADER, Request, Status};
use part3_parser::limits::Limits;
use part3_parser::parser::{Event, RequestParser};

const HEADS: [&[u8]; 2] = [SMALL, BROWSER];

/// As many fields as our limits allow.
const FIELDS: usize = 100;

fn main() {
    assert_eq!(HEADS.map(<[u8]>::len), [35, 722]);
    divan::main();
}

/// Pushes pieces and takes all events; how many bytes of data there were.
fn feed<'a>(parser: &mut RequestParser, pieces: impl IntoIterator<Item = &'a [u8]>) -> usize {
    let mut data = 0;
    for piece in pieces {
        parser.push(piece);
        while let Some(event) = parser.next_event().expect("a good request") {
            match event {
                Event::Data(n) => {
                    data += n;
                    parser.consume(n);
                }
                event => black_box_drop(event),
            }
            if parser.between_requests() {
                break;
            }
        }
    }
    data
}

#[divan::bench_group(sample_size = 2000, sample_count = 200)]
mod head {
    use super::*;

    #[divan::bench(args = HEADS.map(<[u8]>::len))]
    fn ours(bencher: Bencher, length: usize) {
        let head = of_length(length);
        let mut parser = RequestParser::new(Limits::default());
        bencher
            .counter(BytesCount::new(length))
            .bench_local(|| feed(&mut parser, [black_box(head)]));
    }

    #[divan::bench(args = HEADS.map(<[u8]>::len))]
    fn httparse(bencher: Bencher, length: usize) {
        let head = of_length(length);
        bencher.counter(BytesCount::new(length)).bench_local(|| {
            let mut fields = [EMPTY_HEADER; FIELDS];
            let mut request = Request::new(&mut fields);
            let result = request.parse(black_box(head));
            black_box(&request);
            result
        });
    }

    #[divan::bench(args = HEADS.map(<[u8]>::len))]
    fn httparse_uninit(bencher: Bencher, length: usize) {
        let head = of_length(length);
        bencher.counter(BytesCount::new(length)).bench_local(|| {
            let mut fields = [const { MaybeUninit::uninit() }; FIELDS];
            let mut request = Request::new(&mut []);
            let result = request.parse_with_uninit_headers(black_box(head), &mut fields);
            black_box(&request);
            result
        });
    }

    #[divan::bench(args = HEADS.map(<[u8]>::len))]
    fn httparse_kept(bencher: Bencher, length: usize) {
        let head = of_length(length);
        let mut received = Vec::new();
        bencher.counter(BytesCount::new(length)).bench_local(|| {
            received.clear();
            received.extend_from_slice(black_box(head));
            let mut fields = [const { MaybeUninit::uninit() }; FIELDS];
            let mut request = Request::new(&mut []);
            let result = request.parse_with_uninit_headers(&received, &mut fields);
            let Ok(Status::Complete(end)) = result else { panic!("a good request") };
            let start = received.as_ptr() as usize;
            let span = |part: &[u8]| (part.as_ptr() as usize - start, part.len());
            let spans = request.headers.iter().map(|it| (span(it.name.as_bytes()), span(it.value)));
            let spans: Box<[_]> = spans.collect();
            let text: Box<[u8]> = received[..end].into();
            black_box_drop((text, spans));
        });
    }

    fn of_length(length: usize) -> &'static [u8] {
        HEADS.into_iter().find(|head| head.len() == length).expect("one of them")
    }
}

/// A chunked request with 64 KiB of data.
fn chunked(bytes: usize, chunk: usize) -> Vec<u8> {
    let mut request =
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..bytes / chunk {
        request.extend_from_slice(format!("{chunk:x}\r\n").as_bytes());
        request.resize(request.len() + chunk, b'x');
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"0\r\n\r\n");
    request
}

#[divan::bench_group(sample_count = 100)]
mod chunks {
    use super::*;

    const BYTES: usize = 64 * 1024;
    const CHUNKS: [usize; 3] = [16, 1024, BYTES];

    #[divan::bench(args = CHUNKS)]
    fn ours(bencher: Bencher, chunk: usize) {
        let request = chunked(BYTES, chunk);
        let mut parser = RequestParser::new(Limits::default());
        // As much at a time as the server reads.
        let pieces = || black_box(&request).chunks(8 * 1024);
        bencher.counter(BytesCount::new(BYTES)).bench_local(|| feed(&mut parser, pieces()));
    }

    /// Only the chunk lines, of a body that has come whole.
    #[divan::bench(args = CHUNKS)]
    fn httparse(bencher: Bencher, chunk: usize) {
        let request = chunked(BYTES, chunk);
        let head = request.windows(4).position(|it| it == b"\r\n\r\n").expect("a head") + 4;
        bencher.counter(BytesCount::new(BYTES)).bench_local(|| {
            let (mut at, mut data) = (head, 0);
            while let Ok(Status::Complete((line, size))) =
                httparse::parse_chunk_size(black_box(&request[at..]))
            {
                let size = size as usize;
                at += line + size + 2;
                data += size;
                if size == 0 {
                    break;
                }
            }
            data
        });
    }
}

/// One byte at a time: four times as many bytes should take four times as long.
#[divan::bench(args = [4, 16, 64, 256], sample_count = 10)]
fn byte_by_byte_kib(bencher: Bencher, kib: usize) {
    let request = chunked(kib * 1024, 1024);
    let mut parser = RequestParser::new(Limits::default());
    let pieces = || black_box(&request).chunks(1);
    bencher.counter(BytesCount::new(request.len())).bench_local(|| feed(&mut parser, pieces()));
}
