//! What is as large as it may be, and what is one byte larger. The figures are those of the chapter.

use part3_parser::error::HttpError::*;

use super::{Row, refused, served};

const LINE: usize = 8 * 1024;
const HEAD: usize = 64 * 1024;
const BODY: usize = 1024 * 1024;
const EXTENSIONS: usize = 16 * 1024;

pub fn rows() -> Vec<Row> {
    [lines(), heads(), trailers(), bodies(), chunk_extensions()].into_iter().flatten().collect()
}

/// `text`, filled up to `len` bytes before it ends in CRLF.
fn line(text: &str, len: usize) -> String {
    format!("{text}{}\r\n", "v".repeat(len - text.len() - 2))
}

fn lines() -> Vec<Row> {
    let path = "v".repeat(LINE - "GET / HTTP/1.1\r\n".len());
    let request_line = format!("GET /{path} HTTP/1.1");
    let get = "GET /x HTTP/1.1\r\nHost: h\r\n";
    let value = "v".repeat(LINE - "A: \r\n".len());
    vec![
        served(
            "the longest request line",
            format!("{request_line}\r\nHost: h\r\n\r\n"),
            &[&format!("{request_line} | Host: h")],
        ),
        refused("a request line one byte longer", "v".repeat(LINE), 414, RequestLineTooLong),
        refused(
            "a request line whose LF comes too late",
            format!("GET /v{path} HTTP/1.1\r"),
            414,
            RequestLineTooLong,
        ),
        served(
            "the longest field line",
            format!("{get}{}\r\n", line("A: ", LINE)),
            &[&format!("GET /x HTTP/1.1 | Host: h | A: {value}")],
        ),
        refused(
            "a field line one byte longer",
            format!("{get}A: {value}v\r"),
            431,
            FieldLineTooLong,
        ),
        refused(
            "a field line without end",
            format!("{get}{}", "v".repeat(LINE)),
            431,
            FieldLineTooLong,
        ),
    ]
}

fn heads() -> Vec<Row> {
    let get = "GET /x HTTP/1.1\r\nHost: h\r\n";
    let fields = line("A: ", LINE).repeat(7);
    let left = HEAD - get.len() - fields.len() - 2;
    let seen = format!("GET /x HTTP/1.1 | Host: h{}", {
        let field = |len: usize| format!(" | A: {}", "v".repeat(len - 5));
        format!("{}{}", field(LINE).repeat(7), field(left))
    });
    let many = |n: usize| "A:\r\n".repeat(n);
    let hundred = format!("GET /x HTTP/1.1 | Host: h{}", " | A: ".repeat(99));
    let empty = |n: usize| format!("{}GET /x HTTP/1.0\r\n\r\n", "\r\n".repeat(n));
    vec![
        served("the largest head", format!("{get}{fields}{}\r\n", line("A: ", left)), &[&seen]),
        refused(
            "a head one byte larger",
            format!("{get}{fields}{}\r", line("A: ", left + 1)),
            431,
            HeadTooLarge,
        ),
        refused(
            "a line too long for itself, where the head has room for the longest",
            format!(
                "{get}{}{}{}",
                line("A: ", LINE - get.len()),
                line("A: ", LINE).repeat(6),
                "v".repeat(LINE)
            ),
            431,
            FieldLineTooLong,
        ),
        refused(
            "a head that is too large inside a line",
            format!("{get}{fields}{}", "v".repeat(left + 2)),
            431,
            HeadTooLarge,
        ),
        served("the most fields", format!("{get}{}\r\n", many(99)), &[&hundred]),
        refused("one field more", format!("{get}{}", many(100)), 431, TooManyFields),
        served("the most empty lines", empty(HEAD / 2), &["GET /x HTTP/1.0"]),
        served(
            "the most empty lines before each request",
            empty(HEAD / 2).replace("1.0\r\n", "1.0\r\nConnection: keep-alive\r\n").repeat(2),
            &["GET /x HTTP/1.0 | Connection: keep-alive"; 2],
        ),
        refused("one empty line more", "\r\n".repeat(HEAD / 2 + 1), 400, TooManyEmptyLines),
    ]
}

