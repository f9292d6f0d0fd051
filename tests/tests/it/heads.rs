//! What a parsed head tells: the parts of its target, whom it is for, whether it is a HEAD.

use part3_parser::error::HttpError;
use part3_parser::limits::Limits;
use part3_parser::message::RequestHead;
use part3_parser::parser::{Event, RequestParser};
use part3_parser::target::check_target;

use crate::feed::Feeder;
use crate::rows::{self, Expected};

fn head(text: &str) -> RequestHead {
    let mut parser = RequestParser::new(Limits::default());
    parser.push(text.as_bytes());
    match parser.next_event() {
        Ok(Some(Event::Head(head))) => head,
        other => panic!("{text:?} has no head: {other:?}"),
    }
}

#[track_caller]
fn check(line: &str, path: &str, query: Option<&str>, host: &str) {
    let head = head(&format!("{line} HTTP/1.1\r\nHost: own:1\r\n\r\n"));
    assert_eq!((head.path(), head.query(), head.authority()), (path, query, Some(host)), "{line}");
    assert_eq!(format!("{} {}", head.method(), head.target()), line);
}

#[test]
fn the_target_tells_path_query_and_host() {
    check("GET /", "/", None, "own:1");
    check("GET /x/y", "/x/y", None, "own:1");
    check("GET /x?", "/x", Some(""), "own:1");
    check("GET /x?a=b&c", "/x", Some("a=b&c"), "own:1");
    check("GET /x?a?b", "/x", Some("a?b"), "own:1");
    check("GET /%20?%20", "/%20", Some("%20"), "own:1");
    check("GET //h/x", "//h/x", None, "own:1");
    check("GET /x://y?z", "/x://y", Some("z"), "own:1");
    check("OPTIONS *", "*", None, "own:1");
    check("GET http://h", "/", None, "h");
    check("GET http://h/", "/", None, "h");
    check("GET http://h?x", "/", Some("x"), "h");
    check("GET http://h?x/y", "/", Some("x/y"), "h");
    check("GET http://h:8/x?y", "/x", Some("y"), "h:8");
    check("GET HtTp://h/x", "/x", None, "h");
    check("GET http://[::1]:8/x?http://y/", "/x", Some("http://y/"), "[::1]:8");
    check("CONNECT h:8", "", None, "h:8");
    check("CONNECT [::1]:8", "", None, "[::1]:8");
}

#[test]
fn a_space_ends_a_target_and_is_no_part_of_it() {
    assert_eq!(check_target(b"GET", b"/x", "http"), Ok(()));
    assert_eq!(check_target(b"GET", b"/x y", "http"), Err(HttpError::BadTarget));
}

#[test]
fn an_absolute_target_has_the_scheme_of_the_connection() {
    let refusal = |scheme, target: &str| {
        let mut parser = RequestParser::new(Limits { scheme, ..Limits::default() });
        parser.push(format!("GET {target} HTTP/1.1\r\n").as_bytes());
        parser.next_event().err()
    };
    for (scheme, other) in [("http", "https"), ("https", "http")] {
        assert_eq!(refusal(scheme, "/x"), None);
        assert_eq!(refusal(scheme, &format!("{scheme}://h/x")), None);
        assert_eq!(refusal(scheme, &format!("{}://h/x", scheme.to_uppercase())), None);
        assert_eq!(refusal(scheme, &format!("{other}://h/x")), Some(HttpError::WrongScheme));
        assert_eq!(refusal(scheme, "ftp://h/x"), Some(HttpError::WrongScheme));
        assert_eq!(refusal(scheme, &format!("{scheme}:///x")), Some(HttpError::BadHost));
    }
}

#[test]
fn without_a_host_in_http_1_0_there_is_none() {
    assert_eq!(head("GET / HTTP/1.0\r\n\r\n").authority(), None);
    assert_eq!(head("GET http://h HTTP/1.0\r\n\r\n").authority(), Some("h"));
}

#[test]
fn a_field_is_found_in_any_case_and_in_order() {
    let head = head("GET / HTTP/1.1\r\nHost: h\r\nAb: 1\r\nAbc: 2\r\naB: 3\r\nAB:\r\n\r\n");
    let all: Vec<_> = head.fields.all("ab").collect();
    assert_eq!(all, [&b"1"[..], b"3", b""]);
    assert_eq!((head.fields.len(), head.fields.is_empty()), (5, false));
}

#[test]
fn only_http_1_1_can_expect_100_continue() {
    let expects = |version: &str, field: &str| {
        head(&format!("GET / HTTP/{version}\r\nHost: h\r\n{field}\r\n\r\n")).expects_continue()
    };
    assert!(expects("1.1", "Expect: 100-Continue"));
    assert!(!expects("1.1", "A: 100-continue"));
    assert!(!expects("1.0", "Expect: 100-continue"));
}

#[test]
fn a_head_request_is_known_to_be_one_as_soon_as_it_can_be_and_until_its_end() {
    let mut feeder = Feeder::new(usize::MAX);
    let mut known = Vec::new();
    for byte in b"\r\nHEAD / HTTP/1.1\r\nHost: h\r\n\r\nGET" {
        feeder.push(&[*byte]);
        known.push(feeder.is_head_request());
    }
    let [before, after] = ["\r\nHEAD".len(), "\nGET".len()];
    let expected: Vec<_> =
        (0..known.len()).map(|at| at >= before && at < known.len() - after).collect();
    assert_eq!(known, expected);
}

#[test]
fn a_refused_head_request_is_known_to_be_one() {
    let rows = rows::all().into_iter().filter(|row| row.bytes.len() < 1000);
    let refused = rows.filter(|row| matches!(row.expected, Expected::Refused(..)));
    let mut checked = 0;
    for row in refused {
        let Some(rest) = row.bytes.strip_prefix(b"GET ") else { continue };
        for (method, is_head) in [("HEAD ", true), ("GET ", false), ("HEADS ", false)] {
            let mut feeder = Feeder::new(usize::MAX);
            feeder.push(b"HEAD /y HTTP/1.1\r\nHost: h\r\n\r\n");
            feeder.push(&[method.as_bytes(), rest].concat());
            assert!(feeder.outcome().error.is_some(), "{}", row.name);
            assert_eq!(feeder.is_head_request(), is_head, "{}, {method}", row.name);
        }
        checked += 1;
    }
    assert!(checked > 100, "the table has rows with GET");
}
