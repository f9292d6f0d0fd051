//! A raw TCP client: carries out a schedule of writes, pauses and closes, and records both directions.
//!
//! It knows no protocol, except that it can wait for whole HTTP replies. A second thread reads while
//! the first writes, so a server that answers early or floods is seen. Every wait has a deadline and
//! what is kept has a limit.

mod progress;
mod shared;
mod step;
mod timeline;

use std::io::{self, ErrorKind, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use progress::Progress;
use shared::{Shared, is_timeout, read_all};

pub use step::{Step, Until};
pub use timeline::{Event, Side, Timeline, What};

/// The sizes and durations of one connection.
#[derive(Clone, Debug)]
pub struct Options {
    /// Longest time to establish the connection.
    pub connect: Duration,
    /// Longest time a write may make no progress.
    pub stall: Duration,
    /// Most bytes that are read and kept; then reading stops and [`What::Full`] is recorded.
    pub received_bytes: usize,
    /// Most events that are kept apart; later bytes are added to the last event of their side.
    pub events: usize,
    /// Whether to read at all: `false` is a client that never takes its answers.
    pub read: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            connect: Duration::from_secs(5),
            stall: Duration::from_secs(2),
            received_bytes: 8 << 20,
            events: 1000,
            read: true,
        }
    }
}

/// Told of each event as it happens, with its bytes.
pub type Observer = Box<dyn Fn(&Event, &[u8]) + Send + Sync>;

/// A connection in progress.
///
/// Dropping it closes the connection and ends its reading thread.
pub struct Wire {
    stream: Option<Arc<TcpStream>>,
    shared: Arc<Shared>,
    reader: Option<JoinHandle<()>>,
}

/// How often a blocked read looks whether the client has let go, where closing does not wake it.
const READ_CHECK: Duration = Duration::from_millis(100);

/// Most bytes of one write, so that a stalled one is seen in what was sent.
const PIECE: usize = 64 << 10;

