//! What happened on a connection.

use std::ops::Range;
use std::time::Duration;

/// One of the two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// This program.
    Client,
    /// The server under test.
    Server,
}

/// What an event was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// These bytes of [`Timeline::sent`] (client) or [`Timeline::received`] (server).
    Bytes(Range<usize>),
    /// This side ended its direction.
    Fin,
    /// This side aborted the connection.
    Rst,
    /// The client gave up waiting; what for, in words.
    TimedOut(String),
    /// The server was told to stop, by a signal.
    ToldToStop,
    /// The client stopped reading at [`Options::received_bytes`](super::Options::received_bytes).
    Full,
    /// The operating system reported another error.
    Failed(String),
}

/// Something that happened on the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Time since the connection was established.
    pub at: Duration,
    /// Which end did it.
    pub side: Side,
    /// What it did.
    pub what: What,
}

/// Everything that happened on one connection, in order.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// All bytes the client sent.
    pub sent: Vec<u8>,
    /// All bytes the server sent, up to [`Options::received_bytes`](super::Options::received_bytes).
    pub received: Vec<u8>,
    /// The events.
    pub events: Vec<Event>,
}

impl Timeline {
    /// The bytes of an event, as far as they are kept; empty if it carries none.
    pub fn bytes(&self, event: &Event) -> &[u8] {
        match (&event.what, event.side) {
            (What::Bytes(range), Side::Client) => within(&self.sent, range),
            (What::Bytes(range), Side::Server) => within(&self.received, range),
            _ => &[],
        }
    }

    /// Forgets bytes: of each direction only so many are kept. The events still tell how many there were.
    pub fn shorten(&mut self, sent: usize, received: usize) {
        self.sent.truncate(sent);
        self.sent.shrink_to_fit();
        self.received.truncate(received);
        self.received.shrink_to_fit();
    }

    /// The first event of this side that satisfies a condition.
    pub fn find(&self, side: Side, wanted: impl Fn(&What) -> bool) -> Option<&Event> {
        self.events.iter().find(|e| e.side == side && wanted(&e.what))
    }

    /// Whether the server ended its direction in good order.
    pub fn server_closed(&self) -> bool {
        self.find(Side::Server, |w| *w == What::Fin).is_some()
    }

    /// Whether the server aborted the connection.
    pub fn server_reset(&self) -> bool {
        self.find(Side::Server, |w| *w == What::Rst).is_some()
    }

    /// Whether a wait of the client ran into its deadline.
    pub fn timed_out(&self) -> bool {
        self.find(Side::Client, |w| matches!(w, What::TimedOut(_))).is_some()
    }

    /// Whether nothing more can come: closed, reset, failed, or too much.
    pub fn ended(&self) -> bool {
        let last = |w: &What| matches!(w, What::Fin | What::Rst | What::Full | What::Failed(_));
        self.find(Side::Server, last).is_some()
    }
}

fn within<'a>(bytes: &'a [u8], range: &Range<usize>) -> &'a [u8] {
    &bytes[range.start.min(bytes.len())..range.end.min(bytes.len())]
}
