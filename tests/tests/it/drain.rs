//! The drain: a client that is still sending gets to see why nobody wants to read it.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use course::reply::ReplyReader;

use crate::client::{Client, SOON, bare, start, text};

const UPLOAD: usize = 4 << 20;

/// The client sends all of its upload before it reads, as simple clients do: a reset meanwhile would
/// take the answer from it.
#[track_caller]
pub fn a_refused_upload_sees_413_in_50_of_50_tries(part: &str) {
    let server = start(part);
    let head = format!("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {UPLOAD}\r\n\r\n");
    let upload = [head.as_bytes(), &vec![b'v'; UPLOAD]].concat();
    let began = Instant::now();
    for attempt in 1..=50 {
        assert!(began.elapsed() < SOON * 3, "attempt {attempt}: the half-close comes late");
        let mut stream = bare(server.address());
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

/// `address`: of a server that drains for this time.
#[track_caller]
pub fn it_ends_in_its_time_for_a_client_that_goes_on_sending(address: SocketAddr, time: Duration) {
    let mut stream = bare(address);
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("the server reads");
    let mut received = Vec::new();
    stream.read_to_end(&mut received).expect("the server half-closes");
    assert!(received.starts_with(b"HTTP/1.1 400 "));
    let began = Instant::now();
    while stream.write_all(b"v").is_ok() {
        assert!(began.elapsed() < SOON, "the drain doesn't end");
        thread::sleep(time / 30);
    }
    assert!(began.elapsed() > time * 9 / 10, "the drain ends early");
}

/// `address`: of a server that drains a mebibyte.
#[track_caller]
pub fn it_ends_after_its_bytes_for_a_client_that_floods(address: SocketAddr) {
    let mut stream = bare(address);
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("the server reads");
    let mut taken = 0;
    let refused = loop {
        match stream.write(&[b'v'; 8192]) {
            Ok(n) => taken += n,
            Err(error) => break error.kind(),
        }
        assert!(taken < 256 << 20, "the drain takes 256 MiB");
    };
    assert!(taken >= 1 << 20, "the drain takes only {taken} bytes");
    let is_gone = matches!(
        refused,
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted
    );
    assert!(is_gone, "{refused}");
}

/// `address`: of a server whose drain never ends. The client learns that the answer is over by the
/// server's half-close alone.
#[track_caller]
pub fn the_half_close_does_not_wait_for_it(address: SocketAddr) {
    for request in
        ["GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"]
    {
        let mut client = Client::at(address);
        client.send(request);
        client.last_reply("GET");
    }
}
