//! A connection that sends streamed answers, without a socket, and with a clock that is set by hand.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::time::Duration;

use part7_production::action::{Action, CloseReason};
use part7_production::clock::Now;
use part7_production::connection::Connection;
use part7_production::limits::Limits;
use part7_production::message::RequestHead;
use part7_production::response::{Content, Response};
use part7_production::status::Status;

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n";
const OLD_GET: &[u8] = b"GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n";
const HEAD: &[u8] = b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n";

/// Content that comes in these pieces; `None` is an error.
struct Script(VecDeque<Option<&'static [u8]>>);

impl Read for Script {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.pop_front() {
            None => Ok(0),
            Some(None) => Err(io::Error::other("the disk is broken")),
            Some(Some(piece)) => {
                let n = piece.len().min(buffer.len());
                buffer[..n].copy_from_slice(&piece[..n]);
                if n < piece.len() {
                    self.0.push_front(Some(&piece[n..]));
                }
                Ok(n)
            }
        }
    }
}

/// A connection, its clock, and what its driver holds.
struct Machine {
    connection: Connection,
    now: Now,
    head: Option<RequestHead>,
    content: Option<Content>,
    /// The content of every answer, and its length if it is announced.
    script: Vec<Option<&'static [u8]>>,
    length: Option<u64>,
    /// Whether a body goes to a disk.
    is_upload: bool,
}

