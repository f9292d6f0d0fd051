//! Answers that came too early to be right, seen from when bytes went and when they came.
//!
//! A server may answer while the body still arrives (RFC 9112 §9.3): an echo can come back piece by piece.
//! But nobody knows what is asked before the head is whole, and an echo can't end before what it repeats.

use super::Seen;
use crate::answers::Answers;
use crate::wire::{Event, Side, Timeline, What};

/// Bytes of an answer that came before the head of the request was whole.
pub fn before_the_head(timeline: &Timeline, answers: &Answers) -> Option<Seen> {
    let blank_line = timeline.sent.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let head = blank_line.map_or(timeline.sent.len(), |at| at + 4);
    before(timeline, answers, 1, head)
}

/// An answer that was whole before the request was.
pub fn before_the_end(timeline: &Timeline, answers: &Answers) -> Option<Seen> {
    let first = answers.complete.first()?;
    before(timeline, answers, first.span.end, timeline.sent.len())
}

/// Whether so many bytes had come when not yet so many were sent.
fn before(timeline: &Timeline, answers: &Answers, came: usize, sent: usize) -> Option<Seen> {
    let range = |event: &Event, wanted: Side| match &event.what {
        What::Bytes(range) if event.side == wanted => Some(range.clone()),
        _ => None,
    };
    let has_come = |event: &Event| range(event, Side::Server).is_some_and(|r| r.end >= came);
    let at = timeline.events.iter().position(has_come)?;
    let by_then = timeline.events[..at].iter().rev().find_map(|event| range(event, Side::Client));
    let by_then = by_then.map_or(0, |range| range.end);
    let status = answers.complete.first().map(|reply| reply.status).filter(|status| *status > 0);
    (by_then < sent).then_some(Seen::Early { sent: by_then, status })
}
