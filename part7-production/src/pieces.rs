//! Content that is made of texts of ours and spans of a file.
//!
//! In: a file, and what to take from it. Out: the bytes, one piece after the other. It refuses to hold
//! more of the file than it is asked for, and to go past the end of a span.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;

/// A piece of content.
#[derive(Debug)]
pub enum Piece {
    /// These bytes.
    Text(Cursor<Vec<u8>>),
    /// The bytes of the file from `start` up to `end`.
    Span(Range<u64>),
}

impl Piece {
    /// How many bytes of it weren't read yet.
    fn left(&self) -> u64 {
        match self {
            Piece::Text(text) => text.get_ref().len() as u64 - text.position(),
            Piece::Span(span) => span.end - span.start,
        }
    }
}

/// The pieces that are left, and their file.
#[derive(Debug)]
pub struct Pieces {
    file: File,
    pieces: VecDeque<Piece>,
}

impl Pieces {
    /// These pieces, one after the other.
    pub fn new(file: File, pieces: impl IntoIterator<Item = Piece>) -> Pieces {
        Pieces { file, pieces: pieces.into_iter().collect() }
    }

    /// How many bytes are left.
    pub fn left(&self) -> u64 {
        self.pieces.iter().map(Piece::left).sum()
    }
}

impl Read for Pieces {
    /// Errors: `UnexpectedEof` if the file has become too short for its spans.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.pieces.front().is_some_and(|piece| piece.left() == 0) {
            self.pieces.pop_front();
        }
        match self.pieces.front_mut() {
            None => Ok(0),
            Some(Piece::Text(text)) => text.read(buffer),
            Some(Piece::Span(span)) => read_span(&mut self.file, span, buffer),
        }
    }
}

fn read_span(file: &mut File, span: &mut Range<u64>, buffer: &mut [u8]) -> io::Result<usize> {
    file.seek(SeekFrom::Start(span.start))?;
    let n = file.take(span.end - span.start).read(buffer)?;
    if n == 0 && !buffer.is_empty() {
        return Err(io::Error::new(ErrorKind::UnexpectedEof, "the file has become shorter"));
    }
    span.start += n as u64;
    Ok(n)
}
