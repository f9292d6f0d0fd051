//! Arguments, the log, the store, the listener; then `server.rs` takes over.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::io::{self, Write};
use std::net::{TcpListener, ToSocketAddrs};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, anyhow};
use log::Level;
use part5_routing::app::App;
use part5_routing::limits::Limits;
use part5_routing::options::Options;
use part5_routing::server;
use part5_routing::store::Store;

const USAGE: &str = concat!(
    env!("CARGO_PKG_NAME"),
    ": ",
    env!("CARGO_PKG_DESCRIPTION"),
    "\n\nUsage: cargo run -p ",
    env!("CARGO_PKG_NAME"),
    " [-- ADDRESS] [--data FILE]\n\n  ADDRESS      HOST:PORT to listen on [default: 127.0.0.1:8080]; port 0 picks a free port",
    "\n  --data FILE  keep the users in FILE, which is made if it isn't there [default: only in memory]",
    "\n\nThe environment variable RUST_LOG sets what the log tells: warn, info (the default), debug."
);

fn main() -> ExitCode {
    start_log();
    let words: Vec<_> = env::args_os().skip(1).collect();
    let options = match Options::parse(&words) {
        Ok(Some(options)) => options,
        Ok(None) => return finish(say(USAGE)),
        Err(error) => return misused(&words, error),
    };
    if let Err(error) = options.address.to_socket_addrs() {
        return misused(&words, error);
    }
    finish(run(&options))
}

fn misused(words: &[OsString], why: impl Display) -> ExitCode {
    let words = words.join(OsStr::new(" "));
    let instead = "give one HOST:PORT, such as 127.0.0.1:8081, or --data FILE, or both";
    fail(2, format_args!("{}: {why}; {instead}", words.display()))
}

fn run(options: &Options) -> anyhow::Result<()> {
    let store = match &options.data {
        Some(path) => {
            Store::open(path).with_context(|| format!("cannot use {}", path.display()))?
        }
        None => Store::default(),
    };
    let app = Arc::new(App { store });
    server::serve(listen(&options.address)?, Limits::default(), app);
    Ok(())
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
