//! Empty lines, method, spaces, version, line ends (RFC 9112 §2.2, §2.3, §3).

use part3_parser::error::HttpError::*;

use super::{Row, refused, served};

pub fn rows() -> Vec<Row> {
    let mut rows = served_rows();
    rows.extend(refused_rows());
    rows.extend((0..=0xFF).filter_map(in_the_method));
    rows
}

fn served_rows() -> Vec<Row> {
    let get = "GET /x HTTP/1.1 | Host: h";
    let mut rows = vec![
        served("a plain request", "GET /x HTTP/1.1\r\nHost: h\r\n\r\n", &[get]),
        served("an empty line before it", "\r\nGET /x HTTP/1.1\r\nHost: h\r\n\r\n", &[get]),
        served(
            "empty lines before and between",
            "\r\n\r\nGET /x HTTP/1.1\r\nHost: h\r\n\r\n\r\n\r\nGET /y HTTP/1.1\r\nHost: h\r\n\r\n",
            &[get, "GET /y HTTP/1.1 | Host: h"],
        ),
        served("version 1.0", "GET /x HTTP/1.0\r\n\r\n", &["GET /x HTTP/1.0"]),
        served(
            "a method of every token character",
            "!#$%&'*+-.^_`|~09azAZ /x HTTP/1.1\r\nHost: h\r\n\r\n",
            &["!#$%&'*+-.^_`|~09azAZ /x HTTP/1.1 | Host: h"],
        ),
        served(
            "a method in lower case is another method",
            "get /x HTTP/1.1\r\nHost: h\r\n\r\n",
            &["get /x HTTP/1.1 | Host: h"],
        ),
    ];
    rows.extend((2..=9).map(|minor| {
        let bytes = format!("GET /x HTTP/1.{minor}\r\nHost: h\r\n\r\n");
        served(format!("version 1.{minor} is served as 1.1"), bytes, &[get])
    }));
    rows
}

fn refused_rows() -> Vec<Row> {
    [
        ("bare LF after the version", "GET /x HTTP/1.1\n", 400, BareLf),
        ("bare LF in the target", "GET /x\n", 400, BareLf),
        ("bare LF as an empty line", "\n", 400, BareLf),
        ("bare LF as a second empty line", "\r\n\n", 400, BareLf),
        ("bare CR before the method", "\rGET /x HTTP/1.1\r\n", 400, BareCr),
        ("bare CR in the method", "G\rET /x HTTP/1.1\r\n", 400, BareCr),
        ("bare CR in the target", "GET /\rx HTTP/1.1\r\n", 400, BareCr),
        ("bare CR in the version", "GET /x HTTP\r/1.1\r\n", 400, BareCr),
        ("bare CR in place of a digit", "GET /x HTTP/1.\r\r\n", 400, BareCr),
        ("two CR at the end", "GET /x HTTP/1.1\r\r\n", 400, BareCr),
        ("two CR as an empty line", "\r\r\n", 400, BareCr),
        ("CR in place of the spaces", "GET\r/x\rHTTP/1.1\r\n", 400, BareCr),
        ("two spaces after the method", "GET  /x HTTP/1.1\r\n", 400, BadRequestLine),
        ("two spaces after the target", "GET /x  HTTP/1.1\r\n", 400, BadRequestLine),
        ("a space after the version", "GET /x HTTP/1.1 \r\n", 400, BadRequestLine),
        ("a space before the method", " GET /x HTTP/1.1\r\n", 400, BadRequestLine),
        ("a space in the target", "GET /x y HTTP/1.1\r\n", 400, BadRequestLine),
        ("a second version", "GET /x HTTP/1.1 HTTP/1.1\r\n", 400, BadRequestLine),
        ("tabs for spaces", "GET\t/x\tHTTP/1.1\r\n", 400, BadRequestLine),
        ("a tab after the target", "GET /x\tHTTP/1.1\r\n", 400, BadRequestLine),
        ("an empty method", " /x HTTP/1.1\r\n", 400, BadMethod),
        ("no target", "GET HTTP/1.1\r\n", 400, BadRequestLine),
        ("an empty target", "GET  HTTP/1.1\r\n", 400, BadTarget),
        ("a method alone", "GET\r\n", 400, BadRequestLine),
        ("no version (HTTP/0.9)", "GET /x\r\n", 400, BadRequestLine),
        ("an empty version", "GET /x \r\n", 400, BadVersion),
        ("a response", "HTTP/1.1 200 OK\r\n", 400, BadMethod),
        ("version in lower case", "GET /x http/1.1\r\n", 400, BadVersion),
        ("version in mixed case", "GET /x Http/1.1\r\n", 400, BadVersion),
        ("version without digits", "GET /x HTTP\r\n", 400, BadVersion),
        ("version without minor", "GET /x HTTP/1\r\n", 400, BadVersion),
        ("version with empty minor", "GET /x HTTP/1.\r\n", 400, BadVersion),
        ("version with two minor digits", "GET /x HTTP/1.10\r\n", 400, BadVersion),
        ("version with two major digits", "GET /x HTTP/11.1\r\n", 400, BadVersion),
        ("version with leading zero", "GET /x HTTP/01.1\r\n", 400, BadVersion),
        ("version with a comma", "GET /x HTTP/1,1\r\n", 400, BadVersion),
        ("version with a sign", "GET /x HTTP/+1.1\r\n", 400, BadVersion),
        ("version with a letter", "GET /x HTTP/1.x\r\n", 400, BadVersion),
        ("version of another protocol", "GET /x HTTPS/1.1\r\n", 400, BadVersion),
        ("another protocol as long", "GET /x ICAP/1.1\r\n", 400, BadVersion),
        ("version 0.9", "GET /x HTTP/0.9\r\n", 505, UnsupportedVersion),
        ("version 2.0", "GET /x HTTP/2.0\r\n", 505, UnsupportedVersion),
        ("the preface of HTTP/2", "PRI * HTTP/2.0\r\n", 505, UnsupportedVersion),
        ("version 9.9", "GET /x HTTP/9.9\r\n", 505, UnsupportedVersion),
    ]
    .map(|(name, bytes, status, error)| refused(name, bytes, status, error))
    .into()
}

/// Every byte that is no token character, in the middle of the method.
fn in_the_method(byte: u8) -> Option<Row> {
    let error = match byte {
        _ if byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte) => return None,
        b'\n' => BareLf,
        b'\r' => BareCr,
        b' ' => BadRequestLine,
        _ => BadMethod,
    };
    let mut bytes = [b"G", &[byte][..], b"T /x HTTP/1.1\r\n"].concat();
    if byte == b'\n' {
        bytes.truncate(2);
    }
    Some(refused(format!("byte {byte:#04x} in the method"), bytes, 400, error))
}
