//! Framing without HTTP: a stream has no messages until somebody frames them.
//!
//! `raw` shows the stream as it is; `frame` finds the messages in it, `message` and `app` answer them.
//! The rest is what every stream server needs: addresses, sockets, threads, deadlines, limits.

pub mod address;
pub mod app;
pub mod buffer;
pub mod cli;
pub mod client;
pub mod connection;
pub mod error;
pub mod frame;
pub mod limits;
pub mod listener;
pub mod message;
pub mod number;
pub mod raw;
pub mod server;
pub mod transport;
#[cfg(unix)]
mod unix;
