//! Sends JSON messages, and prints the answers as they come: `cargo run -p echo-json --bin json-client`.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use echo_json::address::Address;
use echo_json::cli::{self, say};
use echo_json::client::Client;
use echo_json::frame::Framing;
use lexopt::ValueExt;
use lexopt::prelude::{Long, Short, Value};
use serde::Deserialize;

const USAGE: &str = r#"json-client: sends JSON messages, and prints the answers as they come

Usage: cargo run -p echo-json --bin json-client [-- ADDRESS] [JSON...] [--framing lines|length]

  ADDRESS    HOST:PORT or unix:PATH of the server [default: 127.0.0.1:3001]
  JSON       messages [default: {"type":"GREETING","name":"Alice"} {"type":"SUM","a":10,"b":20}];
             - takes each line of standard input
  --file F   takes each line of a file
  --framing  as the server has it [default: lines]

Exit code: 1 if an answer is an ERROR."#;

const GREETING: &str = r#"{"type":"GREETING","name":"Alice"}"#;
const SUM: &str = r#"{"type":"SUM","a":10,"b":20}"#;

type Messages = Box<dyn Iterator<Item = io::Result<Vec<u8>>>>;

#[derive(Deserialize)]
struct Answer {
    status: String,
}

fn main() -> ExitCode {
    cli::finish(run())
}

fn run() -> anyhow::Result<()> {
    let (mut address, mut framing, mut file, mut words) = (None, Framing::Lines, None, Vec::new());
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Short('h') | Long("help") => return say(USAGE),
            Long("framing") => framing = arguments.value()?.parse()?,
            Long("file") => file = Some(PathBuf::from(arguments.value()?)),
            Value(word) if address.is_none() && words.is_empty() && !is_message(&word) => {
                address = Some(word.parse()?);
            }
            Value(word) => words.push(word),
            other => return Err(other.unexpected().into()),
        }
    }
    let messages = messages(file, words)?;
    let address = address.unwrap_or(Address::Tcp("127.0.0.1:3001".into()));
    let client = Client::connect(&address, framing)
        .with_context(|| format!("cannot connect to {address}"))?;
    talk(client, messages)
}

/// An address comes first or not at all, and never looks like this.
fn is_message(word: &OsString) -> bool {
    word == "-" || word.as_encoded_bytes().starts_with(b"{")
}

fn messages(file: Option<PathBuf>, words: Vec<OsString>) -> anyhow::Result<Messages> {
    Ok(match (file, words.as_slice()) {
        (Some(path), []) => {
            let file =
                File::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
            Box::new(BufReader::new(file).split(b'\n'))
        }
        (Some(_), _) => bail!(lexopt::Error::from("expected messages or --file, not both")),
        (None, []) => Box::new([GREETING, SUM].map(|text| Ok(text.into())).into_iter()),
        (None, [word]) if word == "-" => Box::new(io::stdin().lock().split(b'\n')),
        (None, _) => Box::new(words.into_iter().map(|word| Ok(word.into_encoded_bytes()))),
    })
}

fn talk(mut client: Client, messages: Messages) -> anyhow::Result<()> {
    let mut errors = 0;
    for message in messages {
        let message = message.context("cannot read the messages")?;
        // A blank line is no message, so that no answer would come.
        if message.trim_ascii().is_empty() {
            continue;
        }
        let answer = client.ask(&message).context("cannot get an answer")?;
        say(&String::from_utf8_lossy(&answer))?;
        let answer: Option<Answer> = serde_json::from_slice(&answer).ok();
        if answer.is_none_or(|answer| answer.status != "OK") {
            errors += 1;
        }
    }
    if errors > 0 {
        bail!("answers that are no OK: {errors}");
    }
    Ok(())
}
