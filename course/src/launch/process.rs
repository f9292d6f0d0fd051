//! A child process with its output, ended when it is dropped.

use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::{Lines, groups};

/// How long to wait before looking again whether a process has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// A process that has just ended may have lines on their way to us; who still has its pipe may have more.
const OUTPUT: Duration = Duration::from_secs(1);

/// A child process with its output; dropping it ends it.
pub struct Process {
    child: Child,
    group: bool,
    is_ended: bool,
    stdout: Arc<Lines>,
    stderr: Arc<Lines>,
}

impl Process {
    /// Starts a command and collects its output. With `group`, everything it starts ends with it,
    /// also when this program is interrupted.
    pub(super) fn start(command: &mut Command, group: bool) -> Result<Process> {
        let program = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child =
            if group { groups::spawn(command) } else { command.spawn().map_err(Into::into) };
        let mut child = child.with_context(|| format!("cannot start {program}"))?;
        let stdout = Lines::collect(child.stdout.take().expect("it is piped"))?;
        let stderr = Lines::collect(child.stderr.take().expect("it is piped"))?;
        Ok(Process { child, group, is_ended: false, stdout, stderr })
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

    /// Tells it to stop, with SIGTERM.
    ///
    /// Errors: those of the system, which may have no such signal.
    pub fn tell_to_stop(&self) -> io::Result<()> {
        groups::tell_to_stop(&self.child, self.group)
    }

    /// Ends it, whatever it does. Once is enough.
    pub fn end(&mut self) {
        if std::mem::replace(&mut self.is_ended, true) {
            return;
        }
        if self.group {
            groups::end(&mut self.child);
        } else if let Err(e) = self.child.kill() {
            anstream::eprintln!("cannot end process {}: {e}", self.child.id());
        }
        if let Err(e) = self.child.wait() {
            anstream::eprintln!("cannot wait for process {}: {e}", self.child.id());
        }
    }

    /// Everything it has written, standard output first.
    pub fn output(&self) -> String {
        self.stdout.wait_end(OUTPUT);
        self.stderr.wait_end(OUTPUT);
        let mut lines = self.stdout.all();
        lines.extend(self.stderr.all());
        lines.join("\n")
    }

    /// What it has written since [`Process::forget_output`] on standard error, or else on standard output.
    pub fn last_words(&self) -> Vec<String> {
        let both = [&self.stderr, &self.stdout].map(|lines| {
            lines.wait_end(OUTPUT);
            lines.all()
        });
        both.into_iter().find(|lines| !lines.is_empty()).unwrap_or_default()
    }

    /// Forgets everything that it has written so far.
    pub fn forget_output(&self) {
        self.stdout.forget();
        self.stderr.forget();
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
        self.end();
    }
}
