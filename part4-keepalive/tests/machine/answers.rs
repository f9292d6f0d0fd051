//! What an answer looks like, and whether the connection goes on behind it.

use part4_keepalive::action::Action;

use crate::{GET, Machine, count};

#[test]
fn a_connection_goes_on_by_version_and_connection_field() {
    let (persists, closes) = (Action::Read, Action::HalfClose);
    for (line, fields, says, next) in [
        ("GET / HTTP/1.1", "", None, &persists),
        ("GET / HTTP/1.1", "Connection: keep-alive\r\n", None, &persists),
        ("GET / HTTP/1.1", "Connection: close\r\n", Some("close"), &closes),
        ("GET / HTTP/1.1", "Connection: a, CLOSE\r\n", Some("close"), &closes),
        ("GET / HTTP/1.0", "", Some("close"), &closes),
        ("GET / HTTP/1.0", "Connection: Keep-Alive\r\n", Some("keep-alive"), &persists),
        ("GET / HTTP/1.0", "Connection: keep-alive, close\r\n", Some("close"), &closes),
        ("CONNECT h:80 HTTP/1.1", "", Some("close"), &closes),
    ] {
        let mut machine = Machine::new();
        machine.read(format!("{line}\r\nHost: h\r\n{fields}\r\n").as_bytes());
        let (output, found) = machine.write();
        let output = String::from_utf8(output).expect("ours is text");
        let said: Vec<_> =
            output.lines().filter_map(|line| line.strip_prefix("Connection: ")).collect();
        assert_eq!(said, says.into_iter().collect::<Vec<_>>(), "{line}, {fields:?}");
        assert_eq!(&found, next, "{line}, {fields:?}");
    }
}

#[test]
fn the_answer_to_head_is_that_to_get_without_its_body() {
    let mut machine = Machine::new();
    machine.read(GET);
    let (get, _) = machine.write();
    machine.read(b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    let (head, next) = machine.write();
    assert_eq!(get, [&head[..], b"Hello, World!"].concat());
    assert_eq!(next, Action::Read);
}

#[test]
fn the_refusal_of_a_head_request_has_no_body() {
    for (method, has_body) in [("GET", true), ("HEAD", false)] {
        let mut machine = Machine::new();
        assert_eq!(machine.read(format!("{method} / HTTP/1.1\r\n\r\n").as_bytes()), Action::Write);
        let (output, _) = machine.write();
        assert!(output.starts_with(b"HTTP/1.1 400 "));
        assert_eq!(!output.ends_with(b"\r\n\r\n"), has_body, "{method}");
    }
}

#[test]
fn the_data_of_a_body_stands_first_among_the_unread_bytes() {
    let mut machine = Machine::new();
    let post = b"POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel";
    assert_eq!(machine.read(post), Action::Read);
    assert_eq!(machine.read(&[b"lo", GET].concat()), Action::Write);
    let (output, _) = machine.write();
    assert_eq!((count(&output, b"\r\n\r\nhelloHTTP/1.1 200 OK"), machine.body.len()), (1, 0));
}

#[test]
fn only_answers_count_and_refusals_do_not() {
    let mut machine = Machine::new();
    assert_eq!(machine.connection.answered(), 0);
    machine.read(&[GET, GET, b"\n"].concat());
    assert_eq!(machine.connection.answered(), 2);
}

#[test]
fn a_client_that_asks_is_told_once_to_send_its_body() {
    let mut machine = Machine::new();
    assert_eq!(machine.read(EXPECTANT), Action::Write);
    let (output, next) = machine.write();
    assert_eq!((output.as_slice(), next), (&b"HTTP/1.1 100 Continue\r\n\r\n"[..], Action::Read));
    assert_eq!(machine.read(b"he"), Action::Read);
    assert_eq!(machine.read(b"llo"), Action::Write);
    let (output, _) = machine.write();
    assert_eq!((count(&output, b"HTTP/1.1 "), count(&output, b"200 OK")), (1, 1));
}

#[test]
fn a_client_that_sends_its_body_unasked_is_not_told_to() {
    let mut machine = Machine::new();
    assert_eq!(machine.read(&[EXPECTANT, b"he"].concat()), Action::Read);
    // The body may come while the driver looks at the head.
    let mut machine = Machine::new();
    machine.connection.received(EXPECTANT);
    assert!(matches!(machine.connection.poll(&machine.now), Action::Head(_)));
    assert_eq!(machine.read(b"he"), Action::Read);
}

const EXPECTANT: &[u8] =
    b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";
