//! Tests of the whole workspace: one program, so that it links once and all its tests run in parallel.

mod app;
mod client;
mod feed;
mod heads;
mod lessons;
mod part1;
mod part2;
mod properties;
mod rows;
mod sockets;
mod strictness;
