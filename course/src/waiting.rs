//! Who waits for whom at the end of a connection: one fact that follows from what was sent and what came back, and its
//! sentence. Where a fact leaves two causes open, the sentence says so.

mod sentence;
#[cfg(test)]
mod tests;

use crate::reply::{Awaiting, Mistake, Reply, ReplyReader, Wrong};
use crate::request::{Missing, Requests};
use crate::wire::{Event, Side, Timeline, What};

/// How a connection stands when it has ended, or when the client gives up.
///
/// A client that gives up records it ([`What::TimedOut`]) and then ends its direction, to see whether that was what the
/// server waited for.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// The client aborted the connection.
    Aborted,
    /// The server aborted it after so many bytes.
    Reset(usize),
    /// The operating system reported something else.
    Failed(String),
    /// The client stopped reading after so many bytes, and there were more.
    Flood(usize),
    /// The server doesn't read; what the client waited for, in words.
    NotRead(String),
    /// Neither side said a word.
    NothingSaid(Then),
    /// The server said something unasked.
    ServerFirst,
    /// What was sent is no HTTP; so many bytes came back.
    NotHttp(usize, Then),
    /// What came back is no HTTP answer.
    Wrong(Wrong),
    /// Every request is whole and has its whole answer.
    Answered(usize, Then),
    /// The last answer says that the server closes, and it doesn't.
    AnsweredNotClosed,
    /// A request was answered before it was whole; the status.
    AnsweredEarly(u16, Then),
    /// A request isn't whole, so the server waits for the rest of it.
    Unfinished {
        /// What is missing.
        missing: Missing,
        /// Whether the server has asked for it with 100 Continue.
        asked: bool,
        /// What the server did in the end.
        then: Then,
    },
    /// A whole request was answered only when the client ended its direction.
    AwaitedTheEnd,
    /// Only the end of the connection ends the answer, and the server leaves that to the client.
    Unframed,
    /// The server closed after so many of so many answers.
    ClosedEarly(usize, usize, Then),
    /// The server closed inside an answer.
    ClosedInside(Awaiting),
    /// The server has begun an answer and doesn't end it.
    Stalled(Awaiting),
    /// The server says nothing to a whole request; whether it does so even after the end of the stream.
    Silent(bool),
}

/// What the server did in the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Then {
    /// It closed.
    Closed,
    /// It moved only when the client gave up and ended its direction.
    MovedAtTheEnd,
    /// Nothing: the connection is open.
    Open,
}

impl Standing {
    /// How the connection of this timeline stands.
    pub fn of(timeline: &Timeline) -> Standing {
        broken(timeline).unwrap_or_else(|| Facts::of(timeline).standing())
    }

    /// Whether nobody waits for something that is due.
    pub fn settled(&self) -> bool {
        match self {
            Standing::Aborted | Standing::Answered(..) | Standing::AnsweredEarly(..) => true,
            Standing::NothingSaid(then) | Standing::Unfinished { then, .. } => {
                *then == Then::Closed
            }
            Standing::NotHttp(bytes, then) => *bytes > 0 && *then != Then::MovedAtTheEnd,
            _ => false,
        }
    }
}

/// An end that needs no look at what was said.
fn broken(timeline: &Timeline) -> Option<Standing> {
    let received = timeline.received.len();
    timeline.events.iter().find_map(|event| match (&event.what, event.side) {
        (What::Rst, Side::Server) => Some(Standing::Reset(received)),
        (What::Rst, Side::Client) => Some(Standing::Aborted),
        (What::Full, _) => Some(Standing::Flood(received)),
        (What::Failed(why), _) => Some(Standing::Failed(why.clone())),
        (What::TimedOut(what), _) if what.contains("unsent") => {
            Some(Standing::NotRead(what.clone()))
        }
        _ => None,
    })
}

struct Facts<'a> {
    timeline: &'a Timeline,
    requests: Requests,
    replies: ReplyReader,
    /// What had come when the client gave up, if it did.
    before: Option<ReplyReader>,
    then: Then,
}

impl<'a> Facts<'a> {
    fn of(timeline: &'a Timeline) -> Self {
        let requests = Requests::read(&timeline.sent);
        let mut methods: Vec<&str> = requests.methods.iter().map(String::as_str).collect();
        // A server may answer a request that never becomes whole.
        if requests.missing != Missing::Nothing {
            methods.push("GET");
        }
        let closed = timeline.server_closed();
        let before = received_before_giving_up(timeline);
        let then = match before {
            Some(before) if closed || before.len() < timeline.received.len() => Then::MovedAtTheEnd,
            _ if closed => Then::Closed,
            _ => Then::Open,
        };
        let replies = ReplyReader::read(&methods, &timeline.received, closed);
        let before = before.map(|bytes| ReplyReader::read(&methods, bytes, false));
        Facts { timeline, requests, replies, before, then }
    }

