//! The end of a connection: the last answer leaves, then what the client still sends is read and dropped,
//! so that no reset destroys the answer on its way (RFC 9112 §9.6).

use std::time::Duration;

use part4_keepalive::action::{Action, CloseReason};
use part4_keepalive::error::HttpError;
use part4_keepalive::limits::Limits;

use crate::{GET, LAST_GET, Machine, count};

const LAST: Action = Action::Close(CloseReason::LastAnswer);

/// A connection whose last answer is written, and whose client has not closed.
fn draining(limits: Limits) -> Machine {
    let mut machine = Machine::with(limits);
    machine.read(LAST_GET);
    assert_eq!(machine.write().1, Action::HalfClose);
    assert_eq!(machine.rest(), Action::Read);
    machine
}

#[test]
fn all_of_the_last_answer_leaves_before_our_side_closes() {
    let mut machine = Machine::new();
    assert_eq!(machine.read(LAST_GET), Action::Write);
    machine.connection.wrote(1, &machine.now);
    assert_eq!(machine.rest(), Action::Write);
    assert_eq!(machine.write().1, Action::HalfClose);
}

#[test]
fn behind_the_last_answer_nothing_is_read_as_a_request() {
    let mut machine = Machine::new();
    machine.read(&[LAST_GET, GET].concat());
    let (output, _) = machine.write();
    assert_eq!(count(&output, b"HTTP/1.1 "), 1);
    assert_eq!(machine.read(GET), Action::Read);
    assert_eq!(machine.connection.output(), b"");
    assert_eq!(machine.connection.answered(), 1);
}

#[test]
fn a_client_that_has_closed_is_not_waited_for() {
    let mut machine = Machine::new();
    machine.connection.received(LAST_GET);
    assert_eq!(machine.read_end(), Action::Write);
    assert_eq!(machine.write().1, LAST);
    assert_eq!(draining(Limits::default()).read_end(), LAST);
}

#[test]
fn the_end_of_the_stream_inside_a_request_is_a_refusal_and_between_requests_none() {
    let mut machine = Machine::new();
    machine.read(&GET[..9]);
    assert_eq!(machine.read_end(), Action::Write);
    let (output, next) = machine.write();
    assert!(output.starts_with(b"HTTP/1.1 400 "));
    assert_eq!(next, Action::Close(CloseReason::Refused(HttpError::Unfinished)));
    assert_eq!(Machine::new().read_end(), Action::Close(CloseReason::ClientDone));
}

#[test]
fn a_client_that_goes_on_sending_is_read_up_to_a_limit() {
    let mut machine = draining(Limits { drain_bytes: 100, ..Limits::default() });
    assert_eq!(machine.read(&[b'v'; 99]), Action::Read);
    assert_eq!(machine.read(b"v"), LAST);
    assert_eq!(draining(Limits { drain_bytes: 100, ..Limits::default() }).read(&[b'v'; 101]), LAST);
}

#[test]
fn a_client_that_goes_on_sending_is_read_for_a_while() {
    let mut machine = draining(Limits { drain_time: Duration::from_secs(2), ..Limits::default() });
    for _ in 0..19 {
        assert_eq!(machine.pass(Duration::from_millis(100)), Action::Read);
        assert_eq!(machine.read(b"v"), Action::Read);
    }
    assert_eq!(machine.pass(Duration::from_millis(100)), LAST);
}
