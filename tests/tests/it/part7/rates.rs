//! Slow clients: whoever keeps the least rate is waited for, whoever doesn't is let go.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use super::{Site, metric};
use crate::client::{SOON, bare};

const STEP: Duration = Duration::from_millis(20);

/// Half a second of patience, and a kilobyte a second.
fn site() -> Site {
    Site::with(|limits| {
        limits.body_time = STEP * 25;
        limits.body_rate = 1000;
        limits.write_stall_time = STEP * 25;
        limits.write_rate = 1000;
    })
}

/// Sends so many bytes of a body every 20 ms until an answer comes. The answer, and how long that took.
#[track_caller]
fn upload(site: &Site, length: usize, step: usize) -> (String, Duration) {
    let mut stream = bare(site.address);
    let head = format!("PUT /files/a HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("the server reads");
    stream.set_read_timeout(Some(STEP)).expect("it is open");
    let (began, mut left) = (Instant::now(), length);
    let mut answer = [0; 1000];
    loop {
        match stream.read(&mut answer) {
            Ok(n) => return (String::from_utf8_lossy(&answer[..n]).into_owned(), began.elapsed()),
            Err(error) => {
                assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
            }
        }
        assert!(began.elapsed() < SOON, "no answer comes");
        let n = step.min(left);
        left -= n;
        stream.write_all(&vec![b'x'; n]).expect("the server reads");
    }
}

#[test]
fn an_upload_of_a_byte_now_and_then_is_ended() {
    let (answer, time) = upload(&site(), 1_000_000, 1);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(time >= STEP * 25, "it has its time");
}

#[test]
fn an_upload_that_keeps_the_rate_takes_as_long_as_it_takes() {
    // On a busy machine a step takes longer: twice the least rate leaves room for that.
    let (answer, time) = upload(&site(), 4000, 40);
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert!(time >= STEP * 100, "four times its patience");
}

#[test]
fn an_upload_has_a_time_for_all_of_it() {
    let site = Site::with(|limits| limits.upload_time = STEP * 25);
    let (answer, time) = upload(&site, 1_000_000, 100);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(time >= STEP * 25, "it has its time");
}

/// Asks for more than the kernels on both sides hold.
fn download(site: &Site) -> TcpStream {
    site.file("film", 50_000_000);
    let mut stream = bare(site.address);
    stream.write_all(b"GET /film HTTP/1.1\r\nHost: h\r\n\r\n").expect("the server reads");
    stream
}

#[test]
fn a_client_that_takes_next_to_nothing_is_let_go() {
    for takes in [0, 1] {
        let site = site();
        let mut stream = download(&site);
        let began = Instant::now();
        // The counter itself is asked for on a connection.
        while metric(&site, "http_connections_open") > 1.0 {
            assert!(began.elapsed() < SOON, "its thread waits on");
            stream.read_exact(&mut vec![0; takes]).expect("the answer has begun");
            thread::sleep(STEP);
        }
        assert!(began.elapsed() >= STEP * 25, "it has its time");
    }
}

#[test]
fn a_client_that_takes_a_lump_now_and_then_gets_all() {
    let site = site();
    let mut stream = download(&site);
    let mut lump = vec![0; 10_000_000];
    for _ in 0..5 {
        stream.read_exact(&mut lump).expect("it is waited for");
        thread::sleep(STEP * 15);
    }
}
