//! Builds the course's servers, starts them or anybody else's, and ends what it started.
//!
//! A chapter's server listens on a free port and tells it on its first line; a foreign command gets
//! `ADDR` and `PORT` in its environment and is ready when it accepts. Every wait has a deadline.

use std::collections::{HashMap, VecDeque};
use std::env;
use std::io::{self, Read};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::lesson::{Course, Lesson};
use crate::wire;

/// Longest time a chapter's server may take to say where it listens.
const START: Duration = Duration::from_secs(10);

/// Most lines of output that are kept; the oldest go first.
const KEPT_LINES: usize = 10_000;

/// Longest line of output that is kept whole, in bytes; the rest becomes another line.
const LINE_BYTES: usize = 8 << 10;

/// The directory of the workspace.
pub fn workspace() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("the crate lies in the workspace")
}

/// The executables of the workspace, by name.
pub type Binaries = HashMap<String, PathBuf>;

/// Builds all programs of the workspace, once per process, and says where they are.
///
/// Errors: the compiler's messages, if something doesn't compile.
pub fn workspace_binaries() -> Result<&'static Binaries> {
    static BUILT: OnceLock<std::result::Result<Binaries, String>> = OnceLock::new();
    let manifest = workspace().join("Cargo.toml");
    let built =
        BUILT.get_or_init(|| build(&manifest, &["--workspace"]).map_err(|e| format!("{e:#}")));
    built.as_ref().map_err(|message| anyhow::anyhow!("{message}"))
}

/// Builds the programs of these chapters and says where they are.
///
/// Errors: the compiler's messages, if something doesn't compile.
pub fn build_packages(course: &Course, chapters: &[Lesson]) -> Result<Binaries> {
    let selection = chapters.iter().flat_map(|chapter| ["-p", chapter.package.as_str()]);
    build(&course.root.join("Cargo.toml"), &selection.collect::<Vec<_>>())
}

/// Builds the programs that `selection` names (such as `["-p", "part3-parser"]`) and says where
/// they are.
///
/// Errors: the compiler's messages, if something doesn't compile.
pub fn build(manifest: &Path, selection: &[&str]) -> Result<Binaries> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--bins", "--message-format=json", "--manifest-path"]);
    command.arg(manifest).args(selection);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let output = command.stdin(Stdio::null()).output().context("cannot run cargo")?;
    let messages = String::from_utf8_lossy(&output.stdout);
    let messages = messages.lines().filter_map(|line| serde_json::from_str(line).ok());
    let messages: Vec<serde_json::Value> = messages.collect();
    if !output.status.success() {
        let rendered = messages.iter().filter_map(|m| m["message"]["rendered"].as_str());
        let rendered: String = rendered.collect();
        let stderr = String::from_utf8_lossy(&output.stderr);
        bail!("it doesn't compile\n{rendered}{stderr}");
    }
    let program = |m: &serde_json::Value| {
        let path = m["executable"].as_str()?;
        Some((m["target"]["name"].as_str()?.to_owned(), PathBuf::from(path)))
    };
    Ok(messages.iter().filter_map(program).collect())
}

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
        command.arg("127.0.0.1:0").args(arguments).envs(variables.iter().copied());
        let process = Process::start(&mut command, false)?;
        let first = process.stdout.wait_for("listening on ", START);
        let first = first
            .with_context(|| format!("it doesn't say where it listens\n{}", process.output()))?;
        let address = first.rsplit(['/', ' ']).next().unwrap_or_default();
        let address = address.parse().with_context(|| format!("no address in {first:?}"))?;
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
        &self.process.stderr
    }

    /// The process.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }
}

/// Somebody else's server, running; dropping it ends it and everything it started.
pub struct Foreign {
    process: Process,
    addresses: Vec<SocketAddr>,
}

