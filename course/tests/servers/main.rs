//! The checks against servers of every kind: one without fault, one for each fault, and those that a command starts.

#[cfg(unix)]
#[path = "../alive/mod.rs"]
mod alive;
mod bytes;
mod check;
mod diagnosis;
mod faulty;
mod lines;
mod spoiled;

use std::time::Duration;

/// How long a server may take to answer. One that is misjudged, because the machine was busy, gets another try with more.
const PATIENCE: [Duration; 3] =
    [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(20)];

/// What is wrong, if it still is with the most patience.
fn with_patience<T>(wrong: impl Fn(Duration) -> Option<T>) -> Option<T> {
    let [little, more, most] = PATIENCE;
    wrong(little).and_then(|_| wrong(more)).and_then(|_| wrong(most))
}
