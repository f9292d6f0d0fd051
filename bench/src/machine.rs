//! What the figures depend on: the machine, its cores, the versions of everything that took part.

use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::{fs, thread};

use serde::{Deserialize, Serialize};

/// The core of every server, and the core of what drives it.
pub const SERVER_CORE: &str = "0";
/// See `SERVER_CORE`.
pub const CLIENT_CORE: &str = "1";

/// A description for whoever reads the figures later.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Machine {
    /// One line each.
    pub lines: Vec<String>,
}

impl Machine {
    /// Looks at this one. `tools`: commands that print their version.
    pub fn look(tools: &[(&str, &str)]) -> Machine {
        let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
        let mut lines = vec![format!("{}, {cores} cores", processor())];
        let mut tools = tools.to_vec();
        tools.insert(0, ("uname", "-sr"));
        tools.push(("rustc", "--version"));
        lines.extend(tools.iter().filter_map(|(program, argument)| first_line(program, argument)));
        lines.push(match can_pin() {
            true => "server on one core, generator on another".into(),
            false => "not pinned to cores: no taskset, or a single core".into(),
        });
        Machine { lines }
    }

    /// Prints it as a Markdown list.
    pub fn print(&self) {
        for line in &self.lines {
            println!("- {line}");
        }
        println!();
    }
}

/// A command that stays on one core where that can be had.
pub fn pinned(core: &str, program: &str) -> Command {
    if !can_pin() {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", core, program]);
    command
}

/// Keeps what drives a server from this thread on one core, where that can be had.
pub fn pin_this_thread(core: &str) -> anyhow::Result<()> {
    if can_pin() {
        let id = std::process::id().to_string();
        let status =
            Command::new("taskset").args(["-cp", core, &id]).stdout(Stdio::null()).status();
        anyhow::ensure!(status?.success(), "taskset cannot pin this process");
    }
    Ok(())
}

/// Whether a program is installed.
pub fn has(program: &str, argument: &str) -> bool {
    first_line(program, argument).is_some()
}

/// Raises the limit of open files as far as everybody may.
#[cfg(unix)]
pub fn allow_many_descriptors() -> anyhow::Result<()> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limits = getrlimit(Resource::Nofile);
    limits.current = limits.maximum;
    Ok(setrlimit(Resource::Nofile, limits)?)
}

/// There is no such limit.
#[cfg(not(unix))]
pub fn allow_many_descriptors() -> anyhow::Result<()> {
    Ok(())
}

fn can_pin() -> bool {
    // Asked once: a process that is pinned itself sees one core.
    static CAN_PIN: LazyLock<bool> = LazyLock::new(|| {
        let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
        cores > 1 && has("taskset", "--version")
    });
    *CAN_PIN
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or("unknown processor".into(), |(_, name)| name.into())
}

/// wrk and nginx print their version on standard error, wrk with a failure.
fn first_line(program: &str, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().ok()?;
    let text = [output.stdout, output.stderr].concat();
    let line = String::from_utf8_lossy(&text).lines().next()?.trim().to_owned();
    let is_named = line.contains(program) || program == "uname";
    Some(if is_named { line } else { format!("{program} {line}") })
}
