//! Part 3: what it promises beside the table, and what is wrong with it on purpose.

use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use part3_parser::limits::Limits;
use part3_parser::server;

use crate::client::{Client, exchange, field, logged, start, text};
use crate::drain;

const NAME: &str = "part3-parser";
const GET: &str = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

#[test]
fn part3_answers_as_soon_as_the_request_is_whole() {
    let server = start(NAME);
    for request in [
        GET,
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ] {
        let (before, last) = request.split_at(request.len() - 1);
        let mut client = Client::of(&server);
        client.send(before);
        client.waits();
        // Our side stays open, and the answer comes all the same.
        client.send(last);
        assert_eq!(client.last_reply("GET").status, 200, "{request:?}");
    }
}

#[test]
fn part3_answers_a_request_that_comes_byte_by_byte() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    let post = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello";
    for byte in post.bytes() {
        client.send([byte]);
    }
    assert_eq!(text(&client.last_reply("POST")), "hello");
}

#[test]
fn part3_says_close_and_closes_after_the_answer() {
    let server = start(NAME);
    let reply = exchange(server.address(), GET, &["GET"]).remove(0);
    assert_eq!(field(&reply, "connection"), "close");
    logged(&server, "#1 answered 200 OK");
    logged(&server, "#1 closed: one exchange per connection");
}

#[test]
fn part3_tells_the_story_of_a_connection() {
    let server = start(NAME);
    exchange(
        server.address(),
        "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi",
        &["POST"],
    );
    logged(&server, "#1 closed");
    let lines = server.log().all();
    let told: Vec<_> =
        lines.iter().map(|line| line.split_once(" #1 ").expect("number 1").1).collect();
    assert!(told[0].starts_with("opened by 127.0.0.1:"), "{lines:#?}");
    assert_eq!(
        told[1],
        r#"read 50 bytes: "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi""#
    );
    assert_eq!(told[2], "understood POST /x, 2 bytes of body");
    assert!(told[3].starts_with("answered 200 OK, "), "{lines:#?}");
    assert_eq!(told[4..], ["closed: one exchange per connection"]);
}

#[test]
fn part3_lets_a_client_see_the_refusal_of_its_upload_in_50_of_50_tries() {
    drain::a_refused_upload_sees_413_in_50_of_50_tries(NAME);
}

#[test]
fn part3_survives_a_reset_at_every_stage() {
    let server = start(NAME);
    for begun in ["", "GET /", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe"] {
        let mut client = Client::of(&server);
        client.send(begun);
        client.reset();
    }
    assert_eq!(exchange(server.address(), GET, &["GET"])[0].status, 200);
    for id in 1..=3 {
        logged(&server, &format!("#{id} closed: the client is gone"));
    }
}

#[test]
fn part3_answers_only_one_request_per_connection() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send([GET, GET].concat());
    client.last_reply("GET");
    let mut client = Client::of(&server);
    client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive\r\n\r\n");
    assert!(client.reply("GET").says_close());
    client.send(GET);
    client.last_reply("GET");
}

#[test]
fn part3_sends_no_100_continue() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send(
        "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    );
    client.waits();
    client.send("hello");
    let reply = client.last_reply("POST");
    assert_eq!((text(&reply), &reply.interim[..]), ("hello", &[][..]));
}

#[test]
fn part3_has_no_deadline_for_a_slow_client() {
    let server = start(NAME);
    let mut clients = ["", "GET / HT", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n"]
        .map(|begun| {
            let mut client = Client::of(&server);
            client.send(begun);
            client
        });
    // A second of silence: nothing happens that could be waited for.
    thread::sleep(Duration::from_secs(1));
    for (client, rest) in clients.iter_mut().zip([GET, "TP/1.1\r\nHost: h\r\n\r\n", "hello"]) {
        client.send(rest);
        assert_eq!(client.reply("GET").status, 200, "{rest:?}");
    }
}

#[test]
fn part3_holds_the_whole_body_before_it_answers() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
    client.send(vec![b'v'; 99_999]);
    client.waits();
    client.send("v");
    assert_eq!(client.last_reply("POST").body.len(), 100_000);
}

#[test]
fn part3_ends_the_drain_after_its_time_and_after_its_bytes() {
    let serve = |limits: Limits| {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        // It accepts for ever, which here means until the tests are over.
        thread::spawn(move || server::serve(listener, limits));
        address
    };
    let drain_time = Duration::from_millis(300);
    let address = serve(Limits { drain_time, ..Limits::default() });
    drain::it_ends_in_its_time_for_a_client_that_goes_on_sending(address, drain_time);
    let address = serve(Limits { drain_time: Duration::from_secs(3600), ..Limits::default() });
    drain::the_half_close_does_not_wait_for_it(address);
    let address = serve(Limits { drain_bytes: 1 << 20, ..Limits::default() });
    drain::it_ends_after_its_bytes_for_a_client_that_floods(address);
}
