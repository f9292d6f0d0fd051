//! Many requests at once: answers leave together, and a client that doesn't read isn't parsed.

use part4_keepalive::action::Action;
use part4_keepalive::limits::Limits;

use crate::{GET, Machine, count};

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
