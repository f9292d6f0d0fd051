//! What the writing and the reading thread of a connection share.

use std::io::{self, ErrorKind, Read};
use std::net::TcpStream;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Instant;

use super::{Event, Observer, Options, Side, Timeline, What};

pub struct Shared {
    pub started: Instant,
    pub options: Options,
    pub observer: Option<Observer>,
    pub state: Mutex<State>,
    pub changed: Condvar,
}

#[derive(Default)]
pub struct State {
    pub timeline: Timeline,
    /// When bytes last came.
    pub last_received: Option<Instant>,
    /// The client has let go of the connection; the reading thread must end.
    pub released: bool,
}

impl Shared {
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|e| e.into_inner())
    }

    pub fn sent(&self, bytes: &[u8]) {
        let mut state = self.lock();
        let start = state.timeline.sent.len();
        state.timeline.sent.extend_from_slice(bytes);
        let what = What::Bytes(start..start + bytes.len());
        self.push(&mut state, Side::Client, what);
    }

    /// Takes back the end of what was recorded as sent.
    pub fn unsent(&self, count: usize) {
        if count == 0 {
            return;
        }
        let timeline = &mut self.lock().timeline;
        let end = timeline.sent.len() - count;
        timeline.sent.truncate(end);
        let last = timeline.events.iter_mut().rev().find(|e| e.side == Side::Client);
        if let Some(Event { what: What::Bytes(range), .. }) = last {
            range.end = end;
        }
        timeline.events.retain(|e| e.side == Side::Server || e.what != What::Bytes(end..end));
    }

    /// Keeps the bytes; `false` when there is no room for more.
    pub fn received(&self, bytes: &[u8]) -> bool {
        let mut state = self.lock();
        let start = state.timeline.received.len();
        let kept = bytes.len().min(self.options.received_bytes - start);
        state.timeline.received.extend_from_slice(&bytes[..kept]);
        state.last_received = Some(Instant::now());
        self.push(&mut state, Side::Server, What::Bytes(start..start + kept));
        start + kept < self.options.received_bytes
    }

    pub fn failed(&self, error: &io::Error) {
        let what = match error.kind() {
            // Who shuts down a connection that was reset meanwhile is told that it is not connected.
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::NotConnected => What::Rst,
            _ => What::Failed(error.to_string()),
        };
        self.record(Side::Server, what);
    }

    pub fn record(&self, side: Side, what: What) {
        let mut state = self.lock();
        // The reading and the writing thread may both meet the same reset.
        let again = matches!(what, What::Rst | What::Failed(_))
            && state.timeline.find(side, |w| *w == what).is_some();
        if !again {
            self.push(&mut state, side, what);
        }
    }

    pub fn push(&self, state: &mut State, side: Side, what: What) {
        let at = self.started.elapsed();
        let event = Event { at, side, what };
        if let Some(observer) = &self.observer {
            observer(&event, state.timeline.bytes(&event));
        }
        if !extend_last(&mut state.timeline, &event, self.options.events) {
            state.timeline.events.push(event);
        }
        self.changed.notify_all();
    }
}

/// Adds bytes to the last event of their side when there are too many events already.
fn extend_last(timeline: &mut Timeline, event: &Event, most: usize) -> bool {
    let What::Bytes(new) = &event.what else {
        return false;
    };
    if timeline.events.len() < most {
        return false;
    }
    let same_side = |e: &&mut Event| e.side == event.side && matches!(e.what, What::Bytes(_));
    match timeline.events.iter_mut().rev().find(same_side) {
        Some(Event { what: What::Bytes(old), .. }) => old.end = new.end,
        _ => return false,
    }
    true
}

pub fn read_all(mut stream: &TcpStream, shared: &Shared) {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let result = stream.read(&mut buffer);
        if shared.lock().released {
            return;
        }
        match result {
            Ok(0) => return shared.record(Side::Server, What::Fin),
            Ok(n) => {
                if !shared.received(&buffer[..n]) {
                    return shared.record(Side::Server, What::Full);
                }
            }
            Err(e) if is_timeout(&e) || e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return shared.failed(&e),
        }
    }
}

/// Unix says `WouldBlock` for a time-out on a socket, Windows `TimedOut`.
pub fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}
