//! `cargo course check`: runs the checks against a server and says what is wrong with it.

use std::process::ExitCode;

use anyhow::Result;
use course::checks::{self, Check};
use course::lesson::Course;
use course::run::{Settings, run_checks};
use course::subject::Subject;

/// Check a server, ours or yours.
#[derive(clap::Args)]
pub struct Arguments {
    /// A part: its number, directory or word (3, part3-parser, parser).
    part: String,
    #[arg(long)]
    addr: Option<String>,
    #[arg(long)]
    rfc_only: bool,
    #[arg(last = true)]
    command: Vec<String>,
}

/// Runs the command.
///
/// Errors: no such part.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let lesson = course::lesson::find(&arguments.part)?;
    let mut subject = if !arguments.command.is_empty() {
        Subject::command(arguments.command.clone())?
    } else if let Some(addr) = &arguments.addr {
        Subject::running(addr)?
    } else {
        Subject::part(&Course::here()?, &lesson)?
    };
    let all: Vec<&'static Check> = checks::all()
        .iter()
        .filter(|c| !arguments.rfc_only || !matches!(c.rfc, checks::Rfc::Nothing))
        .collect();
    let began = std::time::Instant::now();
    let settings = Settings { rfc_only: arguments.rfc_only, ..Settings::default() };
    let outcomes = run_checks(&mut subject, &all, settings)?;
    for o in &outcomes {
        let wanted = o.check.expected(&lesson);
        println!(
            "{} {:4} {:24} {:5} ms {}",
            if wanted == Some(o.verdict()) { " " } else { "!" },
            o.verdict(),
            o.check.name,
            o.took.as_millis(),
            o.failure.as_ref().map(|f| format!("[{}] {}", f.exchange, f.seen)).unwrap_or_default()
        );
    }
    println!("{} checks in {:?}", outcomes.len(), began.elapsed());
    let surprises = outcomes.iter().any(|o| o.check.expected(&lesson) != Some(o.verdict()));
    Ok(if surprises { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
