//! `cargo course check`: runs the checks against a server and says what is wrong with it.

use std::process::ExitCode;

use anyhow::Result;

/// Check a server, ours or yours.
#[derive(clap::Args)]
pub struct Arguments {
    /// A part: its number, directory or word (3, part3-parser, parser).
    part: String,
}

/// Runs the command.
///
/// Errors: no such part.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let lesson = course::lesson::find(&arguments.part)?;
    anstream::println!("{}: {}", lesson.package, lesson.promise);
    Ok(ExitCode::SUCCESS)
}