    fn standing(&self) -> Standing {
        let received = self.timeline.received.len();
        let Requests { methods, missing } = &self.requests;
        let replies = self.replies.replies();
        match missing {
            Missing::NotHttp if methods.is_empty() => return self.not_http(),
            Missing::LineEnd if methods.is_empty() && self.answered_without_http() => {
                return self.not_http();
            }
            Missing::Nothing if methods.is_empty() && received > 0 => return Standing::ServerFirst,
            Missing::Nothing if methods.is_empty() => return Standing::NothingSaid(self.then),
            _ => {}
        }
        match self.replies.wrong() {
            Some(wrong) if !self.ended_inside(wrong) => Standing::Wrong(wrong),
            Some(_) if self.then == Then::Closed => Standing::ClosedInside(self.replies.awaiting()),
            Some(_) => Standing::Stalled(self.replies.awaiting()),
            None if replies.len() > methods.len() && self.then != Then::MovedAtTheEnd => {
                Standing::AnsweredEarly(replies[methods.len()].status, self.then)
            }
            None if replies.len() < methods.len() => self.unanswered(),
            None if *missing != Missing::Nothing => {
                let reply = replies.get(methods.len()).unwrap_or(self.replies.unfinished());
                let asked = reply.interim.contains(&100);
                Standing::Unfinished { missing: *missing, asked, then: self.then }
            }
            None => self.answered(replies),
        }
    }

    /// The status of the first answer, if it began before any request was whole.
    fn early(&self) -> Option<u16> {
        let first = self.replies.replies().first()?;
        let begins = |event: &&Event| {
            event.side == Side::Server
                && matches!(&event.what, What::Bytes(range) if range.end >= first.body_start)
        };
        let at = self.timeline.events.iter().position(|event| begins(&event))?;
        let client = self.timeline.events[..at].iter().filter(|event| event.side == Side::Client);
        let sent: usize = client.map(|event| self.timeline.bytes(event).len()).sum();
        Requests::read(&self.timeline.sent[..sent]).methods.is_empty().then_some(first.status)
    }

    fn answered_without_http(&self) -> bool {
        self.replies.wrong().is_some_and(|wrong| wrong.why == Mistake::NotHttp)
    }

    fn not_http(&self) -> Standing {
        let before = received_before_giving_up(self.timeline).unwrap_or_default();
        // What came before the client gave up was not waiting for that.
        let then = if before.is_empty() { self.then } else { Then::Open };
        Standing::NotHttp(self.timeline.received.len(), then)
    }

    /// Whether what is wrong is only that the connection ended too early.
    fn ended_inside(&self, wrong: Wrong) -> bool {
        self.then != Then::Open && wrong.at == self.timeline.received.len()
    }

    fn answered(&self, replies: &[Reply]) -> Standing {
        match self.before.as_ref().filter(|before| before.needs_more()).map(ReplyReader::awaiting) {
            Some(Awaiting::Close) => return Standing::Unframed,
            Some(_) => return Standing::AwaitedTheEnd,
            None => {}
        }
        if let Some(status) = self.early() {
            return Standing::AnsweredEarly(status, self.then);
        }
        match replies.last() {
            Some(reply) if reply.says_close() && self.then == Then::Open => {
                Standing::AnsweredNotClosed
            }
            _ => Standing::Answered(replies.len(), self.then),
        }
    }

    fn unanswered(&self) -> Standing {
        let (answered, asked) = (self.replies.replies().len(), self.requests.methods.len());
        match (self.replies.awaiting(), self.then) {
            (Awaiting::Close, _) => Standing::Unframed,
            (Awaiting::Reply, Then::Open) => Standing::Silent(
                self.timeline.find(Side::Client, |what| *what == What::Fin).is_some(),
            ),
            (Awaiting::Reply, then) => Standing::ClosedEarly(answered, asked, then),
            (awaiting, _) => Standing::Stalled(awaiting),
        }
    }
}

/// What had come when the client gave up, if it did.
fn received_before_giving_up(timeline: &Timeline) -> Option<&[u8]> {
    let at = timeline.events.iter().position(|event| matches!(event.what, What::TimedOut(_)))?;
    let server = timeline.events[..at].iter().filter(|event| event.side == Side::Server);
    let bytes: usize = server.map(|event| timeline.bytes(event).len()).sum();
    Some(&timeline.received[..bytes])
}
