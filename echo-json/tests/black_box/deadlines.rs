//! No client can keep the server waiting for ever, or make it keep answers without bound.

use std::io::{self, ErrorKind, Read, Write};
use std::time::Duration;

use echo_json::limits::Limits;

use crate::program::serve;
use crate::wire::Wire;

fn start() -> Wire {
    let limits = Limits {
        idle: Duration::from_millis(200),
        stall: Duration::from_millis(200),
        drain_time: Duration::from_millis(200),
        ..Limits::default()
    };
    Wire::connect(&serve(limits, true, |message, output| output.extend_from_slice(message)))
}

#[test]
fn an_idle_client_is_cut() {
    let mut client = start();
    client.send("one\n");
    client.expect("one\n");
    client.expect_end();
}

#[test]
fn a_client_that_never_ends_its_line_is_cut() {
    let mut client = start();
    // A byte every 20 ms: it is never silent for long.
    client.socket.set_read_timeout(Some(Duration::from_millis(20))).expect("not zero");
    loop {
        match client.socket.read(&mut [0]) {
            Ok(n) => break assert_eq!(n, 0),
            Err(error) if is_timeout(&error) => {}
            Err(_) => break,
        }
        if client.socket.write_all(b"x").is_err() {
            // Cut between our read and our write.
            break;
        }
    }
}

#[test]
fn a_client_that_never_reads_is_bounded_and_cut() {
    let mut client = start();
    let line = [&[b'x'; 1023][..], b"\n"].concat();
    let mut sent = 0;
    while client.socket.write_all(&line).is_ok() {
        sent += line.len();
        assert!(sent < 256 * 1024 * 1024, "the server takes everything");
    }
}

#[test]
fn a_client_that_sends_on_after_the_last_answer_is_cut() {
    let mut client = start();
    client.send(vec![b'x'; 1024 * 1024 + 1]);
    let answer = b"{\"status\":\"ERROR\",\"message\":\"Message too long\"}\n";
    client.expect(answer);
    let mut sent = 0;
    while client.socket.write_all(&[b'x'; 1024]).is_ok() {
        sent += 1024;
        assert!(sent < 256 * 1024 * 1024, "the server takes everything");
    }
}

/// Unix reports a socket's timeout as `WouldBlock`, Windows as `TimedOut`.
fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
