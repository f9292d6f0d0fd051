//! Content that takes its time: a line, a while, another line.
//!
//! In: how many lines, and how long between them. Out: a line for each read, once its time has come. So it
//! arrives as it is made, and nobody knows its length before.

use std::io::{self, Cursor, Read};
use std::thread;
use std::time::{Duration, Instant};

/// A clock that ticks so many times.
#[derive(Debug)]
pub struct Ticks {
    number: u32,
    count: u32,
    start: Instant,
    period: Duration,
    line: Cursor<String>,
}

impl Ticks {
    /// The first tick comes at once.
    pub fn new(count: u32, period: Duration) -> Ticks {
        Ticks { number: 0, count, start: Instant::now(), period, line: Cursor::default() }
    }
}

impl Read for Ticks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let is_read = self.line.position() == self.line.get_ref().len() as u64;
        if is_read && self.number < self.count {
            // Reckoned from the start: what writing takes must not add up.
            let at = self.start + self.period * self.number;
            thread::sleep(at.saturating_duration_since(Instant::now()));
            self.number += 1;
            self.line = Cursor::new(format!("tick {} of {}\n", self.number, self.count));
        }
        self.line.read(buffer)
    }
}
