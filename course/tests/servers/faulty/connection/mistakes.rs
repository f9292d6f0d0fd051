//! What the faults change: how bytes are understood, bodies put together, answers written.

use std::mem;

use part3_parser::message::{RequestHead, Version};
use part3_parser::response::Response;

use super::Connection;
use crate::bytes::replace;
use crate::faulty::Fault;

impl Connection<'_> {
    pub fn data(&mut self, n: usize) {
        let piece = &self.parser.unread()[..n];
        match self.shared.fault {
            Fault::SplitsUtf8 => self.body.extend(String::from_utf8_lossy(piece).bytes()),
            _ => self.body.extend_from_slice(piece),
        }
        self.parser.consume(n);
    }

    pub fn take_body(&mut self) -> Vec<u8> {
        let mut body = mem::take(&mut self.body);
        if self.has(Fault::StateLeaks) && body.len() < self.last_body.len() {
            body.extend_from_slice(&self.last_body[body.len()..]);
        }
        self.last_body.clone_from(&body);
        body
    }

    pub fn is_last(&self, head: &RequestHead) -> bool {
        let says = |option: &str| {
            let is_list = !self.has(Fault::CloseIsAWord);
            let mut members = head
                .fields
                .all("connection")
                .flat_map(|value| value.split(move |b| is_list && *b == b','));
            members.any(|member| member.trim_ascii().eq_ignore_ascii_case(option.as_bytes()))
        };
        match self.shared.fault {
            Fault::ClosesAlways => true,
            Fault::NeverCloses => false,
            _ if head.method() == "CONNECT" => true,
            _ if head.version() == Version::Http10 => !says("keep-alive"),
            _ => says("close"),
        }
    }

    pub fn render(&self, response: &Response, with_body: bool, last: bool) -> Vec<u8> {
        let mut out = Vec::new();
        let connection = if last { "close" } else { "keep-alive" };
        let with_body = with_body || self.has(Fault::BodyOnHead);
        response.write_to(&mut out, "Sun, 06 Nov 1994 08:49:37 GMT", Some(connection), with_body);
        let length = format!("Content-Length: {}\r\n", response.body.len());
        let other = |n: usize| format!("Content-Length: {n}\r\n");
        match self.shared.fault {
            Fault::LengthTooLong => replace(out, &length, &other(response.body.len() + 3)),
            Fault::LengthTooShort => {
                replace(out, &length, &other(response.body.len().saturating_sub(3)))
            }
            Fault::NoFraming => replace(out, &length, ""),
            Fault::BareLf => replace(out, "\r\n", "\n"),
            _ => out,
        }
    }

    pub fn understood(&self, bytes: Vec<u8>) -> Vec<u8> {
        match self.shared.fault {
            Fault::IgnoresLength => replace(bytes, "Content-Length", "X-Content-Leng"),
            Fault::LenientLength => {
                replace(replace(bytes, "Length: +", "Length: "), "Length: 0x", "Length: ")
            }
            Fault::LengthByMethod if bytes.starts_with(b"GET ") => {
                replace(bytes, "Content-Length", "X-Content-Leng")
            }
            Fault::NoChunks if !bytes.windows(14).any(|window| window == b"Content-Length") => {
                replace(bytes, "Transfer-Encoding", "X-Transfer-Encodi")
            }
            Fault::LengthAndCoding => {
                replace(bytes, "Content-Length: 5\r\nTransfer", "X: y\r\nTransfer")
            }
            Fault::CaseSensitive => replace(
                replace(bytes, "content-length", "x-content-leng"),
                "CONTENT-LENGTH",
                "X-CONTENT-LENG",
            ),
            _ => bytes,
        }
    }

    /// Looks at everything again for every few bytes.
    pub fn push_slowly(&mut self, bytes: &[u8]) {
        let before = self.all.len() - bytes.len();
        for (i, piece) in bytes.chunks(64).enumerate() {
            let seen = &self.all[..before + i * 64];
            std::hint::black_box(seen.windows(4).filter(|w| *w == b"\r\n\r\n").count());
            self.parser.push(piece);
        }
    }
}

/// What a server says that knows neither this method nor this version.
pub fn unknown(request: &[u8]) -> Option<&'static [u8]> {
    let line = request.split(|b| *b == b'\n').next().unwrap_or_default();
    if line.starts_with(b"POST ") {
        Some(b"HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    } else if line.ends_with(b" HTTP/1.0\r") {
        Some(b"HTTP/1.1 505 HTTP Version Not Supported\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    } else {
        None
    }
}
