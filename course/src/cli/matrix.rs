//! `cargo course matrix`: which part passes which check, and whether that is what the course teaches.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Result;
use course::checks::{Group, Verdict};
use course::lesson::Course;
use course::matrix::Matrix;

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
    /// Run the checks that wait for the servers' own time-outs, too: some minutes.
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
            header(matrix, row.check.group.name(), first, out)?;
        }
        write!(out, "{:first$}", row.check.name)?;
        for column in 0..row.cells.len() {
            let word = row.word(column);
            let style = match word.as_str() {
                "pass" => GOOD,
                "n/a" => FAINT,
                _ => BAD,
            };
            write!(out, "  {style}{word:WIDTH$}{style:#}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Columns of a chapter, so that many of them stand beside each other.
const WIDTH: usize = 4;

/// A number or a word for each chapter, after a title.
fn header(matrix: &Matrix, title: &str, first: usize, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "{NAME}{title:first$}{NAME:#}")?;
    for chapter in &matrix.chapters {
        let name = chapter.short_name();
        write!(out, "  {NAME}{:WIDTH$}{NAME:#}", name.trim_start_matches("echo-"))?;
    }
    writeln!(out)
}

/// A line for each group and verdict: how many checks end so, chapter by chapter.
fn groups(matrix: &Matrix, out: &mut dyn Write) -> io::Result<()> {
    let first = Group::ALL.iter().map(|group| group.name().len()).max().unwrap_or(0);
    header(matrix, "", first + 6, out)?;
    for group in Group::ALL {
        let mut title = group.name();
        for (verdict, style) in [(Verdict::Pass, GOOD), (Verdict::Fail, BAD), (Verdict::Hang, BAD)]
        {
            let columns = 0..matrix.chapters.len();
            let counts: Vec<_> =
                columns.map(|column| count(matrix, group, column, verdict)).collect();
            if counts.iter().flatten().all(|count| *count == 0) {
                continue;
            }
            write!(out, "{NAME}{title:first$}{NAME:#}  {style}{verdict}{style:#}")?;
            for count in counts {
                let text = match count {
                    Some(0) => String::new(),
                    Some(count) => count.to_string(),
                    None => "n/a".to_owned(),
                };
                write!(out, "  {style}{text:WIDTH$}{style:#}")?;
            }
            writeln!(out)?;
            title = "";
        }
    }
    writeln!(out, "\nevery check: {NAME}cargo course matrix --all{NAME:#}")
}

/// How many checks of a group end so; `None` if none applies to the chapter.
fn count(matrix: &Matrix, group: Group, column: usize, verdict: Verdict) -> Option<usize> {
    let rows = matrix.rows.iter().filter(|row| row.check.group == group);
    let outcomes: Vec<_> = rows.filter_map(|row| row.cells[column].as_ref()).collect();
    let ended = outcomes.iter().filter(|outcome| outcome.verdict() == verdict).count();
    (!outcomes.is_empty()).then_some(ended)
}
