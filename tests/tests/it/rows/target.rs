//! The four forms of a target, the authority, and Host (RFC 9112 §3.2, RFC 9110 §4.2, §7.2).

use part3_parser::error::HttpError::*;

use super::{Row, refused, served};

pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(GOOD_TARGETS.map(|(method, target)| {
        let line = format!("{method} {target} HTTP/1.1");
        let bytes = format!("{line}\r\nHost: h\r\n\r\n");
        served(format!("target of {line}"), bytes, &[&format!("{line} | Host: h")])
    }));
    rows.extend(BAD_TARGETS.map(|(method, target, status, error)| {
        let line = format!("{method} {target} HTTP/1.1\r\n");
        refused(format!("target of {}", line.trim_end()), line, status, error)
    }));
    let in_target = |byte: u8| [b"GET /", &[byte][..], b" HTTP/1.1\r\n"].concat();
    let outside = (0..=0xFF).filter(|byte| !(b' '..0x7F).contains(byte) && !b"\r\n".contains(byte));
    rows.extend(outside.map(|byte| {
        refused(format!("byte {byte:#04x} in the target"), in_target(byte), 400, BadTarget)
    }));
    rows.extend(GOOD_HOSTS.map(|host| {
        let bytes = format!("GET /x HTTP/1.1\r\nHost: {host}\r\n\r\n");
        served(format!("Host {host}"), bytes, &[&format!("GET /x HTTP/1.1 | Host: {host}")])
    }));
    rows.extend(BAD_HOSTS.map(|host| {
        let bytes = format!("GET /x HTTP/1.1\r\nHost: {host}\r\n\r\n");
        refused(format!("Host {host:?}"), bytes, 400, BadHost)
    }));
    rows.extend(hosts_and_versions());
    rows
}

const GOOD_TARGETS: [(&str, &str); 16] = [
    ("GET", "/x/y;z=1,2?a=b&c=d?e/f"),
    ("GET", "/x?"),
    ("GET", "//x"),
    ("GET", "/x/../y"),
    ("GET", "/x%00%zz"),
    ("GET", "/!\"$%&'()*+,-./:;<=>?@[\\]^_`{|}~"),
    ("POST", "/*"),
    ("OPTIONS", "*"),
    ("OPTIONS", "/x"),
    ("GET", "http://h/x"),
    ("GET", "HTTP://h/x"),
    ("GET", "http://h:80/x?y"),
    ("GET", "http://other:/x"),
    ("GET", "http://[::1]:8080/x"),
    ("GET", "http://a%20b/x"),
    ("CONNECT", "h:443"),
];

const BAD_TARGETS: [(&str, &str, u16, part3_parser::error::HttpError); 36] = [
    ("GET", "foo", 400, BadTarget),
    ("GET", "?x", 400, BadTarget),
    ("GET", "*", 400, BadTarget),
    ("GET", "**", 400, BadTarget),
    ("OPTIONS", "**", 400, BadTarget),
    ("OPTIONS", "*?x", 400, BadTarget),
    ("options", "*", 400, BadTarget),
    ("GET", "example.com:80", 400, BadTarget),
    ("GET", "example.com/x", 400, BadTarget),
    ("GET", "http:", 400, BadTarget),
    ("GET", "http:/x", 400, BadTarget),
    ("GET", "http:x", 400, BadTarget),
    ("GET", "://h/x", 400, BadTarget),
    ("GET", "1http://h/x", 400, BadTarget),
    ("GET", "ht_tp://h/x", 400, BadTarget),
    ("GET", "/x#y", 400, BadTarget),
    ("GET", "http://h/#", 400, BadTarget),
    ("GET", "\\x", 400, BadTarget),
    ("GET", "http://", 400, BadHost),
    ("GET", "http:///", 400, BadHost),
    ("GET", "http:///x", 400, BadHost),
    ("GET", "http://?x", 400, BadHost),
    ("GET", "http://:80/", 400, BadHost),
    ("GET", "http://user@h/", 400, BadHost),
    ("GET", "http://user:80@h/", 400, BadHost),
    ("GET", "http://h:x/", 400, BadHost),
    ("GET", "http://h:65536/", 400, BadHost),
    ("GET", "http://h:80:80/", 400, BadHost),
    ("GET", "http://h\\x/", 400, BadHost),
    ("GET", "https://h/x", 421, WrongScheme),
    ("GET", "ftp://h/x", 421, WrongScheme),
    ("CONNECT", "/x", 400, BadTarget),
    ("CONNECT", "h", 400, BadTarget),
    ("CONNECT", "h:", 400, BadTarget),
    ("CONNECT", "http://h/", 400, BadHost),
    ("CONNECT", ":80", 400, BadHost),
];

