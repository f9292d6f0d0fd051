//! Arguments, the log, the store, the root, the listener; then `server.rs` takes over.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt::Display;
use std::io::{self, Write};
use std::net::{TcpListener, ToSocketAddrs};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, anyhow, ensure};
use cap_std::fs::Dir;
use log::Level;
use part6_files::app::App;
use part6_files::files::Files;
use part6_files::limits::Limits;
use part6_files::options::Options;
use part6_files::root::open_root;
use part6_files::server;
use part6_files::store::Store;

const USAGE: &str = concat!(
    env!("CARGO_PKG_NAME"),
    ": ",
    env!("CARGO_PKG_DESCRIPTION"),
    "\n\nUsage: cargo run -p ",
    env!("CARGO_PKG_NAME"),
    " [-- ADDRESS] [--data FILE] [--root DIR] [--uploads DIR] [--no-listing]\n\n  ADDRESS      HOST:PORT to listen on [default: 127.0.0.1:8080]; port 0 picks a free port",
    "\n  --data FILE  keep the users in FILE, which is made if it isn't there [default: only in memory]",
    "\n  --root DIR   serve the files below DIR [default: the crate's `public`]",
    "\n  --uploads DIR  serve DIR below /files/, and take uploads there [default: with a root given none, else the crate's `uploads`]",
    "\n  --no-listing answer 404 for a directory without an index.html",
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
    let instead = "give one HOST:PORT, such as 127.0.0.1:8081, or an option; --help lists them";
    fail(2, format_args!("{}: {why}; {instead}", words.display()))
}

fn run(options: &Options) -> anyhow::Result<()> {
    let store = match &options.data {
        Some(path) => {
            Store::open(path).with_context(|| format!("cannot use {}", path.display()))?
        }
        None => Store::default(),
    };
    let limits = Limits::default();
    let app = Arc::new(App {
        store,
        collected_bytes: limits.collected_bytes,
        files: Files {
            uploads: open_uploads(options)?,
            lists: options.lists,
            root: open(&options.root)?,
        },
    });
    server::serve(listen(&options.address)?, limits, app);
    Ok(())
}

fn open(directory: &Path) -> anyhow::Result<Dir> {
    open_root(directory).with_context(|| format!("cannot serve {}", directory.display()))
}

/// Below the root its files would have a second path, without the sandbox.
fn open_uploads(options: &Options) -> anyhow::Result<Option<Dir>> {
    let Some(uploads) = &options.uploads else { return Ok(None) };
    let (directory, root) = (open(uploads)?, &options.root);
    let is_below = uploads.canonicalize()?.starts_with(root.canonicalize()?);
    let (uploads, root) = (uploads.display(), root.display());
    ensure!(!is_below, "{uploads} is below {root}; give uploads a directory that is not");
    Ok(Some(directory))
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
