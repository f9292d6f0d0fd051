//! A connection without a socket, and with a clock that is set by hand.

mod answers;
mod closing;
mod deadlines;
mod pipelining;

use std::mem;
use std::time::Duration;

use part4_keepalive::action::Action;
use part4_keepalive::app;
use part4_keepalive::clock::Now;
use part4_keepalive::connection::Connection;
use part4_keepalive::limits::Limits;
use part4_keepalive::message::{Fields, Request, RequestHead};

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n";
const LAST_GET: &[u8] = b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

/// A connection and its clock.
struct Machine {
    connection: Connection,
    now: Now,
    head: Option<RequestHead>,
    body: Vec<u8>,
}

impl Machine {
    fn new() -> Machine {
        Machine::with(Limits::default())
    }

    fn with(limits: Limits) -> Machine {
        let now = Now::read();
        let connection = Connection::new(limits, &now);
        Machine { connection, now, head: None, body: Vec::new() }
    }

    /// Answers what has come, up to the next action that waits or ends.
    fn rest(&mut self) -> Action {
        loop {
            match self.connection.poll(&self.now) {
                Action::Head(received) => self.head = Some(received),
                Action::Data(n) => {
                    self.body.extend_from_slice(&self.connection.unread()[..n]);
                    self.connection.consume(n);
                }
                Action::End(_) => {}
                Action::Respond => {
                    let head = self.head.take().expect("a head comes first");
                    let body = mem::take(&mut self.body);
                    let request = Request { head, body, trailers: Fields::default() };
                    self.connection.respond(&app::answer(request), &self.now);
                }
                action => return action,
            }
        }
    }

    /// Gives it bytes, and lets it go on.
    fn read(&mut self, bytes: &[u8]) -> Action {
        self.connection.received(bytes);
        self.rest()
    }

    /// Ends the client's side, and lets it go on.
    fn read_end(&mut self) -> Action {
        self.connection.received_eof();
        self.rest()
    }

    /// Takes all that waits to be written, and lets it go on.
    fn write(&mut self) -> (Vec<u8>, Action) {
        let output = self.connection.output().to_vec();
        self.connection.wrote(output.len(), &self.now);
        (output, self.rest())
    }

    fn pass(&mut self, time: Duration) -> Action {
        self.now.instant += time;
        self.rest()
    }
}

fn count(output: &[u8], text: &[u8]) -> usize {
    output.windows(text.len()).filter(|window| *window == text).count()
}
