//! The `cargo course send` line that repeats an exchange by hand.

use std::fmt::Write;
use std::time::Duration;

use crate::schedule::Plan;
use crate::wire::{Step, Until};

/// Most bytes that a command line should carry.
const LINE_BYTES: usize = 1500;

/// Stands in for a wait: the command has no waits, but pauses.
const WAIT: Duration = Duration::from_millis(300);

/// What `cargo course send` needs to repeat a schedule.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What is done with them.
    pub plan: Plan,
}

impl Replay {
    /// Of these steps; waits become pauses.
    pub fn of(steps: &[Step]) -> Replay {
        let mut bytes = Vec::new();
        let mut plan = Plan { repeat: 1, ..Plan::default() };
        for step in steps {
            match step {
                Step::Send(piece) => {
                    if !bytes.is_empty() {
                        plan.split_at.push(bytes.len());
                    }
                    bytes.extend_from_slice(piece);
                }
                Step::Pause(span) => plan.delay = plan.delay.max(Some(*span)),
                Step::Await(Until::Quiet(span), _) => plan.delay = plan.delay.max(Some(*span)),
                Step::Await(..) => plan.delay = plan.delay.max(Some(WAIT)),
                Step::HalfClose => plan.half_close = true,
                Step::Reset => plan.reset = true,
            }
        }
        match plan.split_at.len() {
            0 => plan.delay = None,
            n if n > 1 && n + 1 == bytes.len() => {
                plan.each_byte = true;
                plan.split_at.clear();
            }
            _ => {}
        }
        if plan.split_at.is_empty() && !plan.each_byte {
            let unit = unit(&bytes);
            plan.repeat = bytes.len() / unit.max(1);
            bytes.truncate(unit);
            plan.repeat = plan.repeat.max(1);
        }
        Replay { bytes, plan }
    }

    /// Whether the bytes are too many for a command line and belong into a file.
    pub fn needs_file(&self) -> bool {
        self.bytes.len() > LINE_BYTES
    }

    /// The command line; `file` names the file with the bytes, if they need one.
    pub fn command(&self, address: &str, file: &str) -> String {
        let mut line = format!("cargo course send {address}");
        match self.needs_file() {
            true => line += &format!(" --file {file}"),
            false if self.bytes.is_empty() => line += " \"\"",
            false => line += &format!(" \"{}\"", quoted(&self.bytes)),
        }
        let plan = &self.plan;
        if plan.each_byte {
            line += " --each-byte";
        }
        if !plan.split_at.is_empty() {
            let offsets: Vec<_> = plan.split_at.iter().map(usize::to_string).collect();
            line += &format!(" --split-at {}", offsets.join(","));
        }
        if let Some(delay) = plan.delay {
            line += &format!(" --delay {}ms", delay.as_millis());
        }
        if plan.repeat > 1 {
            line += &format!(" --repeat {}", plan.repeat);
        }
        line += if plan.half_close { " --half-close" } else { "" };
        line + if plan.reset { " --reset" } else { "" }
    }
}

/// Length of the shortest text whose repetition the bytes are.
fn unit(bytes: &[u8]) -> usize {
    let repeats = |n: &usize| {
        bytes.len().is_multiple_of(*n) && bytes.chunks(*n).all(|chunk| chunk == &bytes[..*n])
    };
    (1..=bytes.len() / 2).find(repeats).unwrap_or(bytes.len())
}

/// Escaped so that every shell passes it on unchanged between double quotes.
fn quoted(bytes: &[u8]) -> String {
    let mut text = String::new();
    for &byte in bytes {
        match byte {
            b'$' | b'`' | b'!' | b'"' | b'%' | b'\\' | b'\'' => {
                write!(text, "\\x{byte:02x}").expect("a String takes everything");
            }
            _ => text += &byte.escape_ascii().to_string(),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::escape::unescape;

    /// What is sent, and how the connection is ended.
    fn essence(steps: &[Step]) -> (Vec<Vec<u8>>, bool, bool) {
        let sent = steps.iter().filter_map(|step| match step {
            Step::Send(bytes) => Some(bytes.clone()),
            _ => None,
        });
        let has = |wanted: fn(&Step) -> bool| steps.iter().any(wanted);
        (
            sent.collect(),
            has(|step| matches!(step, Step::HalfClose)),
            has(|step| matches!(step, Step::Reset)),
        )
    }

    #[test]
    fn every_exchange_is_repeated_piece_by_piece() {
        for check in crate::checks::all() {
            for exchange in &check.exchanges {
                let replay = Replay::of(&exchange.steps);
                let steps = replay.plan.steps(&replay.bytes).expect("a good plan");
                assert_eq!(essence(&steps), essence(&exchange.steps), "{}", check.name);
                assert_eq!(unescape(&quoted(&replay.bytes)).as_deref(), Ok(&replay.bytes[..]));
            }
        }
    }

    #[test]
    fn the_line_says_what_the_steps_do() {
        let pause = Step::Pause(Duration::from_millis(100));
        let send = |text: &str| Step::Send(text.as_bytes().to_vec());
        let rows = [
            (vec![send("a\r\n$"), Step::HalfClose], "\"a\\r\\n\\x24\" --half-close"),
            (vec![send("ab"), pause.clone(), send("c")], "\"abc\" --split-at 2 --delay 100ms"),
            (
                vec![send("a"), pause.clone(), send("b"), pause, send("c")],
                "\"abc\" --each-byte --delay 100ms",
            ),
            (vec![send("abab"), Step::Reset], "\"ab\" --repeat 2 --reset"),
        ];
        for (steps, expected) in rows {
            let line = Replay::of(&steps).command("a:1", "");
            assert_eq!(line, format!("cargo course send a:1 {expected}"));
        }
    }
}
