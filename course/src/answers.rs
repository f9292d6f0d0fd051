//! What a server answered, in either protocol: HTTP replies, or lines.

use crate::checks::{Exchange, Protocol, Want};
use crate::reply::{Awaiting, Mistake, Reply, ReplyReader, Wrong};
use crate::wire::Until;

/// The answers in the bytes of a server.
pub struct Answers {
    /// Those that are complete; a line is a reply with nothing but a body.
    pub complete: Vec<Reply>,
    /// The first wrong byte.
    pub wrong: Option<Wrong>,
    /// Whether answers are missing and nothing is wrong so far.
    pub missing: bool,
    /// What the client waits for then.
    pub awaiting: Awaiting,
}

impl Answers {
    /// Reads all that a server sent; `ended` tells that nothing more will come.
    pub fn read(protocol: Protocol, exchange: &Exchange, received: &[u8], ended: bool) -> Answers {
        match protocol {
            Protocol::Http => Answers::replies(&exchange.methods, received, ended),
            Protocol::JsonLines => Answers::lines(exchange.want.answers.len(), received, ended),
        }
    }

    fn replies(methods: &[&str], received: &[u8], ended: bool) -> Answers {
        let reader = ReplyReader::read(methods, received, ended);
        Answers {
            wrong: reader.wrong(),
            missing: reader.needs_more(),
            awaiting: reader.awaiting(),
            complete: reader.replies().to_vec(),
        }
    }

    fn lines(wanted: usize, received: &[u8], ended: bool) -> Answers {
        let mut complete = Vec::new();
        let mut at = 0;
        for line in received.split_inclusive(|&b| b == b'\n').take(wanted) {
            if line.ends_with(b"\n") {
                let span = at..at + line.len();
                complete.push(Reply {
                    body: line.to_vec(),
                    body_start: at,
                    span,
                    ..Reply::default()
                });
                at += line.len();
            }
        }
        let missing = complete.len() < wanted;
        let rest = received.len() - at;
        let wrong = match missing {
            false if rest > 0 => Some(Wrong { at, why: Mistake::Extra }),
            true if ended && rest > 0 => Some(Wrong { at: received.len(), why: Mistake::Ended }),
            _ => None,
        };
        let awaiting = if rest == 0 { Awaiting::Reply } else { Awaiting::LineEnd };
        Answers { complete, missing: missing && wrong.is_none(), wrong, awaiting }
    }
}

/// What to wait for until all answers have come; `None` if none is wanted.
pub fn all_of(protocol: Protocol, exchange: &Exchange, want: &Want) -> Option<Until> {
    match protocol {
        Protocol::Http if exchange.methods.is_empty() => None,
        Protocol::Http => Some(Until::Replies(exchange.methods.clone())),
        Protocol::JsonLines if want.answers.is_empty() => None,
        Protocol::JsonLines => Some(Until::Lines(want.answers.len())),
    }
}
