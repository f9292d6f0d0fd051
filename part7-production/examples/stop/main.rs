//! A stop, watched by its clients: `cargo run -p part7-production --example stop -- docs/img/stop.svg`.
//!
//! Out: what became of five clients, one line each; and in the file that is named, the same as a picture. The server is told to
//! stop by a call, as `main.rs` does when a signal has come.

mod picture;

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use part7_production::app::App;
use part7_production::files::Files;
use part7_production::limits::Limits;
use part7_production::metrics::Metrics;
use part7_production::pool::Pool;
use part7_production::root::open_root;
use part7_production::server::Server;
use part7_production::store::Store;

/// When the server is told to stop.
const STOP: Duration = Duration::from_millis(500);

/// When two of the clients send the rest of their requests. The last one connects at the first of these times.
const RESTS: [Duration; 2] = [Duration::from_millis(800), Duration::from_millis(1100)];

/// Each client: its name, and what it sends when.
const CLIENTS: [(&str, &[(Duration, &str)]); 5] = [
    ("silent", &[]),
    ("idle", &[(Duration::ZERO, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")]),
    (
        "half a head",
        &[(Duration::ZERO, "GET /healthz "), (RESTS[0], "HTTP/1.1\r\nHost: a\r\n\r\n")],
    ),
    (
        "half a body",
        &[
            (Duration::ZERO, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello"),
            (RESTS[1], "world"),
        ],
    ),
    (LATE, &[]),
];
const LATE: &str = "too late";

/// What a client saw: when, and what.
pub struct Event {
    /// How long after the beginning.
    pub at: Duration,
    /// What it was.
    pub what: What,
}

/// What may happen to a client.
#[derive(Clone, Copy, PartialEq)]
pub enum What {
    /// It sent something.
    Sent,
    /// Something came.
    Received,
    /// The stream ended.
    End,
    /// It was not let in.
    Refused,
}

fn main() -> Result<()> {
    let pool = Pool::start(TcpListener::bind("127.0.0.1:0")?, server()?)?;
    let address = pool.address();
    let began = Instant::now();
    let clients =
        CLIENTS.map(|(name, plan)| thread::spawn(move || visit(address, name, plan, began)));
    thread::sleep(STOP.saturating_sub(began.elapsed()));
    let told = began.elapsed();
    let cut = pool.stop();
    let stopped = began.elapsed();
    let mut lanes = Vec::new();
    for (client, (name, _)) in clients.into_iter().zip(CLIENTS) {
        lanes.push((name, client.join().map_err(|_| anyhow!("{name} panicked"))??));
    }
    let mut lines = format!("the server      +{:.3}s told to stop\n", told.as_secs_f64());
    for (name, (events, text)) in &lanes {
        writeln!(lines, "{name:15} {}", sentence(events, text))?;
    }
    writeln!(lines, "the server      +{:.3}s has stopped, {cut} cut", stopped.as_secs_f64())?;
    io::stdout().write_all(lines.as_bytes())?;
    if let Some(file) = env::args_os().nth(1) {
        let lanes: Vec<_> = lanes.iter().map(|(name, (events, _))| (*name, &events[..])).collect();
        fs::write(&file, picture::draw(&lanes, told, stopped)?)
            .with_context(|| Path::new(&file).display().to_string())?;
    }
    Ok(())
}

fn server() -> Result<Server> {
    let limits = Limits::default();
    let root = open_root(&Path::new(env!("CARGO_MANIFEST_DIR")).join("public"))?;
    let files = Files { root, uploads: None, lists: false };
    let collected_bytes = limits.collected_bytes;
    let app = App { store: Store::default(), files, collected_bytes, metrics: Metrics::default() };
    Ok(Server::new(limits, app, None, None))
}

/// One client from its connect to the end of its stream: what it saw, and all that it received.
fn visit(
    address: SocketAddr,
    name: &str,
    plan: &[(Duration, &str)],
    began: Instant,
) -> io::Result<(Vec<Event>, String)> {
    let mut events = Vec::new();
    let mut text = String::new();
    if name == LATE {
        thread::sleep(RESTS[0].saturating_sub(began.elapsed()));
    }
    let Ok(mut stream) = TcpStream::connect(address) else {
        return Ok((vec![Event { at: began.elapsed(), what: What::Refused }], text));
    };
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    for (at, words) in plan {
        thread::sleep(at.saturating_sub(began.elapsed()));
        stream.write_all(words.as_bytes())?;
        events.push(Event { at: began.elapsed(), what: What::Sent });
    }
    let mut buffer = [0; 4096];
    loop {
        let n = stream.read(&mut buffer)?;
        let what = if n == 0 { What::End } else { What::Received };
        events.push(Event { at: began.elapsed(), what });
        if n == 0 {
            return Ok((events, text));
        }
        text += &String::from_utf8_lossy(&buffer[..n]);
    }
}

/// What became of it, in words.
fn sentence(events: &[Event], text: &str) -> String {
    let mut sentence = String::new();
    let mut tell = |at: Duration, what: &str| {
        let gap = if sentence.is_empty() { "" } else { ", " };
        sentence += &format!("{gap}+{:.3}s {what}", at.as_secs_f64());
    };
    let answer = match text.contains("Connection: close") {
        true => "the answer, with Connection: close",
        false => "the answer",
    };
    for (event, next) in events.iter().zip(events.iter().skip(1).map(Some).chain([None])) {
        match event.what {
            What::Refused => tell(event.at, "refused"),
            What::End => tell(event.at, "the end"),
            What::Sent => tell(event.at, "sent"),
            What::Received if next.is_some_and(|next| next.what == What::Received) => {}
            What::Received => tell(event.at, answer),
        }
    }
    sentence
}
