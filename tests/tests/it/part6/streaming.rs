//! Answers that are made while they are sent.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::time::{Duration, Instant};

use course::launch::Server;
use course::reply::{Framing, ReplyReader};
use course::wire::{Options, Until, Wire};
use part6_files::ticks::Ticks;
use part6_files::transport::Transport;

use super::{NAME, Site, get};
use crate::client::{Client, SOON, bare, exchange, field, logged, start, text};

#[test]
fn the_clock_arrives_tick_by_tick() {
    let server = start(NAME);
    let mut wire =
        Wire::connect(&[server.address()], Options::default(), None).expect("it accepts");
    wire.send(b"GET /clock HTTP/1.1\r\nHost: h\r\n\r\n");
    let begin = Instant::now();
    assert!(wire.wait(&Until::Bytes(1), SOON), "the head comes at once");
    let ticks = || String::from_utf8_lossy(&wire.timeline().received).matches("tick ").count();
    for n in 1..=3 {
        while ticks() < n {
            assert!(begin.elapsed() < SOON, "tick {n} doesn't come");
            wire.wait(&Until::Bytes(wire.timeline().received.len() + 1), SOON);
        }
        let early = (n - 1) as f64 - begin.elapsed().as_secs_f64();
        assert!(early < 0.05, "tick {n} comes {early} s before its time");
        assert!(ticks() < 10, "tick {n} comes with the last one");
    }
}

#[test]
fn the_connection_goes_on_behind_a_stream() {
    let site = Site::new();
    site.write("a.txt", "hello");
    let mut client = Client::at(site.address);
    client.send("GET /files/ HTTP/1.1\r\nHost: h\r\n\r\nGET /a.txt HTTP/1.1\r\nHost: h\r\n\r\n");
    client.send("HEAD /files/ HTTP/1.1\r\nHost: h\r\n\r\nGET /a.txt HTTP/1.1\r\nHost: h\r\n\r\n");
    let replies = client.replies(&["GET", "GET", "HEAD", "GET"]);
    assert_eq!(replies[0].framing, Framing::Chunked);
    assert_eq!(field(&replies[2], "Transfer-Encoding"), "chunked");
    assert_eq!([&replies[1], &replies[3]].map(text), ["hello"; 2]);
}

#[test]
fn the_clock_ticks_as_often_as_it_should_however_little_is_read_at_a_time() {
    for size in [1, 3, 100] {
        let mut ticks = Ticks::new(10, Duration::from_millis(1));
        let (mut all, mut chunk) = (Vec::new(), vec![0; size]);
        loop {
            match ticks.read(&mut chunk).expect("it never fails") {
                0 => break,
                n => all.extend_from_slice(&chunk[..n]),
            }
        }
        let expected: String = (1..=10).map(|n| format!("tick {n} of 10\n")).collect();
        assert_eq!(String::from_utf8_lossy(&all), expected);
    }
}

#[test]
fn a_client_of_http10_gets_a_stream_that_ends_with_the_connection() {
    let site = Site::new();
    let request = "GET /files/ HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n";
    let reply = exchange(site.address, request, &["GET"]).remove(0);
    assert_eq!((reply.status, reply.framing), (200, Framing::Close));
    assert_eq!(field(&reply, "Connection"), "close");
    assert!(text(&reply).ends_with("</ul>\n"));
    site.write("a.txt", "hello");
    let mut client = Client::at(site.address);
    let request = "GET /a.txt HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n";
    client.send(request.repeat(2));
    for reply in client.replies(&["GET"; 2]) {
        assert_eq!(
            (reply.framing, field(&reply, "Connection")),
            (Framing::Length(5), "keep-alive")
        );
    }
}

/// Asks for a file that is too large for the kernel to hold, and reads its head.
fn begin(site: &Site, name: &str) -> (std::net::TcpStream, Vec<u8>) {
    let mut stream = bare(site.address);
    write!(stream, "GET /{name} HTTP/1.1\r\nHost: h\r\n\r\n").expect("it is open");
    let mut start = vec![0; 1000];
    stream.read_exact(&mut start).expect("it is being sent");
    (stream, start)
}

const LARGE: usize = 64 << 20;

#[test]
fn a_file_that_shrinks_while_it_is_sent_ends_the_connection_and_nothing_is_made_up() {
    let site = Site::new();
    let path = site.write("a", "x".repeat(LARGE));
    let (mut stream, mut received) = begin(&site, "a");
    File::options()
        .write(true)
        .open(&path)
        .and_then(|file| file.set_len(1000))
        .expect("it is ours");
    stream.write_all(b"GET /files/ HTTP/1.1\r\nHost: h\r\n\r\n").expect("it is open");
    stream.read_to_end(&mut received).expect("the stream ends in good order");
    let reader = ReplyReader::read(&["GET"], &received, true);
    assert!(reader.replies().is_empty(), "an answer that is not whole is not taken for one");
    assert_eq!(reader.unfinished().framing, Framing::Length(LARGE as u64));
    let body = &reader.unfinished().body;
    assert!(body.len() < LARGE && body.iter().all(|byte| *byte == b'x'), "{} bytes", body.len());
}

