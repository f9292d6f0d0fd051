//! The sentence of each [`Standing`].

use std::fmt;

use super::{Standing, Then};
use crate::request::Missing;

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Standing::Aborted => f.write_str("the client has aborted the connection; nobody waits"),
            Standing::Reset(0) => f.write_str("the server reset the connection before it said anything"),
            Standing::Reset(bytes) => write!(
                f,
                "the server reset the connection after {}: a close with unread input may do so, and it can destroy an \
                 answer on its way",
                count(*bytes as u64)
            ),
            Standing::Failed(why) => write!(f, "the connection failed: {why}"),
            Standing::Flood(bytes) => {
                write!(f, "the server doesn't stop: the client read {} and left the rest", count(*bytes as u64))
            }
            Standing::NotRead(what) => write!(f, "the client is waiting for {what}; the server doesn't read"),
            Standing::NothingSaid(then) => write!(f, "nobody has said anything{}", then.after_silence()),
            Standing::ServerFirst => f.write_str("the server spoke unasked; in HTTP the client begins"),
            Standing::NotHttp(bytes, then) => not_http(f, *bytes, *then),
            Standing::Wrong(wrong) => write!(f, "byte {} of what came back is wrong: {}", wrong.at, wrong.why),
            Standing::Answered(answers, then) => answered(f, *answers, *then),
            Standing::AnsweredNotClosed => f.write_str(
                "the answer is whole and says \"Connection: close\", but the server doesn't close; the client is \
                 waiting for that",
            ),
            Standing::AnsweredEarly(status, then) => {
                let closed = if *then == Then::Closed { ", and closed" } else { "" };
                write!(f, "the server answered {status} before the request was whole{closed}")
            }
            Standing::Unfinished { missing, asked, then } => unfinished(f, *missing, *asked, *then),
            Standing::AwaitedTheEnd => f.write_str(
                "the server was waiting for the end of the stream; the client had sent a whole request and was \
                 waiting for the answer; nobody would have moved. The answer came when the client gave up and ended \
                 its direction",
            ),
            Standing::Unframed => f.write_str(
                "the answer has neither a Content-Length nor chunks, so only the server's close can end it, and the \
                 server doesn't close; the client is waiting for that",
            ),
            Standing::ClosedEarly(answered, asked, then) => closed_early(f, *answered, *asked, *then),
            Standing::ClosedInside(awaiting) => {
                write!(f, "the server closed inside its answer; the client was waiting for {awaiting}")
            }
            Standing::Stalled(awaiting) => write!(
                f,
                "the client is waiting for {awaiting}; the server sends no more; nobody will move"
            ),
            Standing::Silent(after_the_end) => write!(
                f,
                "the client has sent a whole request and is waiting for the answer; the server is silent{}; nobody \
                 will move",
                if *after_the_end { ", and the end of the stream is not what it waits for" } else { "" }
            ),
        }
    }
}

impl Then {
    fn after_silence(self) -> &'static str {
        match self {
            Then::Closed => ", and the server closed",
            Then::MovedAtTheEnd => "; the server closed when the client gave up",
            Then::Open => "; each waits for the other, and in HTTP the client begins",
        }
    }
}

fn not_http(f: &mut fmt::Formatter<'_>, bytes: usize, then: Then) -> fmt::Result {
    let bytes = match bytes {
        0 => "nothing".to_owned(),
        more => count(more as u64),
    };
    match then {
        Then::Closed => write!(f, "{bytes} came back, and the server closed"),
        Then::MovedAtTheEnd => {
            write!(f, "the server was waiting for the end of the stream; then {bytes} came back")
        }
        Then::Open => write!(
            f,
            "{bytes} came back, then silence; TCP doesn't tell whether there is more to come"
        ),
    }
}

fn answered(f: &mut fmt::Formatter<'_>, answers: usize, then: Then) -> fmt::Result {
    match answers {
        1 => f.write_str("the answer is whole; ")?,
        more => write!(f, "all {more} answers are whole; ")?,
    }
    match then {
        Then::Open => {
            f.write_str("the connection stays open, and the server waits for the next request")
        }
        _ => f.write_str("the server closed"),
    }
}

fn unfinished(
    f: &mut fmt::Formatter<'_>,
    missing: Missing,
    asked: bool,
    then: Then,
) -> fmt::Result {
    let asked = if asked { " (the server has asked for it: 100 Continue)" } else { "" };
    match then {
        Then::Closed => {
            write!(f, "the request isn't whole, the server closed without {missing}{asked}")
        }
        Then::Open => {
            write!(
                f,
                "the server is waiting for {missing}{asked}; the client has sent all it had; nobody will move"
            )
        }
        Then::MovedAtTheEnd => write!(
            f,
            "the server was waiting for {missing}{asked}; the client had sent all it had; nobody would have moved. \
             The server gave up when the client ended its direction"
        ),
    }
}

fn closed_early(
    f: &mut fmt::Formatter<'_>,
    answered: usize,
    asked: usize,
    then: Then,
) -> fmt::Result {
    match asked {
        1 => f.write_str("the server closed without an answer")?,
        _ => write!(f, "the server closed after {answered} of {asked} answers")?,
    }
    match then {
        Then::MovedAtTheEnd => {
            f.write_str(", and only when the client gave up; until then nobody moved")
        }
        _ => Ok(()),
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Missing::Nothing => f.write_str("nothing"),
            Missing::LineEnd => f.write_str("the end of the request line"),
            Missing::EmptyLine => f.write_str("the empty line that ends the head"),
            Missing::Body { have, of } => {
                write!(f, "the rest of the body: {have} of {} were sent", count(*of))
            }
            Missing::Chunks => f.write_str("the last chunk and the empty line after it"),
            Missing::NotHttp => f.write_str("a request line"),
        }
    }
}

fn count(bytes: u64) -> String {
    match bytes {
        1 => "1 byte".to_owned(),
        more => format!("{more} bytes"),
    }
}
