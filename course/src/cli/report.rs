//! One failed check, told in full: what was sent when, what came back, where it went wrong, why, and how to see it again.

use std::fs;
use std::io::{self, Write};
use std::time::Duration;

use anyhow::{Context, Result};
use course::checks::{Check, Exchange, Protocol};
use course::diagnose::Explanation;
use course::judge::Seen;
use course::launch::workspace;
use course::lesson::Course;
use course::replay::Replay;
use course::run::{Failure, Outcome};
use course::term::{self, BAD, FAINT, NAME, PLACE};
use course::transcript::{self, Look};
use course::wire::{Event, Side, Step, Timeline, What};

/// Columns that everything is moved in by.
const INDENT: usize = 6;

/// Most bytes of one event that are shown.
const SHOWN_BYTES: usize = 400;

/// Time for somebody who repeats a check by hand to stop the server.
const TO_STOP: Duration = Duration::from_secs(5);

/// Where a server listens when it is started by hand.
pub const BY_HAND: &str = "127.0.0.1:8080";

/// Tells of a failure. `address` is where the server can be found again.
///
/// Errors: standard output is gone, or the file for the replay can't be written.
pub fn failure(
    course: &Course,
    outcome: &Outcome,
    explanation: &Explanation,
    address: &str,
    out: &mut dyn Write,
) -> Result<()> {
    let Some(failure) = &outcome.failure else { return Ok(()) };
    writeln!(out)?;
    timeline(&failure.timeline, failure.seen.wrong_at(), out)?;
    if explanation.cause.is_some() {
        line(out, "seen", &sentence(&failure.seen.to_string()))?;
    }
    if let Seen::Died(death) = &failure.seen {
        said(&death.said, out)?;
    }
    line(out, "why", &explanation.sentence)?;
    for cause in &explanation.remaining {
        line(out, "maybe", cause.sentence)?;
    }
    if !matches!(failure.seen, Seen::Died(_) | Seen::NoConnection(_)) {
        line(out, "rule", &rule(outcome.check, failure))?;
    }
    line(out, "page", &course.page(explanation.page))?;
    for (name, value) in outcome.check.process.into_iter().flatten() {
        line(out, "with", &format!("{name}={value} in the server's environment"))?;
    }
    for (label, command) in commands(outcome.check, failure, address)? {
        // A command is copied as one line.
        writeln!(out, "{:INDENT$}{FAINT}{label:7}{FAINT:#}{PLACE}{command}{PLACE:#}", "")?;
    }
    if outcome.check.stops() {
        line(out, "then", "Ctrl-C in the server's terminal, while the connection waits")?;
    }
    writeln!(out)?;
    Ok(())
}

/// What a server said last, as it said it.
fn said(lines: &[String], out: &mut dyn Write) -> io::Result<()> {
    for (number, text) in lines.iter().enumerate() {
        let label = if number == 0 { "said" } else { "" };
        writeln!(out, "{:INDENT$}{FAINT}{label:7}│{FAINT:#} {}", "", plain(text))?;
    }
    Ok(())
}

/// Without bytes that would do something to the terminal.
fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string().replace(char::is_control, " ")
}

fn line(out: &mut dyn Write, label: &str, text: &str) -> io::Result<()> {
    let text = term::wrapped(text, INDENT + 7);
    let style = if label == "why" { NAME } else { term::FAINT };
    writeln!(out, "{:INDENT$}{style}{label:7}{style:#}{}", "", text.trim_start())
}

