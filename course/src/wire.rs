//! A raw TCP client: carries out a schedule of writes, pauses and closes, and records both directions.
//!
//! It knows no protocol, except that it can wait for whole HTTP replies. A second thread reads while
//! the first writes, so a server that answers early or floods is seen. Every wait has a deadline and
//! what is kept has a limit.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs};
use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::reply::ReplyReader;

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
    /// The client stopped reading at [`Options::received_bytes`].
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
    /// All bytes the server sent, up to [`Options::received_bytes`].
    pub received: Vec<u8>,
    /// The events.
    pub events: Vec<Event>,
}

impl Timeline {
    /// The bytes of an event; empty if it carries none.
    pub fn bytes(&self, event: &Event) -> &[u8] {
        match (&event.what, event.side) {
            (What::Bytes(range), Side::Client) => &self.sent[range.clone()],
            (What::Bytes(range), Side::Server) => &self.received[range.clone()],
            _ => &[],
        }
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

struct Shared {
    started: Instant,
    options: Options,
    observer: Option<Observer>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    timeline: Timeline,
    /// When bytes last came.
    last_received: Option<Instant>,
    /// The client has let go of the connection; the reading thread must end.
    released: bool,
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

fn read_all(mut stream: &TcpStream, shared: &Shared) {
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
fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|e| e.into_inner())
    }

    fn sent(&self, bytes: &[u8]) {
        let mut state = self.lock();
        let start = state.timeline.sent.len();
        state.timeline.sent.extend_from_slice(bytes);
        let what = What::Bytes(start..start + bytes.len());
        self.push(&mut state, Side::Client, what);
    }

    /// Takes back the end of what was recorded as sent.
    fn unsent(&self, count: usize) {
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
    fn received(&self, bytes: &[u8]) -> bool {
        let mut state = self.lock();
        let start = state.timeline.received.len();
        let kept = bytes.len().min(self.options.received_bytes - start);
        state.timeline.received.extend_from_slice(&bytes[..kept]);
        state.last_received = Some(Instant::now());
        self.push(&mut state, Side::Server, What::Bytes(start..start + kept));
        start + kept < self.options.received_bytes
    }

    fn failed(&self, error: &io::Error) {
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

    fn record(&self, side: Side, what: What) {
        let mut state = self.lock();
        // The reading and the writing thread may both meet the same reset.
        let again = matches!(what, What::Rst | What::Failed(_))
            && state.timeline.find(side, |w| *w == what).is_some();
        if !again {
            self.push(&mut state, side, what);
        }
    }

    fn push(&self, state: &mut State, side: Side, what: What) {
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

/// How far a wait has come: each byte is looked at once, however many wake-ups there are.
struct Progress<'a> {
    until: &'a Until,
    began: Instant,
    seen: usize,
    lines: usize,
    replies: Option<ReplyReader>,
}

impl<'a> Progress<'a> {
    fn new(until: &'a Until) -> Self {
        let replies = match until {
            Until::Replies(methods) => Some(ReplyReader::new(methods)),
            _ => None,
        };
        Progress { until, began: Instant::now(), seen: 0, lines: 0, replies }
    }

    fn reached(&mut self, state: &State) -> bool {
        let new = &state.timeline.received[self.seen..];
        self.seen += new.len();
        match self.until {
            Until::Bytes(n) => self.seen >= *n,
            Until::Lines(n) => {
                self.lines += new.iter().filter(|&&b| b == b'\n').count();
                self.lines >= *n
            }
            Until::Replies(_) => self.replies.as_mut().is_some_and(|reader| {
                reader.push(new);
                !reader.needs_more()
            }),
            Until::Quiet(span) => self.quiet_since(state).elapsed() >= *span,
            Until::Closed => {
                let end = |w: &What| matches!(w, What::Fin | What::Rst);
                state.timeline.find(Side::Server, end).is_some()
            }
        }
    }

    fn quiet_since(&self, state: &State) -> Instant {
        state.last_received.map_or(self.began, |at| at.max(self.began))
    }

    /// When silence would be long enough; other waits are woken by what comes.
    fn wake_at(&self, state: &State) -> Option<Instant> {
        match self.until {
            Until::Quiet(span) => Some(self.quiet_since(state) + *span),
            _ => None,
        }
    }
}
