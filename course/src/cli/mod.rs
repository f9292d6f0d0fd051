//! The commands, one file each: arguments in, text on standard output and an exit code out.

use course::term;

pub mod check;
pub mod contents;
pub mod diff;
mod json;
mod live;
pub mod matrix;
pub mod mistyped;
pub mod new;
mod patience;
mod report;
pub mod send;
mod talk;
