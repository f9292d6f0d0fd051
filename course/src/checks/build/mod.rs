//! Short ways to write a check down.

mod check;
mod exchange;
mod request;
mod want;

pub use check::*;
pub use exchange::*;
pub use request::*;
pub use want::*;
