//! A connection while an answer has content left.
//!
//! In: how much content the driver has read into the room. Out: the bytes in their frame, or a close. It
//! refuses to end an answer as if it were whole.

use crate::action::CloseReason;
use crate::clock::Now;
use crate::connection::{Connection, State};
use crate::phase::{Deadline, Phase};
use crate::sending::Sending;

impl Connection {
    /// Room for the next piece of the content.
    pub fn room(&mut self) -> &mut [u8] {
        self.output.room()
    }

    /// Takes note that `n` bytes of content came into the room; 0 is its end.
    pub fn filled(&mut self, n: usize, now: &Now) {
        if self.output.filled(n).is_err() {
            self.cut_short();
        }
        // However long the content took: the client has its time to read it.
        self.deadline = Deadline::new(Phase::Writing, now.instant, &self.limits);
    }

    /// Takes note that no more content will come.
    pub fn cut_short(&mut self) {
        self.state = match self.output.cut_short() {
            // To this client the end of the stream is the end of the content. Only a reset says otherwise.
            Some(Sending::UntilClose) => State::Aborting,
            // A client that was promised more, or the last chunk, sees that it hasn't come.
            _ => State::Closing(CloseReason::ContentCutShort),
        };
    }
}
