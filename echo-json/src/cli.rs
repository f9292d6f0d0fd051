//! What the four programs of this crate do alike: the log, standard output, exit codes.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, anyhow};
use log::Level;

use crate::address::Address;
use crate::listener::{Listener, Retry};

/// Exit code of a program: 0, 1 after a failure, 2 if its arguments were wrong.
pub fn finish(result: anyhow::Result<()>) -> ExitCode {
    let Err(error) = result else { return ExitCode::SUCCESS };
    let code = if error.is::<lexopt::Error>() { 2 } else { 1 };
    // The code has to do where standard error is closed; `eprintln!` would panic there.
    match writeln!(io::stderr(), "{error:#}") {
        Ok(()) | Err(_) => ExitCode::from(code),
    }
}

/// Writes a line to standard output.
pub fn say(line: &str) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{line}").context("cannot write to standard output")
}

/// Listens, and says where; `command` is how this program is run.
pub fn listen(command: &str, address: &Address) -> anyhow::Result<Listener> {
    let listener =
        Listener::bind(address, Retry::default()).map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => anyhow!(
                "{address} is in use by another program; for a free port: {command} -- 127.0.0.1:0"
            ),
            _ => anyhow!("cannot listen on {address}: {error}"),
        })?;
    #[cfg(unix)]
    if let Address::Unix(path) = address {
        crate::unix::remove_at_exit(path.clone()).context("cannot wait for Ctrl-C")?;
    }
    say(&format!("listening on {}", listener.address()?))?;
    Ok(listener)
}

/// Sends log lines to standard error, each with the seconds since the start.
pub fn start_log() {
    let start = Instant::now();
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("info"))
        .format(move |line, record| {
            let seconds = start.elapsed().as_secs_f64();
            let mark = if record.level() <= Level::Warn { "warning: " } else { "" };
            writeln!(line, "+{seconds:.3}s {mark}{}", record.args())
        })
        .init();
}
