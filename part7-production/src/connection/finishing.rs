//! A connection whose next answer is the last, because the server says so.
//!
//! In: that the server stops, or has no room for this client. Out: the same actions as ever.

use crate::action::CloseReason;
use crate::clock::Now;
use crate::connection::{Connection, State};
use crate::response::Response;

impl Connection {
    /// From now on each answer is the last one. A request that has come in part when the stream ends is none: the
    /// server itself ended the reading where none was under way.
    pub fn finish_up(&mut self) {
        self.is_finishing = true;
    }

    /// Whether it waits for a request to begin.
    pub fn is_idle(&self) -> bool {
        let is_open = matches!(self.state, State::Open);
        is_open && self.exchange.is_none() && self.parser.between_requests()
    }

    /// Ends without an answer: the client could not read it.
    pub fn give_up(&mut self) {
        self.output.release();
        self.state = State::Closing(CloseReason::TlsFailed);
    }

    /// Answers before any request was read, and ends.
    pub fn turn_away(&mut self, response: &Response, now: &Now) {
        self.output.append(|out| response.write_to(out, &now.date, Some("close"), true));
        self.state = State::Closing(CloseReason::TurnedAway);
    }
}
