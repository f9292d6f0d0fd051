//! The programs of this crate, run as a learner runs them and talked to over sockets.

mod client;
mod program;
mod server;
