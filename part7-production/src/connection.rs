//! One connection as a state machine: it says what to do next, and until when.
//!
//! In: bytes, the end of the stream, responses, the time. Out: actions, and bytes to write. It refuses
//! to know sockets and to wait: `server.rs` does what it says.

mod finishing;
mod streaming;

use std::time::Instant;

use crate::action::{Action, CloseReason};
use crate::clock::Now;
use crate::error::HttpError;
use crate::exchange::{Exchange, Persistence};
use crate::limits::Limits;
use crate::output::Output;
use crate::parser::{Event, RequestParser};
use crate::phase::{Deadline, Phase};
use crate::response::{Body, Content, Response};
use crate::sending::Sending;

/// Everything that is remembered about a connection.
///
/// ```text
///      last answer               output             read out,
///      or refusal                written            or enough of it
/// Open ──────────────▶ Closing ──────────▶ Draining ────────────────▶ (closed)
///  │                     │                    ▲                          ▲
///  ├── silent after answers ──────────────────╯                          │
///  │                     ╰── output written, and the client has closed ──┤
///  ╰── the client has closed, never spoke, or doesn't read ──────────────╯
/// ```
#[derive(Debug)]
pub struct Connection {
    limits: Limits,
    parser: RequestParser,
    state: State,
    /// The request that has begun and is not answered.
    exchange: Option<Exchange>,
    /// Answers that wait to be written.
    output: Output,
    received_eof: bool,
    /// No request follows the one under way.
    is_finishing: bool,
    /// Nobody has asked for it yet.
    refusal: Option<HttpError>,
    answered: u64,
    deadline: Deadline,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// Requests are read and answered.
    Open,
    /// The last answer is in the output.
    Closing(CloseReason),
    /// The last answer broke off, and only a reset tells the client so.
    Aborting,
    /// Our side is closed. What the client still sends is read and dropped: closing with unread input
    /// makes the kernel send a reset, which can destroy the answer on its way (RFC 9112 §9.6).
    Draining(CloseReason, usize),
}

impl Connection {
    /// A connection that was opened just now.
    pub fn new(limits: Limits, now: &Now) -> Connection {
        Connection {
            limits,
            parser: RequestParser::new(limits),
            state: State::Open,
            exchange: None,
            output: Output::new(limits),
            received_eof: false,
            is_finishing: false,
            refusal: None,
            answered: 0,
            deadline: Deadline::new(Phase::FirstByte, now.instant, &limits),
        }
    }

    /// Says what to do next.
    pub fn poll(&mut self, now: &Now) -> Action {
        if self.output.wants_content() {
            return Action::Fill;
        }
        match self.state {
            State::Open if self.exchange.as_ref().is_some_and(Exchange::is_whole) => {
                Action::Respond
            }
            State::Open if !self.output.takes_more() => self.ask_to_write(now),
            State::Open => match self.parser.next_event() {
                Ok(Some(event)) => self.hand_over(event),
                Ok(None) => self.ask_for_more(now),
                Err(error) => self.refuse(error, now),
            },
            State::Closing(_) if !self.output().is_empty() => self.ask_to_write(now),
            State::Closing(reason) if self.received_eof => Action::Close(reason),
            State::Closing(reason) => self.half_close(reason, now),
            State::Aborting => Action::Abort(CloseReason::ContentCutShort),
            State::Draining(reason, left) if self.received_eof || left == 0 => {
                Action::Close(reason)
            }
            State::Draining(reason, _) if self.deadline.is_over(now.instant) => {
                Action::Close(reason)
            }
            State::Draining(..) => Action::Read,
        }
    }

    /// When the wait for the last `Read` or `Write` is over, whether or not something came of it.
    pub fn deadline(&self) -> Instant {
        self.deadline.at()
    }

    /// Takes what a read brought.
    pub fn received(&mut self, bytes: &[u8]) {
        match &mut self.state {
            State::Draining(_, left) => *left = left.saturating_sub(bytes.len()),
            _ => self.parser.push(bytes),
        }
        if let Some(exchange) = &mut self.exchange {
            exchange.received();
        }
    }

    /// Takes note that the client ended its side of the stream.
    pub fn received_eof(&mut self) {
        self.received_eof = true;
    }

    /// Bytes that came and were not consumed. After `Action::Data(n)` the first `n` are the data.
    pub fn unread(&self) -> &[u8] {
        self.parser.unread()
    }

    /// Drops `n` bytes of data, at most as many as `Action::Data` announced.
    pub fn consume(&mut self, n: usize) {
        self.parser.consume(n);
    }

    /// So many bytes of the body under way are stored: it may take longer.
    pub fn extend_body(&mut self, n: usize, now: &Now) {
        self.enter(Phase::Body, now);
        self.deadline.moved(n, self.limits.body_rate, now.instant, &self.limits);
    }

