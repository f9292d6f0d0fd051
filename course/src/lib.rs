//! The learner's companion: raw connections, strict reading of replies, running servers, checks.

pub mod answers;
pub mod changes;
pub mod checks;
pub mod diagnose;
pub mod escape;
pub mod judge;
pub mod launch;
pub mod lesson;
pub mod manifest;
pub mod matrix;
pub mod own;
pub mod replay;
pub mod reply;
pub mod request;
pub mod run;
pub mod schedule;
pub mod selection;
pub mod subject;
pub mod svg;
pub mod term;
pub mod transcript;
pub mod waiting;
pub mod wire;
