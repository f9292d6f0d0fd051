//! `cargo course`: reads the arguments and hands over to one file per command.

mod cli;

use std::process::ExitCode;

use clap::Parser;

#[derive(Parser)]
#[command(name = "cargo course", bin_name = "cargo course", about, version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Check(cli::check::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let result = match arguments.command {
        Command::Check(arguments) => cli::check::run(&arguments),
    };
    result.unwrap_or_else(|error| {
        anstream::eprintln!("{error:#}");
        ExitCode::from(2)
    })
}
