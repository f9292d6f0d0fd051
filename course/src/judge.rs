//! Judges one exchange: what was recorded against what was wanted.
//!
//! In: the schedule's demands and a timeline. Out: nothing, or what was seen instead, as data from
//! which causes are inferred. It knows no other exchange.

use std::fmt;

use serde_json::Value;

use crate::answers::Answers;
use crate::checks::{Answer, Body, Exchange, Protocol, Status, Then, Verdict, Want};
use crate::reply::{Awaiting, Framing, Mistake, Reply, ReplyReader, Wrong};
use crate::wire::{Side, Timeline, What};

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
    /// The answer came before the last byte of the request was sent.
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
    /// A member of a JSON body is missing or another one.
    Member {
        /// Which answer, from 0.
        index: usize,
        /// What differs.
        what: String,
        /// Where the answer's JSON begins.
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
    Died(String),
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
            Status::Understood => f.write_str("2xx, 3xx, 404 or 405"),
            Status::OneOf(codes) => {
                let codes: Vec<_> = codes.iter().map(u16::to_string).collect();
                f.write_str(&codes.join(" or "))
            }
            Status::Refused => f.write_str("4xx or 5xx"),
            Status::RefusedOrClosed => f.write_str("4xx, 5xx or just the close"),
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
            Seen::Died(how) => write!(f, "the server is gone: {how}"),
        }
    }
}

/// Says what went wrong in an exchange, if anything did.
pub fn judge(
    protocol: Protocol,
    exchange: &Exchange,
    want: &Want,
    timeline: &Timeline,
) -> Option<Seen> {
    let ended = timeline.server_closed() || timeline.server_reset();
    let reader = Answers::read(protocol, exchange, &timeline.received, ended);
    if exchange.early_is_wrong
        && let Some(early) = early(timeline, &reader)
    {
        return Some(early);
    }
    statuses(&reader, want)
        .or_else(|| framing(&reader, want, timeline))
        .or_else(|| answers(&reader, want))
        .or_else(|| afterwards(want, timeline, &reader))
}

/// Whether what has come so far is right, as far as statuses tell.
pub fn good_so_far(
    protocol: Protocol,
    exchange: &Exchange,
    want: &Want,
    timeline: &Timeline,
) -> bool {
    let reader = Answers::read(protocol, exchange, &timeline.received, false);
    statuses(&reader, want).is_none() && reader.wrong.is_none()
}

/// Whether bytes came before the client had sent its last one.
fn early(timeline: &Timeline, reader: &Answers) -> Option<Seen> {
    let bytes =
        |side| move |e: &&crate::wire::Event| e.side == side && matches!(e.what, What::Bytes(_));
    let first = timeline.events.iter().find(bytes(Side::Server))?.at;
    let sent_later = timeline.events.iter().filter(bytes(Side::Client)).find(|e| e.at > first)?;
    let What::Bytes(range) = &sent_later.what else { return None };
    let first = reader.complete.first().filter(|reply| reply.status > 0);
    let status = first.map(|reply| reply.status);
    Some(Seen::Early { sent: range.start, status })
}

/// Whether the bytes are the answers that were asked for, all of them and no more.
fn framing(reader: &Answers, want: &Want, timeline: &Timeline) -> Option<Seen> {
    let answered = reader.complete.len();
    if timeline.find(Side::Server, |what| *what == What::Full).is_some() {
        return Some(Seen::Flood);
    }
    if let Some(wrong) = reader.wrong {
        return Some(match wrong.why {
            Mistake::Ended if timeline.server_reset() => Seen::Reset { answered },
            Mistake::Extra => extra(wrong, &timeline.received),
            _ => Seen::Malformed(wrong),
        });
    }
    if !reader.missing || may_end_here(reader, want, timeline) {
        return None;
    }
    Some(if timeline.server_reset() {
        Seen::Reset { answered }
    } else if timeline.server_closed() {
        Seen::Closed { answered }
    } else if let Some(What::Failed(error)) = failed(timeline) {
        Seen::NoConnection(error.clone())
    } else {
        Seen::Silence { answered, awaiting: reader.awaiting }
    })
}

fn failed(timeline: &Timeline) -> Option<&What> {
    timeline.find(Side::Server, |what| matches!(what, What::Failed(_))).map(|event| &event.what)
}

/// Whether the answers that came are enough, though not all requests were answered.
fn may_end_here(reader: &Answers, want: &Want, timeline: &Timeline) -> bool {
    let ended = timeline.server_closed() || timeline.server_reset();
    let first = want.answers.get(reader.complete.len());
    let may_just_close = first.is_some_and(|answer| answer.status == Status::RefusedOrClosed);
    let said_close = want.may_close && reader.complete.last().is_some_and(Reply::says_close);
    ended && (may_just_close || said_close)
}

