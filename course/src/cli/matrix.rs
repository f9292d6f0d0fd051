//! `cargo course matrix`: which part passes which check, and whether that is what the course teaches.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;
use course::checks::{Group, Verdict};
use course::lesson::Course;
use course::matrix::{Matrix, Row};

use super::term::{BAD, FAINT, GOOD, NAME};

/// Show which part passes which check; exit 1 if that is not what the course teaches.
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  cargo course matrix\n  cargo course matrix --all")]
pub struct Arguments {
    /// Show every check, not a line for each group.
    #[arg(long)]
    all: bool,
    /// Print the small table of the README, as Markdown.
    #[arg(long, conflicts_with = "all")]
    summary: bool,
    /// Run the checks that wait for the servers' own time-outs, too: more than a minute.
    #[arg(long)]
    slow: bool,
}

/// Runs the command.
///
/// Errors: a part doesn't compile or doesn't start, or standard output is gone.
pub fn run(arguments: &Arguments, course: &Course, out: &mut dyn Write) -> Result<ExitCode> {
    let matrix = Matrix::run(course, arguments.slow)?;
    match arguments {
        Arguments { summary: true, .. } => write!(out, "{}", matrix.summary())?,
        Arguments { all: true, .. } => every_row(&matrix, out)?,
        _ => groups(&matrix, out)?,
    }
    let surprises = matrix.surprises();
    for surprise in &surprises {
        anstream::eprintln!("{BAD}surprise{BAD:#}  {surprise}");
    }
    Ok(ExitCode::from(u8::from(!surprises.is_empty())))
}

/// Columns of a chapter's words.
const WIDTH: usize = 18;

fn header(matrix: &Matrix, first: usize, width: usize, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{:first$}", "")?;
    for chapter in &matrix.chapters {
        write!(out, "  {NAME}{:width$}{NAME:#}", chapter.package)?;
    }
    writeln!(out)
}

fn every_row(matrix: &Matrix, out: &mut dyn Write) -> io::Result<()> {
    let first = matrix.rows.iter().map(|row| row.check.name.len()).max().unwrap_or(0);
    let mut group = None;
    for row in &matrix.rows {
        if group.replace(row.check.group) != Some(row.check.group) {
            header(matrix, first, 15, out)?;
        }
        write!(out, "{:first$}", row.check.name)?;
        for column in 0..row.cells.len() {
            let word = row.word(column);
            let style = match word.as_str() {
                "pass" => GOOD,
                "n/a" => FAINT,
                _ => BAD,
            };
            write!(out, "  {style}{word:15}{style:#}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn groups(matrix: &Matrix, out: &mut dyn Write) -> io::Result<()> {
    header(matrix, 12, WIDTH, out)?;
    for group in Group::ALL {
        write!(out, "{group:12}")?;
        let rows: Vec<&Row> = matrix.rows.iter().filter(|row| row.check.group == group).collect();
        for column in 0..matrix.chapters.len() {
            write!(out, "  {:WIDTH$}", counts(&rows, column))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "\nevery check: {NAME}cargo course matrix --all{NAME:#}")
}

/// Such as `pass 3, hang 12`.
fn counts(rows: &[&Row], column: usize) -> String {
    let outcomes = rows.iter().filter_map(|row| row.cells[column].as_ref());
    let verdicts: Vec<Verdict> = outcomes.map(|outcome| outcome.verdict()).collect();
    if verdicts.is_empty() {
        return "n/a".to_owned();
    }
    let kinds = [Verdict::Pass, Verdict::Fail, Verdict::Hang];
    let count = |kind: &Verdict| verdicts.iter().filter(|v| *v == kind).count();
    let told = kinds.iter().map(|kind| (kind, count(kind))).filter(|(_, n)| *n > 0);
    told.map(|(kind, n)| format!("{kind} {n}")).collect::<Vec<_>>().join(", ")
}
