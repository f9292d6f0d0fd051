//! Writes a melody: `cargo run -p part6-files --example melody -- FILE [SECONDS]`.
//!
//! `public/melody.wav` is what it writes. With more seconds the file is one that a browser won't fetch whole
//! before it plays, so that seeking asks for a range. Whole numbers only: the bytes are the same on any machine.

use std::env;
use std::fs::File;
use std::io::{self, BufWriter, Write};

/// Samples in a second; each is a byte.
const RATE: u32 = 8000;

/// Samples in a note.
const NOTE: u32 = RATE / 4;

/// Oscillations in a second.
const MELODY: [u32; 8] = [262, 330, 392, 523, 440, 349, 392, 294];

/// Seconds of the file that is shipped.
pub const SECONDS: u32 = 24;

fn main() -> io::Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    let (path, seconds) = match words.as_slice() {
        [path] => (path, SECONDS),
        [path, seconds] => (path, seconds.parse().map_err(io::Error::other)?),
        _ => return Err(io::Error::other("give the name of a file, and how many seconds")),
    };
    let mut file = BufWriter::new(File::create(path)?);
    write_melody(&mut file, seconds)?;
    file.flush()
}

/// Writes a WAV file: one channel of unsigned bytes.
pub fn write_melody(out: &mut impl Write, seconds: u32) -> io::Result<()> {
    let length = RATE * seconds;
    out.write_all(b"RIFF")?;
    out.write_all(&(36 + length).to_le_bytes())?;
    out.write_all(b"WAVEfmt \x10\0\0\0\x01\0\x01\0")?;
    out.write_all(&RATE.to_le_bytes())?;
    out.write_all(&RATE.to_le_bytes())?;
    out.write_all(b"\x01\0\x08\0data")?;
    out.write_all(&length.to_le_bytes())?;
    (0..length).try_for_each(|n| out.write_all(&[sample(n)]))
}

/// A triangle wave that fades until the next note.
fn sample(n: u32) -> u8 {
    let pitch = MELODY[(n / NOTE) as usize % MELODY.len()];
    let phase = n % NOTE * pitch % RATE;
    let height = phase.min(RATE - phase) * 2;
    let fading = NOTE - n % NOTE;
    let swing = 96 * fading / NOTE;
    (128 - swing / 2 + height * swing / RATE) as u8
}
