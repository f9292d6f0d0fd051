//! What both programs of this crate do alike: the log, standard output, exit codes.

use std::io::{self, Write};
use std::net::{SocketAddr, ToSocketAddrs};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use log::Level;

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

/// Reads `HOST:PORT`; of a name with several addresses, the first.
pub fn address(word: &str) -> Result<SocketAddr, &'static str> {
    let address = word.to_socket_addrs().ok().and_then(|mut addresses| addresses.next());
    address.ok_or("expected HOST:PORT, such as 127.0.0.1:41235")
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
