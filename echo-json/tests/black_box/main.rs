//! The programs of this crate, run as a learner runs them and talked to over sockets.

mod batches;
mod buffer;
mod client;
mod deadlines;
mod json;
mod length;
#[cfg(target_os = "linux")]
mod nagle;
mod program;
mod raw;
mod slow;
mod start;
#[cfg(unix)]
mod unix;
mod wire;
