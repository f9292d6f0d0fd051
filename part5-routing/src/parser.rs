//! An incremental HTTP/1.1 request parser.
//!
//! In: bytes, cut anywhere. Out: events, one by one: a head, pieces of its body, its end; then the
//! next head. It refuses to know a socket, a clock, or what is done with a request.

use crate::body::{BodyReader, Part};
use crate::buffer::RecvBuffer;
use crate::error::HttpError;
use crate::framing::Framing;
use crate::head::request_line;
use crate::limits::Limits;
use crate::message::{Fields, RequestHead, RequestLine, Version};
use crate::section::Section;
use crate::target::{check_host, check_target};

/// What the bytes turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A whole head, checked. Its body, which may be empty, comes next.
    Head(RequestHead),
    /// The next so many `unread` bytes are data of the body: use them, then `consume` them.
    Data(usize),
    /// The request is over. The trailer fields are empty unless the body was chunked.
    End(Fields),
}

/// Turns the bytes of one connection into events.
///
/// ```text
///             request line        empty line             data over
/// RequestLine ──────────▶ Fields ───────────▶ Body ─────────────────▶ RequestLine
///                                              │ last chunk               ▲
///                                              ▼           empty line     │
///                                           Trailers ─────────────────────┘
/// ```
#[derive(Debug)]
pub struct RequestParser {
    limits: Limits,
    buffer: RecvBuffer,
    state: State,
    /// The head or the trailer section that is being read.
    section: Section,
    /// Bytes of empty lines before the request line.
    skipped: usize,
    is_head_request: bool,
}

#[derive(Debug)]
enum State {
    RequestLine,
    Fields(RequestLine),
    Body(BodyReader),
    Trailers,
    Failed(HttpError),
}

impl RequestParser {
    /// A parser for a new connection.
    pub fn new(limits: Limits) -> RequestParser {
        RequestParser {
            limits,
            buffer: RecvBuffer::default(),
            state: State::RequestLine,
            section: Section::default(),
            skipped: 0,
            is_head_request: false,
        }
    }

    /// Takes what a read brought.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.push(bytes);
    }

    /// The next event; `None` until more bytes have come, never for the end of the stream.
    ///
    /// Errors: whatever makes the request one to refuse. An error stays: nothing behind it is read as
    /// a request, since nobody knows where the next one would begin.
    pub fn next_event(&mut self) -> Result<Option<Event>, HttpError> {
        let event = self.advance();
        if let Err(error) = event {
            self.state = State::Failed(error);
        }
        event
    }

    /// Bytes that came and were not consumed. After `Event::Data(n)` the first `n` are the data.
    pub fn unread(&self) -> &[u8] {
        self.buffer.unread()
    }

    /// Drops `n` bytes of data, at most as many as `Event::Data` announced.
    pub fn consume(&mut self, n: usize) {
        let State::Body(body) = &mut self.state else { panic!("only data can be consumed") };
        body.consumed(n);
        self.buffer.consume(n);
    }

    /// Whether no request is under way: the one polite place for the stream to end. Empty lines
    /// before a request line count as nothing.
    pub fn between_requests(&self) -> bool {
        matches!(self.state, State::RequestLine) && matches!(self.unread(), b"" | b"\r")
    }

    /// Whether the request under way has the method HEAD, as far as it was seen: the answer to one
    /// has no body, not even when it is a refusal.
    pub fn is_head_request(&self) -> bool {
        self.is_head_request
    }

    /// Gives the memory back if no bytes are kept.
    pub fn release(&mut self) {
        self.buffer.release();
    }

    fn advance(&mut self) -> Result<Option<Event>, HttpError> {
        loop {
            match &mut self.state {
                State::RequestLine => {
                    if !self.read_request_line()? {
                        return Ok(None);
                    }
                }
                State::Fields(line) => {
                    if !self.section.read_fields(&mut self.buffer, &self.limits)? {
                        return Ok(None);
                    }
                    let head = RequestHead::new(*line, self.section.take(&mut self.buffer));
                    check_host_field(&head)?;
                    self.state = State::Body(BodyReader::new(Framing::of(&head)?, &self.limits)?);
                    check_expectation(&head)?;
                    return Ok(Some(Event::Head(head)));
                }
                State::Body(body) => match body.next_part(&mut self.buffer)? {
                    Some(Part::Data(n)) => return Ok(Some(Event::Data(n))),
                    Some(Part::Trailers) => self.state = State::Trailers,
                    Some(Part::End) => return Ok(Some(self.end(Fields::default()))),
                    None => return Ok(None),
                },
                State::Trailers => {
                    if !self.section.read_fields(&mut self.buffer, &self.limits)? {
                        return Ok(None);
                    }
                    let trailers = self.section.take(&mut self.buffer);
                    return Ok(Some(self.end(trailers)));
                }
                State::Failed(error) => return Err(*error),
            }
        }
    }

    /// The end of a request. Only behind a chunked body there may be trailers.
    fn end(&mut self, trailers: Fields) -> Event {
        self.state = State::RequestLine;
        self.skipped = 0;
        self.is_head_request = false;
        Event::End(trailers)
    }

    /// Reads the request line, and consumes the empty lines before it (RFC 9112 §2.2); true once it has come.
    fn read_request_line(&mut self) -> Result<bool, HttpError> {
        loop {
            self.is_head_request = self.unread().starts_with(b"HEAD ");
            let longest = self.limits.request_line_bytes;
            let len =
                self.buffer.line_len(0, longest).map_err(|_| HttpError::RequestLineTooLong)?;
            let Some(len) = len else { return Ok(false) };
            let line = &self.buffer.unread()[..len];
            if line != b"\r\n" {
                let request = request_line(line)?;
                check_target(request.method.of(line), request.target.of(line), self.limits.scheme)?;
                self.state = State::Fields(request);
                self.section.begin(len);
                return Ok(true);
            }
            self.buffer.consume(len);
            self.skipped += len;
            if self.skipped > self.limits.head_bytes {
                return Err(HttpError::TooManyEmptyLines);
            }
        }
    }
}

/// One Host in HTTP/1.1, at most one in HTTP/1.0, and a valid one (RFC 9112 §3.2).
fn check_host_field(head: &RequestHead) -> Result<(), HttpError> {
    let mut hosts = head.fields.all("host");
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => check_host(host),
        (Some(_), Some(_)) => Err(HttpError::RepeatedHost),
        (None, _) if head.version() == Version::Http11 => Err(HttpError::NoHost),
        (None, _) => Ok(()),
    }
}

/// `100-continue` is the only expectation there is (RFC 9110 §10.1.1), so a list of them is refused as
/// well; HTTP/1.0 has none.
fn check_expectation(head: &RequestHead) -> Result<(), HttpError> {
    let known = head.fields.all("expect").all(|value| value.eq_ignore_ascii_case(b"100-continue"));
    if known || head.version() == Version::Http10 {
        Ok(())
    } else {
        Err(HttpError::UnknownExpectation)
    }
}
