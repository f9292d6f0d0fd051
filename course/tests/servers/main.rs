//! The checks against servers of every kind: one without fault, one for each fault, and those that a command starts.

#[cfg(unix)]
#[path = "../alive/mod.rs"]
mod alive;
mod check;
mod diagnosis;
mod faulty;
mod lines;
