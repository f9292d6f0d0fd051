//! A connection without a socket, and with a clock that is set by hand.

use std::time::Duration;

use part4_keepalive::action::{Action, CloseReason};
use part4_keepalive::app;
use part4_keepalive::clock::Now;
use part4_keepalive::connection::Connection;
use part4_keepalive::error::HttpError;
use part4_keepalive::limits::Limits;
use part4_keepalive::message::{Fields, Request, RequestHead};

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n";

/// A connection and its clock.
struct Machine {
    connection: Connection,
    now: Now,
    head: Option<RequestHead>,
}

impl Machine {
    fn new() -> Machine {
        let now = Now::read();
        Machine { connection: Connection::new(Limits::default(), &now), now, head: None }
    }

    /// Answers what has come, up to the next action that waits or ends.
    fn rest(&mut self) -> Action {
        loop {
            match self.connection.poll(&self.now) {
                Action::Head(received) => self.head = Some(received),
                Action::Data(n) => self.connection.consume(n),
                Action::End(_) => {}
                Action::Respond => {
                    let head = self.head.take().expect("a head comes first");
                    let request = Request { head, body: Vec::new(), trailers: Fields::default() };
                    self.connection.respond(&app::answer(request), &self.now);
                }
                action => return action,
            }
        }
    }

    /// Gives it bytes, and lets it go on.
    fn read(&mut self, bytes: &[u8]) -> Action {
        self.connection.received(bytes);
        self.rest()
    }

    /// Takes all that waits to be written, and lets it go on.
    fn write(&mut self) -> (Vec<u8>, Action) {
        let output = self.connection.output().to_vec();
        self.connection.wrote(output.len(), &self.now);
        (output, self.rest())
    }

    fn pass(&mut self, time: Duration) -> Action {
        self.now.instant += time;
        self.rest()
    }
}

fn count(output: &[u8], text: &[u8]) -> usize {
    output.windows(text.len()).filter(|window| *window == text).count()
}

#[test]
fn answers_to_requests_of_one_read_leave_in_one_write() {
    let mut machine = Machine::new();
    assert_eq!(machine.read(&GET.repeat(100)), Action::Write);
    let (output, next) = machine.write();
    assert_eq!(count(&output, b"200 OK"), 100);
    assert_eq!(next, Action::Read);
}

#[test]
fn a_client_that_does_not_read_is_not_parsed_either() {
    let mut machine = Machine::new();
    let most = Limits::default().output_bytes;
    assert_eq!(machine.read(&GET.repeat(10_000)), Action::Write);
    let waiting = machine.connection.output().len();
    assert!((most..most + 1024).contains(&waiting), "{waiting} bytes wait");
    let (_, next) = machine.write();
    assert_eq!(next, Action::Write);
}

#[test]
fn what_has_begun_to_leave_is_gone_before_more_is_answered() {
    let mut machine = Machine::new();
    assert_eq!(machine.read(&GET.repeat(10_000)), Action::Write);
    let waiting = machine.connection.output().len();
    // Each write takes a little. If answers were added behind it, the memory of what has gone would
    // never be given back.
    for written in (2_000..waiting).step_by(2_000) {
        machine.connection.wrote(2_000, &machine.now);
        assert_eq!(machine.rest(), Action::Write);
        assert_eq!(machine.connection.output().len(), waiting - written);
    }
}

#[test]
fn a_client_that_asks_is_told_once_to_send_its_body() {
    let mut machine = Machine::new();
    let head = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
    assert_eq!(machine.read(head), Action::Write);
    let (output, next) = machine.write();
    assert_eq!((output.as_slice(), next), (&b"HTTP/1.1 100 Continue\r\n\r\n"[..], Action::Read));
    assert_eq!(machine.read(b"he"), Action::Read);
    assert_eq!(machine.read(b"llo"), Action::Write);
    let (output, _) = machine.write();
    assert_eq!((count(&output, b"HTTP/1.1 "), count(&output, b"200 OK")), (1, 1));
}

#[test]
fn a_byte_now_and_then_does_not_move_the_deadline_of_a_head() {
    let mut machine = Machine::new();
    assert_eq!(machine.read(b"GET / HTTP/1.1\r\nName: "), Action::Read);
    let deadline = machine.connection.deadline();
    for _ in 0..59 {
        assert_eq!(machine.pass(Duration::from_secs(1)), Action::Read);
        assert_eq!(machine.read(b"a"), Action::Read);
        assert_eq!(machine.connection.deadline(), deadline);
    }
    assert_eq!(machine.pass(Duration::from_secs(1)), Action::Write);
    let (output, next) = machine.write();
    assert!(output.starts_with(b"HTTP/1.1 408 "));
    assert_eq!(next, Action::HalfClose);
    machine.connection.received_eof();
    assert_eq!(machine.rest(), Action::Close(CloseReason::Refused(HttpError::HeadTooLate)));
}

#[test]
fn each_answer_gives_the_next_request_its_time_anew() {
    let mut machine = Machine::new();
    let patience = Limits::default().next_request_time;
    for _ in 0..3 {
        assert_eq!(machine.read(GET), Action::Write);
        assert_eq!(machine.write().1, Action::Read);
        assert_eq!(machine.pass(patience - Duration::from_millis(1)), Action::Read);
    }
    assert_eq!(machine.pass(Duration::from_millis(1)), Action::HalfClose);
}

#[test]
fn a_client_that_takes_nothing_is_let_go() {
    let mut machine = Machine::new();
    assert_eq!(machine.read(GET), Action::Write);
    let patience = Limits::default().write_stall_time;
    machine.connection.wrote(1, &machine.now);
    assert_eq!(machine.pass(patience - Duration::from_millis(1)), Action::Write);
    machine.connection.wrote(1, &machine.now);
    assert_eq!(machine.pass(Duration::from_millis(1)), Action::Write);
    assert_eq!(machine.pass(patience), Action::Close(CloseReason::WriteStalled));
}
