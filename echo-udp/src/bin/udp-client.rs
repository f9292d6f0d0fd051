//! Sends texts as datagrams, and says which came back: `cargo run -p echo-udp --bin udp-client`.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Context, bail};
use echo_udp::cli::{self, say};
use echo_udp::client::{Answer, Patience, ask, connect};
use lexopt::ValueExt;
use lexopt::prelude::{Long, Short, Value};

const USAGE: &str = "\
udp-client: sends texts as datagrams, and says which came back

Usage: cargo run -p echo-udp --bin udp-client [-- ADDRESS] [TEXT...]

  ADDRESS  HOST:PORT of the server [default: 127.0.0.1:41234]
  TEXT     one datagram each [default: Hello World]

Exit code: 1 if one was lost.";

fn main() -> ExitCode {
    cli::start_log();
    cli::finish(run())
}

fn run() -> anyhow::Result<()> {
    let (mut address, mut texts) = (None, Vec::new());
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Short('h') | Long("help") => return say(USAGE),
            Value(word) if address.is_none() => address = Some(word.parse_with(cli::address)?),
            Value(text) => texts.push(text),
            other => return Err(other.unexpected().into()),
        }
    }
    if texts.is_empty() {
        texts = ["Hello", "World"].map(OsString::from).into();
    }
    let address = address.unwrap_or(([127, 0, 0, 1], 41234).into());
    let socket = connect(address).with_context(|| format!("cannot reach {address}"))?;
    let mut lost = 0;
    for text in &texts {
        let payload = text.as_encoded_bytes();
        let answer =
            ask(&socket, payload, Patience::default()).context("cannot send or receive")?;
        lost += usize::from(answer.is_none());
        say(&outcome(payload, answer))?;
    }
    if lost > 0 {
        bail!("lost {lost} of {}", texts.len());
    }
    Ok(())
}

fn outcome(payload: &[u8], answer: Option<Answer>) -> String {
    let text = payload.escape_ascii();
    match answer {
        None => format!("\"{text}\" was lost"),
        Some(answer) if answer.bytes.len() < payload.len() => format!(
            "\"{text}\" came back cut to {} bytes: \"{}\"",
            answer.bytes.len(),
            answer.bytes.escape_ascii()
        ),
        Some(answer) => format!("\"{text}\" came back; tries: {}", answer.tries),
    }
}
