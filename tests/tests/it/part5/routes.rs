//! The table of routes, from outside.

use course::reply::Framing;

use super::{FORM, JSON, NAME, add};
use crate::app::answer;
use crate::client::{Client, field, start, text};

#[test]
fn every_path_tells_its_methods_and_refuses_the_others_with_405() {
    let server = start(NAME);
    add(&server, "Ada");
    for (options, put, brew, allow) in [
        ("OPTIONS /", "PUT /", "BREW /", "GET, POST, HEAD, OPTIONS"),
        ("OPTIONS /api/users", "PUT /api/users", "BREW /api/users", "GET, POST, HEAD, OPTIONS"),
        ("OPTIONS /api/users/1", "POST /api/users/1", "BREW /x", "GET, PUT, DELETE, HEAD, OPTIONS"),
        ("OPTIONS /panic", "POST /panic", "get /", "GET, HEAD, OPTIONS"),
    ] {
        let told = answer(&server, options, "", b"");
        assert_eq!((told.status, told.framing), (204, Framing::Without), "{options}");
        assert_eq!(field(&told, "allow"), allow, "{options}");
        let refused = answer(&server, put, JSON, b"{}");
        assert_eq!((refused.status, field(&refused, "allow")), (405, allow), "{put}");
        assert_eq!(answer(&server, brew, "", b"").status, 501, "{brew}");
    }
    let echo = answer(&server, "OPTIONS /echo", "", b"");
    assert_eq!(field(&echo, "allow"), "GET, POST, PUT, DELETE, PATCH, HEAD, OPTIONS");
    let whole = answer(&server, "OPTIONS *", "", b"");
    assert_eq!(field(&whole, "allow"), "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS");
    assert_eq!(answer(&server, "OPTIONS /nowhere", "", b"").status, 404);
}

#[test]
fn head_is_answered_as_get_is_without_the_body_errors_included() {
    let server = start(NAME);
    add(&server, "Ada");
    for (head, get, status) in [
        ("HEAD /", "GET /", 200),
        ("HEAD /api/users", "GET /api/users", 200),
        ("HEAD /api/users/1", "GET /api/users/1", 200),
        ("HEAD /api/users/2", "GET /api/users/2", 404),
        ("HEAD /nowhere", "GET /nowhere", 404),
        ("HEAD /%zz", "GET /%zz", 400),
        ("HEAD /panic", "GET /panic", 500),
    ] {
        let (head, get) = (answer(&server, head, "", b""), answer(&server, get, "", b""));
        assert_eq!((head.status, get.status), (status, status), "{status}");
        assert!(head.body.is_empty() && !get.body.is_empty());
        for name in ["content-type", "content-length"] {
            assert_eq!(field(&head, name), field(&get, name), "{name}");
        }
    }
}

#[test]
fn a_segment_may_be_encoded_and_an_encoded_slash_is_part_of_it() {
    let server = start(NAME);
    add(&server, "Ada");
    for (line, status) in [
        ("GET /%61pi/u%73ers/%31", 200),
        ("GET http://h/%61pi/users?", 200),
        ("GET /api%2Fusers", 404),
        ("GET /api/users%2F1", 404),
        ("GET /api//users", 404),
        ("GET /api/./users", 404),
        ("GET /x/../api/users", 404),
        ("GET /%2e%2e/%2E", 404),
        ("GET /%7E%FF%00", 404),
        ("GET /api/users/%", 400),
        ("GET /api/users?%4", 400),
        ("DELETE /nowhere/%zz", 400),
        ("OPTIONS /%zz", 400),
    ] {
        assert_eq!(answer(&server, line, "", b"").status, status, "{line}");
    }
}

#[test]
fn what_a_handler_refuses_does_not_end_the_connection() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    let json = |body: &str| format!("{JSON}Content-Length: {}\r\n\r\n{body}", body.len());
    let requests = [
        "GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(),
        "DELETE / HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(),
        "GET /% HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(),
        format!("POST /api/users HTTP/1.1\r\nHost: h\r\n{}", json("{")),
        format!("POST /api/users HTTP/1.1\r\nHost: h\r\n{}", json("{}")),
        format!("POST /api/users HTTP/1.1\r\nHost: h\r\n{}", json("{}").replace("json", "xml")),
        "GET /panic HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(),
    ];
    client.send(requests.concat());
    let replies = client.replies(&["GET"; 8]);
    let statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, [404, 405, 400, 400, 422, 415, 500, 200]);
}

#[test]
fn names_of_fields_and_types_are_compared_without_case() {
    let server = start(NAME);
    for fields in [
        "content-type: application/json\r\n",
        "CONTENT-TYPE: APPLICATION/JSON\r\n",
        "Content-type:\tApplication/Json ; Charset=\"Utf-8\"; x=y\r\n",
        "cOnTeNt-TyPe: application/json;charset=utf-8\r\n",
    ] {
        let body = br#"{"name": "Ada", "email": "a"}"#;
        let reply = answer(&server, "POST /api/users", fields, body);
        assert_eq!(reply.status, 201, "{fields:?}: {}", text(&reply));
    }
    let reply = answer(&server, "POST /api/users", &FORM.to_uppercase(), b"name=a&email=b");
    assert_eq!(reply.status, 201, "{}", text(&reply));
}
