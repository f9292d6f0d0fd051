//! The drain: a client that is still sending gets to see why nobody wants to read it.

use std::io::{Read, Write};
use std::net::TcpStream;

use course::reply::ReplyReader;

use crate::client::{SOON, start, text};

const UPLOAD: usize = 4 << 20;

/// The client sends all of its upload before it reads, as simple clients do: a reset meanwhile would
/// take the answer from it.
#[track_caller]
pub fn a_refused_upload_sees_413_in_50_of_50_tries(part: &str) {
    let server = start(part);
    let head = format!("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {UPLOAD}\r\n\r\n");
    let upload = [head.as_bytes(), &vec![b'v'; UPLOAD]].concat();
    for attempt in 1..=50 {
        let mut stream = TcpStream::connect(server.address()).expect("the server accepts");
        stream.set_read_timeout(Some(SOON)).expect("the stream is open");
        stream.set_write_timeout(Some(SOON)).expect("the stream is open");
        let sent = stream.write_all(&upload);
        assert!(sent.is_ok(), "attempt {attempt}: the server takes no more: {sent:?}");
        let mut received = Vec::new();
        let read = stream.read_to_end(&mut received);
        assert!(read.is_ok(), "attempt {attempt}: no answer is left: {read:?}");
        let reader = ReplyReader::read(&["POST"], &received, true);
        assert_eq!(reader.wrong(), None, "attempt {attempt}");
        let [reply] = reader.replies() else { panic!("attempt {attempt}: no answer") };
        assert_eq!(reply.status, 413, "attempt {attempt}");
        assert!(text(reply).contains("too large"), "attempt {attempt}");
    }
}
