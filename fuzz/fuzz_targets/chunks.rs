//! The body of a chunked request. However it is cut, the same comes out; and what is accepted is what a
//! decoder that has all of it and reads it with httparse makes of it.

#![no_main]

use fuzz::{cut, feed};
use httparse::{InvalidChunkSize, Status, parse_chunk_size};
use libfuzzer_sys::fuzz_target;

const HEAD: &[u8] = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

fuzz_target!(|body: &[u8]| {
    let whole = feed([HEAD, body]);
    let (first, second) = body.split_at(cut(body));
    assert_eq!(feed([HEAD, first, second]), whole);
    assert_eq!(feed([HEAD].into_iter().chain(body.chunks(1))), whole);
    if !whole.trailers.is_empty() {
        let decoded = decode(body).expect("what we accept, httparse accepts");
        assert_eq!(whole.bodies[0], decoded);
    }
});

/// The data, without a look at the trailers; nothing of a body that isn't whole.
fn decode(mut body: &[u8]) -> Result<Vec<u8>, InvalidChunkSize> {
    let mut data = Vec::new();
    loop {
        let Status::Complete((line, size)) = parse_chunk_size(body)? else {
            panic!("a whole body has all its lines");
        };
        if size == 0 {
            return Ok(data);
        }
        let (chunk, rest) = body[line..].split_at(size as usize);
        data.extend_from_slice(chunk);
        body = rest.strip_prefix(b"\r\n").expect("a chunk ends in CRLF");
    }
}
