//! Each standing from a timeline of its own.

use std::time::Duration;

use super::*;

const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
const LAST: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi";

/// A timeline from its events: `>` and bytes, `<` and bytes, `>FIN`, `<FIN`, `<RST`, `>RST`, `...` for giving up.
fn timeline(events: &[&str]) -> Timeline {
    let mut timeline = Timeline::default();
    for event in events {
        let (side, bytes) = match event.split_at(1) {
            (">", _) => (Side::Client, &mut timeline.sent),
            ("<", _) => (Side::Server, &mut timeline.received),
            _ => (Side::Client, &mut Vec::new()),
        };
        let what = match &event[1..] {
            "FIN" => What::Fin,
            "RST" => What::Rst,
            ".." => What::TimedOut("the server".to_owned()),
            text => {
                let start = bytes.len();
                bytes.extend_from_slice(text.as_bytes());
                What::Bytes(start..bytes.len())
            }
        };
        timeline.events.push(Event { at: Duration::ZERO, side, what });
    }
    timeline
}

#[track_caller]
fn check(events: &[&str], settled: bool, sentence: &str) {
    let standing = Standing::of(&timeline(events));
    assert!(standing.to_string().contains(sentence), "{standing}");
    assert_eq!(standing.settled(), settled, "{standing}");
}

fn sent(text: &str) -> String {
    format!(">{text}")
}

fn came(text: &str) -> String {
    format!("<{text}")
}

#[test]
fn an_answer_that_is_whole_leaves_nobody_waiting() {
    check(&[&sent(GET), &came(OK)], true, "the answer is whole; the connection stays open");
    check(&[&sent(GET), &came(LAST), "<FIN"], true, "the answer is whole; the server closed");
    check(&[&sent(GET), &sent(GET), &came(OK), &came(OK)], true, "all 2 answers are whole");
    let unframed = "HTTP/1.0 200 OK\r\n\r\nhi";
    check(&[&sent(GET), &came(unframed), "<FIN"], true, "the answer is whole; the server closed");
    check(&[&sent(GET), &came(LAST)], false, "doesn't close; the client is waiting for that");
}

#[test]
fn a_hang_until_the_end_of_the_stream_is_told_as_a_fact() {
    let hang = [&sent(GET), "...", ">FIN", &came(LAST), "<FIN"];
    check(
        &hang,
        false,
        "the server was waiting for the end of the stream; the client had sent a whole request",
    );
    check(&[&sent(GET), "...", ">FIN"], false, "the end of the stream is not what it waits for");
    check(
        &[&sent(GET), "...", ">FIN", "<FIN"],
        false,
        "closed without an answer, and only when the client",
    );
    check(&[&sent(GET), "...", ">FIN", "<pong"], false, "byte 0 of what came back is wrong");
}

#[test]
fn a_server_that_waits_for_the_rest_of_a_request_does_so_by_right() {
    check(
        &[">GET / HT", "...", ">FIN"],
        false,
        "the server is waiting for the end of the request line",
    );
    let half = &GET[..GET.len() - 2];
    check(&[&sent(half), "...", ">FIN"], false, "is waiting for the empty line that ends the head");
    let bad = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
    check(
        &[&sent(half), "...", ">FIN", &came(bad), "<FIN"],
        false,
        "nobody would have moved. The server gave up",
    );
    check(
        &[&sent(half), ">FIN", &came(bad), "<FIN"],
        true,
        "answered 400 before the request was whole, and closed",
    );
    check(&[">GET / HT", &came(bad), &sent(&GET[8..])], true, "400 before the request was whole");
    check(
        &[&sent(half), "<FIN"],
        true,
        "the server closed without the empty line that ends the head",
    );
    let body = "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc";
    check(&[&sent(body), "...", ">FIN"], false, "the rest of the body: 3 of 5 bytes were sent");
}

#[test]
fn a_body_that_was_asked_for_is_told_as_such() {
    let head = sent("POST / HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
    let go_on = came("HTTP/1.1 100 Continue\r\n\r\n");
    let told = "0 of 5 bytes were sent (the server has asked for it: 100 Continue)";
    check(&[&head, &go_on, "...", ">FIN"], false, told);
    let bad = came("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    check(&[&head, &go_on, "...", ">FIN", &bad, "<FIN"], false, told);
    check(&[&head, &go_on, ">abcde", &came(OK)], true, "the answer is whole");
}

#[test]
fn an_answer_that_is_not_whole_is_told_with_what_is_missing() {
    let long = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi";
    check(
        &[&sent(GET), &came(long), "...", ">FIN", "<FIN"],
        false,
        "2 of 9 bytes have come; the server sends no",
    );
    check(&[&sent(GET), &came(long), "<FIN"], false, "closed inside its answer");
    let unframed = "HTTP/1.1 200 OK\r\n\r\nhi";
    check(
        &[&sent(GET), &came(unframed), "...", ">FIN"],
        false,
        "neither a Content-Length nor chunks",
    );
    check(
        &[&sent(GET), &came(unframed), "...", ">FIN", "<FIN"],
        false,
        "neither a Content-Length nor chunks",
    );
    check(
        &[&sent(GET), "<HTTP/1.1 200 OK\n"],
        false,
        "byte 15 of what came back is wrong: lines end in CRLF",
    );
    check(&[&sent(GET), &came(OK), "<more"], false, "the answer was complete before this byte");
    check(
        &[&sent(GET), &sent(GET), &came(LAST), "<FIN"],
        false,
        "the server closed after 1 of 2 answers",
    );
    check(&[&sent(GET), "<FIN"], false, "the server closed without an answer");
}

#[test]
fn a_connection_that_breaks_is_told_as_such() {
    check(&[&sent(GET), "<RST"], false, "the server reset the connection before it said anything");
    check(&[&sent(GET), &came(OK), "<RST"], false, "reset the connection after 40 bytes");
    check(&[">GET", ">RST"], true, "the client has aborted the connection");
}

#[test]
fn bytes_that_are_no_http_are_not_judged_as_such() {
    check(&[">ping\n", "<pong\n"], true, "5 bytes came back, then silence");
    check(
        &[">ping\n", "...", ">FIN", "<pong\n"],
        false,
        "waiting for the end of the stream; then 5 bytes",
    );
    let silence = "5 bytes came back, then silence";
    check(&[">ping\n", "<pong\n", "...", ">FIN", "<FIN"], true, silence);
    check(&[">ping", ">FIN", "<pong\n", "<FIN"], true, "5 bytes came back, and the server closed");
    check(&[">ping\n", "<FIN"], false, "nothing came back, and the server closed");
    check(&["...", ">FIN"], false, "each waits for the other, and in HTTP the client begins");
    check(&["<220 mail\r\n"], false, "the server spoke unasked");
    check(&[">FIN", "<FIN"], true, "nobody has said anything, and the server closed");
}
