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

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

/// How long a server may take to answer. One that is misjudged, because the machine was busy, gets another try with more.
const PATIENCE: [Duration; 3] =
    [Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(20)];

/// What is wrong, if it still is with the most patience.
fn with_patience<T>(wrong: impl Fn(Duration) -> Option<T>) -> Option<T> {
    let [little, more, most] = PATIENCE;
    wrong(little).and_then(|_| wrong(more)).and_then(|_| wrong(most))
}

/// Holds that nothing is wrong with any row. So many are tried at the same time.
fn assert_all_right<T: Sync>(
    rows: &[T],
    at_once: usize,
    wrong: impl Fn(&T, Duration) -> Option<String> + Sync,
) {
    let rows = Mutex::new(rows.iter());
    let all_wrong = Mutex::new(Vec::new());
    let next = || rows.lock().expect("no panic").next();
    let work = || {
        while let Some(row) = next() {
            let told = with_patience(|patience| wrong(row, patience));
            all_wrong.lock().expect("no panic").extend(told);
        }
    };
    thread::scope(|scope| (0..at_once).for_each(|_| drop(scope.spawn(work))));
    let all_wrong = all_wrong.into_inner().expect("no panic");
    assert!(all_wrong.is_empty(), "{}", all_wrong.join("\n"));
}
