//! What a running process has used, as Linux tells it. Elsewhere nothing is known.

use std::fs;
use std::time::Duration;

/// Linux counts processor time in hundredths of a second, whatever the hardware does.
const TICK: Duration = Duration::from_millis(10);

/// What a process uses now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Processor time so far, in the program and in the kernel.
    pub cpu: Duration,
    /// Memory in use, in KiB.
    pub rss_kib: u64,
    /// The most it ever was, in KiB.
    pub peak_kib: u64,
    /// Threads.
    pub threads: u64,
    /// Open descriptors.
    pub descriptors: u64,
}

/// `None` where there is no `/proc`, or no such process.
pub fn usage(id: u32) -> Option<Usage> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name may hold spaces and parentheses; nothing after it does.
    let fields: Vec<_> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let ticks = fields.get(11)?.parse::<u32>().ok()? + fields.get(12)?.parse::<u32>().ok()?;
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let number = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().next()?.parse().ok()
    };
    Some(Usage {
        cpu: TICK * ticks,
        rss_kib: number("VmRSS:")?,
        peak_kib: number("VmHWM:")?,
        threads: number("Threads:")?,
        descriptors: fs::read_dir(format!("/proc/{id}/fd")).ok()?.count() as u64,
    })
}
