//! Judges one exchange: what was recorded against what was wanted.
//!
//! In: the schedule's demands and a timeline. Out: nothing, or what was seen instead, as data from
//! which causes are inferred. It knows no other exchange.

mod answer;
mod early;
mod seen;

use std::time::Duration;

use crate::answers::Answers;
use crate::checks::{Check, Exchange, Protocol, Rfc, Status, Then, Want};
use crate::reply::{Mistake, Reply, ReplyReader, Wrong};
use crate::wire::{Event, Side, Timeline, What};

use answer::one;

pub use seen::{Death, Seen};

/// A server that is silent for so long has said what it has to say.
const PAUSE: Duration = Duration::from_millis(100);

/// Says what went wrong in an exchange, if anything did.
pub fn judge(
    protocol: Protocol,
    exchange: &Exchange,
    want: &Want,
    timeline: &Timeline,
) -> Option<Seen> {
    let ended = timeline.server_closed() || timeline.server_reset();
    let reader = Answers::read(protocol, exchange, &timeline.received, ended);
    let cut = exchange.early_is_wrong;
    cut.then(|| early::before_the_head(timeline, &reader))
        .flatten()
        .or_else(|| statuses(&reader, want))
        .or_else(|| cut.then(|| early::before_the_end(timeline, &reader)).flatten())
        .or_else(|| framing(&reader, want, timeline))
        .or_else(|| answers(&reader, want))
        .or_else(|| afterwards(want, timeline, &reader))
}

/// Whether what is wrong breaks the RFC, and not just this course's own strictness.
pub fn breaks_rfc(check: &Check, exchange: &Exchange, timeline: &Timeline) -> bool {
    let seen = |want| judge(check.group.protocol(), exchange, want, timeline);
    match &check.rfc {
        Rfc::Nothing => false,
        Rfc::Same => seen(&exchange.want).is_some(),
        Rfc::Less(want) => seen(want).is_some(),
        Rfc::OrRefused(status) => match seen(&exchange.want) {
            Some(Seen::Status { got, .. }) => got != *status,
            seen => seen.is_some(),
        },
    }
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

/// Whether the bytes are the answers that were asked for, all of them and no more.
fn framing(reader: &Answers, want: &Want, timeline: &Timeline) -> Option<Seen> {
    let answered = reader.complete.len();
    if timeline.find(Side::Server, |what| *what == What::Full).is_some() {
        return Some(Seen::Flood);
    }
    if let Some(wrong) = reader.wrong {
        return Some(match wrong.why {
            Mistake::Ended if may_end_here(reader, want, timeline) => return None,
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
    } else if never_paused(timeline) {
        Seen::Flood
    } else {
        Seen::Silence { answered, awaiting: reader.awaiting }
    })
}

/// Whether bytes still came when the client gave up waiting for their end.
fn never_paused(timeline: &Timeline) -> bool {
    let gave_up = timeline.find(Side::Client, |what| matches!(what, What::TimedOut(_)));
    let bytes = |e: &&Event| e.side == Side::Server && matches!(e.what, What::Bytes(_));
    let last = timeline.events.iter().rev().find(bytes);
    gave_up.zip(last).is_some_and(|(end, last)| last.at + PAUSE > end.at)
}

fn failed(timeline: &Timeline) -> Option<&What> {
    timeline.find(Side::Server, |what| matches!(what, What::Failed(_))).map(|event| &event.what)
}

/// Whether the answers that came are enough, though not all requests were answered.
fn may_end_here(reader: &Answers, want: &Want, timeline: &Timeline) -> bool {
    let ended = timeline.server_closed() || timeline.server_reset();
    let said_close = want.may_close && reader.complete.last().is_some_and(Reply::says_close);
    match want.answers.get(reader.complete.len()).map(|answer| answer.status) {
        Some(Status::RefusedOrNothing) => true,
        _ => ended && said_close,
    }
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
    let before = |index: usize| match index {
        0 => &[][..],
        _ => &reader.complete[index - 1].body,
    };
    let mut wrong =
        both.filter_map(|(index, (reply, answer))| one(index, reply, answer, before(index)));
    wrong.next()
}

fn status_fits(want: Status, got: u16) -> bool {
    match want {
        Status::Success => (200..300).contains(&got),
        Status::Understood => (200..400).contains(&got) || matches!(got, 404 | 405 | 421),
        Status::SuccessOr(code) => (200..300).contains(&got) || got == code,
        Status::OneOf(codes) => codes.contains(&got),
        Status::NotEchoed(codes) => codes.contains(&got) || matches!(got, 404 | 405 | 501),
        Status::RefusedOrNothing => got >= 400,
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
