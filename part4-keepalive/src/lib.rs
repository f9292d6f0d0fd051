//! Part 4: persistent connections, pipelining, deadlines.
//!
//! A connection carries any number of requests, and every wait on it ends. What is still wrong: every
//! path is answered by one function, a body is held in memory, nobody counts the connections, and nothing
//! ends the server but Ctrl-C.

pub mod action;
pub mod app;
pub mod body;
pub mod buffer;
pub mod clock;
pub mod connection;
pub mod error;
pub mod exchange;
pub mod framing;
pub mod head;
pub mod limits;
pub mod message;
pub mod parser;
pub mod phase;
pub mod response;
pub mod section;
pub mod server;
pub mod status;
pub mod target;
pub mod transport;
