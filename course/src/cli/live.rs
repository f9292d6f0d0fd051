//! A connection as it happens: shows each event at once, within limits, and passes on what ends the connection.

use std::io::{self, Write};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard};

use course::term::{self, FAINT};
use course::transcript::{self, Look};
use course::wire::{Event, Observer, Side, What};

/// Pieces and bytes in one direction, one after the other, that are shown; of more, the first and the last.
const RUN_PIECES: usize = 64;
const RUN_BYTES: usize = 16 << 10;

/// Most bytes of one piece that are shown.
const SHOWN_BYTES: usize = 2048;

/// Most events that are shown; of more, only the last.
const SHOWN_EVENTS: usize = 500;

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
#[derive(Clone)]
pub struct Live {
    shown: Arc<Mutex<Shown>>,
}

struct Shown {
    /// Whether nothing is left out.
    all: bool,
    events: usize,
    /// The last pieces in one direction: which, how many, how many bytes.
    run: (Side, usize, usize),
    /// How many pieces were left out since something was shown, and how many bytes.
    left_out: (usize, usize),
    /// The piece after those.
    last: Option<(Event, Vec<u8>)>,
    failed: Option<io::Error>,
}

impl Live {
    /// With `all`, nothing is left out.
    pub fn new(all: bool) -> Live {
        let run = (Side::Client, 0, 0);
        let shown = Shown { all, events: 0, run, left_out: (0, 0), last: None, failed: None };
        Live { shown: Arc::new(Mutex::new(shown)) }
    }

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

    /// Shows what was held back.
    ///
    /// Errors: what standard output reported in the meantime.
    pub fn finish(&self) -> io::Result<()> {
        let mut shown = self.lock();
        let flushed = shown.flush();
        shown.failed.take().map_or(flushed, Err)
    }

    fn show(&self, event: &Event, bytes: &[u8]) {
        let mut shown = self.lock();
        if let Err(error) = shown.take(event, bytes) {
            shown.failed.get_or_insert(error);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Shown {
    fn take(&mut self, event: &Event, bytes: &[u8]) -> io::Result<()> {
        if matches!(event.what, What::Bytes(_)) && self.is_too_much(event.side, bytes.len()) {
            if let Some((_, before)) = self.last.replace((event.clone(), bytes.to_vec())) {
                self.left_out.0 += 1;
                self.left_out.1 += before.len();
            }
            return Ok(());
        }
        self.flush()?;
        self.print(event, bytes)
    }

    fn is_too_much(&mut self, side: Side, bytes: usize) -> bool {
        let (before, pieces, sum) = self.run;
        self.run = if before == side { (side, pieces + 1, sum + bytes) } else { (side, 1, bytes) };
        let (_, pieces, sum) = self.run;
        let run_is_long = pieces > 1 && (pieces > RUN_PIECES || sum > RUN_BYTES);
        !self.all && (run_is_long || self.events >= SHOWN_EVENTS)
    }

    /// Tells what was left out, and shows the piece after it.
    fn flush(&mut self) -> io::Result<()> {
        let (pieces, bytes) = std::mem::take(&mut self.left_out);
        if pieces > 0 {
            let mut out = anstream::stdout().lock();
            writeln!(
                out,
                "{FAINT}         … {bytes} bytes in {pieces} pieces left out (--all){FAINT:#}"
            )?;
        }
        match self.last.take() {
            Some((event, bytes)) => self.print(&event, &bytes),
            None => Ok(()),
        }
    }

    fn print(&mut self, event: &Event, bytes: &[u8]) -> io::Result<()> {
        self.events += 1;
        let most = if self.all { usize::MAX } else { SHOWN_BYTES };
        let look = Look { width: term::width(), most, mark: None };
        let mut out = anstream::stdout().lock();
        transcript::write_as(&mut out, event, bytes, &look).and_then(|()| out.flush())
    }
}
