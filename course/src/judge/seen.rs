//! What may be seen in place of what was wanted, and its words.

use std::fmt;

use crate::checks::{Status, Verdict};
use crate::reply::{Awaiting, Wrong};

/// What was seen in place of what was wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// No connection; the operating system's words.
    NoConnection(String),
    /// Nothing more came until the client's deadline.
    Silence {
        /// Answers that had come before.
        answered: usize,
        /// What the client was waiting for.
        awaiting: Awaiting,
    },
    /// The connection was closed with answers missing.
    Closed {
        /// Answers that had come before.
        answered: usize,
    },
    /// The connection was reset.
    Reset {
        /// Answers that had come before.
        answered: usize,
    },
    /// Bytes that no server may send.
    Malformed(Wrong),
    /// A whole answer that no request asked for.
    ExtraAnswer {
        /// Its status.
        status: u16,
        /// Where it began.
        at: usize,
    },
    /// An answer came before the head of the request was sent, or was whole before the last byte was.
    Early {
        /// Bytes that were sent when it came.
        sent: usize,
        /// Its status, if it is one.
        status: Option<u16>,
    },
    /// Another status than wanted.
    Status {
        /// Which answer, from 0.
        index: usize,
        /// Its status.
        got: u16,
        /// What was wanted.
        want: Status,
        /// Where the status stands.
        at: usize,
    },
    /// Another body than wanted.
    Body {
        /// Which answer, from 0.
        index: usize,
        /// The body that came.
        got: Vec<u8>,
        /// The body that was wanted.
        want: Vec<u8>,
        /// Where the first wrong byte stands.
        at: usize,
    },
    /// A body lacks some words, or a member of a JSON body is missing or another one.
    Member {
        /// Which answer, from 0.
        index: usize,
        /// What differs.
        what: String,
        /// Where the answer's body begins.
        at: usize,
    },
    /// `100 Continue` did not come before the answer.
    NoContinue,
    /// A field is missing, or its list lacks a member.
    Field {
        /// Which answer, from 0.
        index: usize,
        /// The field.
        name: &'static str,
        /// The member.
        member: &'static str,
    },
    /// The connection stayed open though it had to close.
    StaysOpen,
    /// More bytes than anybody would read.
    Flood,
    /// The server took too long, in proportion.
    Slow {
        /// Milliseconds of the first exchange.
        first: u128,
        /// Milliseconds of the last one.
        last: u128,
        /// How many times as long it may take.
        times: u32,
    },
    /// The server's process ended, or nobody listens any more.
    Died(Death),
}

/// The end of a server.
#[derive(Clone, Debug, PartialEq)]
pub struct Death {
    /// How it ended.
    pub how: String,
    /// What it said last, line by line.
    pub said: Vec<String>,
}

impl Seen {
    /// A hang, or another failure.
    pub fn verdict(&self) -> Verdict {
        match self {
            Seen::Silence { .. } => Verdict::Hang,
            _ => Verdict::Fail,
        }
    }

    /// Where in the received bytes the first wrong one stands.
    pub fn wrong_at(&self) -> Option<usize> {
        match self {
            Seen::Malformed(wrong) => Some(wrong.at),
            Seen::ExtraAnswer { at, .. }
            | Seen::Status { at, .. }
            | Seen::Body { at, .. }
            | Seen::Member { at, .. } => Some(*at),
            _ => None,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Status::Success => f.write_str("2xx"),
            Status::Understood => f.write_str("2xx, 3xx, 404, 405 or 421"),
            Status::SuccessOr(code) => write!(f, "2xx or {code}"),
            Status::OneOf(codes) | Status::NotEchoed(codes) => {
                let codes: Vec<_> = codes.iter().map(u16::to_string).collect();
                f.write_str(&codes.join(" or "))
            }
            Status::RefusedOrNothing => f.write_str("4xx, 5xx or none"),
            Status::Any => f.write_str("any status"),
        }
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Seen::NoConnection(error) => write!(f, "no connection: {error}"),
            Seen::Silence { answered: 0, awaiting: Awaiting::Reply } => {
                write!(f, "no byte of an answer came")
            }
            Seen::Silence { answered, awaiting: Awaiting::Reply } => {
                write!(f, "only {answered} answered, and then nothing came")
            }
            Seen::Silence { awaiting, .. } => {
                write!(f, "the client was still waiting for {awaiting}")
            }
            Seen::Closed { answered: 0 } => {
                write!(f, "the connection was closed without an answer")
            }
            Seen::Closed { answered } => {
                write!(f, "the connection was closed after {answered} of the answers")
            }
            Seen::Reset { answered: 0 } => {
                write!(f, "the connection was reset before an answer came")
            }
            Seen::Reset { answered } => {
                write!(f, "the connection was reset after {answered} answered")
            }
            Seen::Malformed(wrong) => write!(f, "{}", wrong.why),
            Seen::ExtraAnswer { status, .. } => {
                write!(f, "one more answer came than requests were sent: {status}")
            }
            Seen::Early { sent, status: Some(status) } => {
                write!(f, "{status} came when only {sent} bytes of the request had been sent")
            }
            Seen::Early { sent, status: None } => {
                write!(f, "bytes came when only {sent} bytes of the request had been sent")
            }
            Seen::Status { index: 0, got, want, .. } => {
                write!(f, "the status is {got}, not {want}")
            }
            Seen::Status { index, got, want, .. } => {
                write!(f, "the status of answer {} is {got}, not {want}", index + 1)
            }
            Seen::Body { index, got, want, .. } => write!(
                f,
                "the body of answer {} is {} bytes, not the {} that were sent",
                index + 1,
                got.len(),
                want.len()
            )
            .and_then(|()| match got.len() == want.len() {
                true => write!(f, ", and has another content"),
                false => Ok(()),
            }),
            Seen::Member { index, what, .. } => write!(f, "in answer {}, {what}", index + 1),
            Seen::NoContinue => write!(f, "100 Continue didn't come before the answer"),
            Seen::Field { index, name, member: "" } => {
                write!(f, "answer {} has no {name} field", index + 1)
            }
            Seen::Field { index, name, member } => {
                write!(f, "answer {} doesn't say \"{name}: {member}\"", index + 1)
            }
            Seen::StaysOpen => write!(f, "the connection stayed open"),
            Seen::Flood => write!(f, "bytes came without end"),
            Seen::Slow { first, last, times } => write!(
                f,
                "{first} ms for the small one, {last} ms for the large one: more than {times} times as long"
            ),
            Seen::Died(death) => write!(f, "the server is gone: {}", death.how),
        }
    }
}
