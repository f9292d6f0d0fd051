//! The same echo over datagrams: message boundaries are free, delivery is not.

pub mod cli;
pub mod client;
pub mod server;
