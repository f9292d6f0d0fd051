//! Part 3: an incremental HTTP/1.1 parser.
//!
//! The answer goes out as soon as the request is whole, however its bytes were cut; then the
//! connection closes. What is still wrong: one request per connection, no deadlines, no `100
//! Continue`, the whole body in memory.

pub mod app;
pub mod body;
pub mod buffer;
pub mod error;
pub mod framing;
pub mod head;
pub mod limits;
pub mod message;
pub mod parser;
pub mod response;
pub mod section;
pub mod server;
pub mod status;
pub mod target;
