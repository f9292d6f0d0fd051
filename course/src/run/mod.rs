//! Runs checks against a server: many at once where they allow it, each within its deadlines.

mod capacity;
mod one_by_one;
mod talk;
mod together;

use std::time::Duration;

use anyhow::Result;

use crate::checks::{Check, Verdict};
use crate::judge::Seen;
use crate::lesson::Lesson;
use crate::subject::Subject;
use crate::wire::Timeline;

use one_by_one::{OneByOne, may_have_killed};
use together::run_together;

pub use capacity::at_once;

/// How to run.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// How long the client waits for an answer or a close.
    pub patience: Duration,
    /// How many exchanges run at once.
    pub at_once: usize,
    /// Whether only what the RFC demands counts.
    pub rfc_only: bool,
    /// The chapter that is checked, if its known hangs need not be waited for in full.
    pub known: Option<&'a Lesson>,
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Settings { patience: Duration::from_secs(2), at_once: 32, rfc_only: false, known: None }
    }
}

/// How a check ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The check.
    pub check: &'static Check,
    /// What went wrong, if anything did.
    pub failure: Option<Failure>,
    /// How long it took.
    pub took: Duration,
}

/// What went wrong in a check.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Which of its exchanges, from 0.
    pub exchange: usize,
    /// What was seen.
    pub seen: Seen,
    /// Whether it breaks the RFC, and not just this course's own strictness.
    pub breaks_rfc: bool,
    /// What happened on the connection.
    pub timeline: Timeline,
}

impl Outcome {
    /// Pass, fail or hang.
    pub fn verdict(&self) -> Verdict {
        self.failure.as_ref().map_or(Verdict::Pass, |failure| failure.seen.verdict())
    }
}

/// Runs checks; those that must be alone come last, each on its own. The outcomes have the checks'
/// order.
///
/// A server that dies is started again if it was started here, and the checks that may have done
/// it are repeated one by one, to find which one did.
///
/// Errors: the server can't be started again.
pub fn run_checks(
    subject: &mut Subject,
    checks: &[&'static Check],
    settings: Settings<'_>,
) -> Result<Vec<Outcome>> {
    let (alone, together): (Vec<_>, Vec<_>) = checks.iter().copied().partition(|check| check.alone);
    let mut outcomes = run_together(subject, &together, settings);
    let mut one_by_one = OneByOne { subject, settings, gone: false };
    if outcomes.iter().any(may_have_killed) && one_by_one.death()?.is_some() {
        let passed = |o: &Outcome| o.failure.is_none();
        let (kept, suspects): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(passed);
        outcomes = kept;
        for outcome in suspects {
            outcomes.push(one_by_one.run(outcome.check)?);
        }
    }
    for check in alone {
        outcomes.push(one_by_one.run(check)?);
    }
    let place = |outcome: &Outcome| checks.iter().position(|c| c.name == outcome.check.name);
    outcomes.sort_by_key(place);
    Ok(outcomes)
}
