//! Programs as a terminal shows them: standard output and standard error in one stream of lines.
//!
//! In: a program and its words. Out: its lines as they come, every wait with a deadline. Dropping a
//! program ends it.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, BufRead, BufReader};
use std::net::{TcpListener, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use course::launch::workspace;

/// A running program.
pub struct Running {
    child: Child,
    incoming: Receiver<String>,
    lines: Vec<String>,
}

impl Running {
    /// Starts a program in the workspace's directory.
    pub fn start(program: &Path, words: &[String]) -> Result<Running> {
        let (from, to) = io::pipe()?;
        let mut command = Command::new(program);
        command.args(words).current_dir(workspace()).stdin(Stdio::null());
        command.stdout(to.try_clone()?).stderr(to);
        command.env("NO_COLOR", "1").env_remove("COLUMNS");
        command.env_remove("RUST_LOG").env_remove("RUST_BACKTRACE");
        let child =
            command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        // The command holds the pipe open too: without this it would never end.
        drop(command);
        let (sender, incoming) = mpsc::channel();
        thread::Builder::new().name("terminal".into()).spawn(move || {
            for line in BufReader::new(from).split(b'\n') {
                // An error on a pipe means the same as its end: nothing more will come.
                let Ok(line) = line else { return };
                let line = String::from_utf8_lossy(&line).trim_end().to_owned();
                if sender.send(line).is_err() {
                    return;
                }
            }
        })?;
        Ok(Running { child, incoming, lines: Vec::new() })
    }

    /// All lines so far, as soon as `enough` of them have come, or after the time.
    pub fn lines_until(
        &mut self,
        within: Duration,
        enough: impl Fn(&[String]) -> bool,
    ) -> &[String] {
        let deadline = Instant::now() + within;
        while !enough(&self.lines) {
            match self.incoming.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => self.lines.push(line),
                Err(_) => break,
            }
        }
        &self.lines
    }

    /// All lines of a program that ends by itself.
    ///
    /// Errors: it doesn't end in time.
    pub fn finish(mut self, within: Duration) -> Result<Vec<String>> {
        let deadline = Instant::now() + within;
        loop {
            match self.incoming.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => self.lines.push(line),
                Err(RecvTimeoutError::Disconnected) => return Ok(std::mem::take(&mut self.lines)),
                Err(RecvTimeoutError::Timeout) => {
                    bail!(
                        "it doesn't end within {} s:\n{}",
                        within.as_secs(),
                        self.lines.join("\n")
                    )
                }
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Err(error) = self.child.kill() {
            eprintln!("cannot end process {}: {error}", self.child.id());
        }
        if let Err(error) = self.child.wait() {
            eprintln!("cannot wait for process {}: {error}", self.child.id());
        }
    }
}

/// A free port with as many digits as the one that the page shows, so that byte counts agree. Each is
/// given away once.
///
/// Errors: after many tries none was free.
pub fn free_port(shown: u16) -> Result<u16> {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    // The system hands out ports from 32768 on to clients.
    let range = if shown < 10_000 { 2_000..10_000 } else { 10_000..32_000 };
    let random = RandomState::new();
    for attempt in 0..1_000_u16 {
        let spread = u16::try_from(random.hash_one(attempt) % 0x1_0000)?;
        let port = range.start + spread % (range.end - range.start);
        let both = (TcpListener::bind(("127.0.0.1", port)), UdpSocket::bind(("127.0.0.1", port)));
        let fresh = GIVEN.lock().unwrap_or_else(PoisonError::into_inner).insert(port);
        if fresh && both.0.is_ok() && both.1.is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port found")
}
