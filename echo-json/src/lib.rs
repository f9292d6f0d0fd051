//! Framing without HTTP: a stream has no messages until somebody frames them.
//!
//! `raw` shows the stream as it is. The rest is what every stream server needs: addresses, sockets,
//! threads, deadlines, limits.

pub mod address;
pub mod cli;
pub mod limits;
pub mod listener;
pub mod raw;
pub mod server;
pub mod transport;
#[cfg(unix)]
mod unix;
