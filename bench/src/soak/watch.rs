//! What a server uses, from before its first client until after its last.

use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::measure::spread;
use crate::process::Usage;
use crate::server::Server;
use crate::table::memory;

/// All that was seen.
pub struct Watch {
    before: Usage,
    during: Vec<Usage>,
    after: Option<Usage>,
    /// How long it took to come back.
    aftermath: Duration,
}

impl Watch {
    /// Before any client.
    pub fn begin(server: &Server) -> anyhow::Result<Watch> {
        let before = server.usage().context("no /proc here: nothing would be seen")?;
        Ok(Watch { before, during: Vec::new(), after: None, aftermath: Duration::ZERO })
    }

    /// While there are clients.
    pub fn look(&mut self, server: &Server) {
        self.during.extend(server.usage());
    }

    /// Until threads and descriptors are what they were, or it has taken too long.
    pub fn wait_until_back(&mut self, server: &Server, longest: Duration) {
        let start = Instant::now();
        loop {
            self.after = server.usage();
            self.aftermath = start.elapsed();
            if self.is_back() || self.aftermath > longest {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn is_back(&self) -> bool {
        self.after.is_some_and(|after| {
            (after.threads, after.descriptors) == (self.before.threads, self.before.descriptors)
        })
    }

    /// Memory in the second quarter of the time and in the last one: the first one is for warming up.
    fn quarters(&self) -> (f64, f64) {
        let quarter = self.during.len() / 4;
        let median =
            |usages: &[Usage]| spread(usages.iter().map(|it| it.rss_kib as f64).collect()).0;
        (
            median(&self.during[quarter..2 * quarter]),
            median(&self.during[self.during.len() - quarter..]),
        )
    }

    /// What should not be so.
    pub fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        if !self.is_back() {
            complaints.push(format!("before {:?}, afterwards {:?}", self.before, self.after));
        }
        let (early, late) = self.quarters();
        if late > 1.1 * early + 1024.0 {
            complaints.push(format!("memory grew from {} to {}", memory(early), memory(late)));
        }
        complaints
    }
}

impl fmt::Display for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = |what: fn(&Usage) -> u64| self.during.iter().map(what).max().unwrap_or(0);
        let after = |what: fn(&Usage) -> u64| match &self.after {
            Some(after) => what(after).to_string(),
            None => "gone".into(),
        };
        let (early, late) = self.quarters();
        writeln!(f, "| | before | at most | afterwards |\n|---|--:|--:|--:|")?;
        let mut row = |name: &str, what: fn(&Usage) -> u64| {
            writeln!(f, "| {name} | {} | {} | {} |", what(&self.before), most(what), after(what))
        };
        row("threads", |usage| usage.threads)?;
        row("descriptors", |usage| usage.descriptors)?;
        row("memory, KiB", |usage| usage.rss_kib)?;
        writeln!(
            f,
            "\nMemory in the second quarter {}, in the last {}; all back {:.1} s after the last client.",
            memory(early),
            memory(late),
            self.aftermath.as_secs_f64()
        )
    }
}
