//! Field lines (RFC 9112 §5, RFC 9110 §5), and Expect (RFC 9110 §10.1.1).

use part3_parser::error::HttpError::{self, *};

use super::{Row, refused, served};

pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(GOOD.map(|(name, line, seen)| {
        let bytes = [b"GET /x HTTP/1.1\r\nHost: h\r\n", line, b"\r\n\r\n"].concat();
        served(name, bytes, &[&format!("GET /x HTTP/1.1 | Host: h | {seen}")])
    }));
    rows.extend(BAD.map(|(name, line, error)| {
        refused(name, format!("GET /x HTTP/1.1\r\nHost: h\r\n{line}"), 400, error)
    }));
    rows.extend(BAD.map(|(name, line, error)| {
        refused(
            format!("as the first line: {name}"),
            format!("GET /x HTTP/1.1\r\n{line}"),
            400,
            error,
        )
    }));
    rows.extend(BAD.map(|(name, line, error)| {
        let chunked =
            "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n";
        refused(format!("as a trailer: {name}"), format!("{chunked}{line}"), 400, error)
    }));
    rows.extend((0..=0xFF).filter_map(in_a_name));
    rows.extend((0..0x20).chain([0x7F]).filter_map(in_a_value));
    rows.extend(expect());
    rows
}

const GOOD: [(&str, &[u8], &str); 10] = [
    ("no blank after the colon", b"A:b", "A: b"),
    ("blanks and tabs around a value", b"A: \t b \t ", "A: b"),
    ("blanks and a tab inside a value", b"A: b  c\td", "A: b  c\td"),
    ("an empty value", b"A:", "A: "),
    ("a value of blanks", b"A: \t ", "A: "),
    ("a value with colons", b"A: b:c: d", "A: b:c: d"),
    ("a value with 0x80 to 0xFF", b"A: \x80\xc3\xa9\xff", "A: \\x80\\xc3\\xa9\\xff"),
    ("a name of every token character", b"!#$%&'*+-.^_`|~09azAZ: b", "!#$%&'*+-.^_`|~09azAZ: b"),
    ("a field twice, in order", b"A: b\r\nC: d\r\na: e", "A: b | C: d | a: e"),
    (
        "Connection and Upgrade",
        b"Connection: Upgrade\r\nUpgrade: x",
        "Connection: Upgrade | Upgrade: x",
    ),
];

/// Lines that are refused when they end, wherever they stand.
const BAD: [(&str, &str, HttpError); 22] = [
    ("bare LF after a field", "A: b\n", BareLf),
    ("bare LF as the empty line", "\n", BareLf),
    ("bare LF after a blank", "A: b \n", BareLf),
    ("bare CR inside a value", "A: b\rc\r\n", BareCr),
    ("bare CR before a value", "A:\rb\r\n", BareCr),
    ("bare CR after a value", "A: b\r\r\n", BareCr),
    ("bare CR after a blank", "A: b \r \r\n", BareCr),
    ("bare CR before the colon", "A\r: b\r\n", BareCr),
    ("bare CR before a name", "\rA: b\r\n", BareCr),
    ("bare CR as the empty line", "\r\r\n", BareCr),
    ("bare CR for a line end", "A: b\rTransfer-Encoding: chunked\r\n", BareCr),
    ("a space before the colon", "A : b\r\n", SpaceBeforeColon),
    ("a tab before the colon", "A\t: b\r\n", SpaceBeforeColon),
    (
        "a space before the colon of Transfer-Encoding",
        "Transfer-Encoding : chunked\r\n",
        SpaceBeforeColon,
    ),
    ("obs-fold with a space", " b\r\n", FoldedLine),
    ("obs-fold with a tab", "\tb\r\n", FoldedLine),
    ("a field line that begins with a space", " A: b\r\n", FoldedLine),
    ("a line of one space", " \r\n", FoldedLine),
    ("an empty name", ": b\r\n", EmptyFieldName),
    ("a colon alone", ":\r\n", EmptyFieldName),
    ("no colon", "A\r\n", NoColon),
    ("no colon, with blanks", "GET /y HTTP/1.1\r\n", NoColon),
];

/// Every byte that is no token character, in the middle of a name.
fn in_a_name(byte: u8) -> Option<Row> {
    let error = match byte {
        _ if byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte) => return None,
        b':' => return None,
        b'\n' => BareLf,
        b'\r' => BareCr,
        b' ' | b'\t' => SpaceBeforeColon,
        _ => BadFieldName,
    };
    let line =
        if byte == b'\n' { vec![b'N', byte] } else { [b"N", &[byte][..], b": v\r\n"].concat() };
    let bytes = [&b"GET /x HTTP/1.1\r\n"[..], &line].concat();
    Some(refused(format!("byte {byte:#04x} in a name"), bytes, 400, error))
}

/// Every control byte, alone, before, inside, and behind a value.
fn in_a_value(byte: u8) -> Option<Row> {
    let error = match byte {
        b'\t' | b'\n' => return None,
        b'\r' => BareCr,
        _ => ControlByte,
    };
    let mut bytes = b"GET /x HTTP/1.1\r\nA: ".to_vec();
    // Long enough for a check that looks at several bytes at once.
    bytes.extend_from_slice(&[b'v'; 40]);
    bytes.push(byte);
    bytes.extend_from_slice(b"\r\n");
    Some(refused(format!("byte {byte:#04x} in a value"), bytes, 400, error))
}

fn expect() -> Vec<Row> {
    let with = |version: &str, value: &str| {
        format!("GET /x HTTP/{version}\r\nHost: h\r\nExpect:{value}\r\n\r\n")
    };
    let mut rows = Vec::new();
    rows.extend([" 200-ok", "", " 100-continue, x", " 100-continue;x", " 100 continue"].map(
        |value| refused(format!("Expect:{value}"), with("1.1", value), 417, UnknownExpectation),
    ));
    rows.extend([" 100-continue", " 100-CONTINUE", "\t100-Continue "].map(|value| {
        let seen = format!("GET /x HTTP/1.1 | Host: h | Expect: {}", value.trim());
        served(format!("Expect:{value}"), with("1.1", value), &[&seen])
    }));
    let seen = "GET /x HTTP/1.0 | Host: h | Expect: 200-ok";
    rows.push(served("Expect in 1.0 is ignored", with("1.0", " 200-ok"), &[seen]));
    rows
}
