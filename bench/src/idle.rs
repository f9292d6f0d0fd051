//! Memory for each connection that says nothing, and whether it is still answered afterwards.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Args;

use crate::Rounds;
use crate::machine::Machine;
use crate::programs::{BENCH, COURSE, Program, build, nginx, node};
use crate::server::Server;
use crate::table::{LIMIT, memory, thousands};

/// Which servers, how many connections.
#[derive(Args)]
pub struct Options {
    /// Connections at a time
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000])]
    connections: Vec<usize>,
    /// Only these servers, besides the limit
    #[arg(long, value_delimiter = ',', value_parser = SERVERS)]
    only: Vec<String>,
}

const SERVERS: [&str; 5] = [LIMIT, "part4-keepalive", "hyper", "node", "nginx"];

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

/// No answer takes this long.
const PATIENCE: Duration = Duration::from_secs(10);

/// Prints a line for each server, count, and kind of silence.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let programs = programs(options)?;
    Machine::look(&[("node", "--version"), ("nginx", "-v")]).print();
    println!("| server | connections | that | KiB for each | in all | threads | answered then |");
    println!("|---|--:|---|--:|--:|--:|--:|");
    for &count in &options.connections {
        for has_spoken in [false, true] {
            for program in &programs {
                turn(program, count, has_spoken)
                    .with_context(|| format!("{}, {count} connections", program.name))?;
            }
        }
    }
    Ok(())
}

fn programs(options: &Options) -> anyhow::Result<Vec<Program>> {
    let mut built = build(COURSE, &["part4-keepalive"])?;
    built.extend(build(BENCH, &["peer-limit", "peer-hyper"])?);
    let limit = Program::built(LIMIT, "peer-limit", &built)?;
    let others = [
        Some(Program::built("part4-keepalive", "part4-keepalive", &built)?),
        Some(Program::built("hyper", "peer-hyper", &built)?),
        node("node", "http.mjs"),
        nginx(),
    ];
    let wants = |program: &Program| Rounds::wants(&options.only, program.name);
    Ok([limit].into_iter().chain(others.into_iter().flatten().filter(wants)).collect())
}

fn turn(program: &Program, count: usize, has_spoken: bool) -> anyhow::Result<()> {
    let server = Server::start(program)?;
    let before = server.usage().context("no /proc here: memory is not known")?;
    let connect = |_| {
        let stream = TcpStream::connect(server.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(stream)
    };
    let mut streams: Vec<_> = (0..count).map(connect).collect::<anyhow::Result<_>>()?;
    // Connections are accepted in order: once the last one is answered, all are.
    ensure!(is_answered(streams.last_mut().context("none at all")?), "not answered");
    if has_spoken {
        ensure!(streams.iter_mut().all(is_answered), "not all answered");
    }
    let during = settled(&server)?;
    let answered =
        streams.iter_mut().filter_map(|stream| is_answered(stream).then_some(())).count();
    let kib = during.rss_kib.saturating_sub(before.rss_kib) as f64;
    println!(
        "| {} | {} | {} | {:.1} | {} | {} | {} |",
        program.name,
        thousands(count as f64),
        if has_spoken { "were answered" } else { "never spoke" },
        kib / count as f64,
        memory(during.rss_kib as f64),
        during.threads,
        thousands(answered as f64),
    );
    Ok(())
}

/// What the server uses once that no longer changes.
fn settled(server: &Server) -> anyhow::Result<crate::process::Usage> {
    let end = Instant::now() + PATIENCE;
    let mut last = server.usage();
    loop {
        thread::sleep(Duration::from_millis(200));
        let now = server.usage();
        let is_settled = now.zip(last).is_some_and(|(now, last)| now.rss_kib == last.rss_kib);
        if is_settled || Instant::now() > end {
            return now.context("the server is gone");
        }
        last = now;
    }
}

/// Whether a request gets its answer; a connection that was closed doesn't.
fn is_answered(stream: &mut TcpStream) -> bool {
    let mut answer = Vec::new();
    let mut chunk = [0; 1024];
    if stream.write_all(REQUEST).is_err() {
        return false;
    }
    while !answer.ends_with(b"Hello, World!") {
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return false,
            Ok(n) => answer.extend_from_slice(&chunk[..n]),
        }
    }
    true
}
