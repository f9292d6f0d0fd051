//! Whether processes live, told by a named pipe that they hold open: it ends with the last of them.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::Command;
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// Longest wait for a process to begin or to end.
const LONG: Duration = Duration::from_secs(60);

/// A named pipe for the processes of a test.
pub struct Alive {
    directory: TempDir,
    lines: Receiver<String>,
}

impl Alive {
    pub fn new() -> Alive {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("alive");
        let made = Command::new("mkfifo").arg(&path).status().expect("mkfifo is there");
        assert!(made.success(), "{made}");
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            // Waits until the first process opens the other end.
            let pipe = BufReader::new(File::open(path).expect("it was made"));
            pipe.lines().map_while(Result::ok).for_each(|line| drop(sender.send(line)));
        });
        Alive { directory, lines }
    }

    /// For a shell: it and everything that it starts from now on count.
    pub fn tell(&self) -> String {
        format!("exec 3>{}; echo begun >&3", self.directory.path().join("alive").display())
    }

    /// Waits for the beginning.
    #[track_caller]
    pub fn begins(&self) {
        assert_eq!(self.lines.recv_timeout(LONG).as_deref(), Ok("begun"));
    }

    /// Waits for the end of the last process.
    #[track_caller]
    pub fn ends(&self) {
        let ended = Err(mpsc::RecvTimeoutError::Disconnected);
        assert_eq!(self.lines.recv_timeout(LONG), ended, "something still runs");
    }
}
