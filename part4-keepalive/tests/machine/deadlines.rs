//! Every wait has its time, and bytes that trickle in don't move it.

use std::time::Duration;

use part4_keepalive::action::{Action, CloseReason};
use part4_keepalive::error::HttpError;
use part4_keepalive::limits::Limits;

use crate::{GET, Machine};

const MOMENT: Duration = Duration::from_millis(1);

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
    let end = machine.read_end();
    assert_eq!(end, Action::Close(CloseReason::Refused(HttpError::HeadTooLate)));
}

#[test]
fn a_connection_that_never_speaks_is_closed_without_a_word() {
    let mut machine = Machine::new();
    assert_eq!(machine.rest(), Action::Read);
    let patience = Limits::default().first_byte_time;
    assert_eq!(machine.pass(patience - MOMENT), Action::Read);
    assert_eq!(machine.pass(MOMENT), Action::Close(CloseReason::Idle));
    assert_eq!(machine.connection.output(), b"");
}

#[test]
fn each_answer_gives_the_next_request_its_time_anew() {
    let mut machine = Machine::new();
    let patience = Limits::default().next_request_time;
    for _ in 0..3 {
        assert_eq!(machine.read(GET), Action::Write);
        assert_eq!(machine.write().1, Action::Read);
        assert_eq!(machine.pass(patience - MOMENT), Action::Read);
    }
    assert_eq!(machine.pass(MOMENT), Action::HalfClose);
}

#[test]
fn a_client_that_takes_nothing_is_let_go() {
    let mut machine = Machine::new();
    assert_eq!(machine.read(GET), Action::Write);
    let patience = Limits::default().write_stall_time;
    machine.connection.wrote(1, &machine.now);
    assert_eq!(machine.pass(patience - MOMENT), Action::Write);
    machine.connection.wrote(1, &machine.now);
    assert_eq!(machine.pass(MOMENT), Action::Write);
    assert_eq!(machine.pass(patience), Action::Close(CloseReason::WriteStalled));
}

#[test]
fn a_limit_may_be_longer_than_any_clock_runs() {
    let limits = Limits { first_byte_time: Duration::MAX, ..Limits::default() };
    let mut machine = Machine::with(limits);
    let century = Duration::from_secs(99 * 365 * 24 * 60 * 60);
    assert_eq!(machine.pass(century), Action::Read);
}
