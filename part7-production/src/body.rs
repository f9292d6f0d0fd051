//! How far a body has been read (RFC 9112 §7.1).
//!
//! In: its framing, then the bytes behind the head. Out: how many of the next bytes are data, and the
//! end. It refuses to keep the data.

use crate::buffer::RecvBuffer;
use crate::error::HttpError;
use crate::framing::Framing;
use crate::head::{is_field_value, without_crlf};
use crate::limits::Limits;

/// What comes next of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The next so many unread bytes are data.
    Data(usize),
    /// The last chunk is over: the trailer section comes next.
    Trailers,
    /// The body is over.
    End,
}

/// Reads one body.
#[derive(Debug)]
pub struct BodyReader {
    state: State,
    /// How much longer the body may become, in bytes.
    body_left: u64,
    /// How many more bytes of chunk extensions there may be.
    extensions_left: usize,
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// So many bytes of a body with a length are left.
    Length(u64),
    /// The line with the size of a chunk comes next.
    ChunkSize,
    /// So many bytes of a chunk's data are left, then CRLF.
    ChunkData(u64),
    /// The last chunk is over.
    LastChunk,
}

impl BodyReader {
    /// Errors: `BodyTooLarge` if the length that was declared is over the limit.
    pub fn new(framing: Framing, limits: &Limits) -> Result<BodyReader, HttpError> {
        let state = match framing {
            Framing::Length(length) if length > limits.body_bytes => {
                return Err(HttpError::BodyTooLarge);
            }
            Framing::Length(length) => State::Length(length),
            Framing::Chunked => State::ChunkSize,
        };
        Ok(BodyReader {
            state,
            body_left: limits.body_bytes,
            extensions_left: limits.chunk_extension_bytes,
        })
    }

    /// Says what comes next; `None` until more bytes have come. Data stays in the buffer until it is
    /// consumed there, and `consumed` has been told.
    ///
    /// Errors: `BadChunkSize`, `BadChunkEnd`, `BareLf`, `BareCr`, `ControlByte`, `TooManyExtensions`,
    /// `BodyTooLarge`.
    pub fn next_part(&mut self, buffer: &mut RecvBuffer) -> Result<Option<Part>, HttpError> {
        loop {
            match self.state {
                State::Length(0) => return Ok(Some(Part::End)),
                State::Length(left) => return Ok(data(left, buffer)),
                State::ChunkSize => match self.chunk_size(buffer)? {
                    None => return Ok(None),
                    Some(0) => self.state = State::LastChunk,
                    Some(size) => self.state = State::ChunkData(size),
                },
                State::ChunkData(0) => match chunk_end(buffer)? {
                    None => return Ok(None),
                    Some(()) => self.state = State::ChunkSize,
                },
                State::ChunkData(left) => return Ok(data(left, buffer)),
                State::LastChunk => return Ok(Some(Part::Trailers)),
            }
        }
    }

    /// `n` bytes of the data were consumed.
    pub fn consumed(&mut self, n: usize) {
        if let State::Length(left) | State::ChunkData(left) = &mut self.state {
            *left = left.checked_sub(n as u64).expect("only data that was announced is consumed");
        }
    }

    /// Takes a chunk-size line and counts it against the limits (RFC 9112 §7.1).
    fn chunk_size(&mut self, buffer: &mut RecvBuffer) -> Result<Option<u64>, HttpError> {
        let longest = (MAX_SIZE_DIGITS + "\r\n".len()).saturating_add(self.extensions_left);
        let line = buffer.take_line(longest).map_err(|_| HttpError::TooManyExtensions)?;
        let Some(line) = line else { return Ok(None) };
        let (size, extension_bytes) = chunk_line(without_crlf(line)?)?;
        self.extensions_left = self
            .extensions_left
            .checked_sub(extension_bytes)
            .ok_or(HttpError::TooManyExtensions)?;
        self.body_left = self.body_left.checked_sub(size).ok_or(HttpError::BodyTooLarge)?;
        Ok(Some(size))
    }
}

/// A `u64` has no more digits than this.
const MAX_SIZE_DIGITS: usize = 16;

fn data(left: u64, buffer: &RecvBuffer) -> Option<Part> {
    let here = buffer.unread().len().min(usize::try_from(left).unwrap_or(usize::MAX));
    (here > 0).then_some(Part::Data(here))
}

/// The size of a chunk, and how many bytes its extensions take. Extensions are skipped, as RFC 9112
/// §7.1.1 says of those that are not understood; we understand none.
fn chunk_line(line: &[u8]) -> Result<(u64, usize), HttpError> {
    let digits = line.iter().position(|byte| !byte.is_ascii_hexdigit()).unwrap_or(line.len());
    let (digits, extensions) = line.split_at(digits);
    if line.contains(&b'\r') {
        return Err(HttpError::BareCr);
    }
    let starts_well = extensions.is_empty() || extensions.trim_ascii_start().starts_with(b";");
    if digits.is_empty() || digits.len() > MAX_SIZE_DIGITS || !starts_well {
        return Err(HttpError::BadChunkSize);
    }
    if !is_field_value(extensions) {
        return Err(HttpError::ControlByte);
    }
    let size = digits.iter().fold(0, |size, digit| size << 4 | u64::from(hex_value(*digit)));
    Ok((size, extensions.len()))
}

fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

/// Takes the CRLF behind a chunk's data.
fn chunk_end(buffer: &mut RecvBuffer) -> Result<Option<()>, HttpError> {
    match buffer.take_line("\r\n".len()) {
        Ok(None) => Ok(None),
        Ok(Some(b"\r\n")) => Ok(Some(())),
        Ok(Some(b"\n")) => Err(HttpError::BareLf),
        Ok(Some(_)) | Err(_) => Err(HttpError::BadChunkEnd),
    }
}
