//! Whether a connection goes on, and what the answer says about it (RFC 9112 §9.3).

use course::launch::Server;

use super::{GET, NAME};
use crate::client::{Client, exchange, field, logged, start, text};

/// Sends a request and says what becomes of the connection: "goes on", "keep-alive" or "close".
#[track_caller]
fn fate(server: &Server, version: &str, fields: &str) -> &'static str {
    let mut client = Client::of(server);
    client.send(format!("GET / {version}\r\nHost: h\r\n{fields}\r\n"));
    let reply = client.reply("GET");
    assert_eq!((reply.status, reply.minor), (200, 1), "{fields:?}");
    let fate = match reply.values("connection").count() {
        0 => "goes on",
        _ if reply.says_close() => "close",
        _ => "keep-alive",
    };
    client.send(GET);
    if fate == "close" {
        client.last_reply("GET");
    } else {
        assert_eq!(client.replies(&["GET", "GET"])[1].status, 200, "{fields:?}");
    }
    if fate == "keep-alive" {
        assert_eq!(field(&reply, "connection"), "keep-alive");
    }
    fate
}

#[test]
fn http_1_1_goes_on_unless_close_is_a_member_of_connection() {
    let server = start(NAME);
    for (fields, expected) in [
        ("", "goes on"),
        ("Connection: keep-alive\r\n", "goes on"),
        ("Connection:\r\n", "goes on"),
        ("Connection: closed\r\n", "goes on"),
        ("Connection: close-notify, x\r\n", "goes on"),
        ("Connection: x close\r\n", "goes on"),
        ("X-Connection: close\r\n", "goes on"),
        ("Proxy-Connection: close\r\n", "goes on"),
        ("Connection: close\r\n", "close"),
        ("connection:CLOSE\r\n", "close"),
        ("Connection: x, Close\r\n", "close"),
        ("Connection: ,\tcLoSe ,x\r\n", "close"),
        ("Connection: x\r\nA: b\r\nCONNECTION: close\r\n", "close"),
        ("Connection: keep-alive, close\r\n", "close"),
        ("Connection: close\r\nConnection: keep-alive\r\n", "close"),
    ] {
        assert_eq!(fate(&server, "HTTP/1.1", fields), expected, "{fields:?}");
        assert_eq!(fate(&server, "HTTP/1.7", fields), expected, "{fields:?}");
    }
}

#[test]
fn http_1_0_closes_unless_keep_alive_is_a_member_of_connection() {
    let server = start(NAME);
    for (fields, expected) in [
        ("", "close"),
        ("Connection: close\r\n", "close"),
        ("Connection: keep-alives\r\n", "close"),
        ("Keep-Alive: timeout=5\r\n", "close"),
        ("Connection: keep-alive, close\r\n", "close"),
        ("Connection: keep-alive\r\n", "keep-alive"),
        ("connection:\tKEEP-ALIVE\r\n", "keep-alive"),
        ("Connection: x,Keep-Alive\r\n", "keep-alive"),
        ("Connection: x\r\nConnection: keep-alive\r\n", "keep-alive"),
    ] {
        assert_eq!(fate(&server, "HTTP/1.0", fields), expected, "{fields:?}");
    }
}

#[test]
fn nothing_is_served_after_a_request_that_said_close() {
    let server = start(NAME);
    let close =
        "POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello";
    let replies = exchange(server.address(), format!("{GET}{close}{GET}{GET}"), &["GET", "POST"]);
    assert!(!replies[0].says_close());
    assert_eq!((text(&replies[1]), replies[1].says_close()), ("hello", true));
    logged(&server, "#1 closed, 2 answered: that was the last request on this connection");
}

#[test]
fn nothing_is_served_after_a_refusal_but_what_came_before_is() {
    let server = start(NAME);
    let bytes = format!("{GET}{GET}GET / HTTP/1.1\r\n\r\n{GET}{GET}");
    let replies = exchange(server.address(), bytes, &["GET", "GET", "GET"]);
    let statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, [200, 200, 400]);
    assert!(replies[2].says_close());
    logged(&server, "#1 closed, 2 answered: refused: ");
}

#[test]
fn an_unknown_method_does_not_end_the_connection() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send("BREW / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello");
    client.send(format!("TRACE / HTTP/1.1\r\nHost: h\r\n\r\n{GET}"));
    let replies = client.replies(&["BREW", "TRACE", "GET"]);
    let fates: Vec<_> = replies.iter().map(|reply| (reply.status, reply.says_close())).collect();
    assert_eq!(fates, [(501, false), (501, false), (200, false)]);
}

#[test]
fn head_and_options_do_not_disturb_the_framing_of_what_follows() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    for method in ["HEAD", "OPTIONS", "HEAD", "GET"] {
        client.send(format!("{method} / HTTP/1.1\r\nHost: h\r\n\r\n"));
    }
    let replies = client.replies(&["HEAD", "OPTIONS", "HEAD", "GET"]);
    let statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!((statuses, text(&replies[3])), (vec![200, 204, 200, 200], "Hello, World!"));
}

#[test]
fn a_connection_serves_any_number_of_requests_one_after_the_other() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    let mut methods = Vec::new();
    for number in 0..200 {
        let body = format!("body {number}");
        let head =
            format!("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n", body.len());
        client.send(head + &body);
        methods.push("POST");
        let replies = client.replies(&methods);
        assert_eq!(text(&replies[number]), body);
    }
    client.half_close();
    client.last_replies(&methods);
    logged(&server, "#1 closed, 200 answered: the client ended the stream");
}

#[test]
fn empty_lines_and_silence_at_the_end_are_closed_without_a_byte() {
    let server = start(NAME);
    for rest in ["", "\r\n", "\r\n\r\n\r\n", "\r"] {
        let mut client = Client::of(&server);
        client.send(format!("{GET}{rest}")).half_close();
        client.last_reply("GET");
    }
}