const GOOD_HOSTS: [&str; 12] = [
    "h",
    "h:80",
    "h:",
    "h:0",
    "h:65535",
    "EXAMPLE.com",
    "127.0.0.1:8080",
    "a-b_c~!$&'()*+,;=.d",
    "%41.b",
    "[::1]",
    "[2001:db8::1]:80",
    "[::ffff:1.2.3.4]",
];

const BAD_HOSTS: [&str; 26] = [
    "",
    ":80",
    "h h",
    "h\t:80",
    "h:80, h",
    "h/x",
    "h?x",
    "h#x",
    "h@h",
    "u:p@h",
    "http://h",
    "h:80:80",
    "h:+80",
    "h:8x",
    "h:65536",
    "h:99999999999999999999",
    "[::1",
    "::1",
    "[::1]x",
    "[h]",
    "[]",
    "a%4",
    "a%zz",
    "a%4z",
    "a%z4",
    "h\u{e9}",
];

fn hosts_and_versions() -> Vec<Row> {
    let get = "GET /x HTTP/1.1\r\n";
    vec![
        refused("no Host in 1.1", format!("{get}\r\n"), 400, NoHost),
        refused("no Host in 1.1 with another field", format!("{get}A: b\r\n\r\n"), 400, NoHost),
        refused("no Host in 1.2", "GET /x HTTP/1.2\r\n\r\n", 400, NoHost),
        refused("two Hosts", format!("{get}Host: h\r\nhost: i\r\n\r\n"), 400, RepeatedHost),
        refused(
            "the same Host twice",
            format!("{get}Host: h\r\nHost: h\r\n\r\n"),
            400,
            RepeatedHost,
        ),
        refused(
            "two Hosts in 1.0",
            "GET /x HTTP/1.0\r\nHost: h\r\nHost: h\r\n\r\n",
            400,
            RepeatedHost,
        ),
        refused("a bad Host in 1.0", "GET /x HTTP/1.0\r\nHost: h/x\r\n\r\n", 400, BadHost),
        refused("absolute-form without Host", "GET http://h/x HTTP/1.1\r\n\r\n", 400, NoHost),
        refused(
            "absolute-form with a bad Host",
            "GET http://h/x HTTP/1.1\r\nHost: a b\r\n\r\n",
            400,
            BadHost,
        ),
        refused("CONNECT without Host", "CONNECT h:80 HTTP/1.1\r\n\r\n", 400, NoHost),
        refused("OPTIONS * without Host", "OPTIONS * HTTP/1.1\r\n\r\n", 400, NoHost),
        served(
            "a Host in 1.0",
            "GET /x HTTP/1.0\r\nHost: h\r\n\r\n",
            &["GET /x HTTP/1.0 | Host: h"],
        ),
        served(
            "absolute-form in 1.0",
            "GET http://h/x HTTP/1.0\r\n\r\n",
            &["GET http://h/x HTTP/1.0"],
        ),
        served(
            "Host in another case, with blanks and tabs",
            format!("{get}hOST:\t  h \t\r\n\r\n"),
            &["GET /x HTTP/1.1 | hOST: h"],
        ),
    ]
}
