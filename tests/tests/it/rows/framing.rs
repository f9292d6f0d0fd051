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
    ("Content-Length:", 400, BadLength),
    ("Content-Length: \t", 400, BadLength),
    ("Content-Length: +5", 400, BadLength),
    ("Content-Length: -5", 400, BadLength),
    ("Content-Length: -0", 400, BadLength),
    ("Content-Length: 5 5", 400, BadLength),
    ("Content-Length: 5\t5", 400, BadLength),
    ("Content-Length: 5, 5", 400, BadLength),
    ("Content-Length: 5,", 400, BadLength),
    ("Content-Length: 5;x", 400, BadLength),
    ("Content-Length: 5.0", 400, BadLength),
    ("Content-Length: 5e0", 400, BadLength),
    ("Content-Length: 0x5", 400, BadLength),
    ("Content-Length: 5_0", 400, BadLength),
    ("Content-Length: \"5\"", 400, BadLength),
    ("Content-Length: five", 400, BadLength),
    ("Content-Length: \u{665}", 400, BadLength),
    ("Content-Length: 18446744073709551616", 400, BadLength),
    ("Content-Length: 18446744073709551621", 400, BadLength),
    ("Content-Length: 99999999999999999999999", 400, BadLength),
    ("Content-Length: 18446744073709551615", 413, BodyTooLarge),
    ("Content-Length: 5\r\nContent-Length: 5", 400, RepeatedLength),
    ("Content-Length: 5\r\ncontent-length: 6", 400, RepeatedLength),
    ("Content-Length: 0\r\nA: b\r\nContent-Length:", 400, RepeatedLength),
    ("Transfer-Encoding: chunked\r\nContent-Length: 5", 400, LengthAndEncoding),
    ("Content-Length: 5\r\nTransfer-Encoding: chunked", 400, LengthAndEncoding),
    ("Content-Length: 0\r\nTransfer-Encoding: chunked", 400, LengthAndEncoding),
    ("Content-Length: 5\r\nTransfer-Encoding: identity", 400, LengthAndEncoding),
    ("Content-Length: 5\r\nTransfer-Encoding:", 400, LengthAndEncoding),
    ("Content-Length: x\r\nTransfer-Encoding: chunked", 400, BadLength),
    ("Transfer-Encoding:", 400, BadEncoding),
    ("Transfer-Encoding: ,", 400, BadEncoding),
    ("Transfer-Encoding: gzip", 400, BadEncoding),
    ("Transfer-Encoding: identity", 400, BadEncoding),
    ("Transfer-Encoding: chunked, gzip", 400, BadEncoding),
    ("Transfer-Encoding: chunked, identity", 400, BadEncoding),
    ("Transfer-Encoding: chunked, chunked", 400, BadEncoding),
    ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 400, BadEncoding),
    ("Transfer-Encoding: chunked\r\nTransfer-Encoding: x", 400, BadEncoding),
    ("Transfer-Encoding: chunked\r\nTransfer-Encoding:", 400, BadEncoding),
    ("Transfer-Encoding: chunked,", 400, BadEncoding),
    ("Transfer-Encoding: , chunked", 400, BadEncoding),
    ("Transfer-Encoding: chunked;x=y", 400, BadEncoding),
    ("Transfer-Encoding: chunked x", 400, BadEncoding),
    ("Transfer-Encoding: xchunked", 400, BadEncoding),
    ("Transfer-Encoding: \"chunked\"", 400, BadEncoding),
    ("Transfer-Encoding: x;y=\"z, chunked\"", 400, BadEncoding),
    ("Transfer-Encoding: gzip, chunked", 501, UnknownEncoding),
    ("Transfer-Encoding: gzip\r\nTransfer-Encoding: Chunked", 501, UnknownEncoding),
    ("Transfer-Encoding: identity ,\tchunked", 501, UnknownEncoding),
];

fn versions_and_methods() -> Vec<Row> {
    vec![
        refused(
            "Transfer-Encoding in 1.0",
            "POST /x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
            400,
            EncodingInHttp10,
        ),
        refused(
            "another Transfer-Encoding in 1.0",
            "POST /x HTTP/1.0\r\nTransfer-Encoding: gzip\r\n\r\n",
            400,
            EncodingInHttp10,
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
