//! Part 6: files and streaming.
//!
//! Answers are read while they are sent, uploads are written while they come. What is still wrong: a client
//! that sends or reads a byte a minute keeps its thread, nobody counts the connections, and nothing ends the
//! server but Ctrl-C.

pub mod action;
pub mod app;
pub mod body;
pub mod buffer;
pub mod clock;
pub mod connection;
pub mod content;
pub mod error;
pub mod exchange;
pub mod fault;
pub mod file;
pub mod files;
pub mod framing;
pub mod head;
pub mod incoming;
pub mod journal;
pub mod limits;
pub mod listing;
pub mod message;
pub mod multipart;
pub mod options;
pub mod output;
pub mod page;
pub mod parser;
pub mod phase;
pub mod pieces;
pub mod precondition;
pub mod range;
pub mod response;
pub mod root;
pub mod router;
pub mod section;
pub mod sending;
pub mod server;
pub mod status;
pub mod store;
pub mod target;
pub mod ticks;
pub mod transport;
pub mod upload;
pub mod uri;
pub mod users;
pub mod validators;
