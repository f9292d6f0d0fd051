//! The strictness table against the running servers, from part 3 on.

use std::time::{Duration, Instant};

use course::launch::Server;
use course::reply::{Framing, Reply};
use part3_parser::error::HttpError;
use serde_json::Value;

use crate::app::check_common_fields;
use crate::client::{Client, PERSISTENT, exchange, start, text};
use crate::feed::shown;
use crate::rows::{self, Expected, Row};

/// A request that must not be answered once something was refused.
const FOLLOWING: &str = "GET /following HTTP/1.1\r\nHost: h\r\n\r\n";

#[test]
fn part3_refuses_what_the_table_refuses() {
    check_all_refused("part3-parser");
}

#[test]
fn parts_that_persist_refuse_what_the_table_refuses() {
    PERSISTENT.iter().for_each(|part| check_all_refused(part));
}

#[test]
fn part3_serves_what_the_table_serves() {
    let server = start("part3-parser");
    let began = Instant::now();
    for row in rows::all() {
        if let Expected::Served(requests) = &row.expected {
            let reply = exchange(server.address(), &row.bytes, &[method(&requests[0])]).remove(0);
            check_served(&row.name, &reply, &requests[0]);
            assert!(reply.says_close(), "{}: part 3 closes", row.name);
            assert!(began.elapsed() < ALL_ROWS, "part 3 closes late");
        }
    }
}

#[test]
fn part4_serves_what_the_table_serves_on_one_connection() {
    check_all_rows_served("part4-keepalive", check_served);
}

#[test]
fn part5_routes_what_the_table_serves_on_one_connection() {
    check_all_rows_served("part5-routing", check_routed);
}

#[track_caller]
fn check_all_rows_served(part: &str, check: impl Fn(&str, &Reply, &str)) {
    let server = start(part);
    for row in rows::all() {
        if let Expected::Served(requests) = &row.expected {
            check_all_served(&server, &row, requests, &check);
        }
    }
}

/// A server that drains before it half-closes takes two seconds a row.
const ALL_ROWS: Duration = Duration::from_secs(60);

#[track_caller]
fn check_all_refused(part: &str) {
    let server = start(part);
    let began = Instant::now();
    for row in rows::all() {
        check_refused(part, &server, &row);
        assert!(began.elapsed() < ALL_ROWS, "{part} closes late");
    }
}

#[track_caller]
fn check_refused(part: &str, server: &Server, row: &Row) {
    let Expected::Refused(status, error) = row.expected else { return };
    let name = &row.name;
    let mut client = Client::of(server);
    // The reply comes at the row's last byte: nothing else is sent until it is there.
    client.send(&row.bytes);
    if part >= "part6-files" && error == HttpError::BodyTooLarge {
        // A body may be as long as a disk is large. What is kept in memory is counted as it comes.
        client.send(vec![b'v'; (1 << 20) + 1]);
    }
    let reply = client.reply("GET");
    assert_eq!((reply.status, text(&reply)), (status, sentence(error).as_str()), "{name}");
    assert!(reply.says_close(), "{name}: a refusal closes");
    check_common_fields(&reply, server);
    client.send(FOLLOWING);
    client.last_reply("GET");
}

fn sentence(error: HttpError) -> String {
    format!("{}\n", error.message())
}

/// All requests of a row are answered in order, and the connection goes on.
#[track_caller]
fn check_all_served(
    server: &Server,
    row: &Row,
    requests: &[String],
    check: impl Fn(&str, &Reply, &str),
) {
    let mut methods: Vec<_> = requests.iter().map(|request| method(request)).collect();
    let mut client = Client::of(server);
    client.send(&row.bytes);
    let replies = client.replies(&methods);
    for (reply, request) in replies.iter().zip(requests) {
        check(&row.name, reply, request);
        check_common_fields(reply, server);
    }
    let last = replies.last().expect("a row has requests");
    if last.says_close() {
        let is_to_close = row.bytes.starts_with(b"CONNECT") || requests[0].contains("HTTP/1.0");
        assert!(is_to_close, "{}: it closes", row.name);
    } else {
        client.send(FOLLOWING).half_close();
        methods.push("GET");
    }
    assert_eq!(client.last_replies(&methods).len(), methods.len(), "{}", row.name);
}

#[track_caller]
fn check_served(name: &str, reply: &Reply, request: &str) {
    match method(request) {
        "GET" | "POST" => assert!(seen(reply) == request, "{name}: {:.2000}", seen(reply)),
        "OPTIONS" => assert_eq!((reply.status, reply.framing), (204, Framing::Without), "{name}"),
        _ => assert_eq!(reply.status, 501, "{name}"),
    }
}

/// Most paths of the table lead nowhere, and some are encoded wrongly: that ends no connection.
#[track_caller]
fn check_routed(name: &str, reply: &Reply, request: &str) {
    let target = request.split(' ').nth(1).expect("a request has a target");
    let expected = match method(request) {
        "GET" | "POST" if target.contains("%zz") || target.contains("%&") => 400,
        "GET" if matches!(target, "/" | "http://h?x" | "http://h") => 200,
        "GET" | "POST" => 404,
        "OPTIONS" if target == "*" => 204,
        "OPTIONS" => 404,
        _ => 501,
    };
    assert_eq!(reply.status, expected, "{name}: {request:.200}");
}

/// What the server says that it understood, in the words of the table.
#[track_caller]
fn seen(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{}", text(reply));
    let json: Value = serde_json::from_slice(&reply.body).expect("it is JSON");
    let word = |key: &str| json[key].as_str().expect("it is text");
    let lines = |key: &str| {
        let lines = json[key].as_array().expect("it is a list").iter();
        let pairs = lines.map(|line| line.as_str().and_then(|line| line.split_once(": ")));
        pairs.map(|pair| pair.expect("it is a field line")).collect::<Vec<_>>()
    };
    let body = json["body_text"].as_str().expect("it is text");
    assert_eq!(json["body_bytes"], body.len());
    let line = format!("{} {} {}", word("method"), word("target"), word("version"));
    shown(line, lines("fields"), body.as_bytes(), lines("trailers"))
}

/// The method of a request in the words of the table; HEAD, whose replies are read differently, or any other.
fn method(request: &str) -> &'static str {
    let known = ["GET", "POST", "OPTIONS"];
    let method = request.split(' ').next().expect("a request begins with its method");
    known.into_iter().find(|known| *known == method).unwrap_or("another")
}
