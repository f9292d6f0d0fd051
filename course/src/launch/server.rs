//! Servers as processes: ours, which say where they listen, and anybody else's, which are told.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::{Lines, Process, workspace_binaries};
use crate::wire;

/// Longest time a chapter's server may take to say where it listens.
const START: Duration = Duration::from_secs(60);

/// What stands before the address in the line in which a server says where it listens.
const LISTENING: &str = "listening on ";

/// A chapter's server, running; dropping it ends its process.
pub struct Server {
    name: String,
    process: Process,
    address: SocketAddr,
}

impl Server {
    /// Starts a program of the workspace on a free port of 127.0.0.1.
    ///
    /// Errors: it doesn't compile, there is no such program, or it doesn't say where it listens.
    pub fn start(name: &str) -> Result<Server> {
        Server::start_with(name, &[], &[])
    }

    /// Like [`Server::start`], with more arguments and environment variables.
    pub fn start_with(
        name: &str,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<Server> {
        let binaries = workspace_binaries()?;
        let program = binaries.get(name);
        let program =
            program.with_context(|| format!("no program of the workspace is called {name}"))?;
        Server::start_program(program, arguments, variables)
    }

    /// Starts any program that listens and speaks as the course's servers do.
    pub fn start_program(
        program: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<Server> {
        let mut command = Command::new(program);
        command.args(arguments).envs(variables.iter().copied());
        Server::start_command(command)
    }

    /// Starts a command that listens and speaks as the course's servers do, once it is told where.
    pub fn start_command(mut command: Command) -> Result<Server> {
        let process = Process::start(command.arg("127.0.0.1:0"), false)?;
        let first = process.stdout().wait_for(LISTENING, START);
        let first = first
            .with_context(|| format!("it doesn't say where it listens\n{}", process.output()))?;
        let address = said(&first).with_context(|| format!("no address in {first:?}"))?;
        let program = Path::new(command.get_program());
        let name = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Server { name, process, address })
    }

    /// The name of its program.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its log: what it writes on standard error.
    pub fn log(&self) -> &Lines {
        self.process.stderr()
    }

    /// The process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// The process, to tell it something.
    pub fn running(&self) -> &Process {
        &self.process
    }
}

/// Somebody else's server, running; dropping it ends it and everything it started.
pub struct Foreign {
    process: Process,
    addresses: Vec<SocketAddr>,
}

impl Foreign {
    /// Starts a command with `ADDR`, `PORT` and these variables in its environment and waits until it accepts there,
    /// on 127.0.0.1 or ::1, or where it says `listening on http://127.0.0.1:8080`, as a server of the
    /// course does that was given no address.
    ///
    /// Errors: it can't be started, it ends (its output is in the message), or it doesn't listen
    /// within the time.
    pub fn start(
        command_line: &[String],
        variables: &[(&str, &str)],
        within: Duration,
    ) -> Result<Foreign> {
        let [program, arguments @ ..] = command_line else {
            bail!("there is no command to start");
        };
        let port = free_port()?;
        let mut command = Command::new(program);
        command.args(arguments).envs(variables.iter().copied());
        command.env("PORT", port.to_string()).env("ADDR", format!("127.0.0.1:{port}"));
        let process = Process::start(&mut command, true)?;
        let mut foreign = Foreign { process, addresses: Vec::new() };
        foreign.wait_until_it_accepts(port, within)?;
        Ok(foreign)
    }

    /// The addresses that may lead to it; one of them accepts.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// The process, to tell it something.
    pub fn running(&self) -> &Process {
        &self.process
    }

    fn wait_until_it_accepts(&mut self, port: u16, within: Duration) -> Result<()> {
        let both = wire::resolve(&format!("localhost:{port}"))?;
        let deadline = Instant::now() + within;
        loop {
            // A new listener is no event that another process could wait for: look again and again.
            let said = self.process.stdout().find(LISTENING).and_then(|line| said(&line));
            if let Some(address) = both.iter().chain(&said).find(|a| wire::knock(&[**a]).is_ok()) {
                self.addresses = vec![*address];
                return Ok(());
            }
            if let Some(status) = self.process.exited()? {
                let told = format!("({status})\n{}", self.process.output());
                bail!("the server ended before it listened {}", told.trim_end());
            }
            ensure!(
                Instant::now() < deadline,
                "nothing listens on port {port} after {} s; the command gets the port as PORT and the \
                 address as ADDR in its environment; a server that has a port of its own can be started \
                 by hand and checked with --addr HOST:PORT\n{}",
                within.as_secs(),
                self.process.output()
            );
            thread::sleep(LOOK_AGAIN);
        }
    }
}

/// The address at the end of a line such as `listening on http://127.0.0.1:8080`.
fn said(line: &str) -> Option<SocketAddr> {
    line.rsplit(['/', ' ']).next()?.parse().ok()
}

/// How long to wait before looking again whether a foreign server accepts or has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A port of 127.0.0.1 that was free a moment ago.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
