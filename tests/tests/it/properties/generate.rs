//! Generators: requests with what should come of them, requests with a fault, and soups of tokens.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::feed::shown;

/// A good request.
#[derive(Debug, Clone)]
pub struct Message {
    empty_lines: usize,
    method: String,
    target: String,
    /// Names, blanks before the value, values, blanks behind.
    fields: Vec<(String, &'static str, Vec<u8>, &'static str)>,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    Without,
    Length(Vec<u8>),
    Chunked { chunks: Vec<(Vec<u8>, String)>, last: String, trailers: Vec<(String, Vec<u8>)> },
}

impl Message {
    /// What the client sends.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = b"\r\n".repeat(self.empty_lines);
        out.extend(format!("{} {} HTTP/1.1\r\n", self.method, self.target).bytes());
        for (name, before, value, behind) in &self.all_fields() {
            out.extend(
                [name.as_bytes(), b":", before.as_bytes(), value, behind.as_bytes(), b"\r\n"]
                    .concat(),
            );
        }
        out.extend(b"\r\n");
        match &self.body {
            Body::Without => {}
            Body::Length(data) => out.extend(data),
            Body::Chunked { chunks, last, trailers } => {
                for (data, extension) in chunks {
                    out.extend(format!("{:x}{extension}\r\n", data.len()).bytes());
                    out.extend([data, &b"\r\n"[..]].concat());
                }
                out.extend(format!("{last}\r\n").bytes());
                for (name, value) in trailers {
                    out.extend([name.as_bytes(), b":", value, b"\r\n"].concat());
                }
                out.extend(b"\r\n");
            }
        }
        out
    }

    /// What should come of it.
    pub fn shown(&self) -> String {
        let line = format!("{} {} HTTP/1.1", self.method, self.target);
        let fields = self.all_fields();
        let fields = fields.iter().map(|(name, _, value, _)| (name, value));
        match &self.body {
            Body::Without => shown(line, fields, &[], []),
            Body::Length(data) => shown(line, fields, data, []),
            Body::Chunked { chunks, trailers, .. } => {
                let data: Vec<u8> = chunks.iter().flat_map(|(data, _)| data.clone()).collect();
                shown(line, fields, &data, trailers.iter().map(|(name, value)| (name, value)))
            }
        }
    }

    fn all_fields(&self) -> Vec<(String, &'static str, Vec<u8>, &'static str)> {
        let field = |name: &str, value: String| (name.to_owned(), " ", value.into_bytes(), "");
        let mut fields = self.fields.clone();
        fields.insert(fields.len() / 2, field("Host", "h:80".into()));
        match &self.body {
            Body::Without => {}
            Body::Length(data) => fields.push(field("content-length", data.len().to_string())),
            Body::Chunked { .. } => fields.insert(0, field("Transfer-Encoding", "chunked".into())),
        }
        fields
    }
}

/// One to four good requests.
pub fn messages() -> impl Strategy<Value = Vec<Message>> {
    vec(message(), 1..5)
}

fn message() -> impl Strategy<Value = Message> {
    let field = (name(), blanks(), value(), blanks());
    let parts = (0usize..3, "[A-Z!#$%&'*+.^_`|~-]{1,10}", target(), vec(field, 0..8), body());
    parts.prop_filter_map(
        "CONNECT has targets of its own",
        |(empty_lines, method, target, fields, body)| {
            (method != "CONNECT").then_some(Message { empty_lines, method, target, fields, body })
        },
    )
}

fn target() -> impl Strategy<Value = String> {
    prop_oneof!["/[!-\"$-~]{0,40}", "[hH]ttp://[a-z]{1,5}(:[0-9]{0,4})?(/[!-\"$-~]{0,20})?"]
}

/// A name that means nothing to a parser.
fn name() -> impl Strategy<Value = String> {
    "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,20}".prop_map(|name| format!("X{name}"))
}

fn blanks() -> impl Strategy<Value = &'static str> {
    select(vec!["", " ", "\t", "  ", " \t "])
}

/// A value without blanks around it.
fn value() -> impl Strategy<Value = Vec<u8>> {
    let byte =
        prop_oneof![8 => 0x21u8..0x7F, 1 => 0x80u8..=0xFF, 1 => Just(b' '), 1 => Just(b'\t')];
    vec(byte, 0..40).prop_map(|value| {
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let start = value.iter().position(|byte| !blank(byte)).unwrap_or(value.len());
        let end = value.iter().rposition(|byte| !blank(byte)).map_or(start, |last| last + 1);
        value[start..end].to_vec()
    })
}

fn body() -> impl Strategy<Value = Body> {
    let data = |least: usize| vec(prop_oneof![any::<u8>(), select(b"\r\n0;".to_vec())], least..60);
    let extension = || "([ \t]{0,2};[ -~]{0,10})?";
    let chunked =
        (vec((data(1), extension()), 0..5), "0{1,16}", extension(), vec((name(), value()), 0..4));
    prop_oneof![
        Just(Body::Without),
        data(0).prop_map(Body::Length),
        chunked.prop_map(|(chunks, zeros, extension, trailers)| {
            Body::Chunked { chunks, last: zeros + &extension, trailers }
        }),
    ]
}

/// Good requests in which something was overwritten, inserted, or removed.
pub fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![token().prop_map(|token| token.to_vec()), vec(any::<u8>(), 1..3)];
    let fault = (any::<Index>(), piece, 0usize..3);
    (messages(), vec(fault, 1..3)).prop_map(|(messages, faults)| {
        let mut bytes: Vec<u8> = messages.iter().flat_map(Message::bytes).collect();
        for (at, piece, removed) in faults {
            let at = at.index(bytes.len());
            let end = bytes.len().min(at + removed);
            bytes.splice(at..end, piece);
        }
        bytes
    })
}

/// Tokens of HTTP in no order, behind a beginning that is often good.
pub fn soup() -> impl Strategy<Value = Vec<u8>> {
    let beginning = select(vec![
        &b""[..],
        b"GET / HTTP/1.1\r\nHost: h\r\n",
        b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n",
        b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
    ]);
    (beginning, vec(token(), 0..12))
        .prop_map(|(beginning, tokens)| [beginning, &tokens.concat()].concat())
}

fn token() -> impl Strategy<Value = &'static [u8]> {
    select(vec![
        &b"\r\n"[..],
        b"\r\n\r\n",
        b"\r",
        b"\n",
        b" ",
        b"\t",
        b":",
        b";",
        b",",
        b"\0",
        b"\x7f",
        b"\xff",
        b"GET",
        b"HEAD ",
        b"CONNECT ",
        b"OPTIONS * ",
        b"/",
        b"/x?y",
        b"*",
        b"http://h/",
        b"h:80",
        b" HTTP/1.1\r\n",
        b"HTTP/1.0",
        b"HTTP/1.5",
        b"HTTP/2.0",
        b"Host: h\r\n",
        b"Host:",
        b"Content-Length: ",
        b"Content-Length: 3\r\n",
        b"Transfer-Encoding: ",
        b"chunked",
        b"gzip, chunked",
        b"Expect: 100-continue\r\n",
        b"Expect: x\r\n",
        b"A: b\r\n",
        b"A : b\r\n",
        b" A: b\r\n",
        b"0\r\n",
        b"0\r\n\r\n",
        b"5\r\nhello\r\n",
        b"5;x\r\nhello",
        b"3\r\nabc\r\n",
        b"abc",
        b"+3",
        b"0x3",
        b"ffffffffffffffff",
        b"#",
    ])
}
