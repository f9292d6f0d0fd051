//! Part 7: production.
//!
//! It can be left running: it stops without losing a request, no client keeps its threads for long, it tells what it
//! does, and it speaks TLS. What is still wrong: a thread waits with every connection, so ten thousand are too many, and
//! HTTP/1.1 is all that can be spoken.

pub mod access_log;
pub mod action;
pub mod app;
pub mod body;
pub mod buffer;
pub mod clock;
pub mod connection;
pub mod content;
pub mod door;
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
pub mod lock;
pub mod message;
pub mod metrics;
pub mod multipart;
pub mod options;
pub mod output;
pub mod page;
pub mod parser;
pub mod phase;
pub mod pieces;
pub mod pool;
pub mod precondition;
pub mod range;
pub mod registry;
pub mod response;
pub mod root;
pub mod router;
pub mod section;
pub mod sending;
pub mod server;
pub mod signals;
pub mod status;
pub mod store;
pub mod target;
pub mod ticks;
pub mod tls;
pub mod transport;
pub mod upload;
pub mod uri;
pub mod users;
pub mod validators;
pub mod visit;
