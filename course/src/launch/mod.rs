//! Builds the course's servers, starts them or anybody else's, and ends what it started.
//!
//! A chapter's server listens on a free port and tells it on its first line; a foreign command gets
//! `ADDR` and `PORT` in its environment and is ready when it accepts. Every wait has a deadline.

mod build;
#[cfg_attr(unix, path = "groups_unix.rs")]
#[cfg_attr(not(unix), path = "groups_other.rs")]
mod groups;
mod lines;
mod process;
mod server;

pub use build::{Binaries, build, build_packages, workspace, workspace_binaries};
pub use lines::Lines;
pub use process::Process;
pub use server::{Foreign, Server};