    /// Queues the answer to the request under way; panics if there is none. Gives back the content that
    /// `Fill` will ask for.
    pub fn respond(&mut self, mut response: Response, now: &Now) -> Option<Content> {
        let exchange = self.exchange.take().expect("a response follows a request");
        let sending = exchange.sending(&response);
        let persistence = match self.is_finishing {
            true => Persistence::Close,
            false => exchange.persistence(sending),
        };
        if sending == Some(Sending::Chunked) {
            response.fields.push(("Transfer-Encoding", "chunked".into()));
        }
        if self.output().is_empty() {
            self.deadline = Deadline::new(Phase::Writing, now.instant, &self.limits);
        }
        let with_body = exchange.with_body();
        self.output.append(|out| response.write_to(out, &now.date, persistence.field(), with_body));
        self.answered += 1;
        if persistence == Persistence::Close {
            self.state = State::Closing(CloseReason::LastAnswer);
        }
        let sending = sending.filter(|s| with_body && *s != Sending::Length(0))?;
        self.output.expect_content(sending);
        match response.body {
            Body::Stream(content, _) => Some(content),
            Body::Bytes(_) => None,
        }
    }

    /// Bytes that wait to be written.
    pub fn output(&self) -> &[u8] {
        self.output.waiting()
    }

    /// Takes note that `n` bytes of the output were written.
    pub fn wrote(&mut self, n: usize, now: &Now) {
        self.output.wrote(n);
        // Progress: whoever reads slowly is waited for, whoever reads next to nothing is not.
        self.deadline.moved(n, self.limits.write_rate, now.instant, &self.limits);
    }

    /// Why a request was refused just now; once.
    pub fn take_refusal(&mut self) -> Option<HttpError> {
        self.refusal.take()
    }

    /// How many requests were answered, refusals left out.
    pub fn answered(&self) -> u64 {
        self.answered
    }

    fn hand_over(&mut self, event: Event) -> Action {
        match event {
            Event::Head(head) => {
                self.exchange = Some(Exchange::new(&head, !self.unread().is_empty()));
                Action::Head(head)
            }
            Event::Data(n) => Action::Data(n),
            Event::End(trailers) => {
                self.exchange.as_mut().expect("a request begins before it ends").ended();
                Action::End(trailers)
            }
        }
    }

    /// The parser needs more bytes. What waits to be written goes out first.
    fn ask_for_more(&mut self, now: &Now) -> Action {
        if self.exchange.as_mut().is_some_and(Exchange::take_continue) {
            self.output.append(|out| out.extend_from_slice(b"HTTP/1.1 100 Continue\r\n\r\n"));
        }
        if !self.output().is_empty() {
            return self.ask_to_write(now);
        }
        let is_idle = self.parser.between_requests();
        if self.received_eof && self.is_finishing {
            return Action::Close(CloseReason::ServerDone);
        }
        if self.received_eof && is_idle {
            return Action::Close(CloseReason::ClientDone);
        }
        if self.received_eof {
            return self.refuse(HttpError::Unfinished, now);
        }
        if is_idle {
            self.release();
        }
        self.enter(self.reading_phase(is_idle), now);
        if self.deadline.is_over(now.instant) {
            return self.too_late(now);
        }
        Action::Read
    }

    /// Gives the buffers' memory back: an idle connection should cost a thread and no more.
    fn release(&mut self) {
        self.parser.release();
        self.output.release();
    }

    fn reading_phase(&self, is_idle: bool) -> Phase {
        match (is_idle, &self.exchange) {
            (true, _) if self.answered == 0 => Phase::FirstByte,
            (true, _) => Phase::NextRequest,
            (false, None) => Phase::Head,
            (false, Some(_)) => Phase::Body,
        }
    }

    fn too_late(&mut self, now: &Now) -> Action {
        match self.deadline.phase() {
            Phase::Head => self.refuse(HttpError::HeadTooLate, now),
            Phase::Body => self.refuse(HttpError::BodyTooLate, now),
            // The client may not have read its last answer, and a reset, drawn by a request that
            // crosses our close, would destroy it.
            Phase::NextRequest => self.half_close(CloseReason::Idle, now),
            Phase::FirstByte | Phase::Writing | Phase::Draining => Action::Close(CloseReason::Idle),
        }
    }

    fn ask_to_write(&mut self, now: &Now) -> Action {
        self.enter(Phase::Writing, now);
        if self.deadline.is_over(now.instant) {
            return Action::Close(CloseReason::WriteStalled);
        }
        Action::Write
    }

    fn enter(&mut self, phase: Phase, now: &Now) {
        self.deadline.enter(phase, now.instant, &self.limits);
    }

    /// Queues a refusal. Nothing that comes after it is read as a request.
    fn refuse(&mut self, error: HttpError, now: &Now) -> Action {
        let with_body = !self.parser.is_head_request();
        let response = Response::refusal(error);
        self.output.append(|out| response.write_to(out, &now.date, Some("close"), with_body));
        self.state = State::Closing(CloseReason::Refused(error));
        self.refusal = Some(error);
        self.ask_to_write(now)
    }

    /// Ends our side, and goes on to read what the client still sends.
    fn half_close(&mut self, reason: CloseReason, now: &Now) -> Action {
        self.state = State::Draining(reason, self.limits.drain_bytes);
        self.enter(Phase::Draining, now);
        Action::HalfClose
    }
}
