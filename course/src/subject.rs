//! The server under test: one of ours, one that a command starts, or one that runs already.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::judge::Death;
use crate::launch::{self, Foreign, Process, Server};
use crate::lesson::{Course, Lesson};
use crate::own;
use crate::wire;

/// Longest time that a started command may take until it listens; it may have to compile first.
const START: Duration = Duration::from_secs(60);

/// How long a process may take to end after its sockets are closed.
const ENDING: Duration = Duration::from_secs(2);

/// How long to wait before looking again whether a server that was told to stop lets anybody in.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Most lines of a dead server's last words that are shown: the error is among the first, or the last.
const FIRST_WORDS: usize = 20;
const LAST_WORDS: usize = 10;

/// What there is to say when nobody listens.
pub const GONE: &str = "nobody accepts connections any more";

/// A server under test.
pub enum Subject {
    /// A program that listens and speaks as the course's servers do.
    Program {
        /// Where the program lies.
        path: PathBuf,
        /// The running server.
        server: Server,
    },
    /// A command with its arguments.
    Command {
        /// The words of the command.
        words: Vec<String>,
        /// The running server.
        foreign: Foreign,
    },
    /// A server that somebody else started.
    Running {
        /// As it was named.
        named: String,
        /// All addresses that the name stands for.
        addresses: Vec<SocketAddr>,
    },
}

impl Subject {
    /// Starts a program of ours.
    ///
    /// Errors: it doesn't say where it listens.
    pub fn program(path: PathBuf) -> Result<Subject> {
        let server = Server::start_program(&path, &[], &[])?;
        Ok(Subject::Program { path, server })
    }

    /// Builds and starts the server that a part's name alone means: the learner's crate that one stands in, or else
    /// ours.
    ///
    /// Errors: it doesn't compile; it has no program, or several; it doesn't say where it listens.
    pub fn part(course: &Course, lesson: &Lesson) -> Result<Subject> {
        let Some(directory) = own::here(course)? else {
            let manifest = course.root.join("Cargo.toml");
            let mut programs = launch::build(&manifest, &["-p", &lesson.package])?;
            let program = programs.remove(&lesson.package);
            return Subject::program(
                program.with_context(|| format!("{} has no program", lesson.package))?,
            );
        };
        let programs = launch::build(&directory.join("Cargo.toml"), &[])?;
        let named = |(name, _): &(&String, &PathBuf)| directory.ends_with(name);
        match programs.iter().find(named).or(programs.iter().next().filter(|_| programs.len() == 1))
        {
            Some((_, path)) => Subject::program(path.clone()),
            None => anyhow::bail!("which program of {} is the server?", directory.display()),
        }
    }

    /// Starts a command.
    ///
    /// Errors: it can't be started, or doesn't listen.
    pub fn command(words: Vec<String>) -> Result<Subject> {
        let foreign = Foreign::start(&words, &[], START)?;
        Ok(Subject::Command { words, foreign })
    }

    /// Takes a server that runs.
    ///
    /// Errors: the name doesn't resolve, or nobody accepts there.
    pub fn running(named: &str) -> Result<Subject> {
        ensure!(
            !named.starts_with("https:"),
            "the checks speak HTTP without TLS: start the server without its certificate, and name HOST:PORT"
        );
        let named = wire::host_port(named)
            .with_context(|| format!("{named} is no HOST:PORT, such as 127.0.0.1:8080"))?;
        let addresses = wire::resolve(named).with_context(|| format!("cannot find {named}"))?;
        let mut accepting = addresses.clone();
        accepting.retain(|address| wire::knock(&[*address]).is_ok());
        match accepting.is_empty() {
            true => anyhow::bail!(
                "nobody listens on {named}; start one with: cargo run -p part4-keepalive -- {named}"
            ),
            false => Ok(Subject::Running { named: named.to_owned(), addresses: accepting }),
        }
    }

    /// Where it listens.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        match self {
            Subject::Program { server, .. } => vec![server.address()],
            Subject::Command { foreign, .. } => foreign.addresses().to_vec(),
            Subject::Running { addresses, .. } => addresses.clone(),
        }
    }

    /// Whether its process ends within this time; `false` if it is not ours.
    pub fn ends(&mut self, within: Duration) -> bool {
        self.process().is_some_and(|process| process.ends(within).is_some())
    }

    /// How it ended, if it is gone: nobody accepts connections, or its process has ended.
    pub fn death(&mut self) -> Option<Death> {
        let refused = wire::knock(&self.addresses())
            .is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused);
        // A process closes its sockets a moment before it has ended.
        let within = if refused { ENDING } else { Duration::ZERO };
        let ended = |process: &mut Process| Some((process.ends(within)?, process.last_words()));
        match self.process().and_then(ended) {
            Some((status, said)) => {
                Some(Death { how: format!("its process ended ({status})"), said: shortened(said) })
            }
            None => refused.then(|| Death { how: GONE.to_owned(), said: Vec::new() }),
        }
    }

    /// Forgets what it has said so far, so that its last words are about what follows.
    pub fn forget_output(&mut self) {
        if let Some(process) = self.process() {
            process.forget_output();
        }
    }

    fn process(&mut self) -> Option<&mut Process> {
        match self {
            Subject::Program { server, .. } => Some(server.process()),
            Subject::Command { foreign, .. } => Some(foreign.process()),
            Subject::Running { .. } => None,
        }
    }

    /// Ends it if it still runs, and starts it with these variables in its environment, if it was we who had started
    /// it; `false` if not.
    ///
    /// Errors: those of starting.
    pub fn restart(&mut self, variables: &[(&str, &str)]) -> Result<bool> {
        // First: it may have a port of its own.
        if let Some(process) = self.process() {
            process.end();
        }
        match self {
            Subject::Program { path, server } => {
                *server = Server::start_program(path, &[], variables)?;
            }
            Subject::Command { words, foreign } => {
                *foreign = Foreign::start(words, variables, START)?;
            }
            Subject::Running { .. } => return Ok(false),
        }
        Ok(true)
    }

    /// Tells it to stop, and waits until it lets nobody in any more, or for this long.
    ///
    /// Errors: it can't be told.
    pub fn stop(&self, within: Duration) -> io::Result<()> {
        match self {
            Subject::Program { server, .. } => server.running().tell_to_stop()?,
            Subject::Command { foreign, .. } => foreign.running().tell_to_stop()?,
            Subject::Running { .. } => return Err(ErrorKind::Unsupported.into()),
        }
        let deadline = Instant::now() + within;
        // A listener that closes is no event that another process could wait for: look again and again.
        while wire::knock(&self.addresses()).is_ok() && Instant::now() < deadline {
            thread::sleep(LOOK_AGAIN);
        }
        Ok(())
    }
}

/// The first lines and the last ones, where there are many.
fn shortened(mut lines: Vec<String>) -> Vec<String> {
    let left_out = lines.len().saturating_sub(FIRST_WORDS + LAST_WORDS);
    if left_out > 0 {
        let gap = format!("… {left_out} lines left out");
        lines.splice(FIRST_WORDS..FIRST_WORDS + left_out, [gap]);
    }
    lines
}
