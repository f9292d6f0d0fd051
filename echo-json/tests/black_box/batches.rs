//! One read and one write serve a whole batch of messages; seen with a socket of our own.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use echo_json::connection::converse;
use echo_json::frame::Framing;
use echo_json::limits::Limits;
use echo_json::transport::{Socket, Stream};

/// A socket that brings one piece per read, then the end of the stream, and keeps each write.
#[derive(Default)]
struct Script {
    reads: VecDeque<Vec<u8>>,
    writes: Arc<Mutex<Vec<String>>>,
}

impl Read for Script {
    fn read(&mut self, chunk: &mut [u8]) -> io::Result<usize> {
        let piece = self.reads.pop_front().unwrap_or_default();
        chunk[..piece.len()].copy_from_slice(&piece);
        Ok(piece.len())
    }
}

impl Write for Script {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut writes = self.writes.lock().expect("no test panics with it");
        writes.push(bytes.escape_ascii().to_string());
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Socket for Script {
    fn set_read_timeout(&self, _: Duration) -> io::Result<()> {
        Ok(())
    }
    fn set_write_timeout(&self, _: Duration) -> io::Result<()> {
        Ok(())
    }
    fn half_close(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Echoes each message, at most 4 bytes long, and expects these writes.
#[track_caller]
fn check(framing: Framing, reads: &[&[u8]], expected: &[&str]) {
    let writes = Arc::default();
    let reads = reads.iter().map(|piece| piece.to_vec()).collect();
    let script = Script { reads, writes: Arc::clone(&writes) };
    let limits = Limits { message_bytes: 4, batch_bytes: 12, ..Limits::default() };
    let echo = |message: &[u8], output: &mut Vec<u8>| output.extend_from_slice(message);
    let reason = converse(&mut Stream::new(Box::new(script)), framing, &limits, echo);
    assert!(reason.is_ok(), "{reason:?}");
    assert_eq!(*writes.lock().expect("no test panics with it"), expected);
}

#[test]
fn what_one_read_brings_is_answered_in_one_write() {
    check(Framing::Lines, &[b"1\n2\n3\n", b"4\n"], &[r"1\n2\n3\n", r"4\n"]);
    check(Framing::Lines, &[b"1\n2", b"\n", b"\n\n"], &[r"1\n", r"2\n"]);
    check(Framing::Length, &[b"\0\0\0\x01x\0\0\0\x01y"], &[r"\x00\x00\x00\x01x\x00\x00\x00\x01y"]);
}

#[test]
fn answers_are_written_before_too_many_wait() {
    check(Framing::Lines, &[b"1111\n2222\n3333\n4444\n"], &[r"1111\n2222\n3333\n", r"4444\n"]);
}

#[test]
fn an_unfinished_message_is_refused_at_the_end() {
    let refusal = r#"{\"status\":\"ERROR\",\"message\":\"The last line has no newline\"}\n"#;
    check(Framing::Lines, &[b"1\n2"], &[r"1\n", refusal]);
}

#[test]
fn nothing_is_answered_after_a_message_that_is_too_long() {
    let refusal = r#"1\n{\"status\":\"ERROR\",\"message\":\"Message too long\"}\n"#;
    check(Framing::Lines, &[b"1\n12345\n2\n", b"3\n"], &[refusal]);
}
