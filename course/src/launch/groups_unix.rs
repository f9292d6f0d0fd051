//! A process group of its own for each foreign server: a terminal's Ctrl-C doesn't reach it,
//! so we pass it on.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill, killpg};
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

pub fn spawn(command: &mut Command) -> Result<Child> {
    static HANDLER: OnceLock<std::result::Result<(), ctrlc::Error>> = OnceLock::new();
    let interrupted = || {
        let running = running();
        running.iter().for_each(|group| signal(*group, Signal::SIGKILL));
        std::process::exit(130);
    };
    let handler = HANDLER.get_or_init(|| ctrlc::set_handler(interrupted));
    handler.as_ref().context("cannot handle Ctrl-C")?;
    // Locked until the group is known: who is interrupted in between must not leave it behind.
    let mut running = running();
    let child = command.process_group(0).spawn()?;
    running.push(pid(&child));
    Ok(child)
}

/// Tells a process to stop, as whoever runs servers does; with `group` also what it has started.
pub fn tell_to_stop(child: &Child, group: bool) -> io::Result<()> {
    let told =
        if group { killpg(pid(child), Signal::SIGTERM) } else { kill(pid(child), Signal::SIGTERM) };
    told.map_err(io::Error::from)
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
