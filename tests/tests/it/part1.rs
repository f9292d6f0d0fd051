//! Part 1: what it promises, and what is wrong with it on purpose.

use course::reply::{Mistake, ReplyReader};

use crate::client::{Client, exchange, field, logged, start, text};

const NAME: &str = "part1-naive";
const GET: &str = "GET /x?y HTTP/1.1\r\nHost: h\r\n\r\n";

#[test]
fn part1_answers_with_what_it_understood_and_closes() {
    let server = start(NAME);
    let reply = exchange(server.address(), GET, &["GET"]).remove(0);
    assert_eq!((reply.status, text(&reply)), (200, "method: GET\ntarget: /x?y\nbody:   \n"));
    assert_eq!(field(&reply, "content-type"), "text/plain; charset=utf-8");
    assert!(reply.says_close());
    logged(&server, "#1 closed: one exchange per connection");
}

#[test]
fn part1_shows_a_body_that_comes_with_the_head() {
    let server = start(NAME);
    let post = "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
    let reply = exchange(server.address(), post, &["POST"]).remove(0);
    assert_eq!(text(&reply), "method: POST\ntarget: /x\nbody:   hello\n");
}

#[test]
fn part1_answers_400_to_a_read_without_a_request_line() {
    let server = start(NAME);
    for bytes in
        ["GET", "GET /\r\n\r\n", "\r\n", "hello\r\n", "GET / HTTP/2.0\r\n\r\n", "\x16\x03\x01"]
    {
        let reply = exchange(server.address(), bytes, &["GET"]).remove(0);
        assert_eq!(reply.status, 400, "{bytes:?}");
        assert!(text(&reply).contains("send: GET / HTTP/1.1"), "{bytes:?}");
        assert!(reply.says_close(), "{bytes:?}");
    }
}

#[test]
fn part1_closes_silently_when_nothing_is_sent() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.half_close();
    client.closed_silently();
    logged(&server, "#1 closed: the client sent nothing");
}

#[test]
fn part1_serves_others_while_a_client_says_nothing() {
    let server = start(NAME);
    let silent = Client::of(&server);
    logged(&server, "#1 opened");
    assert_eq!(exchange(server.address(), GET, &["GET"])[0].status, 200);
    silent.waits();
}

#[test]
fn part1_survives_a_client_that_resets() {
    let server = start(NAME);
    let client = Client::of(&server);
    logged(&server, "#1 opened");
    client.reset();
    logged(&server, "#1 closed: the client is gone");
    assert_eq!(exchange(server.address(), GET, &["GET"])[0].status, 200);
}

#[test]
fn part1_misreads_a_request_that_arrives_in_two_segments() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send("GET / HT");
    // The server has answered before the rest is sent.
    assert_eq!(client.last_reply("GET").status, 400);
    logged(&server, "#1 read 8 bytes: \"GET / HT\"");
}

#[test]
fn part1_never_sees_a_body_in_a_later_segment() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n");
    let reply = client.reply("POST");
    assert_eq!((reply.status, text(&reply)), (200, "method: POST\ntarget: /x\nbody:   \n"));
}

#[test]
fn part1_cuts_a_head_larger_than_its_buffer() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send(format!("GET /x HTTP/1.1\r\nHost: h\r\nA: {}\r\n\r\n", "v".repeat(2000)));
    logged(&server, "#1 read 1024 bytes");
    logged(&server, "#1 closed: one exchange per connection");
    assert_eq!(server.log().count("#1 read"), 1);
}

#[test]
fn part1_takes_a_request_line_larger_than_its_buffer_for_none() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send(format!("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", "v".repeat(2000)));
    logged(&server, "#1 answered 400");
}

#[test]
fn part1_loses_a_second_request_in_the_same_write() {
    let server = start(NAME);
    let two = format!("{GET}GET /second HTTP/1.1\r\nHost: h\r\n\r\n");
    let reply = exchange(server.address(), two, &["GET"]).remove(0);
    // There is one answer, and it takes the second request for the body of the first.
    assert!(text(&reply).contains("target: /x?y\nbody:   GET /second"), "{}", text(&reply));
}

#[test]
fn part1_gives_head_a_body() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    let received = client.closed().received;
    let wrong = ReplyReader::read(&["HEAD"], &received, true).wrong();
    assert_eq!(wrong.map(|wrong| wrong.why), Some(Mistake::BodyNotAllowed));
}

#[test]
fn part1_resets_an_upload_that_it_did_not_read() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    let head = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4194304\r\n\r\n";
    client.send([head.as_bytes(), &vec![b'v'; 4 << 20]].concat());
    let timeline = client.ended();
    assert!(timeline.server_reset(), "{:?}", timeline.events);
}
