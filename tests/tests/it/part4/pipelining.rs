//! Requests sent without waiting for answers (RFC 9112 §9.3.2): in order, all of them, in few writes.

use course::wire::{Side, What};

use super::{GET, NAME};
use crate::client::{Client, exchange, logged, read, start, text};

fn post(body: &str) -> String {
    format!("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

#[test]
fn a_hundred_requests_in_one_write_are_answered_in_order() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send((0..100).map(|number| post(&number.to_string())).collect::<String>());
    for (number, reply) in client.replies(&["POST"; 100]).iter().enumerate() {
        assert_eq!(text(reply), number.to_string());
        assert!(!reply.says_close());
    }
    client.waits();
}

#[test]
fn a_hundred_requests_cut_anywhere_are_answered_in_order() {
    let server = start(NAME);
    let requests: String = (0..100).map(|number| post(&format!("{number:0>100}"))).collect();
    for size in [1, 7, 64, 1000] {
        let mut client = Client::of(&server);
        for piece in requests.as_bytes().chunks(size) {
            client.send(piece);
        }
        let replies = client.replies(&["POST"; 100]);
        assert!(
            replies
                .iter()
                .enumerate()
                .all(|(number, reply)| text(reply) == format!("{number:0>100}"))
        );
    }
}

#[test]
fn small_answers_to_pipelined_requests_share_their_writes() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send(GET.repeat(100));
    client.replies(&["GET"; 100]);
    client.half_close();
    let timeline = client.closed();
    let is_read =
        |e: &&course::wire::Event| e.side == Side::Server && matches!(e.what, What::Bytes(_));
    let reads = timeline.events.iter().filter(is_read).count();
    assert!(reads <= 10, "100 answers came in {reads} pieces");
}

#[test]
fn answers_do_not_wait_for_a_request_that_is_not_whole() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send(format!("{GET}{GET}GET / HT"));
    client.replies(&["GET"; 2]);
    client.send("TP/1.1\r\nHost: h\r\n\r\n");
    client.replies(&["GET"; 3]);
}

#[test]
fn answers_larger_than_the_output_limit_keep_their_order() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    let bodies: Vec<_> = (0..20).map(|number| format!("{number:0>50000}")).collect();
    for body in &bodies {
        client.send(post(body) + GET);
    }
    let replies = client.replies(&["POST"; 40]);
    for (pair, body) in replies.chunks(2).zip(&bodies) {
        assert!(text(&pair[0]) == body);
        assert_eq!(text(&pair[1]), "Hello, World!");
    }
}

#[test]
fn the_end_of_the_stream_does_not_cut_answers_that_are_due() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send(GET.repeat(100)).half_close();
    client.last_replies(&["GET"; 100]);
    logged(&server, "#1 closed, 100 answered: the client ended the stream");
    let mut client = Client::of(&server);
    client.send(GET.repeat(3) + "GET / HT").half_close();
    let replies = client.last_replies(&["GET"; 4]);
    assert_eq!((replies[2].status, replies[3].status), (200, 400));
}

#[test]
fn a_close_in_the_middle_ends_the_answers_there() {
    let server = start(NAME);
    let close = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let bytes = GET.repeat(50) + close + &GET.repeat(49);
    let replies = exchange(server.address(), bytes, &["GET"; 51]);
    let closing = replies.iter().filter(|reply| reply.says_close()).count();
    assert!(closing == 1 && replies[50].says_close());
}

#[test]
fn a_refusal_in_the_middle_comes_after_the_answers_before_it() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send(GET.repeat(50) + "GET /\n" + &GET.repeat(49));
    let replies = read(&["GET"; 51], &client.closed(), true);
    assert!(replies[..50].iter().all(|reply| reply.status == 200));
    assert_eq!(replies[50].status, 400);
}
