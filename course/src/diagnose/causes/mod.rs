//! The table of causes.

mod connection;
mod json_lines;
mod request;
mod stream;
mod whole;

use super::Cause;

/// All causes in the order in which they are considered: first what spoils every answer, then what spoils some.
pub fn all() -> impl Iterator<Item = &'static Cause> + Clone {
    let tables =
        [whole::CAUSES, stream::CAUSES, request::CAUSES, connection::CAUSES, json_lines::CAUSES];
    tables.into_iter().flatten()
}
