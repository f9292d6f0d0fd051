//! The table of causes.

mod application;
mod connection;
mod death;
mod files;
mod json_lines;
mod production;
mod request;
mod stream;
mod whole;

use super::Cause;

/// What spoils every answer, and what spoils some.
const ALWAYS: [&[Cause]; 3] = [death::CAUSES, application::CAUSES, whole::CAUSES];
const SOME: [&[Cause]; 8] = [
    death::CAUSES,
    application::CAUSES,
    stream::CAUSES,
    request::CAUSES,
    connection::CAUSES,
    files::CAUSES,
    production::CAUSES,
    json_lines::CAUSES,
];

/// All causes.
pub fn all() -> impl Iterator<Item = &'static Cause> + Clone {
    whole::CAUSES.iter().chain(considered(false))
}

/// Those to consider, in this order: the causes that spoil every answer if even the plainest request fails, or else
/// the others.
pub fn considered(plain_fails: bool) -> impl Iterator<Item = &'static Cause> + Clone {
    let tables = if plain_fails { &ALWAYS[..] } else { &SOME[..] };
    tables.iter().copied().flatten()
}
