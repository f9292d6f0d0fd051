//! The users API, and what becomes of a body that it can't read.

use serde_json::{Value, json as value};

use super::{FORM, JSON, NAME, add, all, json};
use crate::app::answer;
use crate::client::{field, start, text};

#[test]
fn a_user_is_added_found_replaced_and_removed() {
    let server = start(NAME);
    assert_eq!(all(&server), [] as [Value; 0]);
    let added = add(&server, "Ada");
    let ada = value!({"id": 1, "name": "Ada", "email": "Ada@example.com"});
    assert_eq!((added.status, json(&added)), (201, ada.clone()));
    assert_eq!(field(&added, "location"), "/api/users/1");
    assert_eq!(field(&added, "content-type"), "application/json");
    assert_eq!(json(&answer(&server, "GET /api/users/1", "", b"")), ada);
    let grace = value!({"id": 1, "name": "Grace", "email": "g"});
    for _ in 0..2 {
        // PUT is idempotent (RFC 9110 §9.2.2). The whole user may be sent back, with its number.
        let put = answer(&server, "PUT /api/users/1", JSON, grace.to_string().as_bytes());
        assert_eq!((put.status, json(&put)), (200, grace.clone()));
    }
    assert_eq!(all(&server), [grace]);
    let deleted = answer(&server, "DELETE /api/users/1", "", b"");
    assert_eq!((deleted.status, deleted.body.len()), (204, 0));
    for line in ["DELETE /api/users/1", "GET /api/users/1"] {
        assert_eq!(answer(&server, line, "", b"").status, 404, "{line}");
    }
    let body = br#"{"name": "a", "email": "b"}"#;
    assert_eq!(answer(&server, "PUT /api/users/1", JSON, body).status, 404);
    assert_eq!(json(&add(&server, "Eve"))["id"], 2, "a number is given once");
}

#[test]
fn a_user_has_one_uri() {
    let server = start(NAME);
    add(&server, "Ada");
    for line in [
        "GET /api/users/01",
        "GET /api/users/+1",
        "GET /api/users/%2B1",
        "GET /api/users/1%20",
        "GET /api/users/-1",
        "GET /api/users/1.0",
        "GET /api/users/18446744073709551617",
        "GET /api/users/%FF",
        "GET /api/users/1/",
    ] {
        assert_eq!(answer(&server, line, "", b"").status, 404, "{line}");
    }
}

#[test]
fn a_query_picks_users_by_name_and_keeps_repeated_names_and_empty_values() {
    let server = start(NAME);
    for name in ["a+b", "a b", "c", "\u{e9}&="] {
        add(&server, name);
    }
    for (line, expected) in [
        ("GET /api/users?", &[1, 2, 3, 4][..]),
        ("GET /api/users?other=x", &[1, 2, 3, 4]),
        ("GET /api/users?name=a+b", &[1]),
        ("GET /api/users?name=a%2bb", &[1]),
        ("GET /api/users?name=a%20b", &[2]),
        ("GET /api/users?name=c&other&name=a%20b", &[2, 3]),
        ("GET /api/users?n%61me=%C3%A9%26%3d", &[4]),
        ("GET /api/users?name=%FF", &[]),
        ("GET /api/users?name=", &[]),
        ("GET /api/users?name", &[]),
        ("GET /api/users?name=&name=c", &[3]),
        ("GET /api/users?NAME=c", &[1, 2, 3, 4]),
    ] {
        let users = json(&answer(&server, line, "", b""));
        let ids: Vec<_> = users.as_array().expect("a list").iter().map(|u| &u["id"]).collect();
        assert_eq!(value!(ids), value!(expected), "{line}");
    }
}

