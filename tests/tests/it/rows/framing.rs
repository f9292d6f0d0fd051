//! Content-Length and Transfer-Encoding (RFC 9112 §6), where most request smuggling happens.

use part3_parser::error::HttpError::{self, *};

use super::{Row, refused, served};

pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(BAD.map(|(fields, status, error)| {
        let bytes = format!("POST /x HTTP/1.1\r\nHost: h\r\n{fields}\r\n\r\n");
        refused(fields.escape_debug().to_string(), bytes, status, error)
    }));
    rows.extend(
        ["Content-Length: 5", "CONTENT-LENGTH:005", "content-length:\t0000000000000000000005 "]
            .map(|field| {
                let (name, value) = field.split_once(':').expect("it is a field");
                let seen =
                    format!("POST /x HTTP/1.1 | Host: h | {name}: {} || hello", value.trim());
                served(
                    field,
                    format!("POST /x HTTP/1.1\r\nHost: h\r\n{field}\r\n\r\nhello"),
                    &[&seen],
                )
            }),
    );
    rows.extend(["chunked", "Chunked", "CHUNKED"].map(|coding| {
        let bytes = format!(
            "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: {coding}\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
        );
        let seen = format!("POST /x HTTP/1.1 | Host: h | Transfer-Encoding: {coding} || hello");
        served(format!("Transfer-Encoding: {coding}"), bytes, &[&seen])
    }));
    rows.extend(versions_and_methods());
    rows
}

const BAD: [(&str, u16, HttpError); 50] = [
    ("Content-Length:", 400, BadContentLength),
    ("Content-Length: \t", 400, BadContentLength),
    ("Content-Length: +5", 400, BadContentLength),
    ("Content-Length: -5", 400, BadContentLength),
    ("Content-Length: -0", 400, BadContentLength),
    ("Content-Length: 5 5", 400, BadContentLength),
    ("Content-Length: 5\t5", 400, BadContentLength),
    ("Content-Length: 5, 5", 400, BadContentLength),
    ("Content-Length: 5,", 400, BadContentLength),
    ("Content-Length: 5;x", 400, BadContentLength),
    ("Content-Length: 5.0", 400, BadContentLength),
    ("Content-Length: 5e0", 400, BadContentLength),
    ("Content-Length: 0x5", 400, BadContentLength),
    ("Content-Length: 5_0", 400, BadContentLength),
    ("Content-Length: \"5\"", 400, BadContentLength),
    ("Content-Length: five", 400, BadContentLength),
    ("Content-Length: \u{665}", 400, BadContentLength),
    ("Content-Length: 18446744073709551616", 400, BadContentLength),
    ("Content-Length: 18446744073709551621", 400, BadContentLength),
    ("Content-Length: 99999999999999999999999", 400, BadContentLength),
    ("Content-Length: 18446744073709551615", 413, BodyTooLarge),
    ("Content-Length: 5\r\nContent-Length: 5", 400, RepeatedContentLength),
    ("Content-Length: 5\r\ncontent-length: 6", 400, RepeatedContentLength),
    ("Content-Length: 0\r\nA: b\r\nContent-Length:", 400, RepeatedContentLength),
    ("Transfer-Encoding: chunked\r\nContent-Length: 5", 400, LengthAndCoding),
    ("Content-Length: 5\r\nTransfer-Encoding: chunked", 400, LengthAndCoding),
    ("Content-Length: 0\r\nTransfer-Encoding: chunked", 400, LengthAndCoding),
    ("Content-Length: 5\r\nTransfer-Encoding: identity", 400, LengthAndCoding),
    ("Content-Length: 5\r\nTransfer-Encoding:", 400, LengthAndCoding),
    ("Content-Length: x\r\nTransfer-Encoding: chunked", 400, BadContentLength),
    ("Transfer-Encoding:", 400, BadCoding),
    ("Transfer-Encoding: ,", 400, BadCoding),
    ("Transfer-Encoding: gzip", 400, BadCoding),
    ("Transfer-Encoding: identity", 400, BadCoding),
    ("Transfer-Encoding: chunked, gzip", 400, BadCoding),
    ("Transfer-Encoding: chunked, identity", 400, BadCoding),
    ("Transfer-Encoding: chunked, chunked", 400, BadCoding),
    ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 400, BadCoding),
    ("Transfer-Encoding: chunked\r\nTransfer-Encoding: x", 400, BadCoding),
    ("Transfer-Encoding: chunked\r\nTransfer-Encoding:", 400, BadCoding),
    ("Transfer-Encoding: chunked,", 400, BadCoding),
    ("Transfer-Encoding: , chunked", 400, BadCoding),
    ("Transfer-Encoding: chunked;x=y", 400, BadCoding),
    ("Transfer-Encoding: chunked x", 400, BadCoding),
    ("Transfer-Encoding: xchunked", 400, BadCoding),
    ("Transfer-Encoding: \"chunked\"", 400, BadCoding),
    ("Transfer-Encoding: x;y=\"z, chunked\"", 400, BadCoding),
    ("Transfer-Encoding: gzip, chunked", 501, UnknownCoding),
    ("Transfer-Encoding: gzip\r\nTransfer-Encoding: Chunked", 501, UnknownCoding),
    ("Transfer-Encoding: identity ,\tchunked", 501, UnknownCoding),
];

fn versions_and_methods() -> Vec<Row> {
    vec![
        refused(
            "Transfer-Encoding in 1.0",
            "POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
            CodingInHttp10,
        ),
        refused(
            "another Transfer-Encoding in 1.0",
            "POST /x HTTP/1.0\r\nTransfer-Encoding: gzip\r\n\r\n",
            400,
            CodingInHttp10,
        ),
        served(
            "Content-Length in 1.0",
            "POST /x HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
            &["POST /x HTTP/1.0 | Content-Length: 5 || hello"],
        ),
        served(
            "a POST without either has no body",
            "POST /x HTTP/1.1\r\nHost: h\r\n\r\nGET /y HTTP/1.1\r\nHost: h\r\n\r\n",
            &["POST /x HTTP/1.1 | Host: h", "GET /y HTTP/1.1 | Host: h"],
        ),
        served(
            "a GET may have a body",
            "GET /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
            &["GET /x HTTP/1.1 | Host: h | Content-Length: 5 || hello"],
        ),
        served(
            "names that only look like framing",
            "GET /x HTTP/1.1\r\nHost: h\r\nContent_Length: 5\r\nXTransfer-Encoding: chunked\r\n\r\n",
            &["GET /x HTTP/1.1 | Host: h | Content_Length: 5 | XTransfer-Encoding: chunked"],
        ),
    ]
}
