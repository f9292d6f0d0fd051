//! How much of what a check demands is a MUST of the RFC, and how much is this course's own strictness.

use std::fmt;

use super::Want;

/// How far RFC 9110 and RFC 9112 demand what a check demands.
#[derive(Clone, Debug)]
pub enum Rfc {
    /// Just as much.
    Same,
    /// As much, but a server may also refuse with this status.
    OrRefused(u16),
    /// Less: this much.
    Less(Want),
    /// Not at all: it is the course's own strictness, or advice (SHOULD).
    Nothing,
}

impl Rfc {
    /// One word for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Rfc::Same => "same",
            Rfc::OrRefused(_) | Rfc::Less(_) => "less",
            Rfc::Nothing => "nothing",
        }
    }
}

/// What a list of checks says of it; of [`Rfc::Same`] nothing.
impl fmt::Display for Rfc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rfc::Same => Ok(()),
            Rfc::OrRefused(status) => write!(f, "by the RFC {status} is right, too"),
            Rfc::Less(_) => f.write_str("in part the course's own strictness"),
            Rfc::Nothing => f.write_str("no MUST: the course's own strictness"),
        }
    }
}
