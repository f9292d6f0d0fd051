//! The strictness table as data: what a client sends, and what the server makes of it.
//!
//! Each refused row ends at the byte that makes it wrong, so a parser that waits for more is caught.
//! Targets are neither `/` nor `/echo`: for those the running server shows what it understood.

mod body;
mod field_lines;
mod framing;
mod limits;
mod request_line;
mod target;

use part3_parser::error::HttpError;

pub use body::rows as body;
pub use field_lines::rows as field_lines;
pub use framing::rows as framing;
pub use limits::rows as limits;
pub use request_line::rows as request_line;
pub use target::rows as target;

/// One row.
pub struct Row {
    /// What is special about it.
    pub name: String,
    /// What the client sends.
    pub bytes: Vec<u8>,
    /// What comes of it.
    pub expected: Expected,
}

/// What comes of a row.
pub enum Expected {
    /// These requests, as `feed::shown` writes them.
    Served(Vec<String>),
    /// This status, for this reason.
    Refused(u16, HttpError),
}

fn served(name: impl Into<String>, bytes: impl Into<Vec<u8>>, requests: &[&str]) -> Row {
    let requests = requests.iter().map(|text| text.to_string()).collect();
    Row { name: name.into(), bytes: bytes.into(), expected: Expected::Served(requests) }
}

fn refused(
    name: impl Into<String>,
    bytes: impl Into<Vec<u8>>,
    status: u16,
    error: HttpError,
) -> Row {
    let expected = Expected::Refused(status, error);
    Row { name: name.into(), bytes: bytes.into(), expected }
}

/// The whole table.
pub fn all() -> Vec<Row> {
    [request_line(), target(), field_lines(), framing(), body(), limits()]
        .into_iter()
        .flatten()
        .collect()
}