/// Bytes after the last answer: one more answer, or something else.
fn extra(wrong: Wrong, received: &[u8]) -> Seen {
    let rest = ReplyReader::read(&["GET"], &received[wrong.at..], true);
    match rest.replies().first() {
        Some(reply) => Seen::ExtraAnswer { status: reply.status, at: wrong.at },
        None => Seen::Malformed(wrong),
    }
}

/// Whether the answers that came have the right status: that says more than what may be wrong behind them.
fn statuses(reader: &Answers, want: &Want) -> Option<Seen> {
    let both = reader.complete.iter().zip(&want.answers).enumerate();
    let mut wrong = both.filter_map(|(index, (reply, answer))| {
        let (got, at) = (reply.status, reply.status_at);
        let seen = Seen::Status { index, got, want: answer.status, at };
        (!status_fits(answer.status, reply.status)).then_some(seen)
    });
    wrong.next()
}

fn answers(reader: &Answers, want: &Want) -> Option<Seen> {
    let both = reader.complete.iter().zip(&want.answers).enumerate();
    let mut wrong = both.filter_map(|(index, (reply, answer))| one(index, reply, answer));
    wrong.next()
}

fn one(index: usize, reply: &Reply, want: &Answer) -> Option<Seen> {
    if want.continues && !reply.interim.contains(&100) {
        return Some(Seen::NoContinue);
    }
    if let Some((name, member)) = want.field {
        let there = match member {
            "" => reply.values(name).next().is_some(),
            _ => reply.lists(name, member),
        };
        if !there {
            return Some(Seen::Field { index, name, member });
        }
    }
    body(index, reply, want)
}

fn body(index: usize, reply: &Reply, answer: &Answer) -> Option<Seen> {
    match &answer.body {
        Body::Any => None,
        Body::Exactly(want) if reply.body == *want => None,
        Body::Exactly(want) => {
            let same = reply.body.iter().zip(want).take_while(|(a, b)| a == b).count();
            let at = match reply.framing {
                Framing::Chunked => reply.body_start,
                _ => reply.body_start + same,
            };
            Some(Seen::Body { index, got: reply.body.clone(), want: want.clone(), at })
        }
        Body::Json(members) => {
            let what = json(&reply.body, members, answer.mentions)?;
            Some(Seen::Member { index, what, at: reply.body_start })
        }
    }
}

/// The first member that differs from the wanted ones.
fn json(body: &[u8], members: &str, mentions: Option<&str>) -> Option<String> {
    let want: Value = serde_json::from_str(members).expect("the table holds JSON");
    let Ok(got) = serde_json::from_slice::<Value>(body) else {
        return Some("the answer is no JSON".into());
    };
    let want = want.as_object().expect("the table holds JSON objects");
    let differs =
        |(name, value): &(&String, &Value)| !got.get(name).is_some_and(|v| same(v, value));
    if let Some((name, value)) = want.iter().find(differs) {
        let value = shortened(value);
        return Some(match got.get(name) {
            Some(other) => format!("the member {name:?} is {}, not {value}", shortened(other)),
            None => format!("the member {name:?} is missing; it should be {value}"),
        });
    }
    let word = mentions?;
    let message = got.get("message").and_then(Value::as_str).unwrap_or_default();
    (!message.contains(word)).then(|| format!("the message {message:?} doesn't name {word:?}"))
}

/// Whether two values are the same; 30.0 is 30.
fn same(a: &Value, b: &Value) -> bool {
    // From here on a float doesn't hold every integer.
    let exact = |n: f64| n.abs() < 9_007_199_254_740_992.0;
    a == b || a.as_f64().is_some_and(|n| exact(n) && b.as_f64() == Some(n))
}

fn shortened(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn status_fits(want: Status, got: u16) -> bool {
    match want {
        Status::Success => (200..300).contains(&got),
        Status::Understood => (200..400).contains(&got) || matches!(got, 404 | 405),
        Status::OneOf(codes) => codes.contains(&got),
        Status::Refused | Status::RefusedOrClosed => got >= 400,
        Status::Any => true,
    }
}

fn afterwards(want: &Want, timeline: &Timeline, reader: &Answers) -> Option<Seen> {
    let answered = reader.complete.len();
    match want.then {
        Then::Either => None,
        Then::NotReset | Then::ClosesInOrder if timeline.server_reset() => {
            Some(Seen::Reset { answered })
        }
        Then::NotReset => None,
        Then::Closes if timeline.server_closed() || timeline.server_reset() => None,
        Then::ClosesInOrder if timeline.server_closed() => None,
        Then::Closes | Then::ClosesInOrder => Some(Seen::StaysOpen),
    }
}
