//! The entries of a byte schedule.

use std::fmt;
use std::time::Duration;

/// One entry of a byte schedule.
#[derive(Clone, Debug)]
pub enum Step {
    /// Write these bytes at once; without Nagle they are one segment if they fit into one.
    Send(Vec<u8>),
    /// Do nothing for this long.
    Pause(Duration),
    /// Wait until this holds, or the connection has ended, or this much time has passed.
    Await(Until, Duration),
    /// End our direction: the server reads end of file, and can still answer.
    HalfClose,
    /// Abort the connection with a RST; nothing can be sent or received afterwards.
    Reset,
}

/// What a wait waits for. Counts are totals since the connection was opened.
#[derive(Clone, Debug)]
pub enum Until {
    /// At least this many bytes have come.
    Bytes(usize),
    /// At least this many LF have come.
    Lines(usize),
    /// Whole replies to requests with these methods have come, or bytes that are no reply.
    Replies(Vec<&'static str>),
    /// Nothing has come for this long.
    Quiet(Duration),
    /// The server has ended its direction, or the connection was reset.
    Closed,
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Until::Bytes(1) => write!(f, "a byte"),
            Until::Bytes(n) => write!(f, "{n} bytes"),
            Until::Lines(1) => write!(f, "a line"),
            Until::Lines(n) => write!(f, "{n} lines"),
            Until::Replies(methods) if methods.len() == 1 => write!(f, "the answer"),
            Until::Replies(methods) => write!(f, "{} answers", methods.len()),
            Until::Quiet(span) => write!(f, "{} ms of silence", span.as_millis()),
            Until::Closed => write!(f, "the server to close"),
        }
    }
}
