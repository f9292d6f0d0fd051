//! Options, the log, the parts of the server, signals; then `pool.rs` takes over.

use std::env;
use std::ffi::OsStr;
use std::fmt::Display;
use std::io::{self, Write};
use std::net::{TcpListener, ToSocketAddrs};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, anyhow, bail, ensure};
use cap_std::fs::Dir;
use clap::Parser;
use clap::error::ErrorKind;
use log::{Level, info, warn};
use part7_production::access_log::AccessLog;
use part7_production::app::App;
use part7_production::files::Files;
use part7_production::metrics::Metrics;
use part7_production::options::Options;
use part7_production::pool::Pool;
use part7_production::root::open_root;
use part7_production::server::Server;
use part7_production::store::Store;
use part7_production::{signals, tls};

fn main() -> ExitCode {
    start_log();
    let options = match Options::try_parse() {
        Ok(options) => options,
        Err(error) if error.kind() == ErrorKind::DisplayHelp && env::args_os().len() == 2 => {
            return finish(say(&error.to_string()));
        }
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            return misused("--help stands alone");
        }
        Err(error) => {
            let text = error.to_string();
            let why = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
            return misused(why.replace('\n', " "));
        }
    };
    if let Err(error) = options.address.to_socket_addrs() {
        return misused(error);
    }
    finish(run(&options))
}

fn misused(why: impl Display) -> ExitCode {
    // A variable may be what is wrong. It stands where one writes it: before the arguments.
    let ours = env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PART7_"));
    let ours = ours.map(|(name, value)| [name, value].join(OsStr::new("=")));
    let words: Vec<_> = ours.chain(env::args_os().skip(1)).collect();
    let words = words.join(OsStr::new(" "));
    let instead = "give one HOST:PORT, such as 127.0.0.1:8081, or an option; --help lists them";
    fail(2, format_args!("{}: {why}; {instead}", words.display()))
}

fn run(options: &Options) -> anyhow::Result<()> {
    #[cfg(unix)]
    allow_descriptors(options.limits().connections);
    let server = server(options)?;
    let access_log = server.access_log.clone();
    let told = signals::handle(move || access_log.iter().for_each(|log| log.reopen()))
        .context("cannot handle signals")?;
    let listener = listen(&options.address)?;
    let line = format!("listening on {}://{}", server.limits.scheme, listener.local_addr()?);
    let pool = Pool::start(listener, server).context("cannot start")?;
    say(&line)?;
    told.recv().context("nobody listens to signals any more")?;
    let most = options.limits().finish_time.as_secs();
    info!("stopping: {most} s at most for what is under way, and a second signal ends it now");
    match pool.stop() {
        0 => info!("stopped: all connections are finished"),
        cut => bail!("stopped; connections that were not finished in time: {cut}"),
    }
    Ok(())
}

/// A connection has a socket, and may have a file that it sends or two that it stores. Systems allow 1024
/// descriptors by default, or 256, and more if a process asks.
#[cfg(unix)]
fn allow_descriptors(connections: usize) {
    let wanted = 3 * connections as u64 + 64;
    match rlimit::increase_nofile_limit(wanted) {
        Ok(allowed) if allowed >= wanted => {}
        Ok(allowed) => {
            warn!(
                "only {allowed} descriptors for {connections} connections; give fewer --connections, or raise ulimit -Hn"
            )
        }
        Err(error) => warn!("cannot ask for {wanted} descriptors: {error}"),
    }
}

/// Whatever is wrong with the files is said before anybody can connect.
fn server(options: &Options) -> anyhow::Result<Server> {
    let store = match &options.data {
        Some(path) => {
            Store::open(path).with_context(|| format!("cannot use {}", path.display()))?
        }
        None => Store::default(),
    };
    let files = Files {
        root: open(&options.root())?,
        uploads: open_uploads(options)?,
        lists: !options.no_listing,
    };
    let access_log = match &options.access_log {
        Some(path) => Some(
            AccessLog::open(path.clone())
                .with_context(|| format!("cannot write to {}", path.display()))?,
        ),
        None => None,
    };
    let tls = match (&options.tls_cert, &options.tls_key) {
        (Some(certificate), Some(key)) => Some(tls::config(certificate, key)?),
        _ => None,
    };
    let limits = options.limits();
    let collected_bytes = limits.collected_bytes;
    let app = App { store, files, collected_bytes, metrics: Metrics::default() };
    Ok(Server::new(limits, app, access_log.map(Arc::new), tls))
}

fn open(directory: &Path) -> anyhow::Result<Dir> {
    open_root(directory).with_context(|| format!("cannot serve {}", directory.display()))
}

/// Below the root its files would have a second path, without the sandbox.
fn open_uploads(options: &Options) -> anyhow::Result<Option<Dir>> {
    let Some(uploads) = options.uploads() else { return Ok(None) };
    let (directory, root) = (open(&uploads)?, options.root());
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
    TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => anyhow!(
            "{address} is in use by another program; for a free port: cargo run -p {} -- 127.0.0.1:0",
            env!("CARGO_PKG_NAME")
        ),
        _ => anyhow!("cannot listen on {address}: {error}"),
    })
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