/// Where the demand is written, and whether it is the RFC's. Bytes that no server may send break another rule than the
/// check's.
fn rule(check: &Check, failure: &Failure) -> String {
    match &failure.seen {
        _ if check.group.protocol() != Protocol::Http => check.source.to_owned(),
        Seen::Malformed(wrong) => wrong.why.source().to_owned(),
        _ if failure.breaks_rfc => check.source.to_owned(),
        _ => format!(
            "{} doesn't demand it; it is this course's own strictness (--rfc-only leaves it out)",
            check.source
        ),
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}

/// The command lines that repeat the failed exchange, in the order in which to type them.
///
/// Errors: the file for bytes that are too many for a command line can't be written.
pub fn commands(
    check: &Check,
    failure: &Failure,
    address: &str,
) -> Result<Vec<(&'static str, String)>> {
    let exchange = &check.exchanges[failure.exchange];
    let mut commands = Vec::new();
    // A server may have died of the exchange before, and this one found it dead.
    if matches!(failure.seen, Seen::Died(_)) && failure.exchange > 0 {
        commands.push(("first", replay(check, failure.exchange - 1, address)?));
    }
    for steps in &exchange.beside {
        let replay = Replay::of(steps);
        let talks = replay.bytes.is_empty() && !replay.plan.half_close && !replay.plan.reset;
        commands.push(match talks {
            true => ("first", talk_mode(address)),
            false => ("first", replay.command(address, "")),
        });
    }
    // Nobody opens a hundred terminals: of connections that are alike one stands for all.
    commands.dedup();
    commands.push(("again", replay(check, failure.exchange, address)?));
    Ok(commands)
}

/// A connection that stays open for as long as it takes.
fn talk_mode(address: &str) -> String {
    format!("cargo course send {address} --talk")
}

/// The command line for one exchange, whose bytes are put into a file if they are too many.
fn replay(check: &Check, exchange: usize, address: &str) -> Result<String> {
    let Exchange { steps, stopped, .. } = &check.exchanges[exchange];
    if stopped.as_ref().is_some_and(Vec::is_empty) {
        return Ok(talk_mode(address));
    }
    let to_stop = stopped.is_some().then_some(Step::Pause(TO_STOP));
    let stopped = stopped.iter().flatten();
    let steps: Vec<_> = steps.iter().chain(&to_stop).chain(stopped).cloned().collect();
    let replay = Replay::of(&steps);
    let file = format!("target/course/{}-{}.bin", check.name, exchange + 1);
    if replay.needs_file() {
        let path = workspace().join(&file);
        let directory = path.parent().unwrap_or(workspace());
        fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
        fs::write(&path, &replay.bytes).with_context(|| file.clone())?;
    }
    Ok(replay.command(address, &file))
}

/// The timeline, with a caret under the first wrong byte.
fn timeline(timeline: &Timeline, wrong: Option<usize>, out: &mut dyn Write) -> io::Result<()> {
    let width = term::width() - INDENT;
    for (event, writes) in joined(&timeline.events) {
        let look = Look {
            width,
            most: SHOWN_BYTES,
            mark: wrong.and_then(|at| mark(&event, at, timeline.received.len())),
        };
        let mut text = Vec::new();
        transcript::write_as(&mut text, &event, timeline.bytes(&event), &look)?;
        for line in String::from_utf8_lossy(&text).lines() {
            writeln!(out, "{:INDENT$}{line}", "")?;
        }
        if writes > 1 {
            writeln!(out, "{:INDENT$}{FAINT}{:9}in {writes} pieces{FAINT:#}", "", "")?;
        }
    }
    Ok(())
}

/// Runs of pieces in one direction become one event; and how many they were.
fn joined(events: &[Event]) -> Vec<(Event, usize)> {
    let mut joined: Vec<(Event, usize)> = Vec::new();
    for event in events {
        match (joined.last_mut(), &event.what) {
            (Some((Event { side, what: What::Bytes(range), .. }, count)), What::Bytes(more))
                if *side == event.side && (range.len() == *count || more.len() >= MANY) =>
            {
                range.end = more.end;
                *count += 1;
            }
            _ => joined.push((event.clone(), 1)),
        }
    }
    joined
}

/// Pieces of a large body are as many as the sockets made of it.
const MANY: usize = 16 << 10;

/// Where in the event's own bytes the wrong one stands; the place behind the last byte belongs to it.
fn mark(event: &Event, wrong: usize, received: usize) -> Option<usize> {
    match (&event.what, event.side) {
        (What::Bytes(range), Side::Server)
            if range.contains(&wrong) || (wrong == received && wrong == range.end) =>
        {
            Some(wrong - range.start)
        }
        _ => None,
    }
}

/// The word of a verdict, coloured and padded.
pub fn verdict(outcome: &Outcome) -> String {
    let style = if outcome.failure.is_none() { term::GOOD } else { BAD };
    format!("{style}{:4}{style:#}", outcome.verdict())
}
