//! A connection as it happens: shows each event at once, within limits, and passes on what ends the connection.

use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard};

use course::wire::{Event, Observer, Side, What};
use course::{term, transcript};

/// Most events and bytes that are shown; the rest is only counted.
const SHOWN_EVENTS: usize = 500;
const SHOWN_BYTES: usize = 256 << 10;

/// What a person or a server does that the sender must know of.
pub enum Happening {
    /// A line was typed; without its end.
    Typed(Vec<u8>),
    /// Nothing more will be typed.
    TypedAll,
    /// The server has ended its direction.
    Closed,
    /// Nothing more can be sent, or nothing received.
    Broken,
}

/// Shows events on standard output.
#[derive(Clone, Default)]
pub struct Live {
    shown: Arc<Mutex<Shown>>,
}

#[derive(Default)]
struct Shown {
    events: usize,
    bytes: usize,
    hidden: usize,
    failed: Option<io::Error>,
}

impl Live {
    /// The observer for a connection, and where it tells what ends it.
    pub fn observe(&self) -> (Observer, Sender<Happening>, Receiver<Happening>) {
        let (sender, receiver) = mpsc::channel();
        let (live, teller) = (self.clone(), sender.clone());
        let observer = move |event: &Event, bytes: &[u8]| {
            live.show(event, bytes);
            let happening = match (&event.what, event.side) {
                (What::Fin, Side::Server) => Happening::Closed,
                (What::Rst | What::Failed(_) | What::Full | What::TimedOut(_), _) => {
                    Happening::Broken
                }
                _ => return,
            };
            // Nobody listens any more once the connection is let go.
            drop(teller.send(happening));
        };
        (Box::new(observer), sender, receiver)
    }

    /// How many events were not shown, for there were too many.
    ///
    /// Errors: what standard output reported in the meantime.
    pub fn hidden(&self) -> io::Result<usize> {
        let mut shown = self.lock();
        match shown.failed.take() {
            Some(error) => Err(error),
            None => Ok(shown.hidden),
        }
    }

    fn show(&self, event: &Event, bytes: &[u8]) {
        let mut shown = self.lock();
        let is_bytes = matches!(event.what, What::Bytes(_));
        if is_bytes && (shown.events >= SHOWN_EVENTS || shown.bytes >= SHOWN_BYTES) {
            shown.hidden += 1;
            return;
        }
        shown.events += 1;
        shown.bytes += bytes.len();
        let mut out = anstream::stdout().lock();
        let written =
            transcript::write(&mut out, event, bytes, term::width()).and_then(|()| out.flush());
        if let Err(error) = written {
            shown.failed.get_or_insert(error);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