#[test]
fn a_type_that_is_not_read_is_415_and_accept_says_which_are() {
    let server = start(NAME);
    for fields in [
        "",
        "Content-Type: \r\n",
        "Content-Type: text/plain\r\n",
        "Content-Type: application/jsonx\r\n",
        "Content-Type: application/json, text/plain\r\n",
        "Content-Type: application/json\r\nContent-Type: application/json\r\n",
        "Content-Type: application/json; charset=iso-8859-1\r\n",
        "Content-Type: application/json; x=y; CHARSET=\"utf-16\"\r\n",
        "Content-Type: application/json; charset =latin1\r\n",
        "Content-Type: application/json; charset=\"utf-8\r\n",
        "Content-Type: application/json\r\nContent-Encoding: gzip\r\n",
        "Content-Type: application/x-www-form-urlencoded; charset=latin1\r\n",
        "Content-Type: multipart/form-data; boundary=x\r\n",
        "Content-Type: \u{e9}\r\n",
    ] {
        for line in ["POST /api/users", "POST /"] {
            let reply = answer(&server, line, fields, br#"{"name": "a", "email": "b"}"#);
            assert_eq!(reply.status, 415, "{fields:?}");
            assert_eq!(
                field(&reply, "accept"),
                "application/json, application/x-www-form-urlencoded"
            );
        }
    }
    assert_eq!(all(&server), [] as [Value; 0]);
}

#[test]
fn a_broken_body_is_400_and_json_says_where() {
    let server = start(NAME);
    for (body, place) in [
        (&b""[..], "line 1 column 0"),
        (b"{", "line 1 column 1"),
        (b"{\n \"name\": }", "line 2 column 10"),
        (b"{\"name\": \"a\"}\n\n x", "line 3 column 2"),
        (b"{'name': 'a'}", "line 1 column 2"),
        (b"{\"name\": \"\xff\"}", "line 1 column"),
        (b"{\"name\": \"a\nb\"}", "line 2 column 0"),
        ("[".repeat(10_000).as_bytes(), "recursion limit"),
    ] {
        let reply = answer(&server, "POST /api/users", JSON, body);
        assert_eq!(reply.status, 400, "{}", text(&reply));
        assert!(text(&reply).contains(place), "{}", text(&reply));
    }
    for body in ["name=%", "name=a&email=%4", "%zz=a"] {
        assert_eq!(answer(&server, "POST /api/users", FORM, body.as_bytes()).status, 400, "{body}");
    }
}

#[test]
fn a_body_that_would_take_much_memory_is_413_before_it_is_read() {
    let server = start(NAME);
    // Each member of three bytes becomes a map.
    let maps =
        |n: usize| format!(r#"{{"name": "a", "email": "b", "x": [{{}}{}]}}"#, ",{}".repeat(n));
    let pairs = |n: usize| format!("name=a&email=b{}", "&a".repeat(n));
    for (fields, short, long) in
        [(JSON, maps(5_000), maps(6_000)), (FORM, pairs(8_000), pairs(9_000))]
    {
        let status =
            |body: String| answer(&server, "POST /api/users", fields, body.as_bytes()).status;
        assert_eq!((status(short), status(long)), (201, 413), "{fields}");
    }
    assert_eq!(all(&server).len(), 2);
}

#[test]
fn a_wrong_shape_is_422_and_names_the_field() {
    let server = start(NAME);
    let long = "x".repeat(201);
    for (fields, body, told) in [
        (JSON, "{}", "\"name\" is missing"),
        (JSON, r#"{"name": "a"}"#, "\"email\" is missing"),
        (JSON, r#"{"email": "a", "Name": "b"}"#, "\"name\" is missing"),
        (JSON, r#"{"name": null, "email": "b"}"#, "\"name\" must be text"),
        (JSON, r#"{"name": "a", "email": ["b"]}"#, "\"email\" must be text"),
        (JSON, r#"{"name": "", "email": "b"}"#, "\"name\" must have 1 to 200 bytes"),
        (JSON, &format!(r#"{{"name": "a", "email": "{long}"}}"#), "\"email\" must have 1 to 200"),
        (JSON, "[]", "must be a JSON object"),
        (JSON, "null", "must be a JSON object"),
        (FORM, "", "\"name\" is missing"),
        (FORM, "name&email=a", "\"name\" must have 1 to 200 bytes"),
        (FORM, "name=a&email=%FF", "\"email\" must be text in UTF-8"),
        (FORM, "name=a&name=b&email=c", "\"name\" is there more than once"),
        (FORM, r#"{"name": "a", "email": "b"}"#, "\"name\" is missing"),
    ] {
        for line in ["POST /api/users", "PUT /api/users/1", "POST /"] {
            let reply = answer(&server, line, fields, body.as_bytes());
            assert_eq!(reply.status, 422, "{line} {body}: {}", text(&reply));
            assert!(text(&reply).contains(told), "{body}: {}", text(&reply));
        }
    }
    assert_eq!(all(&server), [] as [Value; 0]);
}

#[test]
fn a_form_says_what_json_says() {
    let server = start(NAME);
    let form = b"name=Ada+%2B+%C3%A9+%26+%3D&ignored&email=a%40b";
    let reply = answer(&server, "POST /api/users", FORM, form);
    let user = value!({"id": 1, "name": "Ada + \u{e9} & =", "email": "a@b"});
    assert_eq!((reply.status, json(&reply)), (201, user.clone()));
    let reply = answer(&server, "POST /api/users", JSON, user.to_string().as_bytes());
    assert_eq!(json(&reply), value!({"id": 2, "name": "Ada + \u{e9} & =", "email": "a@b"}));
    // Text is kept as it is: whoever shows it escapes it.
    let longest = "\u{1f980}".repeat(50);
    assert_eq!(json(&add(&server, &longest[..160]))["name"], longest[..160]);
}
