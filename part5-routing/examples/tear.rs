//! Cuts bytes off the end of a file, as a kill in the middle of a write leaves it.

use std::env;
use std::fs::File;

use anyhow::{Context, bail};

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    let [path, bytes] = &words[..] else { bail!("give a file, and how many bytes it loses") };
    let bytes: u64 = bytes.parse().with_context(|| bytes.clone())?;
    let file = File::options().write(true).open(path).with_context(|| path.clone())?;
    let length = file.metadata()?.len();
    let left = length.checked_sub(bytes).with_context(|| format!("it has only {length} bytes"))?;
    file.set_len(left)?;
    println!("{path} had {length} bytes, and has {left}");
    Ok(())
}
