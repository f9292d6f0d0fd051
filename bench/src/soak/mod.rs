//! Good, slow, broken and vanishing clients together, for minutes; then what is left of the servers.

mod clients;
mod http;
mod json;
mod watch;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use clap::Args;

use crate::machine::Machine;
use crate::programs::{COURSE, Program, build};
use crate::server::Server;
use crate::soak::clients::{Count, Protocol};
use crate::soak::watch::Watch;

/// How long.
#[derive(Args)]
pub struct Options {
    /// Minutes with clients
    #[arg(long, default_value_t = 5.0)]
    minutes: f64,
}

/// When all clients are gone, every deadline of a server is over after this: it waits 5 s for a further
/// request, then reads for twice 2 s what may still come.
const AFTERMATH: Duration = Duration::from_secs(20);

/// Runs both servers with their clients.
///
/// Errors: a good request without its answer; threads, descriptors or memory that don't come back.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let built = build(COURSE, &["part4-keepalive", "echo-json"])?;
    Machine::look(&[]).print();
    let time = Duration::from_secs_f64(options.minutes * 60.0);
    let part4 = Program::built("part4-keepalive", "part4-keepalive", &built)?;
    let json = Program::built("echo-json", "echo-json", &built)?;
    let complaints = thread::scope(|scope| {
        let part4 = scope.spawn(|| soak(&part4, &http::PROTOCOL, time));
        let json = scope.spawn(|| soak(&json, &json::PROTOCOL, time));
        let join = |server: thread::ScopedJoinHandle<'_, anyhow::Result<Vec<String>>>| {
            server.join().unwrap_or_else(|_| bail!("a thread panicked"))
        };
        anyhow::Ok([join(part4)?, join(json)?].concat())
    })?;
    ensure!(complaints.is_empty(), "{}", complaints.join("; "));
    Ok(())
}

/// Says what is wrong afterwards, which should be nothing.
fn soak(program: &Program, protocol: &Protocol, time: Duration) -> anyhow::Result<Vec<String>> {
    let server = Server::start(program)?;
    let clients = protocol.clients();
    let (is_over, count) = (AtomicBool::new(false), Count::default());
    let mut watch = Watch::begin(&server)?;
    thread::scope(|scope| {
        for client in &clients {
            scope.spawn(|| client.run(server.address, &is_over, &count));
        }
        let end = Instant::now() + time;
        while Instant::now() < end {
            thread::sleep(Duration::from_millis(500).min(time / 20));
            watch.look(&server);
        }
        is_over.store(true, Ordering::Relaxed);
    });
    watch.wait_until_back(&server, AFTERMATH);
    let mut complaints = count.complaints();
    complaints.extend(watch.complaints());
    println!("## {}\n\n{count}\n{watch}", program.name);
    Ok(complaints.iter().map(|complaint| format!("{}: {complaint}", program.name)).collect())
}
