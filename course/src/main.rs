//! `cargo course`: reads the arguments and hands over to one file per command.

mod cli;

use std::io;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use course::lesson::Course;

/// The learner's companion: what each part teaches, what it changed, and whether a server works.
#[derive(Parser)]
#[command(name = "cargo course", bin_name = "cargo course", version)]
#[command(
    after_help = "Without a command: the table of contents. A part is its number, directory or word (3, \
                        part3-parser, parser)."
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(clap::Subcommand)]
enum Command {
    Check(cli::check::Arguments),
    Diff(cli::diff::Arguments),
    Matrix(cli::matrix::Arguments),
    Send(cli::send::Arguments),
    New(cli::new::Arguments),
}

fn main() -> ExitCode {
    run().unwrap_or_else(|error| {
        // Whoever reads our output has seen enough: `cargo course diff 2 3 --all | head`.
        if error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
        {
            return ExitCode::SUCCESS;
        }
        anstream::eprintln!("{error:#}");
        ExitCode::from(2)
    })
}

fn run() -> Result<ExitCode> {
    let course = Course::here()?;
    let mut out = anstream::stdout();
    match Arguments::try_parse() {
        Err(error) if error.use_stderr() => anyhow::bail!(cli::mistyped::line(&error, &course)),
        Err(help) => {
            help.print()?;
            Ok(ExitCode::SUCCESS)
        }
        Ok(Arguments { command: None }) => {
            cli::contents::print(&course, &mut out)?;
            Ok(ExitCode::SUCCESS)
        }
        Ok(Arguments { command: Some(Command::Check(arguments)) }) => {
            cli::check::run(&arguments, &course, &mut out)
        }
        Ok(Arguments { command: Some(Command::Diff(arguments)) }) => {
            cli::diff::run(&arguments, &course, &mut out)
        }
        Ok(Arguments { command: Some(Command::Matrix(arguments)) }) => {
            cli::matrix::run(&arguments, &course, &mut out)
        }
        Ok(Arguments { command: Some(Command::Send(arguments)) }) => {
            cli::send::run(&arguments, &course, &mut out)
        }
        Ok(Arguments { command: Some(Command::New(arguments)) }) => {
            cli::new::run(&arguments, &course, &mut out)
        }
    }
}