impl Wire {
    /// Connects to the first of the addresses that accepts.
    ///
    /// Errors: the last address's failure; an empty list is `InvalidInput`.
    pub fn connect(
        addresses: &[SocketAddr],
        options: Options,
        observer: Option<Observer>,
    ) -> io::Result<Wire> {
        let stream = Arc::new(connect_any(addresses, options.connect)?);
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(options.stall))?;
        stream.set_read_timeout(Some(READ_CHECK))?;
        let shared = Arc::new(Shared {
            started: Instant::now(),
            observer,
            state: Mutex::default(),
            changed: Condvar::new(),
            options,
        });
        let mut reader = None;
        if shared.options.read {
            let (stream, shared) = (Arc::clone(&stream), Arc::clone(&shared));
            let thread = thread::Builder::new().name("wire reader".into());
            reader = Some(thread.spawn(move || read_all(&stream, &shared))?);
        }
        Ok(Wire { stream: Some(stream), shared, reader })
    }

    /// Carries out one step. A failure of the connection is recorded, not returned.
    pub fn step(&mut self, step: &Step) {
        match step {
            Step::Send(bytes) => self.send(bytes),
            Step::Pause(span) => thread::sleep(*span),
            Step::Await(until, within) => {
                self.wait(until, *within);
            }
            Step::HalfClose => self.half_close(),
            Step::Reset => self.reset(),
        }
    }

    /// Writes all bytes, or as many as the server takes within [`Options::stall`] of each other.
    pub fn send(&mut self, bytes: &[u8]) {
        let Some(stream) = &self.stream else { return };
        let mut rest = bytes;
        while !rest.is_empty() {
            let piece = &rest[..rest.len().min(PIECE)];
            // Recorded first: the answer may come before this thread is told that it has written.
            self.shared.sent(piece);
            let result = (&**stream).write(piece);
            let n = *result.as_ref().unwrap_or(&0);
            self.shared.unsent(piece.len() - n);
            rest = &rest[n..];
            match result {
                Ok(_) => {}
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) if is_timeout(&e) => {
                    let waited_for = format!("the server to read; {} bytes unsent", rest.len());
                    return self.shared.record(Side::Client, What::TimedOut(waited_for));
                }
                Err(e) => return self.shared.failed(&e),
            }
        }
    }

    /// Ends our direction with a FIN.
    pub fn half_close(&mut self) {
        let Some(stream) = &self.stream else { return };
        // Recorded before the answer to it can be: the reading thread waits for the lock.
        let mut state = self.shared.lock();
        match stream.shutdown(Shutdown::Write) {
            Ok(()) => self.shared.push(&mut state, Side::Client, What::Fin),
            Err(e) => {
                drop(state);
                self.shared.failed(&e);
            }
        }
    }

    /// Aborts the connection: a linger time of zero makes the close send a RST.
    pub fn reset(&mut self) {
        let Some(stream) = &self.stream else { return };
        let lingering = socket2::SockRef::from(&**stream).set_linger(Some(Duration::ZERO));
        self.release();
        match lingering {
            Ok(()) => self.shared.record(Side::Client, What::Rst),
            Err(e) => self.shared.failed(&e),
        }
    }

    /// Waits; `true` if what was waited for has come. The end of the connection ends every wait.
    ///
    /// A wait that runs into its deadline is recorded as [`What::TimedOut`], except for
    /// [`Until::Quiet`].
    pub fn wait(&self, until: &Until, within: Duration) -> bool {
        let deadline = Instant::now() + within;
        let mut progress = Progress::new(until);
        let mut state = self.shared.lock();
        loop {
            if progress.reached(&state) {
                return true;
            }
            let now = Instant::now();
            if state.timeline.ended() {
                return false;
            }
            if now >= deadline {
                drop(state);
                if !matches!(until, Until::Quiet(_)) {
                    let what = What::TimedOut(until.to_string());
                    self.shared.record(Side::Client, what);
                }
                return false;
            }
            let wake = progress.wake_at(&state).unwrap_or(deadline).min(deadline);
            let wait = wake.saturating_duration_since(now);
            state = match self.shared.changed.wait_timeout(state, wait) {
                Ok((state, _)) => state,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }

    /// Records that the client gives up waiting, in words what for.
    pub fn give_up(&self, what: &str) {
        self.shared.record(Side::Client, What::TimedOut(what.to_owned()));
    }

    /// Records that the server is told to stop, which is none of this connection's doing.
    pub fn tell_to_stop(&self) {
        self.shared.record(Side::Client, What::ToldToStop);
    }

    /// A copy of what has happened up to now.
    pub fn timeline(&self) -> Timeline {
        self.shared.lock().timeline.clone()
    }

    /// Closes the connection and gives what happened on it.
    pub fn finish(mut self) -> Timeline {
        self.release();
        std::mem::take(&mut self.shared.lock().timeline)
    }

    /// Lets go of the socket, after waking the reading thread and letting it end.
    fn release(&mut self) {
        self.shared.lock().released = true;
        if let (Some(stream), Some(reader)) = (&self.stream, self.reader.take()) {
            // Sends nothing; it only wakes a blocked read. It fails on a connection that has ended.
            let woken = stream.shutdown(Shutdown::Read);
            drop(woken);
            assert!(reader.join().is_ok(), "the reading thread does not panic");
        }
        self.stream = None;
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.release();
    }
}

/// Connects, carries out the schedule, closes, and gives what happened.
///
/// Errors: only those of connecting; everything later is in the timeline.
pub fn run(addresses: &[SocketAddr], steps: &[Step], options: Options) -> io::Result<Timeline> {
    let mut wire = Wire::connect(addresses, options, None)?;
    for step in steps {
        wire.step(step);
    }
    Ok(wire.finish())
}

/// Longest time that [`knock`] waits for an answer.
const KNOCK: Duration = Duration::from_millis(500);

/// Finds out whether somebody accepts, as a polite client: a server may be one that dies when a
/// connection says nothing, and that is for a check to find out.
///
/// Errors: those of connecting.
pub fn knock(addresses: &[SocketAddr]) -> io::Result<()> {
    let request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".to_vec();
    let wait = Step::Await(Until::Replies(vec!["GET"]), KNOCK);
    match run(addresses, &[Step::Send(request), wait], Options::default()) {
        // Whoever resets has accepted.
        Err(error) if error.kind() != ErrorKind::ConnectionReset => Err(error),
        _ => Ok(()),
    }
}

/// `HOST:PORT`, bare or as the URL that a server prints.
pub fn host_port(text: &str) -> Option<&str> {
    let bare = text.strip_prefix("http://").unwrap_or(text);
    let bare = bare.strip_suffix('/').unwrap_or(bare);
    let (host, port) = bare.rsplit_once(':')?;
    let is_host = !host.is_empty()
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_:[]%".contains(&b));
    (is_host && port.parse::<u16>().is_ok()).then_some(bare)
}

/// The addresses of `HOST:PORT`; `localhost` is both loopback addresses.
///
/// Errors: those of the resolver; a missing port is `InvalidInput`.
pub fn resolve(host_port: &str) -> io::Result<Vec<SocketAddr>> {
    match host_port.strip_prefix("localhost:").map(str::parse) {
        Some(Ok(port)) => Ok(vec![
            SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], port)),
            SocketAddr::from(([127, 0, 0, 1], port)),
        ]),
        _ => Ok(host_port.to_socket_addrs()?.collect()),
    }
}

fn connect_any(addresses: &[SocketAddr], within: Duration) -> io::Result<TcpStream> {
    let mut failure = io::Error::new(ErrorKind::InvalidInput, "no address");
    for address in addresses {
        match TcpStream::connect_timeout(address, within) {
            Ok(stream) => return Ok(stream),
            Err(e) => failure = e,
        }
    }
    Err(failure)
}
