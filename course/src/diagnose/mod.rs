//! Infers causes: what was observed over all checks in, one sentence per failed check out.
//!
//! The causes are a table in the order in which they are considered. A cause shows itself in the
//! outcomes of a few checks, whatever their names promise, and explains the failures that follow
//! from it.

mod causes;
mod evidence;

use anyhow::Result;

use crate::checks::{self, Check, Group, Protocol, Status};
use crate::judge::Seen;
use crate::reply::Awaiting;
use crate::request::{Missing, Requests};
use crate::run::{Failure, Outcome, Settings, run_checks};
use crate::subject::Subject;

use evidence::{Evidence, is};

/// Something that is wrong with a server.
pub struct Cause {
    /// A short name for programs.
    pub name: &'static str,
    /// One plain sentence.
    pub sentence: &'static str,
    /// Page of the book that explains it.
    pub page: &'static str,
    /// Whether the outcomes show it.
    shows: fn(&Evidence<'_>) -> bool,
    /// Whether it brings about this failure.
    explains: fn(&Check, &Seen) -> bool,
    /// The checks in whose outcomes it shows.
    needs: &'static [&'static str],
}

/// Why a check failed.
pub struct Explanation {
    /// The cause, if the outcomes decide it.
    pub cause: Option<&'static Cause>,
    /// One plain sentence: the cause, or what was seen.
    pub sentence: String,
    /// Causes that would explain it, and about which the outcomes say nothing.
    pub remaining: Vec<&'static Cause>,
    /// Page of the book.
    pub page: &'static str,
}

/// The plainest request of each protocol.
pub const PLAINEST: [&str; 2] = ["one-segment", "greeting"];

/// Explains the failure of a check by what was seen in all of them; `None` if it passed.
pub fn explain(outcome: &Outcome, all: &[Outcome]) -> Option<Explanation> {
    let evidence = Evidence { outcomes: all };
    let check = outcome.check;
    let failure = outcome.failure.as_ref()?;
    let seen = &failure.seen;
    let plain_fails = PLAINEST.iter().any(|name| evidence.failed(name));
    let mut candidates =
        causes::considered(plain_fails).filter(|cause| (cause.explains)(check, seen));
    if let Some(cause) = candidates.clone().find(|cause| (cause.shows)(&evidence)) {
        let (sentence, page) = (cause.sentence.to_owned(), cause.page);
        return Some(Explanation { cause: Some(cause), sentence, remaining: Vec::new(), page });
    }
    let unknown =
        |cause: &&Cause| cause.needs.iter().any(|name| !evidence.ran(name) && speaks(name, check));
    let remaining = candidates.by_ref().filter(unknown).collect();
    Some(Explanation { cause: None, sentence: fact(check, failure), remaining, page: check.page })
}

/// Whether the check of this name is about the same protocol.
fn speaks(name: &str, check: &Check) -> bool {
    checks::named(name).is_some_and(|c| c.group.protocol() == check.group.protocol())
}

/// Runs those checks that tell causes apart, allowed by `may_run`, and not among the outcomes yet; gives
/// all outcomes.
///
/// If the plainest request gets no good answer, nothing more is asked: each wait would be in vain.
///
/// Errors: a server that has died can't be started again.
pub fn observe(
    subject: &mut Subject,
    settings: Settings<'_>,
    may_run: impl Fn(&Check) -> bool,
    mut outcomes: Vec<Outcome>,
) -> Result<Vec<Outcome>> {
    let needed = |check: &&Check| causes::all().any(|cause| cause.needs.contains(&check.name));
    let plain =
        |check: &&Check| is(check, &["one-segment", "half-close", "greeting", "end-after-line"]);
    let (first, rest): (Vec<_>, Vec<_>) =
        checks::all().iter().filter(needed).filter(|c| may_run(c)).partition(plain);
    for checks in [first, rest] {
        let ran = |check: &&Check| outcomes.iter().any(|o| o.check.name == check.name);
        let missing: Vec<_> = checks.into_iter().filter(|check| !ran(check)).collect();
        outcomes.extend(run_checks(subject, &missing, settings)?);
        let failed = |o: &Outcome| is(o.check, &PLAINEST) && o.failure.is_some();
        if outcomes.iter().any(failed) {
            break;
        }
    }
    Ok(outcomes)
}

/// The cause of this name.
pub fn cause(name: &str) -> Option<&'static Cause> {
    causes::all().find(|cause| cause.name == name)
}

/// Whether the client has begun a request of HTTP that isn't whole.
fn is_unfinished(check: &Check, failure: &Failure) -> bool {
    check.group.protocol() == Protocol::Http
        && Requests::read(&failure.timeline.sent).missing != Missing::Nothing
}

/// What was seen, as a fact about who does what.
fn fact(check: &Check, failure: &Failure) -> String {
    let seen = &failure.seen;
    match seen {
        Seen::Silence { awaiting: Awaiting::Reply, .. } if is_unfinished(check, failure) => {
            "The server waits for the rest of the request; the client sends no more before it has an \
             answer, since what it has sent is enough to refuse it."
                .into()
        }
        Seen::Silence { answered: 0, awaiting: Awaiting::Reply } => {
            "The client has sent a whole request and waits for the answer, the server waits for \
             something else; nobody will move."
                .into()
        }
        Seen::Silence { awaiting, .. } => {
            format!(
                "The client waits for {awaiting}, the server has nothing more to say; nobody will move."
            )
        }
        Seen::Status { got: 200..300, .. } | Seen::ExtraAnswer { .. }
            if check.group == Group::Refusal =>
        {
            format!("The server served what it should refuse: {seen}.")
        }
        Seen::Status { got: 400.., want: Status::Success | Status::SuccessOr(_) | Status::Understood, .. } => {
            format!("The server refused what it should serve: {seen}.")
        }
        _ => {
            let text = seen.to_string();
            let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
            format!("{}{rest}.", first.to_uppercase())
        }
    }
}
