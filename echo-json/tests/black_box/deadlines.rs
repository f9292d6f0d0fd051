//! No client can keep the server waiting for ever, or make it keep answers without bound.

use std::io::{self, ErrorKind, Read, Write};
use std::time::{Duration, Instant};

use echo_json::limits::Limits;

use crate::program::{PATIENCE, serve};
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
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        match client.socket.read(&mut [0]) {
            Ok(n) => return assert_eq!(n, 0),
            Err(error) if is_timeout(&error) => {}
            Err(_) => return,
        }
        if client.socket.write_all(b"x").is_err() {
            // Cut between our read and our write.
            return;
        }
    }
    panic!("it is served still");
}

#[test]
fn a_client_that_never_reads_is_bounded_and_cut() {
    let mut client = start();
    let line = [&[b'x'; 1023][..], b"\n"].concat();
    expect_cut_while_sending(&mut client, &line);
}

#[test]
fn a_client_that_sends_on_after_the_last_answer_is_cut() {
    let mut client = start();
    client.send(vec![b'x'; 1024 * 1024 + 1]);
    let answer = b"{\"status\":\"ERROR\",\"message\":\"Message too long\"}\n";
    client.expect(answer);
    expect_cut_while_sending(&mut client, &[b'x'; 1024]);
}

/// Sends the same bytes again and again, until the server has cut the connection.
#[track_caller]
fn expect_cut_while_sending(client: &mut Wire, bytes: &[u8]) {
    let mut sent = 0;
    loop {
        if let Err(error) = client.socket.write_all(bytes) {
            return assert!(!is_timeout(&error), "the server neither reads nor cuts: {error}");
        }
        sent += bytes.len();
        assert!(sent < 256 * 1024 * 1024, "the server takes everything");
    }
}

/// Unix reports a socket's timeout as `WouldBlock`, Windows as `TimedOut`.
fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