fn trailers() -> Vec<Row> {
    let last = "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
    let seen = "POST /x HTTP/1.1 | Host: h | Transfer-Encoding: chunked || ";
    let long = line("T: ", LINE);
    let left = HEAD - 7 * LINE - 2;
    let hundred = format!("{seen}{}", ["T: "; 100].join(" | "));
    let field = |len: usize| format!("T: {}", "v".repeat(len - 5));
    let largest = format!("{seen}{} | {}", [field(LINE).as_str(); 7].join(" | "), field(left));
    vec![
        served(
            "the longest trailer line",
            format!("{last}{long}\r\n"),
            &[&format!("{seen}{}", field(LINE))],
        ),
        refused(
            "a trailer line without end",
            format!("{last}{}", "v".repeat(LINE)),
            431,
            FieldLineTooLong,
        ),
        served("the most trailers", format!("{last}{}\r\n", "T:\r\n".repeat(100)), &[&hundred]),
        refused("one trailer more", format!("{last}{}", "T:\r\n".repeat(101)), 431, TooManyFields),
        served(
            "the largest trailers",
            format!("{last}{}{}\r\n", long.repeat(7), line("T: ", left)),
            &[&largest],
        ),
        refused(
            "trailers one byte larger",
            format!("{last}{}{}\r", long.repeat(7), line("T: ", left + 1)),
            431,
            HeadTooLarge,
        ),
    ]
}

fn bodies() -> Vec<Row> {
    let length = |n: usize| format!("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: {n}\r\n\r\n");
    let chunked = "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunk = |n: usize| format!("{n:x}\r\n{}\r\n", "v".repeat(n));
    let body = "v".repeat(BODY);
    vec![
        served(
            "the longest body with a length",
            length(BODY) + &body,
            &[&format!("POST /x HTTP/1.1 | Host: h | Content-Length: {BODY} || {body}")],
        ),
        refused("a length of one more", length(BODY + 1), 413, BodyTooLarge),
        served(
            "the longest chunked body",
            format!("{chunked}{}{}0\r\n\r\n", chunk(BODY - 5), chunk(5)),
            &[&format!("POST /x HTTP/1.1 | Host: h | Transfer-Encoding: chunked || {body}")],
        ),
        refused(
            "a chunk size of one more",
            format!("{chunked}{:x}\r\n", BODY + 1),
            413,
            BodyTooLarge,
        ),
        refused(
            "chunk sizes of one more together",
            format!("{chunked}{}6\r\n", chunk(BODY - 5)),
            413,
            BodyTooLarge,
        ),
        refused(
            "a chunk size of 16 digits",
            format!("{chunked}ffffffffffffffff\r\n"),
            413,
            BodyTooLarge,
        ),
        refused(
            "sizes that overflow together",
            format!("{chunked}{}ffffffffffffffff\r\n", chunk(1)),
            413,
            BodyTooLarge,
        ),
    ]
}

fn chunk_extensions() -> Vec<Row> {
    let chunked = "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    let seen = "POST /x HTTP/1.1 | Host: h | Transfer-Encoding: chunked || xx";
    let half = format!(";{}", "e".repeat(EXTENSIONS / 2 - 1));
    vec![
        served(
            "the most chunk extensions",
            format!("{chunked}1{half}\r\nx\r\n1{half}\r\nx\r\n0\r\n\r\n"),
            &[seen],
        ),
        refused(
            "more chunk extensions in several chunks",
            format!("{chunked}1{half}\r\nx\r\n1{half}\r\nx\r\n0;\r\n"),
            400,
            TooManyExtensions,
        ),
        refused(
            "more chunk extensions in one chunk",
            format!("{chunked}1;{half}{half}\r\n"),
            400,
            TooManyExtensions,
        ),
        refused(
            "a chunk line without end",
            format!("{chunked}1;{}", "e".repeat(EXTENSIONS + 16)),
            400,
            TooManyExtensions,
        ),
    ]
}
