//! The learner's companion: raw connections, strict reading of replies, running servers, checks.

pub mod changes;
pub mod escape;
pub mod launch;
pub mod lesson;
pub mod reply;
pub mod wire;
