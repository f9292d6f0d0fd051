//! What the outcomes of the checks tell: the questions that causes ask.

use crate::checks::{self, Check, Exchange, Protocol, Verdict};
use crate::judge::Seen;
use crate::reply::{Awaiting, Mistake};
use crate::run::Outcome;
use crate::wire::Step;

/// What the outcomes of the checks tell.
pub struct Evidence<'a> {
    /// All of them.
    pub outcomes: &'a [Outcome],
}

impl Evidence<'_> {
    pub fn of(&self, name: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.check.name == name)
    }

    pub fn ran(&self, name: &str) -> bool {
        self.of(name).is_some()
    }

    pub fn passed(&self, name: &str) -> bool {
        self.of(name).is_some_and(|outcome| outcome.verdict() == Verdict::Pass)
    }

    pub fn seen(&self, name: &str) -> Option<&Seen> {
        Some(&self.of(name)?.failure.as_ref()?.seen)
    }

    pub fn failed(&self, name: &str) -> bool {
        self.seen(name).is_some()
    }

    pub fn hung(&self, name: &str) -> bool {
        self.of(name).is_some_and(|outcome| outcome.verdict() == Verdict::Hang)
    }

    pub fn malformed(&self, name: &str, why: Mistake) -> bool {
        matches!(self.seen(name), Some(Seen::Malformed(wrong)) if wrong.why == why)
    }

    pub fn waits_for(&self, name: &str, what: fn(&Awaiting) -> bool) -> bool {
        matches!(self.seen(name), Some(Seen::Silence { awaiting, .. }) if what(awaiting))
    }

    /// Whether it was served though it should have been refused.
    pub fn served(&self, name: &str) -> bool {
        self.seen(name).is_some_and(served)
    }

    pub fn died(&self, name: &str) -> bool {
        matches!(self.seen(name), Some(Seen::Died(_)))
    }
}

/// Whether this is the answer to what should have been refused.
pub fn served(seen: &Seen) -> bool {
    matches!(seen, Seen::Status { got: 200..400 | 404 | 405, .. } | Seen::ExtraAnswer { .. })
}

/// Whether a check sends a field of this name.
pub fn sends(check: &Check, field: &str) -> bool {
    let bytes = |step: &Step| if let Step::Send(bytes) = step { bytes.clone() } else { Vec::new() };
    let is_field =
        |line: &str| line.split(':').next().is_some_and(|n| n.eq_ignore_ascii_case(field));
    check.exchanges.iter().any(|exchange| {
        let sent: Vec<u8> = exchange.steps.iter().flat_map(bytes).collect();
        String::from_utf8_lossy(&sent).lines().any(is_field)
    })
}

pub fn is(check: &Check, names: &[&str]) -> bool {
    names.contains(&check.name)
}

/// Whether a server may need several reads for one of the requests.
pub fn in_pieces(check: &Check) -> bool {
    let size = |step: &Step| if let Step::Send(bytes) = step { bytes.len() } else { 0 };
    check.exchanges.iter().any(|exchange| {
        let sent: Vec<_> = exchange.steps.iter().map(size).filter(|size| *size > 0).collect();
        sent.len() > 1 || sent.iter().any(|size| *size > 1000)
    })
}

/// Whether several lines are sent in one piece.
pub fn joined(check: &Check) -> bool {
    let several = |exchange: &Exchange| exchange.want.answers.len() > 1;
    check.group.protocol() == Protocol::JsonLines && check.exchanges.iter().any(several)
}

pub fn malformed(seen: &Seen, mistakes: &[Mistake]) -> bool {
    matches!(seen, Seen::Malformed(wrong) if mistakes.contains(&wrong.why))
}

/// Whether a body is another one of those that were sent in the check of order.
pub fn another_body(got: &[u8]) -> bool {
    let check = checks::named("pipelined-order").expect("this check is in the table");
    let answers = &check.exchanges[0].want.answers;
    answers.iter().any(|answer| answer.body == checks::Body::Exactly(got.to_vec()))
}
