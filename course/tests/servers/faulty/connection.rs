//! One connection of the faulty server: part 3's parser in a loop, and what goes wrong in that.

mod mistakes;

use std::io::{self, Read, Write};
use std::mem;
use std::net::{Shutdown, TcpStream};
use std::sync::MutexGuard;
use std::time::Duration;

use part3_parser::app;
use part3_parser::limits::Limits;
use part3_parser::message::{Request, RequestHead, Version};
use part3_parser::parser::{Event, RequestParser};
use part3_parser::response::Response;

use super::{Fault, Shared, lock};
use mistakes::unknown;

/// How long [`Fault::TimeoutEachRead`] waits in each read.
const EACH_READ: Duration = Duration::from_secs(5);

const TOO_LATE: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// The head of an answer whose length nobody knows yet.
const STREAMED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

fn plain(body: &'static [u8]) -> Response {
    Response::ok(b"text/plain".as_slice(), body)
}

/// What stands for a crash of the whole server.
fn crash() -> io::Error {
    io::Error::other("crashed")
}

pub struct Connection<'a> {
    stream: &'a TcpStream,
    shared: &'a Shared,
    parser: RequestParser,
    /// Everything received, for the fault that looks at it again and again.
    all: Vec<u8>,
    body: Vec<u8>,
    last_body: Vec<u8>,
    answers: Vec<Vec<u8>>,
    holding: Option<MutexGuard<'a, ()>>,
}

