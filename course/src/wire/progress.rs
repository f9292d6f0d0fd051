//! How far a wait has come.

use std::time::Instant;

use super::shared::State;
use super::{Side, Until, What};
use crate::reply::ReplyReader;

/// How far a wait has come: each byte is looked at once, however many wake-ups there are.
pub struct Progress<'a> {
    until: &'a Until,
    began: Instant,
    seen: usize,
    lines: usize,
    replies: Option<ReplyReader>,
}

impl<'a> Progress<'a> {
    pub fn new(until: &'a Until) -> Self {
        let replies = match until {
            Until::Replies(methods) => Some(ReplyReader::new(methods)),
            _ => None,
        };
        Progress { until, began: Instant::now(), seen: 0, lines: 0, replies }
    }

    pub fn reached(&mut self, state: &State) -> bool {
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

    pub fn quiet_since(&self, state: &State) -> Instant {
        state.last_received.map_or(self.began, |at| at.max(self.began))
    }

    /// When silence would be long enough; other waits are woken by what comes.
    pub fn wake_at(&self, state: &State) -> Option<Instant> {
        match self.until {
            Until::Quiet(span) => Some(self.quiet_since(state) + *span),
            _ => None,
        }
    }
}