#[test]
fn a_file_that_grows_while_it_is_sent_is_sent_as_long_as_it_was() {
    let site = Site::new();
    let path = site.write("a", "x".repeat(LARGE));
    let (mut stream, mut received) = begin(&site, "a");
    let mut file = File::options().append(true).open(&path).expect("it is ours");
    file.write_all(&[b'y'; 1000]).expect("it is ours");
    stream
        .write_all(b"GET /files/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        .expect("it is open");
    stream.read_to_end(&mut received).expect("both answers come");
    let reader = ReplyReader::read(&["GET"; 2], &received, true);
    assert!(reader.wrong().is_none());
    let [first, second] = reader.replies() else { panic!("{} answers", reader.replies().len()) };
    assert!(first.body.len() == LARGE && !first.body.contains(&b'y'));
    assert_eq!(second.framing, Framing::Chunked);
}

#[test]
fn a_file_that_is_removed_while_it_is_sent_is_sent_to_its_end() {
    let site = Site::new();
    let path = site.write("a", "x".repeat(LARGE));
    let (mut stream, mut received) = begin(&site, "a");
    fs::remove_file(path).expect("it is ours");
    while received.len() < LARGE {
        let mut chunk = vec![0; 1 << 20];
        let n = stream.read(&mut chunk).expect("it is being sent");
        received.extend_from_slice(&chunk[..n]);
    }
    assert_eq!(get(site.address, "/a", "").status, 404);
}

#[test]
fn a_client_that_vanishes_is_logged_quietly_and_survived() {
    let directory = tempfile::TempDir::new().expect("a directory");
    fs::write(directory.path().join("a"), "x".repeat(LARGE)).expect("it is ours");
    let root = directory.path().to_str().expect("it is UTF-8");
    let server = Server::start_with(NAME, &["--root", root], &[]).expect("it starts");
    let mut client = Client::of(&server);
    client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    client.wait_for_lines(5);
    client.reset();
    let line = logged(&server, "#1 closed, 1 answered: the client is gone");
    assert!(!line.contains("warning"), "{line}");
    let mut client = Client::of(&server);
    client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(client.reply("HEAD").status, 200);
}

#[test]
fn a_client_of_http10_that_leaves_in_the_middle_of_a_stream_is_survived() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send("GET /clock HTTP/1.0\r\n\r\n").wait_for_lines(7);
    client.reset();
    logged(&server, "#1 closed, 1 answered: the client is gone");
    let mut client = Client::of(&server);
    client.send("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(client.reply("GET").status, 200);
}

/// A file of a gigabyte, most of which is a hole.
#[cfg(target_os = "linux")]
#[test]
fn a_gigabyte_is_sent_in_little_memory() {
    let directory = tempfile::TempDir::new().expect("a directory");
    let file = File::create(directory.path().join("large")).expect("it is ours");
    file.set_len(1 << 30).expect("holes cost nothing");
    let root = directory.path().to_str().expect("it is UTF-8");
    let mut server = Server::start_with(NAME, &["--root", root], &[]).expect("it starts");
    let mut stream = bare(server.address());
    stream
        .write_all(b"GET /large HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        .expect("it is open");
    let (mut chunk, mut received) = (vec![0; 1 << 20], 0);
    loop {
        match stream.read(&mut chunk).expect("it is being sent") {
            0 => break,
            n => received += n,
        }
    }
    assert!(received > 1 << 30);
    let peak = peak_bytes(server.process().id());
    assert!(peak < 16 << 20, "{peak} bytes");
}

#[cfg(target_os = "linux")]
fn peak_bytes(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux tells");
    let kilobytes = line.split_whitespace().next().and_then(|n| n.parse::<u64>().ok());
    kilobytes.expect("a number") * 1024
}

#[test]
fn an_aborted_connection_ends_with_a_reset_and_not_with_the_stream() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let mut client = bare(listener.local_addr().expect("it is bound"));
    let (stream, _) = listener.accept().expect("the client is there");
    let mut transport = Transport::new(stream).expect("it is open");
    let soon = Instant::now() + SOON;
    transport.write(b"one", soon).expect("there is room");
    let mut chunk = [0; 3];
    client.read_exact(&mut chunk).expect("it has come");
    transport.abort().expect("it is open");
    drop(transport);
    let error = client.read(&mut chunk).expect_err("it isn't the end of the stream");
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}
