//! Five clients of a server that ends, and what each of them sees.
//!
//! In: an address. Out: events, and words for them.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

/// When two of the clients send the rest of their requests. The last one connects at the first of these times.
const RESTS: [Duration; 2] = [Duration::from_millis(800), Duration::from_millis(1100)];

/// Each client: its name, and what it sends when.
pub const CLIENTS: [(&str, Plan); 5] = [
    ("silent", &[]),
    ("idle", &[(Duration::ZERO, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")]),
    (
        "half a head",
        &[(Duration::ZERO, "GET /healthz "), (RESTS[0], "HTTP/1.1\r\nHost: a\r\n\r\n")],
    ),
    (
        "half a body",
        &[
            (Duration::ZERO, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello"),
            (RESTS[1], "world"),
        ],
    ),
    (LATE, &[]),
];
const LATE: &str = "too late";

/// What a client sends, and when.
pub type Plan = &'static [(Duration, &'static str)];

/// What a client saw: when, and what.
pub struct Event {
    /// How long after the beginning.
    pub at: Duration,
    /// What it was.
    pub what: What,
}

/// What may happen to a client.
#[derive(Clone, Copy, PartialEq)]
pub enum What {
    /// It sent something.
    Sent,
    /// Something came.
    Received,
    /// The stream ended.
    End,
    /// It was not let in.
    Refused,
}

/// One client from its connect to the end of its stream: what it saw, and all that it received.
pub fn visit(
    address: SocketAddr,
    name: &str,
    plan: Plan,
    began: Instant,
) -> io::Result<(Vec<Event>, String)> {
    let mut events = Vec::new();
    let mut text = String::new();
    if name == LATE {
        thread::sleep(RESTS[0].saturating_sub(began.elapsed()));
    }
    let Ok(mut stream) = TcpStream::connect(address) else {
        return Ok((vec![Event { at: began.elapsed(), what: What::Refused }], text));
    };
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    for (at, words) in plan {
        thread::sleep(at.saturating_sub(began.elapsed()));
        // Where nobody listens any more, the read below finds the end.
        unless_gone(stream.write(words.as_bytes()))?;
        events.push(Event { at: began.elapsed(), what: What::Sent });
    }
    let mut buffer = [0; 4096];
    loop {
        let n = unless_gone(stream.read(&mut buffer))?;
        let what = if n == 0 { What::End } else { What::Received };
        events.push(Event { at: began.elapsed(), what });
        if n == 0 {
            return Ok((events, text));
        }
        text += &String::from_utf8_lossy(&buffer[..n]);
    }
}

/// A reset is an end, too: 0.
fn unless_gone(result: io::Result<usize>) -> io::Result<usize> {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    match result {
        Err(error) if [BrokenPipe, ConnectionAborted, ConnectionReset].contains(&error.kind()) => {
            Ok(0)
        }
        result => result,
    }
}

/// What became of it, in words.
pub fn sentence(events: &[Event], text: &str) -> String {
    let mut sentence = String::new();
    let mut tell = |at: Duration, what: &str| {
        let gap = if sentence.is_empty() { "" } else { ", " };
        sentence += &format!("{gap}+{:.3}s {what}", at.as_secs_f64());
    };
    let answer = match text.contains("Connection: close") {
        true => "the answer, with Connection: close",
        false => "the answer",
    };
    for (event, next) in events.iter().zip(events.iter().skip(1).map(Some).chain([None])) {
        match event.what {
            What::Refused => tell(event.at, "refused"),
            What::End => tell(event.at, "the end"),
            What::Sent => tell(event.at, "sent"),
            What::Received if next.is_some_and(|next| next.what == What::Received) => {}
            What::Received => tell(event.at, answer),
        }
    }
    sentence
}
