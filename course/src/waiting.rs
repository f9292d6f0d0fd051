//! Who waits for whom at the end of a connection: one fact that follows from what was sent and what came back, and its
//! sentence. Where a fact leaves two causes open, the sentence says so.

mod sentence;

use crate::reply::{Awaiting, Reply, ReplyReader, Wrong};
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
            Missing::NotHttp if methods.is_empty() => {
                return Standing::NotHttp(received, self.then);
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
    const LAST: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi";

    /// A timeline from its events: `>` and bytes, `<` and bytes, `>FIN`, `<FIN`, `<RST`, `>RST`, `...` for giving up.
    fn timeline(events: &[&str]) -> Timeline {
        let mut timeline = Timeline::default();
        for event in events {
            let (side, bytes) = match event.split_at(1) {
                (">", _) => (Side::Client, &mut timeline.sent),
                ("<", _) => (Side::Server, &mut timeline.received),
                _ => (Side::Client, &mut Vec::new()),
            };
            let what = match &event[1..] {
                "FIN" => What::Fin,
                "RST" => What::Rst,
                ".." => What::TimedOut("the server".to_owned()),
                text => {
                    let start = bytes.len();
                    bytes.extend_from_slice(text.as_bytes());
                    What::Bytes(start..bytes.len())
                }
            };
            timeline.events.push(Event { at: Duration::ZERO, side, what });
        }
        timeline
    }

    #[track_caller]
    fn check(events: &[&str], settled: bool, sentence: &str) {
        let standing = Standing::of(&timeline(events));
        assert!(standing.to_string().contains(sentence), "{standing}");
        assert_eq!(standing.settled(), settled, "{standing}");
    }

    fn sent(text: &str) -> String {
        format!(">{text}")
    }

    fn came(text: &str) -> String {
        format!("<{text}")
    }

    #[test]
    fn an_answer_that_is_whole_leaves_nobody_waiting() {
        check(&[&sent(GET), &came(OK)], true, "the answer is whole; the connection stays open");
        check(&[&sent(GET), &came(LAST), "<FIN"], true, "the answer is whole; the server closed");
        check(&[&sent(GET), &sent(GET), &came(OK), &came(OK)], true, "all 2 answers are whole");
        let unframed = "HTTP/1.0 200 OK\r\n\r\nhi";
        check(
            &[&sent(GET), &came(unframed), "<FIN"],
            true,
            "the answer is whole; the server closed",
        );
        check(&[&sent(GET), &came(LAST)], false, "doesn't close; the client is waiting for that");
    }

    #[test]
    fn a_hang_until_the_end_of_the_stream_is_told_as_a_fact() {
        let hang = [&sent(GET), "...", ">FIN", &came(LAST), "<FIN"];
        check(
            &hang,
            false,
            "the server was waiting for the end of the stream; the client had sent a whole request",
        );
        check(
            &[&sent(GET), "...", ">FIN"],
            false,
            "the end of the stream is not what it waits for",
        );
        check(
            &[&sent(GET), "...", ">FIN", "<FIN"],
            false,
            "closed without an answer, and only when the client",
        );
        check(&[&sent(GET), "...", ">FIN", "<pong"], false, "byte 0 of what came back is wrong");
    }

    #[test]
    fn a_server_that_waits_for_the_rest_of_a_request_does_so_by_right() {
        check(
            &[">GET / HT", "...", ">FIN"],
            false,
            "the server is waiting for the end of the request line",
        );
        let half = &GET[..GET.len() - 2];
        check(
            &[&sent(half), "...", ">FIN"],
            false,
            "is waiting for the empty line that ends the head",
        );
        let bad = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
        check(
            &[&sent(half), "...", ">FIN", &came(bad), "<FIN"],
            false,
            "nobody would have moved. The server gave up",
        );
        check(
            &[&sent(half), ">FIN", &came(bad), "<FIN"],
            true,
            "answered 400 before the request was whole, and closed",
        );
        check(
            &[">GET / HT", &came(bad), &sent(&GET[8..])],
            true,
            "400 before the request was whole",
        );
        check(
            &[&sent(half), "<FIN"],
            true,
            "the server closed without the empty line that ends the head",
        );
        let body = "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc";
        check(&[&sent(body), "...", ">FIN"], false, "the rest of the body: 3 of 5 bytes were sent");
    }

    #[test]
    fn a_body_that_was_asked_for_is_told_as_such() {
        let head = sent("POST / HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        let go_on = came("HTTP/1.1 100 Continue\r\n\r\n");
        let told = "0 of 5 bytes were sent (the server has asked for it: 100 Continue)";
        check(&[&head, &go_on, "...", ">FIN"], false, told);
        let bad = came("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        check(&[&head, &go_on, "...", ">FIN", &bad, "<FIN"], false, told);
        check(&[&head, &go_on, ">abcde", &came(OK)], true, "the answer is whole");
    }

    #[test]
    fn an_answer_that_is_not_whole_is_told_with_what_is_missing() {
        let long = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi";
        check(
            &[&sent(GET), &came(long), "...", ">FIN", "<FIN"],
            false,
            "2 of 9 bytes have come; the server sends no",
        );
        check(&[&sent(GET), &came(long), "<FIN"], false, "closed inside its answer");
        let unframed = "HTTP/1.1 200 OK\r\n\r\nhi";
        check(
            &[&sent(GET), &came(unframed), "...", ">FIN"],
            false,
            "neither a Content-Length nor chunks",
        );
        check(
            &[&sent(GET), &came(unframed), "...", ">FIN", "<FIN"],
            false,
            "neither a Content-Length nor chunks",
        );
        check(
            &[&sent(GET), "<HTTP/1.1 200 OK\n"],
            false,
            "byte 15 of what came back is wrong: lines end in CRLF",
        );
        check(&[&sent(GET), &came(OK), "<more"], false, "the answer was complete before this byte");
        check(
            &[&sent(GET), &sent(GET), &came(LAST), "<FIN"],
            false,
            "the server closed after 1 of 2 answers",
        );
        check(&[&sent(GET), "<FIN"], false, "the server closed without an answer");
    }

    #[test]
    fn a_connection_that_breaks_is_told_as_such() {
        check(
            &[&sent(GET), "<RST"],
            false,
            "the server reset the connection before it said anything",
        );
        check(&[&sent(GET), &came(OK), "<RST"], false, "reset the connection after 40 bytes");
        check(&[">GET", ">RST"], true, "the client has aborted the connection");
    }

    #[test]
    fn bytes_that_are_no_http_are_not_judged_as_such() {
        check(&[">ping\n", "<pong\n"], true, "5 bytes came back, then silence");
        check(
            &[">ping\n", "...", ">FIN", "<pong\n"],
            false,
            "waiting for the end of the stream; then 5 bytes",
        );
        check(&[">ping\n", "<FIN"], false, "nothing came back, and the server closed");
        check(&["...", ">FIN"], false, "each waits for the other, and in HTTP the client begins");
        check(&["<220 mail\r\n"], false, "the server spoke unasked");
        check(&[">FIN", "<FIN"], true, "nobody has said anything, and the server closed");
    }
}
