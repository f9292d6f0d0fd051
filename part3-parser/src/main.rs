//! Arguments, the log, the listener; then `server.rs` takes over.

use std::env;
use std::fmt::Display;
use std::io::{self, Write};
use std::net::{TcpListener, ToSocketAddrs};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, anyhow};
use log::Level;
use part3_parser::limits::Limits;
use part3_parser::server;

const USAGE: &str = concat!(
    env!("CARGO_PKG_NAME"),
    ": ",
    env!("CARGO_PKG_DESCRIPTION"),
    "\n\nUsage: cargo run -p ",
    env!("CARGO_PKG_NAME"),
    " [-- ADDRESS]\n\n  ADDRESS  HOST:PORT to listen on [default: 127.0.0.1:8080]; port 0 picks a free port",
    "\n\nThe environment variable RUST_LOG sets what the log tells: warn, info (the default), debug."
);

fn main() -> ExitCode {
    start_log();
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(|word| word.to_string_lossy()).collect();
    let address = match arguments.as_slice() {
        [] => "127.0.0.1:8080",
        [word] if word == "--help" || word == "-h" => return finish(say(USAGE)),
        [word] => word,
        _ => return misused(&arguments.join(" "), "more than one argument"),
    };
    if let Err(error) = address.to_socket_addrs() {
        return misused(address, error);
    }
    finish(listen(address).map(|listener| server::serve(listener, Limits::default())))
}

fn misused(words: &str, why: impl Display) -> ExitCode {
    fail(2, format_args!("{words}: {why}; give one HOST:PORT, such as 127.0.0.1:8081"))
}

fn finish(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(1, format_args!("{error:#}")),
    }
}

/// Says why it ends. The code has to do where standard error is closed; `eprintln!` would panic there.
fn fail(code: u8, why: impl Display) -> ExitCode {
    match writeln!(io::stderr(), "{why}") {
        Ok(()) | Err(_) => ExitCode::from(code),
    }
}

fn say(line: &str) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{line}").context("cannot write to standard output")
}

fn listen(address: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => anyhow!(
            "{address} is in use by another program; for a free port: cargo run -p {} -- 127.0.0.1:0",
            env!("CARGO_PKG_NAME")
        ),
        _ => anyhow!("cannot listen on {address}: {error}"),
    })?;
    say(&format!("listening on http://{}", listener.local_addr()?))?;
    Ok(listener)
}

fn start_log() {
    let start = Instant::now();
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("info"))
        .format(move |line, record| {
            let seconds = start.elapsed().as_secs_f64();
            let mark = if record.level() <= Level::Warn { "warning: " } else { "" };
            writeln!(line, "+{seconds:.3}s {mark}{}", record.args())
        })
        .init();
}
