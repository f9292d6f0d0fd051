//! `cargo course matrix`: which part passes which check, and whether that is what the course teaches.

use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::Style;
use anyhow::Result;
use course::checks::{Group, Verdict};
use course::lesson::Course;
use course::matrix::Matrix;
use course::run::Outcome;

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

fn every_row(matrix: &Matrix, out: &mut dyn Write) -> io::Result<()> {
    let first = matrix.rows.iter().map(|row| row.check.name.len()).max().unwrap_or(0);
    let mut group = None;
    for row in &matrix.rows {
        if group.replace(row.check.group) != Some(row.check.group) {
            header(matrix, row.check.group, first, out)?;
        }
        write!(out, "{:first$}", row.check.name)?;
        for column in 0..row.cells.len() {
            let word = row.word(column);
            let style = match word.as_str() {
                "pass" => GOOD,
                "n/a" => FAINT,
                _ => BAD,
            };
            write!(out, "  {style}{word:4}{style:#}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The group, and a number or a word for each chapter, so that many of them stand beside each other.
fn header(matrix: &Matrix, group: Group, first: usize, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{NAME}{group:first$}{NAME:#}")?;
    for chapter in &matrix.chapters {
        write!(out, "  {NAME}{:4}{NAME:#}", chapter.short_name().trim_start_matches("echo-"))?;
    }
    writeln!(out)
}

/// Columns of a group's numbers, such as `pass 15`.
const WIDTH: usize = 7;

fn groups(matrix: &Matrix, out: &mut dyn Write) -> io::Result<()> {
    let first = matrix.chapters.iter().map(|c| c.package.len()).max().unwrap_or(0);
    write!(out, "{:first$}", "")?;
    for group in Group::ALL {
        write!(out, "  {NAME}{group:WIDTH$}{NAME:#}")?;
    }
    writeln!(out)?;
    for (column, chapter) in matrix.chapters.iter().enumerate() {
        let cells = Group::ALL.map(|group| counts(matrix, group, column));
        let lines = cells.iter().map(Vec::len).max().unwrap_or(0);
        for line in 0..lines {
            let name = if line == 0 { chapter.package.as_str() } else { "" };
            write!(out, "{NAME}{name:first$}{NAME:#}")?;
            for (group, cell) in Group::ALL.iter().zip(&cells) {
                let (text, style) = cell.get(line).cloned().unwrap_or((String::new(), FAINT));
                let width = group.name().len().max(WIDTH);
                write!(out, "  {style}{text:width$}{style:#}")?;
            }
            writeln!(out)?;
        }
    }
    writeln!(out, "\nevery check: {NAME}cargo course matrix --all{NAME:#}")
}

/// Such as `pass 3` and `hang 12`, with their colours.
fn counts(matrix: &Matrix, group: Group, column: usize) -> Vec<(String, Style)> {
    let rows = matrix.rows.iter().filter(|row| row.check.group == group);
    let verdicts: Vec<_> =
        rows.filter_map(|row| row.cells[column].as_ref()).map(Outcome::verdict).collect();
    if verdicts.is_empty() {
        return vec![("n/a".to_owned(), FAINT)];
    }
    let kinds = [(Verdict::Pass, GOOD), (Verdict::Fail, BAD), (Verdict::Hang, BAD)];
    let count = |kind| verdicts.iter().filter(|verdict| **verdict == kind).count();
    let told = kinds.map(|(kind, style)| (format!("{kind} {}", count(kind)), style, count(kind)));
    told.into_iter().filter(|told| told.2 > 0).map(|(text, style, _)| (text, style)).collect()
}
