//! Deadlines: each belongs to a phase, and bytes that trickle in don't move it.
//!
//! All others are set to for ever, so only the one that a test sets can end the connection.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::{Duration, Instant};

use part4_keepalive::action::Action;
use part4_keepalive::clock::Now;
use part4_keepalive::connection::Connection;
use part4_keepalive::limits::Limits;
use part4_keepalive::response::Response;

use super::{GET, serve_patiently};
use crate::client::{Client, SOON, bare, read, text};

const TIME: Duration = Duration::from_millis(500);

/// How much earlier than its time a wait may end: the socket's time-out is set only that exactly.
const SLACK: Duration = Duration::from_millis(15);

const POST: &str = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n";
const CHUNKED: &str = "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

/// Sends `begun` and then `drip` again and again, until the connection ends; gives the client, and when
/// the deadline began at the latest.
fn drip(address: SocketAddr, begun: &str, drip: &str) -> (Client, Instant) {
    let mut client = Client::at(address);
    client.send(begun);
    let began = Instant::now();
    while !client.has_ended_within(TIME / 10) {
        assert!(began.elapsed() < SOON, "bytes that trickle in move the deadline");
        client.send(drip);
    }
    (client, began)
}

#[track_caller]
fn check_408(client: Client, began: Instant, methods: &[&'static str], what: &str) {
    let replies = client.last_replies(methods);
    assert!(began.elapsed() > TIME - SLACK, "it is cut early");
    let late = replies.last().expect("there is a reply");
    assert_eq!(late.status, 408);
    assert!(late.says_close());
    assert!(methods.last() == Some(&"HEAD") || text(late).contains(what), "{}", text(late));
}

#[test]
fn a_connection_that_says_nothing_is_closed_silently_in_its_time() {
    let address = serve_patiently(|limits| limits.first_byte_time = TIME);
    let began = Instant::now();
    Client::at(address).closed_silently();
    assert!(began.elapsed() > TIME - SLACK);
}

#[test]
fn empty_lines_do_not_move_the_deadline_of_the_first_byte() {
    let address = serve_patiently(|limits| limits.first_byte_time = TIME);
    let (client, began) = drip(address, "", "\r\n");
    assert!(began.elapsed() > TIME - SLACK);
    assert_eq!(client.ended().received, b"");
}

#[test]
fn silence_after_an_answer_is_closed_silently_in_its_time() {
    let address = serve_patiently(|limits| limits.next_request_time = TIME);
    let client = Client::at(address);
    // Before the first byte another deadline counts.
    client.waits();
    let mut client = client;
    let began = Instant::now();
    client.send(GET);
    client.last_reply("GET");
    assert!(began.elapsed() > TIME - SLACK);
}

#[test]
fn empty_lines_do_not_move_the_deadline_of_the_next_request() {
    let address = serve_patiently(|limits| limits.next_request_time = TIME);
    let (client, began) = drip(address, GET, "\r\n");
    assert!(began.elapsed() > TIME - SLACK);
    read(&["GET"], &client.ended(), true);
}

#[test]
fn each_request_gives_the_next_one_its_time_anew() {
    let address = serve_patiently(|limits| limits.next_request_time = TIME);
    let mut client = Client::at(address);
    let began = Instant::now();
    let mut methods = vec![];
    while began.elapsed() < TIME * 3 {
        client.send(GET);
        methods.push("GET");
        client.replies(&methods);
        client.has_ended_within(TIME / 3);
    }
    client.last_replies(&methods);
}

#[test]
fn a_late_head_is_answered_408() {
    let address = serve_patiently(|limits| limits.head_time = TIME);
    for begun in ["G", "GET / HTTP/1.1\r\nHost: h", "GET / HTTP/1.1\r\nHost: h\r\n\r"] {
        let began = Instant::now();
        let mut client = Client::at(address);
        client.send(begun);
        check_408(client, began, &["GET"], "head");
    }
}

#[test]
fn a_head_that_trickles_in_is_answered_408() {
    let address = serve_patiently(|limits| limits.head_time = TIME);
    let (client, began) = drip(address, "GET / HTTP/1.1\r\nHost: h\r\n", "A: b\r\n");
    check_408(client, began, &["GET"], "head");
    let (client, began) = drip(address, GET, "G");
    check_408(client, began, &["GET", "GET"], "head");
}

#[test]
fn the_time_of_a_head_begins_with_its_first_byte() {
    let address = serve_patiently(|limits| limits.head_time = TIME);
    let mut client = Client::at(address);
    assert!(!client.has_ended_within(TIME * 2));
    // Empty lines are not the first byte either.
    client.send("\r\n");
    assert!(!client.has_ended_within(TIME * 2));
    let began = Instant::now();
    client.send("G");
    check_408(client, began, &["GET"], "head");
}

#[test]
fn a_late_head_request_is_answered_without_a_body() {
    let address = serve_patiently(|limits| limits.head_time = TIME);
    let began = Instant::now();
    let mut client = Client::at(address);
    client.send("HEAD / HTTP/1.1\r\n");
    check_408(client, began, &["HEAD"], "head");
}

#[test]
fn a_late_body_is_answered_408() {
    let address = serve_patiently(|limits| limits.body_time = TIME);
    for begun in [POST, CHUNKED].map(|head| [head, "1"].concat()) {
        let began = Instant::now();
        let mut client = Client::at(address);
        client.send(begun);
        check_408(client, began, &["POST"], "body");
    }
}

#[test]
fn a_body_that_trickles_in_is_answered_408() {
    let address = serve_patiently(|limits| limits.body_time = TIME);
    let last_chunk = format!("{CHUNKED}0\r\n");
    for (begun, piece) in [(POST, "v"), (CHUNKED, "1\r\nv\r\n"), (&last_chunk, "T: v\r\n")] {
        let (client, began) = drip(address, begun, piece);
        check_408(client, began, &["POST"], "body");
    }
}

#[test]
fn the_time_of_a_body_begins_with_the_end_of_its_head() {
    let address = serve_patiently(|limits| (limits.head_time, limits.body_time) = (TIME, TIME));
    let mut client = Client::at(address);
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\n");
    assert!(!client.has_ended_within(TIME * 2 / 3));
    client.send("Content-Length: 5\r\n\r\n");
    assert!(!client.has_ended_within(TIME * 2 / 3));
    client.send("hello");
    assert_eq!(text(&client.reply("POST")), "hello");
}

#[test]
fn a_silence_after_100_continue_is_answered_408() {
    let address = serve_patiently(|limits| limits.body_time = TIME);
    let mut client = Client::at(address);
    let began = Instant::now();
    client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
    check_408(client, began, &["POST"], "body");
}

#[test]
fn a_request_that_crosses_the_silent_close_draws_no_reset() {
    let address = serve_patiently(|limits| limits.next_request_time = TIME / 5);
    let mut stream = bare(address);
    stream.write_all(GET.as_bytes()).expect("the server reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the server half-closes");
    assert!(answer.ends_with("Hello, World!"), "{answer}");
    for _ in 0..3 {
        // A reset drawn by one write would be met by the next.
        stream.write_all(GET.as_bytes()).expect("the server reads on");
        thread::sleep(TIME / 10);
    }
    assert_eq!(stream.read(&mut [0]).expect("there is no reset"), 0);
}

#[test]
fn the_time_that_an_answer_takes_to_be_made_is_not_the_client_s() {
    let limits = Limits { write_stall_time: TIME, ..Limits::default() };
    let mut now = Now::read();
    let mut connection = Connection::new(limits, &now);
    connection.received(GET.repeat(2).as_bytes());
    let response = Response::ok(&b"text/plain"[..], &b"slow"[..]);
    for _ in 0..2 {
        assert!(matches!(connection.poll(&now), Action::Head(_)));
        assert!(matches!(connection.poll(&now), Action::End(_)));
        assert_eq!(connection.poll(&now), Action::Respond);
        now.instant += TIME * 2;
        connection.respond(&response, &now);
        // What is written here leaves the connection in the phase of writing.
        connection.wrote(connection.output().len() - 1, &now);
        connection.wrote(1, &now);
    }
    now.instant += TIME * 2;
    connection.received(GET.as_bytes());
    while connection.poll(&now) != Action::Respond {}
    connection.respond(&response, &now);
    assert_eq!(connection.poll(&now), Action::Write);
}

/// A write that waits tells only at its end what was taken at its begin.
#[track_caller]
fn check_write(part: &str, mut write: impl FnMut(&[u8], Instant) -> io::Result<Option<usize>>) {
    let began = Instant::now();
    let taken = write(&vec![b'x'; 50_000_000], began + TIME * 4).expect("the client is there");
    assert!(taken.is_some_and(|n| n < 50_000_000), "{part}: nobody reads, and {taken:?} is taken");
    assert!(began.elapsed() < TIME * 2, "{part}: told after {:?}", began.elapsed());
}

#[test]
fn what_was_taken_is_told_long_before_the_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    let connect = || {
        let client = bare(address);
        (client, listener.accept().expect("the client is there").0)
    };
    let (_client, stream) = connect();
    let mut four = part4_keepalive::transport::Transport::new(stream).expect("it is open");
    check_write("part 4", |bytes, deadline| four.write(bytes, deadline));
    let (_client, stream) = connect();
    let mut six = part6_files::transport::Transport::new(stream).expect("it is open");
    check_write("part 6", |bytes, deadline| six.write(bytes, deadline));
    let (_client, stream) = connect();
    let stream = std::sync::Arc::new(stream);
    let mut seven = part7_production::transport::Transport::new(stream).expect("it is open");
    check_write("part 7", |bytes, deadline| seven.write(bytes, deadline));
}
