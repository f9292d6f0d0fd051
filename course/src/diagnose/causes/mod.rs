//! The table of causes.

mod connection;
mod json_lines;
mod request;
mod stream;
mod whole;

use super::Cause;

const TABLES: [&[Cause]; 5] =
    [whole::CAUSES, stream::CAUSES, request::CAUSES, connection::CAUSES, json_lines::CAUSES];

/// All causes in the order in which they are considered: first what spoils every answer, then what spoils some.
pub fn all() -> impl Iterator<Item = &'static Cause> + Clone {
    TABLES.into_iter().flatten()
}

/// Those to consider: if even the plainest request fails, only what spoils every answer can be told.
pub fn considered(plain_fails: bool) -> impl Iterator<Item = &'static Cause> + Clone {
    TABLES.into_iter().take(if plain_fails { 1 } else { TABLES.len() }).flatten()
}
