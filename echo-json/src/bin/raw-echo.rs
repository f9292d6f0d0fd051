//! Sends back each chunk that it reads: `cargo run -p echo-json --bin raw-echo`.

use std::process::ExitCode;

use echo_json::address::Address;
use echo_json::cli::{self, say};
use echo_json::limits::Limits;
use echo_json::{raw, server};
use lexopt::ValueExt;
use lexopt::prelude::{Long, Short, Value};

const USAGE: &str = "\
raw-echo: each chunk read goes back with \"Echo: \" before it

Usage: cargo run -p echo-json --bin raw-echo [-- ADDRESS]

  ADDRESS  HOST:PORT or unix:PATH to listen on [default: 127.0.0.1:3000]; port 0 picks a free port

The environment variable RUST_LOG sets what the log tells: warn, info (the default), debug.";

fn main() -> ExitCode {
    cli::start_log();
    cli::finish(run())
}

fn run() -> anyhow::Result<()> {
    let mut address = None;
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Short('h') | Long("help") => return say(USAGE),
            Value(word) if address.is_none() => address = Some(word.parse()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let address = address.unwrap_or(Address::Tcp("127.0.0.1:3000".into()));
    let listener = cli::listen("cargo run -p echo-json --bin raw-echo", &address)?;
    let limits = Limits::default();
    server::serve(&listener, move |id, stream| raw::echo(id, stream, &limits));
    Ok(())
}
