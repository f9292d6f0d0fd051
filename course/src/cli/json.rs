//! The result of a run as JSON, for programs.

use std::io::Write;

use anyhow::Result;
use course::diagnose::explain;
use course::judge::Seen;
use course::run::{Failure, Outcome};
use course::selection::Selection;
use course::wire::{Event, Side, Timeline, What};
use serde_json::{Value, json};

use super::report;

/// Writes one object: the outcomes of the checks that were asked for, and their causes by all that was observed.
///
/// Errors: standard output is gone, or a file for a replay can't be written.
pub fn write(
    named: &str,
    outcomes: &[Outcome],
    observed: &[Outcome],
    selection: &Selection,
    address: &str,
    out: &mut dyn Write,
) -> Result<()> {
    let checks: Result<Vec<Value>> =
        outcomes.iter().map(|outcome| check(outcome, observed, address)).collect();
    let failed = outcomes.iter().filter(|outcome| outcome.failure.is_some()).count();
    let left_out: Vec<Value> = selection
        .left_out
        .iter()
        .map(|(count, reason)| json!({ "count": count, "reason": reason }))
        .collect();
    let all = json!({
        "server": named,
        "passed": outcomes.len() - failed,
        "failed": failed,
        "left_out": left_out,
        "checks": checks?,
    });
    writeln!(out, "{all:#}")?;
    Ok(())
}

fn check(outcome: &Outcome, all: &[Outcome], address: &str) -> Result<Value> {
    let check = outcome.check;
    let mut value = json!({
        "name": check.name,
        "group": check.group.name(),
        "promise": check.promise,
        "source": check.source,
        "rfc": check.rfc.word(),
        "verdict": outcome.verdict().to_string(),
        "milliseconds": u64::try_from(outcome.took.as_millis())?,
    });
    if let (Some(failure), Some(explanation)) = (&outcome.failure, explain(outcome, all)) {
        let remaining: Vec<_> = explanation.remaining.iter().map(|cause| cause.name).collect();
        let commands = report::commands(check, failure, address)?;
        let commands: Vec<_> = commands.into_iter().map(|(_, command)| command).collect();
        value["failure"] = json!({
            "seen": failure.seen.to_string(),
            "said": if let Seen::Died(death) = &failure.seen { death.said.clone() } else { Vec::new() },
            "breaks_rfc": failure.breaks_rfc,
            "cause": explanation.cause.map(|cause| cause.name),
            "sentence": explanation.sentence,
            "remaining": remaining,
            "page": explanation.page,
            "replay": commands,
            "first_wrong_byte": failure.seen.wrong_at(),
            "timeline": timeline(failure),
        });
    }
    Ok(value)
}

fn timeline(failure: &Failure) -> Vec<Value> {
    failure.timeline.events.iter().map(|e| event(&failure.timeline, e)).collect()
}

fn event(timeline: &Timeline, event: &Event) -> Value {
    let what = match &event.what {
        What::Bytes(_) => "bytes",
        What::Fin => "fin",
        What::Rst => "rst",
        What::TimedOut(_) => "gave up",
        What::ToldToStop => "told to stop",
        What::Full => "full",
        What::Failed(_) => "failed",
    };
    let mut value = json!({
        "seconds": event.at.as_secs_f64(),
        "from": if event.side == Side::Client { "client" } else { "server" },
        "what": what,
    });
    match &event.what {
        What::Bytes(_) => value["bytes"] = timeline.bytes(event).escape_ascii().to_string().into(),
        What::TimedOut(why) | What::Failed(why) => value["why"] = why.as_str().into(),
        What::Fin | What::Rst | What::ToldToStop | What::Full => {}
    }
    value
}