impl Foreign {
    /// Starts a command with `ADDR` and `PORT` in its environment and waits until it accepts on
    /// 127.0.0.1 or ::1.
    ///
    /// Errors: it can't be started, it ends (its output is in the message), or it doesn't listen
    /// within the time.
    pub fn start(command_line: &[String], within: Duration) -> Result<Foreign> {
        let [program, arguments @ ..] = command_line else {
            bail!("there is no command to start");
        };
        let port = free_port()?;
        let mut command = Command::new(program);
        command.args(arguments);
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

    fn wait_until_it_accepts(&mut self, port: u16, within: Duration) -> Result<()> {
        let both = wire::resolve(&format!("localhost:{port}"))?;
        let deadline = Instant::now() + within;
        loop {
            // A new listener is no event that another process could wait for: look again and again.
            if let Some(address) = both.iter().find(|a| wire::knock(&[**a]).is_ok()) {
                self.addresses = vec![*address];
                return Ok(());
            }
            if let Some(status) = self.process.exited()? {
                bail!("the server ended before it listened ({status})\n{}", self.process.output());
            }
            ensure!(
                Instant::now() < deadline,
                "nothing listens on port {port} after {} s; the command gets the port as PORT and the \
                 address as ADDR in its environment\n{}",
                within.as_secs(),
                self.process.output()
            );
            thread::sleep(LOOK_AGAIN);
        }
    }
}

/// How long to wait before looking again whether a foreign server accepts or has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A port of 127.0.0.1 that was free a moment ago.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A child process with its output; dropping it ends it.
pub struct Process {
    child: Child,
    group: bool,
    stdout: Arc<Lines>,
    stderr: Arc<Lines>,
}

impl Process {
    /// Starts a command and collects its output. With `group`, everything it starts ends with it,
    /// also when this program is interrupted.
    fn start(command: &mut Command, group: bool) -> Result<Process> {
        let program = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        if group {
            groups::prepare(command)?;
        }
        let mut child = command.spawn().with_context(|| format!("cannot start {program}"))?;
        if group {
            groups::started(&child);
        }
        let stdout = Lines::collect(child.stdout.take().expect("it is piped"))?;
        let stderr = Lines::collect(child.stderr.take().expect("it is piped"))?;
        Ok(Process { child, group, stdout, stderr })
    }

    /// Its number, as the operating system counts.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    pub fn exited(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// How it ends, if it does within this time.
    pub fn ends(&mut self, within: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + within;
        loop {
            match self.child.try_wait() {
                Ok(None) if Instant::now() < deadline => thread::sleep(LOOK_AGAIN),
                ended => return ended.unwrap_or_default(),
            }
        }
    }

    /// Everything it has written, standard output first.
    pub fn output(&self) -> String {
        // A process that has just ended may have lines on their way to us.
        self.stdout.wait_end(Duration::from_millis(200));
        self.stderr.wait_end(Duration::from_millis(200));
        let mut lines = self.stdout.all();
        lines.extend(self.stderr.all());
        lines.join("\n")
    }

    /// Its standard output.
    pub fn stdout(&self) -> &Lines {
        &self.stdout
    }

    /// Its standard error.
    pub fn stderr(&self) -> &Lines {
        &self.stderr
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.group {
            groups::end(&mut self.child);
        } else if let Err(e) = self.child.kill() {
            anstream::eprintln!("cannot end process {}: {e}", self.child.id());
        }
        if let Err(e) = self.child.wait() {
            anstream::eprintln!("cannot wait for process {}: {e}", self.child.id());
        }
    }
}

/// Lines of output as they come; the last ten thousand are kept.
#[derive(Default)]
pub struct Lines {
    kept: Mutex<Kept>,
    changed: Condvar,
}

#[derive(Default)]
struct Kept {
    lines: VecDeque<String>,
    ended: bool,
}

impl Lines {
    /// Waits for a line that contains a text, from the beginning of what is kept; `None` when it
    /// doesn't come in time.
    pub fn wait_for(&self, text: &str, within: Duration) -> Option<String> {
        let found = |kept: &Kept| kept.lines.iter().find(|l| l.contains(text)).cloned();
        let kept = self.wait(within, |kept| found(kept).is_some());
        found(&kept)
    }

    /// How many of the kept lines contain a text.
    pub fn count(&self, text: &str) -> usize {
        self.lock().lines.iter().filter(|l| l.contains(text)).count()
    }

    /// All lines that are kept.
    pub fn all(&self) -> Vec<String> {
        self.lock().lines.iter().cloned().collect()
    }

    fn wait_end(&self, within: Duration) {
        drop(self.wait(within, |_| false));
    }

