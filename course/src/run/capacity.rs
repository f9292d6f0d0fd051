//! Finds out how many clients a server serves at once.

use std::time::Duration;

use super::Settings;
use super::talk::{Pace, talk};
use crate::answers;
use crate::checks::{self, Protocol, Then};
use crate::subject::Subject;
use crate::wire::Step;

/// How many exchanges may run at once, so that the server has time for each: one that works with few
/// threads, or with one, is slow beside many clients that don't go on, and that is no fault of theirs.
pub fn at_once(subject: &Subject, protocol: Protocol, settings: Settings<'_>) -> usize {
    let answers = |beside| answers_beside(subject, protocol, beside, settings.patience / 2);
    if answers(settings.at_once - 1) || !answers(0) {
        return settings.at_once;
    }
    // An exchange may have a second connection beside its own.
    [7, 3].into_iter().find(|beside| answers(*beside)).map_or(1, |beside| beside.div_ceil(2))
}

/// Whether a request is answered while so many clients have sent half of one.
fn answers_beside(subject: &Subject, protocol: Protocol, beside: usize, within: Duration) -> bool {
    let name = match protocol {
        Protocol::Http => "half-request-beside",
        Protocol::JsonLines => "line-half-beside",
    };
    let mut exchange = checks::named(name).expect("it is in the table").exchanges[0].clone();
    let half = exchange.beside[0].iter().filter(|step| matches!(step, Step::Send(_))).cloned();
    exchange.beside = vec![half.collect(); beside];
    let answered = answers::all_of(protocol, &exchange, &exchange.want);
    let pace = Pace::of(&exchange, within, true);
    let timeline = talk(subject, &exchange, answered, Then::Either, |_| true, pace);
    timeline.is_ok_and(|timeline| !timeline.timed_out() && !timeline.received.is_empty())
}
