//! Every check against every chapter, compared with what the course teaches.
//!
//! A row needs what a client can see. That parts 4 to 6 start a thread for each connection, and what their memory
//! holds, no client sees: the workspace's tests of parts 6 and 7 count threads and bytes.

use std::fmt::{self, Write};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::checks::{self, Check, Verdict};
use crate::launch::{self, Binaries};
use crate::lesson::{Course, Lesson};
use crate::run::{Outcome, Settings, run_checks};
use crate::subject::Subject;

/// How long a check waits that should not hang: a busy machine is no surprise.
const PATIENCE: Duration = Duration::from_secs(30);

/// The situations of the small table, and the check that decides each.
const SITUATIONS: [(&str, &str); 10] = [
    ("one segment, then the end of the stream", "half-close"),
    ("two segments, then the end", "cut-then-half-close"),
    ("byte by byte, then the end", "bytes-then-half-close"),
    ("one segment, and the client waits", "one-segment"),
    ("two requests on one connection", "keep-alive"),
    ("a hostile length: `Content-Length: +5`", "length-not-digits"),
    ("a path that leads nowhere", "unknown-path"),
    ("the wish for the last three bytes of a file", "last-bytes"),
    ("half a request; meanwhile the server is told to stop", "stopped-midway"),
    ("the question how many requests there were", "metrics"),
];

/// Which chapter passes which check.
pub struct Matrix {
    /// The chapters that are servers with checks of their own, in reading order.
    pub chapters: Vec<Lesson>,
    /// A row for each check, in the checks' order.
    pub rows: Vec<Row>,
}

/// One check against every chapter.
pub struct Row {
    /// The check.
    pub check: &'static Check,
    /// How it ended, for each chapter; `None` where it doesn't apply.
    pub cells: Vec<Option<Outcome>>,
}

/// A check that ended otherwise than the course teaches.
#[derive(Clone, Debug)]
pub struct Surprise {
    /// The chapter's package.
    pub chapter: String,
    /// The check.
    pub check: &'static str,
    /// How the course says that it ends.
    pub expected: Verdict,
    /// How it ended.
    pub got: Verdict,
    /// What was seen instead of what the check wants, if it didn't pass.
    pub seen: Option<String>,
}

impl fmt::Display for Surprise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Surprise { chapter, check, expected, got, .. } = self;
        write!(f, "{chapter}: {check} is {got}, and the course teaches {expected}")?;
        self.seen.iter().try_for_each(|seen| write!(f, " ({seen})"))
    }
}

impl Matrix {
    /// Builds every chapter and runs every check against it; with `slow` also those that wait for
    /// the servers' own time-outs.
    ///
    /// Errors: a chapter doesn't compile or doesn't start.
    pub fn run(course: &Course, slow: bool) -> Result<Matrix> {
        let binaries = launch::build_packages(course, &chapters(course))?;
        Matrix::of(course, &binaries, slow)
    }

    /// Runs every check against chapters that are built already.
    ///
    /// Errors: a chapter isn't among the programs, or doesn't start.
    pub fn of(course: &Course, binaries: &Binaries, slow: bool) -> Result<Matrix> {
        let chapters = chapters(course);
        let columns: Vec<Result<Vec<Outcome>>> = thread::scope(|scope| {
            let start = |chapter| scope.spawn(move || column(binaries, chapter, slow));
            let running: Vec<_> = chapters.iter().map(start).collect();
            let finished = running.into_iter().map(|thread| thread.join());
            finished.map(|column| column.expect("a column doesn't panic")).collect()
        });
        let columns: Vec<Vec<Outcome>> = columns.into_iter().collect::<Result<_>>()?;
        let row = |check: &'static Check| {
            let find =
                |column: &Vec<Outcome>| column.iter().find(|o| o.check.name == check.name).cloned();
            Row { check, cells: columns.iter().map(find).collect() }
        };
        Ok(Matrix { chapters, rows: checks::all().iter().map(row).collect() })
    }

    /// What ended otherwise than the course teaches, in either direction.
    pub fn surprises(&self) -> Vec<Surprise> {
        let mut surprises = Vec::new();
        for row in &self.rows {
            for (chapter, outcome) in self.chapters.iter().zip(&row.cells) {
                let (Some(expected), Some(outcome)) = (row.check.expected(chapter), outcome) else {
                    continue;
                };
                if outcome.verdict() != expected {
                    surprises.push(Surprise {
                        chapter: chapter.package.clone(),
                        check: row.check.name,
                        expected,
                        got: outcome.verdict(),
                        seen: outcome.failure.as_ref().map(|failure| failure.seen.to_string()),
                    });
                }
            }
        }
        surprises
    }

    /// The small table of the README: some situations against the parts, as Markdown.
    pub fn summary(&self) -> String {
        let parts = || self.chapters.iter().enumerate().filter(|(_, l)| l.number.is_some());
        let mut text = String::from("| a client sends |");
        let mut line = String::from("|---|");
        for (_, lesson) in parts() {
            let number = lesson.number.unwrap_or_default();
            write!(text, " part {number} |").expect("a String takes everything");
            line += "---|";
        }
        text += &format!("\n{line}\n");
        for (situation, name) in SITUATIONS {
            let row = self.rows.iter().find(|row| row.check.name == name);
            let row = row.expect("the situations are decided by checks of the table");
            text += &format!("| {situation} |");
            for (column, _) in parts() {
                text += &format!(" {} |", row.word(column));
            }
            text.push('\n');
        }
        text
    }
}

impl Row {
    /// `pass`, `fail`, `hang` or `n/a`.
    pub fn word(&self, column: usize) -> String {
        let outcome = self.cells[column].as_ref();
        outcome.map_or_else(|| "n/a".to_owned(), |outcome| outcome.verdict().to_string())
    }
}

/// The chapters that have checks.
fn chapters(course: &Course) -> Vec<Lesson> {
    let checked = |l: &&Lesson| checks::all().iter().any(|check| check.expected(l).is_some());
    course.lessons.iter().filter(checked).cloned().collect()
}

fn column(binaries: &Binaries, chapter: &Lesson, slow: bool) -> Result<Vec<Outcome>> {
    let path = binaries.get(&chapter.package);
    let path = path.with_context(|| format!("{} is no program", chapter.package))?;
    let mut subject = Subject::program(path.clone())?;
    let applies = |check: &&Check| {
        check.expected(chapter).is_some() && (slow || !check.slow) && check.can_run()
    };
    let checks: Vec<_> = checks::all().iter().filter(applies).collect();
    let settings =
        Settings { known: Some(chapter), patience: PATIENCE, at_once: 64, ..Settings::default() };
    let mut outcomes = run_checks(&mut subject, &checks, settings)?;
    for outcome in &mut outcomes {
        // A flaw may need two pieces to arrive apart, and a busy machine joins them: look again.
        let expected = outcome.check.expected(chapter);
        if expected != Some(Verdict::Pass) && expected != Some(outcome.verdict()) {
            *outcome = run_checks(&mut subject, &[outcome.check], settings)?.remove(0);
        }
    }
    Ok(outcomes)
}