    fn wait(&self, within: Duration, done: impl Fn(&Kept) -> bool) -> MutexGuard<'_, Kept> {
        let waiting = |kept: &mut Kept| !kept.ended && !done(kept);
        match self.changed.wait_timeout_while(self.lock(), within, waiting) {
            Ok((kept, _)) => kept,
            Err(poisoned) => poisoned.into_inner().0,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(|e| e.into_inner())
    }

    fn collect(mut from: impl Read + Send + 'static) -> io::Result<Arc<Lines>> {
        let lines = Arc::new(Lines::default());
        let collector = Arc::clone(&lines);
        thread::Builder::new().name("output reader".into()).spawn(move || {
            let mut buffer = [0; 4096];
            let mut line = Vec::new();
            // An error on a pipe means the same as its end: nothing more will come.
            while let Ok(n @ 1..) = from.read(&mut buffer) {
                collector.take(&mut line, &buffer[..n]);
            }
            if !line.is_empty() {
                collector.push(&line);
            }
            collector.lock().ended = true;
            collector.changed.notify_all();
        })?;
        Ok(lines)
    }

    fn take(&self, line: &mut Vec<u8>, bytes: &[u8]) {
        for &b in bytes {
            if b != b'\n' {
                line.push(b);
            }
            if b == b'\n' || line.len() == LINE_BYTES {
                self.push(line);
                line.clear();
            }
        }
    }

    fn push(&self, line: &[u8]) {
        let mut kept = self.lock();
        if kept.lines.len() == KEPT_LINES {
            kept.lines.pop_front();
        }
        let text = String::from_utf8_lossy(line);
        kept.lines.push_back(text.trim_end_matches('\r').to_owned());
        self.changed.notify_all();
    }
}

#[cfg(unix)]
mod groups {
    //! A process group of its own for each foreign server: a terminal's Ctrl-C doesn't reach it,
    //! so we pass it on.

    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command};
    use std::sync::{Mutex, MutexGuard, OnceLock};
    use std::thread;
    use std::time::{Duration, Instant};

    use anyhow::{Context, Result};
    use nix::sys::signal::{Signal, killpg};
    use nix::unistd::Pid;

    /// Time between asking to end and ending.
    const GRACE: Duration = Duration::from_millis(500);

    static RUNNING: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

    fn running() -> MutexGuard<'static, Vec<Pid>> {
        RUNNING.lock().unwrap_or_else(|e| e.into_inner())
    }

    fn pid(child: &Child) -> Pid {
        Pid::from_raw(i32::try_from(child.id()).expect("process numbers fit"))
    }

    pub fn prepare(command: &mut Command) -> Result<()> {
        static HANDLER: OnceLock<std::result::Result<(), ctrlc::Error>> = OnceLock::new();
        let interrupted = || {
            running().iter().for_each(|group| signal(*group, Signal::SIGKILL));
            std::process::exit(130);
        };
        let handler = HANDLER.get_or_init(|| ctrlc::set_handler(interrupted));
        handler.as_ref().context("cannot handle Ctrl-C")?;
        command.process_group(0);
        Ok(())
    }

    pub fn started(child: &Child) {
        running().push(pid(child));
    }

    pub fn end(child: &mut Child) {
        let group = pid(child);
        signal(group, Signal::SIGTERM);
        let deadline = Instant::now() + GRACE;
        while matches!(child.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
        signal(group, Signal::SIGKILL);
        running().retain(|other| *other != group);
    }

    /// A group that has already ended is what we wanted.
    fn signal(group: Pid, signal: Signal) {
        if let Err(e) = killpg(group, signal)
            && e != nix::errno::Errno::ESRCH
        {
            anstream::eprintln!("cannot end process group {group}: {e}");
        }
    }
}

#[cfg(not(unix))]
mod groups {
    //! On Windows Ctrl-C reaches every process of the console; a process tree is ended by taskkill.

    use std::process::{Child, Command, Stdio};

    pub fn prepare(_command: &mut Command) -> anyhow::Result<()> {
        Ok(())
    }

    pub fn started(_child: &Child) {}

    pub fn end(child: &mut Child) {
        let id = child.id().to_string();
        let mut taskkill = Command::new("taskkill");
        taskkill.args(["/T", "/F", "/PID", &id]).stdout(Stdio::null()).stderr(Stdio::null());
        if let Err(e) = taskkill.status() {
            anstream::eprintln!("cannot end process {id}: {e}");
        }
    }
}
