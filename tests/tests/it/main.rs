//! Tests of the whole workspace: one program, so that it links once and all its tests run in parallel.

mod feed;
mod heads;
mod properties;
mod rows;
mod strictness;
