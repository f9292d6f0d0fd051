//! The time, read once each time the driver wakes up.
//!
//! Out: an instant for deadlines and a date for responses. The date is formatted once a second, not
//! once a response.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The time as it was when it was last read.
#[derive(Debug, Clone)]
pub struct Now {
    /// For deadlines: never goes backwards.
    pub instant: Instant,
    /// For the Date field: an IMF-fixdate (RFC 9110 §5.6.7).
    pub date: String,
    /// When the next second begins, and `date` has to change.
    next_second: Instant,
}

impl Now {
    /// Reads both clocks.
    pub fn read() -> Now {
        // A clock set before 1970 is wrong, and no reason to stop.
        let time = SystemTime::now().max(UNIX_EPOCH);
        let instant = Instant::now();
        Now {
            instant,
            date: httpdate::fmt_http_date(time),
            next_second: instant + until_next_second(time),
        }
    }

    /// Reads the clock again, and once a second the other one.
    pub fn update(&mut self) {
        self.instant = Instant::now();
        if self.instant >= self.next_second {
            *self = Now::read();
        }
    }
}

fn until_next_second(time: SystemTime) -> Duration {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Duration::from_secs(since.as_secs() + 1) - since
}