impl Machine {
    fn new(script: &[Option<&'static [u8]>], length: Option<u64>) -> Machine {
        Machine::with(Limits::default(), script, length)
    }

    fn with(limits: Limits, script: &[Option<&'static [u8]>], length: Option<u64>) -> Machine {
        let now = Now::read();
        let connection = Connection::new(limits, &now);
        let script = script.to_vec();
        Machine { connection, now, head: None, content: None, script, length, is_upload: false }
    }

    /// Does what it says, up to the next action that waits, fills or ends.
    fn rest(&mut self) -> Action {
        loop {
            match self.connection.poll(&self.now) {
                Action::Head(received) => self.head = Some(received),
                Action::Data(n) => {
                    self.connection.consume(n);
                    if self.is_upload {
                        self.connection.extend_body(n, &self.now);
                    }
                }
                Action::End(_) => {}
                Action::Respond => {
                    let content = Script(self.script.iter().copied().collect());
                    let response = Response::stream(&b"text/plain"[..], content, self.length);
                    self.content = self.connection.respond(response, &self.now);
                }
                action => return action,
            }
        }
    }

    fn read(&mut self, bytes: &[u8]) -> Action {
        self.connection.received(bytes);
        self.rest()
    }

    /// Reads the next piece of content.
    fn fill(&mut self) -> Action {
        let content = self.content.as_mut().expect("there is content");
        match content.read(self.connection.room()) {
            Ok(n) => self.connection.filled(n, &self.now),
            Err(_) => self.connection.cut_short(),
        }
        self.rest()
    }

    /// Takes so much of what waits to be written, and lets it go on.
    fn write(&mut self, most: usize) -> (Vec<u8>, Action) {
        let n = most.min(self.connection.output().len());
        let output = self.connection.output()[..n].to_vec();
        self.connection.wrote(n, &self.now);
        (output, self.rest())
    }

    /// Lets it fill and write until it waits for the client, or ends.
    fn run(&mut self, mut action: Action) -> (String, Action) {
        let mut written = Vec::new();
        loop {
            action = match action {
                Action::Fill => self.fill(),
                Action::Write => {
                    let (output, next) = self.write(usize::MAX);
                    written.extend_from_slice(&output);
                    next
                }
                end => return (String::from_utf8(written).expect("all of it is text"), end),
            }
        }
    }

    fn pass(&mut self, time: Duration) -> Action {
        self.now.instant += time;
        self.rest()
    }
}

/// The bodies of the answers, with their framing; the heads are left out.
fn bodies(written: &str) -> Vec<&str> {
    let answers = written.split("HTTP/1.1 200 OK\r\n").skip(1);
    answers.map(|answer| answer.split_once("\r\n\r\n").expect("a head ends").1).collect()
}

#[test]
fn content_of_known_length_leaves_with_its_head() {
    let mut machine = Machine::new(&[Some(b"hello")], Some(5));
    assert_eq!(machine.read(GET), Action::Fill);
    assert_eq!(machine.connection.room().len(), 5);
    assert_eq!(machine.fill(), Action::Write);
    let (output, next) = machine.write(usize::MAX);
    assert!(output.ends_with(b"Content-Length: 5\r\n\r\nhello"), "{}", output.escape_ascii());
    assert_eq!(next, Action::Read);
}

#[test]
fn small_answers_to_pipelined_requests_still_leave_in_one_write() {
    let mut machine = Machine::new(&[Some(b"hello")], Some(5));
    let mut action = machine.read(&GET.repeat(100));
    while action == Action::Fill {
        action = machine.fill();
    }
    assert_eq!(action, Action::Write);
    let (output, next) = machine.write(usize::MAX);
    assert_eq!(bodies(&String::from_utf8_lossy(&output)), ["hello"; 100]);
    assert_eq!(next, Action::Read);
}

#[test]
fn content_of_unknown_length_goes_in_chunks_each_before_the_next_is_made() {
    let mut machine = Machine::new(&[Some(b"one"), Some(b"a longer piece")], None);
    assert_eq!(machine.read(GET), Action::Write);
    let (head, next) = machine.write(usize::MAX);
    assert!(head.ends_with(b"Transfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n"));
    assert_eq!(next, Action::Fill);
    for chunk in ["3\r\none\r\n", "e\r\na longer piece\r\n"] {
        assert_eq!(machine.fill(), Action::Write);
        let (output, next) = machine.write(usize::MAX);
        assert_eq!((output.as_slice(), next), (chunk.as_bytes(), Action::Fill));
    }
    assert_eq!(machine.fill(), Action::Write);
    assert_eq!(machine.write(usize::MAX), (b"0\r\n\r\n".to_vec(), Action::Read));
}

#[test]
fn for_http10_the_end_of_the_connection_ends_the_content() {
    let mut machine = Machine::new(&[Some(b"one"), Some(b"two")], None);
    let action = machine.read(&OLD_GET.repeat(2));
    let (written, next) = machine.run(action);
    assert!(written.contains("\r\nConnection: close\r\n"), "{written}");
    assert!(!written.contains("chunked") && !written.contains("Content-Length"), "{written}");
    assert_eq!((bodies(&written), next), (vec!["onetwo"], Action::HalfClose));
}

#[test]
fn for_http10_content_of_known_length_lets_the_connection_go_on() {
    let mut machine = Machine::new(&[Some(b"hello")], Some(5));
    let action = machine.read(&OLD_GET.repeat(2));
    assert_eq!(bodies(&machine.run(action).0), ["hello"; 2]);
}

#[test]
fn the_answer_to_head_asks_for_no_content() {
    for length in [Some(5), None] {
        let mut machine = Machine::new(&[Some(b"hello")], length);
        let action = machine.read(&[HEAD, GET].concat());
        assert!(machine.content.is_some(), "that of the second answer");
        let (written, next) = machine.run(action);
        let bodies = bodies(&written);
        assert_eq!((bodies[0], bodies[1].contains("hello"), next), ("", true, Action::Read));
    }
}

#[test]
fn empty_content_is_whole_at_once() {
    let mut machine = Machine::new(&[], Some(0));
    let action = machine.read(&GET.repeat(2));
    assert_eq!(machine.run(action).1, Action::Read);
    let mut machine = Machine::new(&[], None);
    let action = machine.read(&GET.repeat(2));
    let (written, next) = machine.run(action);
    assert_eq!((bodies(&written), next), (vec!["0\r\n\r\n"; 2], Action::Read));
}

#[test]
fn content_that_ends_early_or_fails_ends_the_connection_and_no_answer_follows() {
    let cut = Action::Close(CloseReason::ContentCutShort);
    for (script, length, sent) in [
        (&[Some(&b"hel"[..])][..], Some(5), "hel"),
        (&[Some(b"hel"), None, Some(b"lo")], Some(5), "hel"),
        (&[Some(b"hel"), None, Some(b"lo")], None, "3\r\nhel\r\n"),
    ] {
        let mut machine = Machine::new(script, length);
        let action = machine.read(&GET.repeat(2));
        let (written, next) = machine.run(action);
        assert_eq!((bodies(&written), next), (vec![sent], Action::HalfClose));
        machine.connection.received_eof();
        assert_eq!(machine.rest(), cut);
    }
}

#[test]
fn to_http10_content_that_breaks_off_is_ended_by_a_reset() {
    let mut machine = Machine::new(&[Some(b"one"), None], None);
    let action = machine.read(OLD_GET);
    let (written, next) = machine.run(action);
    assert_eq!(
        (bodies(&written), next),
        (vec!["one"], Action::Abort(CloseReason::ContentCutShort))
    );
}

#[test]
fn answers_before_the_one_that_fails_are_whole() {
    let mut machine = Machine::new(&[Some(b"hello")], Some(5));
    let mut action = machine.read(GET);
    while action == Action::Fill {
        action = machine.fill();
    }
    machine.script = vec![Some(b"hel"), None];
    machine.connection.received(GET);
    action = machine.rest();
    let (written, next) = machine.run(action);
    assert_eq!((bodies(&written), next), (vec!["hello", "hel"], Action::HalfClose));
}

#[test]
fn no_more_is_read_than_was_announced() {
    let mut machine = Machine::new(&[Some(b"hello, and what the file grew by")], Some(5));
    let action = machine.read(&GET.repeat(2));
    assert_eq!(bodies(&machine.run(action).0), ["hello"; 2]);
}

#[test]
fn however_slowly_the_client_reads_little_waits() {
    let limits = Limits { output_bytes: 300, content_bytes: 100, ..Limits::default() };
    let piece: &[u8] = &[b'x'; 1000];
    let mut machine = Machine::with(limits, &[Some(piece)], Some(1000));
    let mut action = machine.read(&GET.repeat(2));
    let mut written = Vec::new();
    loop {
        assert!(machine.connection.output().len() <= 300 + 100 + 300, "the head and a piece");
        action = match action {
            Action::Fill => machine.fill(),
            Action::Write => {
                let (output, next) = machine.write(7);
                written.extend(output);
                next
            }
            Action::Read => break,
            other => panic!("{other:?}"),
        }
    }
    let text = String::from_utf8(written).expect("all of it is text");
    assert_eq!(bodies(&text), [str::from_utf8(piece).expect("it is text"); 2]);
}

#[test]
fn content_may_take_its_time_and_the_client_then_has_all_of_its_own() {
    let mut machine = Machine::new(&[Some(b"one"), Some(b"two")], None);
    assert_eq!(machine.read(GET), Action::Write);
    assert_eq!(machine.write(usize::MAX).1, Action::Fill);
    let patience = Limits::default().write_stall_time;
    for _ in 0..2 {
        assert_eq!(machine.pass(patience * 10), Action::Fill);
        assert_eq!(machine.fill(), Action::Write);
        assert_eq!(machine.pass(patience - Duration::from_millis(1)), Action::Write);
        assert_eq!(machine.write(usize::MAX).1, Action::Fill);
    }
    assert_eq!(machine.fill(), Action::Write);
    assert_eq!(machine.pass(patience), Action::Close(CloseReason::WriteStalled));
}

/// A minute of patience, ten bytes a second, and an hour for an upload.
fn rates() -> Limits {
    Limits {
        body_time: MINUTE,
        body_rate: 10,
        upload_time: 60 * MINUTE,
        write_stall_time: MINUTE,
        write_rate: 10,
        ..Limits::default()
    }
}

const MINUTE: Duration = Duration::from_secs(60);
const POST: &[u8] = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n";

fn upload(is_upload: bool) -> Machine {
    let mut machine = Machine::with(rates(), &[], Some(0));
    machine.is_upload = is_upload;
    assert_eq!(machine.read(POST), Action::Read);
    machine
}

#[track_caller]
fn is_too_late(machine: &mut Machine) {
    let (output, next) = machine.write(usize::MAX);
    assert!(output.starts_with(b"HTTP/1.1 408 "));
    assert_eq!(next, Action::HalfClose);
}

#[test]
fn an_upload_buys_time_with_its_bytes_and_a_short_body_has_its_own() {
    for is_upload in [true, false] {
        let mut machine = upload(is_upload);
        let before = machine.connection.deadline();
        assert_eq!(machine.pass(MINUTE / 2), Action::Read);
        assert_eq!(machine.read(&[b'x'; 100]), Action::Read);
        let bought = machine.connection.deadline() - before;
        assert_eq!(bought, if is_upload { Duration::from_secs(10) } else { Duration::ZERO });
        assert_eq!(machine.pass(MINUTE), Action::Write);
        is_too_late(&mut machine);
    }
}

#[test]
fn an_upload_at_the_least_rate_is_waited_for_and_a_slower_one_is_cut() {
    for (bytes, rounds) in [(100, 300), (50, 10)] {
        let mut machine = upload(true);
        for _ in 0..rounds {
            assert_eq!(machine.pass(Duration::from_secs(10)), Action::Read);
            assert_eq!(machine.read(&vec![b'x'; bytes]), Action::Read);
        }
        let slow = machine.connection.deadline() - machine.now.instant;
        assert_eq!(slow, if bytes == 100 { MINUTE } else { Duration::from_secs(10) });
        assert_eq!(machine.pass(slow), Action::Write);
        is_too_late(&mut machine);
    }
}

#[test]
fn whoever_was_fast_may_not_rest_for_long() {
    let mut machine = upload(true);
    assert_eq!(machine.read(&vec![b'x'; 1_000_000]), Action::Read);
    assert_eq!(machine.pass(MINUTE), Action::Write);
    is_too_late(&mut machine);
}

#[test]
fn no_bytes_make_an_upload_longer_than_its_whole_time() {
    let mut machine = upload(true);
    for _ in 0..61 {
        assert_eq!(machine.pass(Duration::from_secs(59)), Action::Read);
        assert_eq!(machine.read(&[b'x'; 10_000]), Action::Read);
    }
    assert_eq!(machine.pass(Duration::from_secs(1)), Action::Write);
    is_too_late(&mut machine);
}

#[test]
fn a_client_that_reads_at_the_least_rate_is_waited_for_and_a_slower_one_is_let_go() {
    for (bytes, rounds) in [(100, 300), (50, 10)] {
        let mut machine = Machine::with(rates(), &[Some(&[b'x'; 100_000])], Some(100_000));
        assert_eq!(machine.read(GET), Action::Fill);
        assert_eq!(machine.fill(), Action::Write);
        for _ in 0..rounds {
            assert_eq!(machine.pass(Duration::from_secs(10)), Action::Write);
            assert_eq!(machine.write(bytes).1, Action::Write);
        }
        let left = machine.connection.deadline() - machine.now.instant;
        assert_eq!(left, if bytes == 100 { MINUTE } else { Duration::from_secs(10) });
        assert_eq!(machine.pass(left), Action::Close(CloseReason::WriteStalled));
    }
}

#[test]
fn the_request_under_way_when_the_server_stops_is_answered_and_is_the_last() {
    for framing in [Some(3), None] {
        let mut machine = Machine::new(&[Some(b"one")], framing);
        assert_eq!(machine.read(&GET[..9]), Action::Read);
        assert!(!machine.connection.is_idle());
        machine.connection.finish_up();
        let next = machine.read(&GET.repeat(2)[9..]);
        let (output, next) = machine.run(next);
        assert_eq!(next, Action::HalfClose);
        assert_eq!(output.matches("HTTP/1.1 200 OK").count(), 1);
        assert_eq!(output.matches("Connection: close\r\n").count(), 1);
    }
}

#[test]
fn an_idle_connection_that_is_woken_when_the_server_stops_closes_without_a_word() {
    for begun in [&b""[..], &GET[..9]] {
        let mut machine = Machine::new(&[Some(b"one")], Some(3));
        assert_eq!(machine.rest(), Action::Read);
        assert!(machine.connection.is_idle());
        machine.connection.finish_up();
        assert_eq!(machine.rest(), Action::Read);
        assert_eq!(machine.read(begun), Action::Read);
        machine.connection.received_eof();
        assert_eq!(machine.rest(), Action::Close(CloseReason::ServerDone));
    }
}

#[test]
fn whoever_is_turned_away_hears_why_before_the_end() {
    let mut machine = Machine::new(&[], Some(0));
    let answer = Response::sentence(Status::ServiceUnavailable, "Too many.");
    machine.connection.turn_away(&answer, &machine.now);
    assert_eq!(machine.rest(), Action::Write);
    let (output, next) = machine.write(usize::MAX);
    assert!(output.starts_with(b"HTTP/1.1 503 ") && output.ends_with(b"\r\n\r\nToo many.\n"));
    assert_eq!(next, Action::HalfClose);
    assert_eq!(machine.rest(), Action::Read);
    machine.connection.received_eof();
    assert_eq!(machine.rest(), Action::Close(CloseReason::TurnedAway));
}
