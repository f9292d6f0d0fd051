//! Bodies: what stands behind the head (RFC 9112 §6.2, §7.1).

use part3_parser::error::HttpError::{self, *};

use super::{Row, refused, served};

const CHUNKED: &str = "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
const SEEN: &str = "POST /x HTTP/1.1 | Host: h | Transfer-Encoding: chunked";

pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(GOOD.map(|(name, body, seen)| {
        served(name, format!("{CHUNKED}{body}"), &[&format!("{SEEN}{seen}")])
    }));
    rows.extend(
        BAD.map(|(name, body, error)| refused(name, format!("{CHUNKED}{body}"), 400, error)),
    );
    rows.extend((0..0x20).chain([0x7F]).filter_map(in_an_extension));
    rows.extend(several_requests());
    rows
}

const GOOD: [(&str, &str, &str); 17] = [
    ("no chunks", "0\r\n\r\n", ""),
    ("several chunks", "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", " || hello"),
    ("chunk size in lower case", "a\r\n0123456789\r\n0\r\n\r\n", " || 0123456789"),
    ("chunk size in upper case", "A\r\n0123456789\r\n0\r\n\r\n", " || 0123456789"),
    ("chunk size with leading zeros", "0000000000000005\r\nhello\r\n0\r\n\r\n", " || hello"),
    ("last chunk with many zeros", "0000000000000000\r\n\r\n", ""),
    ("an extension", "5;x\r\nhello\r\n0\r\n\r\n", " || hello"),
    ("an extension with a value", "5;x=y;z=\"q;r\"\r\nhello\r\n0\r\n\r\n", " || hello"),
    ("blanks before the semicolon", "5 \t;x\r\nhello\r\n0\r\n\r\n", " || hello"),
    ("blanks and tabs in an extension", "5 ; x = y\t\r\nhello\r\n0\r\n\r\n", " || hello"),
    ("bytes above 0x7F in an extension", "5;\u{e9}\r\nhello\r\n0\r\n\r\n", " || hello"),
    ("an extension of the last chunk", "5\r\nhello\r\n0;x\r\n\r\n", " || hello"),
    ("a trailer", "0\r\nT: v\r\n\r\n", " || T: v"),
    (
        "trailers in order",
        "1\r\nx\r\n0\r\nT: v\r\nU:\r\nt: w\r\n\r\n",
        " || x || T: v | U:  | t: w",
    ),
    (
        "trailers don't change the framing",
        "0\r\nContent-Length: 5\r\n\r\n",
        " || Content-Length: 5",
    ),
    ("trailers don't count as Host", "0\r\nHost: i\r\n\r\n", " || Host: i"),
    ("data that looks like framing", "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n", " || \r\n0\r\n\r\n"),
];

const BAD: [(&str, &str, HttpError); 34] = [
    ("chunk size empty", "\r\n", BadChunkSize),
    ("chunk size with plus", "+5\r\n", BadChunkSize),
    ("chunk size with minus", "-5\r\n", BadChunkSize),
    ("chunk size with 0x", "0x5\r\n", BadChunkSize),
    ("chunk size with 0X", "0X5\r\n", BadChunkSize),
    ("chunk size with a trailing h", "5h\r\n", BadChunkSize),
    ("chunk size with an underscore", "1_0\r\n", BadChunkSize),
    ("chunk size with a point", "5.0\r\n", BadChunkSize),
    ("chunk size with a comma", "5,5\r\n", BadChunkSize),
    ("blank before the chunk size", " 5\r\n", BadChunkSize),
    ("blank after the chunk size", "5 \r\n", BadChunkSize),
    ("tab after the chunk size", "5\t\r\n", BadChunkSize),
    ("words after the chunk size", "5 zz\r\n", BadChunkSize),
    ("two chunk sizes", "5 5\r\n", BadChunkSize),
    ("an extension without a size", ";x\r\n", BadChunkSize),
    ("17 digits", "00000000000000005\r\n", BadChunkSize),
    ("overflow", "10000000000000000\r\n", BadChunkSize),
    ("overflow that wraps to 5", "10000000000000005\r\n", BadChunkSize),
    ("bare LF after the chunk size", "5\n", BareLf),
    ("bare LF after the last chunk", "0\n", BareLf),
    ("bare LF after an extension", "5;x\n", BareLf),
    ("bare LF for an empty line", "\n", BareLf),
    ("bare CR in the chunk size", "5\r5\r\n", BareCr),
    ("bare CR after the chunk size", "5\r\r\n", BareCr),
    ("bare CR before the chunk size", "\r5\r\n", BareCr),
    ("bare CR before an extension", "5\r;x\r\n", BareCr),
    ("bare CR in an extension", "5;x\ry\r\n", BareCr),
    ("bare LF after the data", "5\r\nhello\n", BareLf),
    ("no CRLF after the data", "5\r\nhello0\r", BadChunkEnd),
    ("data longer than its size", "5\r\nhello!\r", BadChunkEnd),
    ("data shorter than its size", "7\r\nhello\r\n0\r", BadChunkEnd),
    ("bare CR after the data", "5\r\nhello\r0", BadChunkEnd),
    ("two CR after the data", "5\r\nhello\r\r", BadChunkEnd),
    ("a byte and LF after the data", "5\r\nhelloX\n", BadChunkEnd),
];

/// Every control byte in a chunk extension.
fn in_an_extension(byte: u8) -> Option<Row> {
    let error = match byte {
        b'\t' | b'\n' => return None,
        b'\r' => BareCr,
        _ => ControlByte,
    };
    let bytes = [CHUNKED.as_bytes(), b"5;x", &[byte], b"y\r\n"].concat();
    Some(refused(format!("byte {byte:#04x} in a chunk extension"), bytes, 400, error))
}

fn several_requests() -> Vec<Row> {
    let get = "GET /y HTTP/1.1\r\nHost: h\r\n\r\n";
    let got = "GET /y HTTP/1.1 | Host: h";
    let hello = format!("{CHUNKED}5\r\nhello\r\n0\r\n\r\n");
    vec![
        served(
            "a request behind a body with a length",
            format!("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello{get}"),
            &["POST /x HTTP/1.1 | Host: h | Content-Length: 5 || hello", got],
        ),
        served(
            "a request behind a chunked body",
            format!("{hello}{get}{hello}"),
            &[&format!("{SEEN} || hello"), got, &format!("{SEEN} || hello")],
        ),
        served(
            "a request inside a body",
            format!("POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n{get}", get.len()),
            &[&format!("POST /x HTTP/1.1 | Host: h | Content-Length: {} || {get}", get.len())],
        ),
    ]
}
