//! `Expect: 100-continue` (RFC 9110 §10.1.1): the interim response, and when it must not come.

use super::{GET, NAME};
use crate::client::{Client, start, text};

fn head(fields: &str) -> String {
    format!("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n{fields}\r\n")
}

/// The interim response, of two lines, and the head of an answer, of six.
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
const CONTINUE_LINES: usize = 2;
const ANSWER_LINES: usize = 6;

const NONE: [u16; 0] = [];

/// What comes before the reply to a request in these pieces; each is sent when the one before has had
/// time to be answered.
#[track_caller]
fn interim(pieces: &[&str]) -> Vec<u16> {
    let server = start(NAME);
    let mut client = Client::of(&server);
    for (number, piece) in pieces.iter().enumerate() {
        if number > 0 {
            client.waits();
        }
        client.send(piece);
    }
    client.reply("POST").interim
}

#[test]
fn the_interim_response_comes_before_the_body_and_is_all_that_comes() {
    let server = start(NAME);
    for (fields, body) in [
        ("Content-Length: 5\r\n", "hello"),
        ("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n"),
    ] {
        let mut client = Client::of(&server);
        client.send(head(fields));
        client.wait_for_lines(CONTINUE_LINES);
        client.waits();
        client.send(body);
        let reply = client.reply("POST");
        assert_eq!((text(&reply), &reply.interim[..]), ("hello", &[100][..]));
        client.send(GET);
        client.replies(&["POST", "GET"]);
        client.half_close();
        assert!(client.closed().received.starts_with(CONTINUE));
    }
}

#[test]
fn it_comes_after_the_answers_to_the_requests_before() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send(format!("{GET}{}", head("Content-Length: 5\r\n")));
    client.wait_for_lines(ANSWER_LINES + CONTINUE_LINES);
    client.send("hello");
    let replies = client.replies(&["GET", "POST"]);
    assert_eq!((&replies[0].interim[..], &replies[1].interim[..]), (&[][..], &[100][..]));
}

#[test]
fn it_does_not_come_when_the_body_has_begun_to_come() {
    let length = head("Content-Length: 5\r\n");
    assert_eq!(interim(&[&format!("{length}hello")]), NONE);
    assert_eq!(interim(&[&format!("{length}h"), "ello"]), NONE);
    let chunked = head("Transfer-Encoding: chunked\r\n");
    assert_eq!(interim(&[&format!("{chunked}5"), "\r\nhello\r\n0\r\n\r\n"]), NONE);
}

#[test]
fn it_does_not_come_when_there_is_no_body() {
    assert_eq!(interim(&[&head("")]), NONE);
    assert_eq!(interim(&[&head("Content-Length: 0\r\n")]), NONE);
}

#[test]
fn it_does_not_come_in_http_1_0() {
    let head = head("Content-Length: 5\r\n").replace("HTTP/1.1", "HTTP/1.0");
    assert_eq!(interim(&[&head, "hello"]), NONE);
}

#[test]
fn a_refusal_takes_its_place_and_closes() {
    let server = start(NAME);
    for (head, status) in [
        (head("Content-Length: 1048577\r\n"), 413),
        (head("Expect: more\r\nContent-Length: 5\r\n"), 417),
        (head("Content-Length: 5\r\nContent-Length: 5\r\n"), 400),
        (head("Transfer-Encoding: gzip, chunked\r\n"), 501),
    ] {
        let mut client = Client::of(&server);
        client.send(&head);
        let reply = client.last_reply("POST");
        assert_eq!((reply.status, &reply.interim[..]), (status, &[][..]), "{head}");
        assert!(reply.says_close());
    }
}

#[test]
fn a_chunk_that_is_too_large_is_refused_after_the_interim_response() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send(head("Transfer-Encoding: chunked\r\n"));
    client.wait_for_lines(CONTINUE_LINES);
    client.send("100001\r\n");
    let reply = client.last_reply("POST");
    assert_eq!((reply.status, &reply.interim[..]), (413, &[100][..]));
}

#[test]
fn the_interim_response_of_each_request_is_its_own() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    for number in 0..3 {
        client.send(head("Content-Length: 5\r\n"));
        client.wait_for_lines(number * (CONTINUE_LINES + ANSWER_LINES) + CONTINUE_LINES);
        client.send("hello");
        assert_eq!(client.replies(&["POST"; 3][..=number])[number].interim, [100]);
    }
}
