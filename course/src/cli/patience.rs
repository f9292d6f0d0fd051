//! A word for whoever waits.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// How long a wait needs no word.
const SILENCE: Duration = Duration::from_secs(3);

/// Starts somebody's server, and says what is waited for if that takes long: it may compile, or it listens on a port of
/// its own choice.
pub fn patiently<T>(start: impl FnOnce() -> T) -> T {
    let (started, is_started) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            if is_started.recv_timeout(SILENCE) == Err(RecvTimeoutError::Timeout) {
                eprintln!(
                    "waiting: the server has to listen on the port that the variable PORT names; one that has a \
                     port of its own can be checked with --addr HOST:PORT"
                );
            }
        });
        let subject = start();
        drop(started);
        subject
    })
}
