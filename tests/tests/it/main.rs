//! Tests of the whole workspace: one program, so that it links once and all its tests run in parallel.

mod app;
mod client;
mod cost;
mod curl;
mod drain;
mod feed;
mod frame;
mod heads;
mod lessons;
mod matrix;
mod part1;
mod part2;
mod part3;
mod part4;
mod part5;
mod part6;
mod part7;
mod properties;
mod rows;
mod sockets;
mod strictness;
#[cfg(target_os = "linux")]
mod survival;
