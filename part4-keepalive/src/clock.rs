//! The time, read once each time the driver wakes up.
//!
//! Out: an instant for deadlines and a date for responses. The date is formatted once a second, not
//! once a response.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The time as it was when it was last read.
#[derive(Debug, Clone)]
pub struct Now {
    /// For deadlines: never goes backwards.
    pub instant: Instant,
    /// For the Date field: an IMF-fixdate (RFC 9110 §5.6.7).
    pub date: String,
    /// The second that `date` shows, since 1970.
    second: u64,
}

impl Now {
    /// Reads the clocks.
    pub fn read() -> Now {
        let time = time();
        Now {
            instant: Instant::now(),
            date: httpdate::fmt_http_date(time),
            second: second_of(time),
        }
    }

    /// Reads the clocks again.
    pub fn update(&mut self) {
        self.instant = Instant::now();
        let time = time();
        let second = second_of(time);
        if second != self.second {
            self.second = second;
            self.date = httpdate::fmt_http_date(time);
        }
    }
}

/// A clock set before 1970 is wrong, and no reason to stop.
fn time() -> SystemTime {
    SystemTime::now().max(UNIX_EPOCH)
}

fn second_of(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
