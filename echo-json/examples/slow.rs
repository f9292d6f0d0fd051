//! A slow handler blocks its own connection and no other: `cargo run -p echo-json --example slow`.
//!
//! Greet it twice in one terminal and once in another: the second greeting of the first waits for the
//! first one's answer, the other terminal's doesn't.

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use echo_json::address::Address;
use echo_json::connection::converse;
use echo_json::frame::Framing;
use echo_json::limits::Limits;
use echo_json::{app, cli, server};

fn main() -> ExitCode {
    cli::start_log();
    cli::finish(run())
}

fn run() -> anyhow::Result<()> {
    let address = Address::Tcp("127.0.0.1:3001".into());
    let listener = cli::listen("cargo run -p echo-json", &address)?;
    let limits = Limits::default();
    server::serve(&listener, move |_id, stream| converse(stream, Framing::Lines, &limits, answer));
    Ok(())
}

fn answer(message: &[u8], output: &mut Vec<u8>) {
    // Stands for a slow database. The thread sleeps, and with it everything that waits on its connection.
    thread::sleep(Duration::from_secs(3));
    app::answer(message, output);
}
