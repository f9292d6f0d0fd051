//! Output of a process, line by line.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

/// Most lines of output that are kept; the oldest go first.
const KEPT_LINES: usize = 10_000;

/// Longest line of output that is kept whole, in bytes; the rest becomes another line.
const LINE_BYTES: usize = 8 << 10;

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

impl Kept {
    fn find(&self, text: &str) -> Option<&String> {
        self.lines.iter().find(|line| line.contains(text))
    }
}

impl Lines {
    /// Waits for a line that contains a text, from the beginning of what is kept; `None` when it
    /// doesn't come in time.
    pub fn wait_for(&self, text: &str, within: Duration) -> Option<String> {
        drop(self.wait(within, |kept| kept.find(text).is_some()));
        self.find(text)
    }

    /// The first of the kept lines that contains a text.
    pub fn find(&self, text: &str) -> Option<String> {
        self.lock().find(text).cloned()
    }

    /// How many of the kept lines contain a text.
    pub fn count(&self, text: &str) -> usize {
        self.lock().lines.iter().filter(|l| l.contains(text)).count()
    }

    /// All lines that are kept.
    pub fn all(&self) -> Vec<String> {
        self.lock().lines.iter().cloned().collect()
    }

    pub(super) fn forget(&self) {
        self.lock().lines.clear();
    }

    pub(super) fn wait_end(&self, within: Duration) {
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

    pub(super) fn collect(mut from: impl Read + Send + 'static) -> io::Result<Arc<Lines>> {
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
