//! What tells one version of a file from another: entity tag and date (RFC 9110 §8.8).
//!
//! In: what the system says of an open file. Out: values for `ETag` and `Last-Modified`. It refuses to
//! call a tag strong as long as the file could change once more without a trace.

use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// No file system counts time more coarsely than this. Two changes within one tick of its clock leave the
/// same time behind.
const COARSEST_TICK: Duration = Duration::from_secs(2);

/// The validators of a version of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validators {
    /// The entity tag, in its quotes; `W/` before it as long as it is weak.
    pub etag: String,
    /// When the file was modified, in whole seconds; never in the future.
    pub modified: SystemTime,
}

impl Validators {
    /// The validators of a file with this metadata.
    pub fn of(metadata: &Metadata, now: SystemTime) -> Validators {
        let modified = metadata.modified().unwrap_or(UNIX_EPOCH);
        let (changed, number) = change(metadata, modified);
        let weak = if changed + COARSEST_TICK > now { "W/" } else { "" };
        let changed = since_epoch(changed).as_nanos();
        let etag = format!("{weak}\"{changed:x}-{:x}-{number:x}\"", metadata.len());
        // RFC 9110 §8.8.2.1. And a year of five digits is no date that HTTP can write.
        let modified = since_epoch(modified.min(now)).as_secs();
        let modified = UNIX_EPOCH + Duration::from_secs(modified);
        Validators { etag, modified }
    }

    /// Whether the same validators can't belong to other bytes.
    pub fn is_strong(&self) -> bool {
        !self.etag.starts_with("W/")
    }

    /// The value of `Last-Modified`.
    pub fn last_modified(&self) -> String {
        httpdate::fmt_http_date(self.modified)
    }
}

/// A time before 1970 is a clock's mistake, or a joke.
fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// When the file changed, and its number in the file system. The time of modification can be set at will,
/// and archives do set it; the time of change can't.
#[cfg(unix)]
fn change(metadata: &Metadata, _: SystemTime) -> (SystemTime, u64) {
    use std::os::unix::fs::MetadataExt;
    let seconds = Duration::from_secs(metadata.ctime().try_into().unwrap_or_default());
    let nanoseconds = Duration::from_nanos(metadata.ctime_nsec().try_into().unwrap_or_default());
    (UNIX_EPOCH + seconds + nanoseconds, metadata.ino())
}

/// Other systems don't tell: the time of modification has to do.
#[cfg(not(unix))]
fn change(_: &Metadata, modified: SystemTime) -> (SystemTime, u64) {
    (modified, 0)
}
