//! The byte schedule that a person asks for: where the bytes are cut, how long the pauses are, how it ends.

use std::fmt;
use std::time::Duration;

use crate::wire::Step;

/// Most bytes that are sent on one connection, repetitions included.
pub const MOST_BYTES: usize = 64 << 20;

/// Pause between pieces when none is asked for: without one, the kernel may join them again.
const PAUSE: Duration = Duration::from_millis(20);

/// What is to be done with some bytes.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Offsets at which to cut them.
    pub split_at: Vec<usize>,
    /// Whether each byte is sent alone.
    pub each_byte: bool,
    /// Pause between the pieces.
    pub delay: Option<Duration>,
    /// How many times they are sent.
    pub repeat: usize,
    /// Whether the client then ends its direction.
    pub half_close: bool,
    /// Whether the client then aborts the connection.
    pub reset: bool,
}

/// A plan that can't be carried out.
#[derive(Debug, PartialEq)]
pub enum BadPlan {
    /// A cut outside of the bytes; the offset and the number of bytes.
    Outside(usize, usize),
    /// More than [`MOST_BYTES`].
    TooMuch,
}

impl Plan {
    /// The steps of the plan for these bytes.
    ///
    /// Repetitions go out in one write, unless a pause or a cut is asked for.
    ///
    /// Errors: a cut that is not inside the bytes; too many bytes.
    pub fn steps(&self, bytes: &[u8]) -> Result<Vec<Step>, BadPlan> {
        if bytes.len().saturating_mul(self.repeat) > MOST_BYTES {
            return Err(BadPlan::TooMuch);
        }
        let pieces = self.pieces(bytes)?;
        let mut steps = Vec::new();
        let mut last_steps = Vec::new();
        for _ in 0..self.repeat {
            last_steps.extend(pieces.iter().map(|piece| Step::Send(piece.to_vec())));
        }
        if pieces.len() < 2 && self.delay.is_none() && !bytes.is_empty() {
            last_steps = vec![Step::Send(bytes.repeat(self.repeat))];
        }
        last_steps.extend(self.half_close.then_some(Step::HalfClose));
        last_steps.extend(self.reset.then_some(Step::Reset));
        let pause = self.delay.unwrap_or(PAUSE);
        for step in last_steps {
            let follows_bytes = matches!(steps.last(), Some(Step::Send(_)));
            if follows_bytes && (self.delay.is_some() || matches!(step, Step::Send(_))) {
                steps.push(Step::Pause(pause));
            }
            steps.push(step);
        }
        Ok(steps)
    }

    fn pieces<'a>(&self, bytes: &'a [u8]) -> Result<Vec<&'a [u8]>, BadPlan> {
        if self.each_byte {
            return Ok(bytes.chunks(1).collect());
        }
        let mut cuts = self.split_at.clone();
        cuts.sort_unstable();
        cuts.dedup();
        let mut pieces = Vec::new();
        let (mut rest, mut start) = (bytes, 0);
        for cut in cuts {
            if cut == 0 || cut >= bytes.len() {
                return Err(BadPlan::Outside(cut, bytes.len()));
            }
            let (piece, after) = rest.split_at(cut - start);
            pieces.push(piece);
            (rest, start) = (after, cut);
        }
        pieces.extend((!rest.is_empty()).then_some(rest));
        Ok(pieces)
    }
}

impl fmt::Display for BadPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadPlan::Outside(cut, bytes) => {
                write!(
                    f,
                    "cannot split at {cut}: there are {bytes} bytes, and a cut has bytes on both sides"
                )
            }
            BadPlan::TooMuch => write!(f, "more than {} MiB in all", MOST_BYTES >> 20),
        }
    }
}

impl std::error::Error for BadPlan {}

/// A duration as a person types it: `300ms`, `2s`, `1.5s`.
///
/// Errors: another form, or more than an hour.
pub fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 0.001),
        None => (text.strip_suffix('s').unwrap_or_default(), 1.0),
    };
    let digits =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    match number.parse::<f64>() {
        Ok(number) if digits(text.trim_end_matches(['m', 's'])) && number * unit <= 3600.0 => {
            Ok(Duration::from_secs_f64(number * unit))
        }
        _ => {
            Err("a duration is a number with its unit, such as 300ms or 2s, up to an hour"
                .to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(plan: Plan, bytes: &str, expected: &str) {
        let told = plan.steps(bytes.as_bytes()).map(|steps| {
            let steps: Vec<_> = steps.iter().map(told).collect();
            steps.join(" ")
        });
        assert_eq!(told.unwrap_or_else(|bad| bad.to_string()), expected);
    }

    fn told(step: &Step) -> String {
        match step {
            Step::Send(bytes) => bytes.escape_ascii().to_string(),
            Step::Pause(pause) => format!("{}ms", pause.as_millis()),
            Step::HalfClose => "FIN".to_owned(),
            Step::Reset => "RST".to_owned(),
            Step::Await(..) => "await".to_owned(),
        }
    }

    fn plan() -> Plan {
        Plan { repeat: 1, ..Plan::default() }
    }

    #[test]
    fn bytes_are_cut_where_asked_and_the_pieces_kept_apart() {
        let second = Some(Duration::from_secs(1));
        check(plan(), "abc", "abc");
        check(Plan { split_at: vec![2, 1, 2], ..plan() }, "abc", "a 20ms b 20ms c");
        check(Plan { each_byte: true, delay: second, ..plan() }, "abc", "a 1000ms b 1000ms c");
        check(Plan { split_at: vec![1], repeat: 2, ..plan() }, "ab", "a 20ms b 20ms a 20ms b");
    }

    #[test]
    fn repetitions_are_one_write_unless_a_pause_is_asked_for() {
        check(Plan { repeat: 3, ..plan() }, "ab", "ababab");
        let delay = Some(Duration::from_millis(5));
        check(Plan { repeat: 2, delay, half_close: true, ..plan() }, "ab", "ab 5ms ab 5ms FIN");
    }

    #[test]
    fn the_end_follows_the_bytes() {
        check(Plan { half_close: true, ..plan() }, "ab", "ab FIN");
        check(Plan { reset: true, ..plan() }, "ab", "ab RST");
        check(Plan { half_close: true, ..plan() }, "", "FIN");
    }

    #[test]
    fn a_plan_that_cannot_be_is_refused() {
        for cut in [0, 3, 9] {
            let why = format!(
                "cannot split at {cut}: there are 3 bytes, and a cut has bytes on both sides"
            );
            check(Plan { split_at: vec![cut], ..plan() }, "abc", &why);
        }
        check(Plan { repeat: usize::MAX, ..plan() }, "abc", "more than 64 MiB in all");
    }

    #[test]
    fn a_duration_has_a_unit() {
        for (text, milliseconds) in [("300ms", 300), ("2s", 2000), ("1.5s", 1500), ("0ms", 0)] {
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)));
        }
        for text in
            ["", "s", "ms", "3", "-1s", "1e3s", "infs", "NaNs", "1m", "9999s", "1.2.3s", "+1s"]
        {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
