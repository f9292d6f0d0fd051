//! What parts 3 and 4 answer: the application, which is the same file in both.

use std::time::{Duration, SystemTime};

use course::launch::Server;
use course::reply::{Framing, Reply};
use serde_json::{Value, json};

use crate::client::{Client, exchange, field, start, text};

const METHODS: &str = "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS";

/// Runs a test against both parts.
#[track_caller]
fn in_both(test: impl Fn(&Server)) {
    test(&start("part3-parser"));
    test(&start("part4-keepalive"));
}

/// The reply to a request that asks for the connection to be closed.
#[track_caller]
pub fn answer(server: &Server, line: &'static str, fields: &str, body: &[u8]) -> Reply {
    let head = format!(
        "{line} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: {}\r\n{fields}\r\n",
        body.len()
    );
    let method = line.split(' ').next().expect("a method");
    let reply = exchange(server.address(), [head.as_bytes(), body].concat(), &[method]).remove(0);
    check_common_fields(&reply, server);
    reply
}

/// Date, Server, Content-Type and Content-Length, as every response has them.
#[track_caller]
pub fn check_common_fields(reply: &Reply, server: &Server) {
    let date = field(reply, "date");
    let time = httpdate::parse_http_date(date).expect("it is a date");
    assert_eq!(httpdate::fmt_http_date(time), date, "it is an IMF-fixdate");
    let now = SystemTime::now();
    // Dates have no fractions, so ours may be up to a second behind; clocks of one machine agree.
    let age = now.duration_since(time).expect("it is not in the future");
    assert!(age < Duration::from_secs(60), "{date} is long ago");
    assert_eq!(field(reply, "server"), server.name());
    let has_content = reply.status != 204;
    assert_eq!(reply.values("content-type").count(), usize::from(has_content));
    assert_eq!(reply.values("content-length").count(), usize::from(has_content));
}

#[test]
fn the_root_says_hello_in_13_bytes_of_text() {
    in_both(|server| {
        for line in ["GET /", "GET /?query", "GET http://other"] {
            let reply = answer(server, line, "", b"");
            assert_eq!((reply.status, text(&reply)), (200, "Hello, World!"), "{line}");
            assert_eq!(reply.framing, Framing::Length(13));
            assert!(field(&reply, "content-type").starts_with("text/plain"));
        }
    });
}

#[test]
fn echo_gives_the_body_back_byte_for_byte_with_its_content_type() {
    in_both(|server| {
        let every_byte: Vec<u8> = (0..=0xFF).collect();
        for line in ["POST /echo", "PUT /echo?x", "GET /echo", "DELETE /echo", "PATCH /echo"] {
            let reply =
                answer(server, line, "Content-Type: image/x; q=\"\u{e9}\"\r\n", &every_byte);
            assert_eq!((reply.status, &reply.body), (200, &every_byte), "{line}");
            assert_eq!(field(&reply, "content-type"), "image/x; q=\"\u{e9}\"");
        }
        let reply = answer(server, "POST /echo", "", b"x");
        assert_eq!(field(&reply, "content-type"), "application/octet-stream");
        assert_eq!(answer(server, "POST /echo", "", b"").framing, Framing::Length(0));
    });
}

#[test]
fn echo_joins_the_chunks_of_a_body() {
    in_both(|server| {
        let chunked = "POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\
                       Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nT: v\r\n\r\n";
        let reply = exchange(server.address(), chunked, &["POST"]).remove(0);
        assert_eq!((reply.status, text(&reply)), (200, "hello"));
    });
}

#[test]
fn every_other_path_shows_what_was_parsed_as_pretty_json() {
    in_both(|server| {
        let bytes = b"PUT /a/b?c=d HTTP/1.1\r\nHost: h:80\r\nB: 2 \r\nA:1\r\nb: \xff\r\n\
                      Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n\
                      5\r\nh\xc3\xa9\"\n\r\n0\r\nT: v\r\nU: w\r\n\r\n";
        let reply = exchange(server.address(), bytes, &["PUT"]).remove(0);
        let expected = json!({
            "method": "PUT",
            "target": "/a/b?c=d",
            "path": "/a/b",
            "query": "c=d",
            "version": "HTTP/1.1",
            "authority": "h:80",
            "fields": [
                "Host: h:80", "B: 2", "A: 1", "b: \\xff", "Connection: close",
                "Transfer-Encoding: chunked",
            ],
            "trailers": ["T: v", "U: w"],
            "body_bytes": 5,
            "body_text": "h\u{e9}\"\n",
        });
        assert_eq!(serde_json::from_slice::<Value>(&reply.body).expect("it is JSON"), expected);
        assert!(text(&reply).starts_with("{\n  \"method\": \"PUT\",\n"), "{}", text(&reply));
        assert_eq!(field(&reply, "content-type"), "application/json");
    });
}

