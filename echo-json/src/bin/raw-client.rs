//! Sends two messages, and shows in which chunks they come back: `cargo run -p echo-json --bin raw-client`.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use echo_json::address::Address;
use echo_json::cli::{self, say};
use echo_json::transport::Stream;
use lexopt::ValueExt;
use lexopt::prelude::{Long, Short, Value};

const USAGE: &str = "\
raw-client: sends two messages, and shows in which chunks they come back

Usage: cargo run -p echo-json --bin raw-client [-- ADDRESS]

  ADDRESS  HOST:PORT or unix:PATH of the server [default: 127.0.0.1:3000]";

/// Longest wait for the server, at each step.
const WAIT: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
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
    let stream =
        Stream::connect(&address, WAIT).with_context(|| format!("cannot connect to {address}"))?;
    talk(stream).context("the server is gone")
}

fn talk(mut stream: Stream) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    for message in ["first message", "second message"] {
        stream.write_all(message.as_bytes(), WAIT)?;
        say(&format!("sent {} bytes: \"{message}\"", message.len()))?;
    }
    // Without this the server waits for more from us, and we for the end of its answer.
    stream.half_close()?;
    say("half-closed: nothing more comes from here")?;

    let mut chunk = [0; 4096];
    let mut count = 0;
    loop {
        let n = stream.read(&mut chunk, WAIT)?;
        if n == 0 {
            break;
        }
        count += 1;
        say(&format!("chunk {count} has {n} bytes: \"{}\"", chunk[..n].escape_ascii()))?;
    }
    say(&format!("the server ended the stream; chunks: {count}"))
}
