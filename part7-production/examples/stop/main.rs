//! A stop, watched by its clients: `cargo run -p part7-production --example stop -- docs/img/stop.svg`.
//!
//! Out: what became of five clients, one line each; and in the file that is named, the same as a picture. The server is a
//! process of its own, told to stop by the end of its standard input; with `killed` as a second word it is killed instead.

mod clients;
mod picture;

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use part7_production::app::App;
use part7_production::files::Files;
use part7_production::limits::Limits;
use part7_production::metrics::Metrics;
use part7_production::pool::Pool;
use part7_production::root::open_root;
use part7_production::server::Server;
use part7_production::store::Store;

use crate::clients::{CLIENTS, sentence, visit};

/// The word that makes this program the server.
const SERVE: &str = "serve";

/// When the server is told to stop.
const STOP: Duration = Duration::from_millis(500);

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [SERVE] => serve(),
        [] => watch(None, false),
        [file] => watch(Some(file), false),
        [file, "killed"] => watch(Some(file), true),
        _ => bail!("give a file for the picture, and perhaps the word killed"),
    }
}

/// The server: it stops when its standard input ends, and tells how many connections were cut.
fn serve() -> Result<()> {
    let pool = Pool::start(TcpListener::bind("127.0.0.1:0")?, server()?)?;
    writeln!(io::stdout(), "{}", pool.address())?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    writeln!(io::stdout(), "{}", pool.stop())?;
    Ok(())
}

/// The clients, and what becomes of them.
fn watch(file: Option<&str>, is_killed: bool) -> Result<()> {
    let mut server = Command::new(env::current_exe()?)
        .arg(SERVE)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut said = BufReader::new(server.stdout.take().context("it says nothing")?).lines();
    let address: SocketAddr = said.next().context("it doesn't listen")??.parse()?;
    let began = Instant::now();
    let clients =
        CLIENTS.map(|(name, plan)| thread::spawn(move || visit(address, name, plan, began)));
    thread::sleep(STOP.saturating_sub(began.elapsed()));
    let told = began.elapsed();
    if is_killed {
        server.kill()?;
    }
    // This ends its standard input as well.
    server.wait()?;
    let stopped = began.elapsed();
    let mut lanes = Vec::new();
    for (client, (name, _)) in clients.into_iter().zip(CLIENTS) {
        lanes.push((name, client.join().map_err(|_| anyhow!("{name} panicked"))??));
    }
    let end = if is_killed { "killed" } else { "told to stop" };
    let mut lines = format!("the server      +{:.3}s {end}\n", told.as_secs_f64());
    for (name, (events, text)) in &lanes {
        writeln!(lines, "{name:15} {}", sentence(events, text))?;
    }
    if let Some(cut) = said.next() {
        let (at, cut) = (stopped.as_secs_f64(), cut?);
        writeln!(lines, "the server      +{at:.3}s has stopped, {cut} cut")?;
    }
    io::stdout().write_all(lines.as_bytes())?;
    let lanes: Vec<_> = lanes.iter().map(|(name, (events, _))| (*name, &events[..])).collect();
    let stopped = (!is_killed).then_some(stopped);
    file.map_or(Ok(()), |file| {
        fs::write(file, picture::draw(&lanes, told, stopped)?).with_context(|| file.to_owned())
    })
}

fn server() -> Result<Server> {
    let limits = Limits::default();
    let root = open_root(&Path::new(env!("CARGO_MANIFEST_DIR")).join("public"))?;
    let files = Files { root, uploads: None, lists: false };
    let collected_bytes = limits.collected_bytes;
    let app = App { store: Store::default(), files, collected_bytes, metrics: Metrics::default() };
    Ok(Server::new(limits, app, None, None))
}