impl<'a> Connection<'a> {
    pub fn new(stream: &'a TcpStream, shared: &'a Shared) -> Connection<'a> {
        Connection {
            stream,
            shared,
            parser: RequestParser::new(Limits::default()),
            all: Vec::new(),
            body: Vec::new(),
            last_body: Vec::new(),
            answers: Vec::new(),
            holding: None,
        }
    }

    fn has(&self, fault: Fault) -> bool {
        self.shared.fault == fault
    }

    pub fn talk(mut self) -> io::Result<()> {
        match self.shared.fault {
            Fault::Silent => return self.drain(),
            Fault::Floods => loop {
                self.stream.write_all(&[b'x'; 4096])?;
            },
            Fault::NotHttp => self.stream.write_all(b"hello\n")?,
            Fault::ClosesAtOnce => return self.close(),
            Fault::WaitsForEof => while self.read()? {},
            Fault::GetOnly => {
                if self.read()?
                    && let Some(refusal) = unknown(&self.all)
                {
                    self.stream.write_all(refusal)?;
                    return self.close();
                }
            }
            Fault::TimeoutEachRead => self.stream.set_read_timeout(Some(EACH_READ))?,
            _ => {}
        }
        let mut head: Option<RequestHead> = None;
        loop {
            match self.parser.next_event() {
                Ok(Some(Event::Head(received))) => {
                    if self.has(Fault::AnswersBeforeBody) && received.method() == "POST" {
                        return self.stream.write_all(&self.render(&plain(b"early"), true, true));
                    }
                    self.invite(&received)?;
                    if self.echoes_at_once(&received) {
                        self.stream.write_all(STREAMED)?;
                    }
                    head = Some(received);
                }
                Ok(Some(Event::Data(n))) => {
                    self.data(n);
                    if head.as_ref().is_some_and(|head| self.echoes_at_once(head)) {
                        let data = mem::take(&mut self.body);
                        write!(&mut &*self.stream, "{:x}\r\n", data.len())?;
                        self.stream.write_all(&[&data[..], b"\r\n"].concat())?;
                    }
                }
                Ok(Some(Event::End(trailers))) => {
                    let head = head.take().expect("a request ends after its head");
                    if self.echoes_at_once(&head) {
                        self.stream.write_all(b"0\r\n\r\n")?;
                        match self.is_last(&head) {
                            true => return self.close(),
                            false => continue,
                        }
                    }
                    let body = self.take_body();
                    let last = self.is_last(&head);
                    let with_body = head.method() != "HEAD";
                    let response = app::answer(Request { head, body, trailers });
                    self.answer(&response, with_body, last)?;
                    if last {
                        return self.close();
                    }
                }
                Ok(None) => {
                    self.flush()?;
                    let one_read_is_over =
                        self.has(Fault::OneRead) && !self.parser.between_requests();
                    if one_read_is_over || !self.read()? {
                        return self.end_of_stream();
                    }
                }
                Err(_)
                    if self.has(Fault::DiesOnBadBytes)
                        && std::str::from_utf8(&self.all).is_err() =>
                {
                    return Err(crash());
                }
                Err(error) => {
                    let response = match self.shared.fault {
                        Fault::GarbageServed => plain(b"fine"),
                        _ => Response::refusal(error),
                    };
                    self.answer(&response, !self.parser.is_head_request(), true)?;
                    return self.close();
                }
            }
        }
    }

    fn echoes_at_once(&self, head: &RequestHead) -> bool {
        let chunks = head.version() == Version::Http11;
        self.has(Fault::EchoesAtOnce) && chunks && head.path() == "/echo"
    }

    /// `100 Continue`, if the client waits for it.
    fn invite(&mut self, head: &RequestHead) -> io::Result<()> {
        match head.expects_continue()
            && self.parser.unread().is_empty()
            && !self.has(Fault::NoContinue)
        {
            true => self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n"),
            false => Ok(()),
        }
    }

    fn answer(&mut self, response: &Response, with_body: bool, last: bool) -> io::Result<()> {
        let answer = self.render(response, with_body, last);
        self.answers.push(answer);
        self.holding = None;
        if self.has(Fault::ForgetsPipelined) {
            self.parser = RequestParser::new(Limits::default());
        }
        match last || !self.has(Fault::OutOfOrder) {
            true => self.flush(),
            false => Ok(()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let answers = mem::take(&mut self.answers);
        answers.iter().rev().try_for_each(|answer| self.stream.write_all(answer))
    }

    /// Reads once and gives the bytes to the parser, changed as the fault would understand them.
    fn read(&mut self) -> io::Result<bool> {
        let mut buffer = vec![0; 64 << 10];
        let n = match (&mut &*self.stream).read(&mut buffer) {
            Err(late) if self.has(Fault::TimeoutEachRead) => {
                self.stream.write_all(TOO_LATE)?;
                return Err(late);
            }
            read => read?,
        };
        if n == 0 && self.has(Fault::DiesOnClose) && self.all.is_empty() {
            return Err(crash());
        }
        if n > 0 && self.holding.is_none() && self.has(Fault::SlowClientHolds) {
            self.holding = Some(lock(&self.shared.only_one));
        }
        if self.has(Fault::ForgetsPieces) {
            self.parser = RequestParser::new(Limits::default());
        }
        let bytes = self.understood(buffer[..n].to_vec());
        self.all.extend_from_slice(&bytes);
        match self.shared.fault {
            Fault::Quadratic => self.push_slowly(&bytes),
            _ => self.parser.push(&bytes),
        }
        Ok(n > 0)
    }

    fn end_of_stream(&mut self) -> io::Result<()> {
        if !self.parser.between_requests() {
            let response = Response::refusal(part3_parser::error::HttpError::Unfinished);
            self.answer(&response, true, true)?;
        }
        self.close()
    }

    /// Ends our direction and reads out the rest, so that no reset destroys the answer.
    fn close(&mut self) -> io::Result<()> {
        self.stream.shutdown(Shutdown::Write)?;
        self.drain()
    }

    fn drain(&mut self) -> io::Result<()> {
        // Longer than any client's patience: whoever waits for this server gives up first.
        self.stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let mut buffer = [0; 4096];
        while (&mut &*self.stream).read(&mut buffer)? > 0 {}
        Ok(())
    }
}
