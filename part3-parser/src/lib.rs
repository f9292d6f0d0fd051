//! Part 3.

pub mod buffer;
