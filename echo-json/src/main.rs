//! The JSON server: `cargo run -p echo-json`.

use std::process::ExitCode;

use echo_json::address::Address;
use echo_json::cli::{self, say};
use echo_json::connection::converse;
use echo_json::frame::Framing;
use echo_json::limits::Limits;
use echo_json::{app, server};
use lexopt::ValueExt;
use lexopt::prelude::{Long, Short, Value};

const USAGE: &str = "\
echo-json: framing without HTTP

Usage: cargo run -p echo-json [-- ADDRESS] [--framing lines|length] [--nagle]

  ADDRESS    HOST:PORT or unix:PATH to listen on [default: 127.0.0.1:3001]; port 0 picks a free port
  --framing  lines: a message is a line (the default)
             length: before each message stands its length, four bytes, the highest first
  --nagle    let the system hold back small writes

The environment variable RUST_LOG sets what the log tells: warn, info (the default), debug.";

fn main() -> ExitCode {
    cli::start_log();
    cli::finish(run())
}

fn run() -> anyhow::Result<()> {
    let (mut address, mut framing, mut nagle) = (None, Framing::Lines, false);
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Short('h') | Long("help") => return say(USAGE),
            Long("framing") => framing = arguments.value()?.parse()?,
            Long("nagle") => nagle = true,
            Value(word) if address.is_none() => address = Some(word.parse()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let address = address.unwrap_or(Address::Tcp("127.0.0.1:3001".into()));
    let listener = cli::listen("cargo run -p echo-json", &address)?;
    let limits = Limits::default();
    server::serve(&listener, move |_id, stream| {
        stream.set_nodelay(!nagle)?;
        converse(stream, framing, &limits, app::answer)
    });
    Ok(())
}
