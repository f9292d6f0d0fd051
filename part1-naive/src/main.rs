//! Part 1.

fn main() {}