#[test]
fn json_shows_no_text_for_a_body_that_is_not_utf8_and_no_query_where_there_is_none() {
    in_both(|server| {
        let reply = answer(server, "POST /x", "", b"\xff\xfe");
        let json: Value = serde_json::from_slice(&reply.body).expect("it is JSON");
        assert_eq!((&json["body_text"], &json["body_bytes"]), (&Value::Null, &json!(2)));
        assert_eq!((&json["query"], &json["authority"]), (&Value::Null, &json!("h")));
    });
}

#[test]
fn the_authority_of_an_absolute_target_overrides_host() {
    in_both(|server| {
        let reply = answer(server, "GET HTTP://other:8/x?y", "", b"");
        let json: Value = serde_json::from_slice(&reply.body).expect("it is JSON");
        assert_eq!((&json["authority"], &json["path"]), (&json!("other:8"), &json!("/x")));
    });
}

#[test]
fn head_is_answered_as_get_without_the_body() {
    in_both(|server| {
        let same = [("HEAD /", "GET /"), ("HEAD /echo", "GET /echo"), ("HEAD /x", "GET /x")];
        for (head, get) in same {
            let fields = "Content-Type: text/x\r\n";
            let (head, get) =
                (answer(server, head, fields, b"hello"), answer(server, get, fields, b"hello"));
            assert!(head.body.is_empty() && !get.body.is_empty());
            assert_eq!(head.status, get.status);
            for name in ["content-type", "content-length", "connection", "server"] {
                assert_eq!(field(&head, name), field(&get, name), "{name}");
            }
        }
        let refused = exchange(server.address(), "HEAD /x HTTP/1.1\r\n\r\n", &["HEAD"]).remove(0);
        assert_eq!((refused.status, refused.body.len()), (400, 0));
        assert_ne!(field(&refused, "content-length"), "0");
    });
}

#[test]
fn options_is_answered_204_with_allow() {
    in_both(|server| {
        for line in ["OPTIONS *", "OPTIONS /", "OPTIONS /echo", "OPTIONS http://h/x"] {
            let reply = answer(server, line, "", b"");
            assert_eq!((reply.status, reply.framing), (204, Framing::Without), "{line}");
            assert_eq!(field(&reply, "allow"), METHODS);
        }
    });
}

#[test]
fn each_known_method_is_served_and_any_other_is_answered_501() {
    in_both(|server| {
        for line in ["GET /x", "HEAD /x", "POST /x", "PUT /x", "DELETE /x", "PATCH /x"] {
            assert_eq!(answer(server, line, "", b"").status, 200, "{line}");
        }
        for line in
            ["TRACE /x", "BREW /x", "get /x", "Get /", "head /x", "PROPFIND /", "TRACE /echo"]
        {
            let reply = answer(server, line, "", b"");
            assert_eq!(reply.status, 501, "{line}");
            assert_eq!(text(&reply), format!("Send one of: {METHODS}.\n"), "{line}");
        }
    });
}

#[test]
fn connect_is_answered_501_and_the_connection_closes() {
    in_both(|server| {
        let bytes =
            "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n";
        let reply = exchange(server.address(), bytes, &["CONNECT"]).remove(0);
        assert_eq!(reply.status, 501);
        assert!(reply.says_close());
    });
}

#[test]
fn eof_inside_a_request_is_answered_400_and_before_one_not_at_all() {
    in_both(|server| {
        for bytes in ["", "\r\n", "\r\n\r\n\r", "\r"] {
            let mut client = Client::of(server);
            client.send(bytes).half_close();
            client.closed_silently();
        }
        let post = "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhell";
        let chunked =
            "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n";
        for bytes in ["G", "GET / HTTP/1.1\r", "GET / HTTP/1.1\r\nHost: h\r\n\r", post, chunked] {
            let mut client = Client::of(server);
            client.send(bytes).half_close();
            let reply = client.last_reply("GET");
            assert_eq!(reply.status, 400, "{bytes:?}");
            assert!(text(&reply).contains("stream ended"), "{bytes:?}: {}", text(&reply));
            assert!(reply.says_close());
        }
    });
}
