//! Part 5: routes, decoded targets, bodies by type, a store that survives.
//!
//! A request leads to a handler by its method and its path. What is still wrong: a body and an answer
//! are held in memory, nobody counts the connections, and nothing ends the server but Ctrl-C.

pub mod action;
pub mod app;
pub mod body;
pub mod buffer;
pub mod clock;
pub mod connection;
pub mod content;
pub mod error;
pub mod exchange;
pub mod framing;
pub mod head;
pub mod journal;
pub mod limits;
pub mod message;
pub mod options;
pub mod page;
pub mod parser;
pub mod phase;
pub mod response;
pub mod router;
pub mod section;
pub mod server;
pub mod status;
pub mod store;
pub mod target;
pub mod transport;
pub mod uri;
pub mod users;
