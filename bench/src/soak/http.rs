//! What the clients of part 4 say.

use std::io::{self, BufRead};

use crate::soak::clients::Protocol;

/// HTTP/1.1, with `/echo`.
pub const PROTOCOL: Protocol = Protocol {
    good,
    is_answer,
    broken: &[
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\n\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nabcde",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5 zz\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nExpect: a miracle\r\n\r\n",
        b"BREW / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n",
    ],
    refusals: &[b"HTTP/1.1 4", b"HTTP/1.1 5"],
};

/// A body back, with a length or in chunks.
fn good(random: &mut fastrand::Rng, longest: usize) -> Vec<u8> {
    let body = vec![random.u8(b'a'..=b'z'); random.usize(0..=longest)];
    let framed = if random.bool() { counted(&body) } else { chunked(&body, random) };
    [b"POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\n", framed.as_slice()].concat()
}

fn counted(body: &[u8]) -> Vec<u8> {
    [format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(), body].concat()
}

fn chunked(body: &[u8], random: &mut fastrand::Rng) -> Vec<u8> {
    let mut out = b"Transfer-Encoding: chunked\r\n\r\n".to_vec();
    for chunk in body.chunks(random.usize(1..=1 + body.len())) {
        out.extend_from_slice(format!("{:X}\r\n", chunk.len()).as_bytes());
        out.extend_from_slice(chunk);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"0\r\n\r\n");
    out
}

/// Bodies are of one small letter, which stands nowhere else behind the head.
fn is_answer(request: &[u8], answers: &mut dyn BufRead) -> io::Result<bool> {
    let head_end = request.windows(4).position(|four| four == b"\r\n\r\n").expect("it has a head");
    let sent = request[head_end..].iter().filter(|byte| byte.is_ascii_lowercase());
    let head = head(answers)?;
    let length = head.iter().find_map(|line| line.strip_prefix("Content-Length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    answers.read_exact(&mut body)?;
    Ok(head[0] == "HTTP/1.1 200 OK" && length.is_some() && body.iter().eq(sent))
}

/// Its lines, the status line first.
fn head(answers: &mut dyn BufRead) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        answers.read_line(&mut line)?;
        match line.strip_suffix("\r\n") {
            Some("") if !lines.is_empty() => return Ok(lines),
            Some(line) => lines.push(line.into()),
            None => return Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}
