//! Where one message ends and the next begins: lines, or lengths.
//!
//! In: received bytes. Out: whole messages, however the bytes were cut; and the other way round,
//! messages with their frames. It knows no socket and no JSON.

use std::ops::Range;
use std::str::FromStr;

use crate::buffer::{LineTooLong, RecvBuffer};

/// How messages are marked in a stream. Both sides must agree on it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Framing {
    /// Each message is a line, ended by LF or CRLF; blank lines are no messages. A message cannot
    /// contain an LF, which is no loss for JSON: its strings write it as `\n`.
    #[default]
    Lines,
    /// Before each message stands its length in bytes, as four bytes, the highest first. A message
    /// can contain anything.
    Length,
}

/// A whole message at the front of the unread bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Where the message itself stands in the unread bytes.
    pub message: Range<usize>,
    /// Bytes of the message and its frame: what to consume when the message is done with.
    pub length: usize,
}

/// The next message is longer than the receiver allows. Where the one after it begins is then
/// unknown, so the stream is of no more use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLong;

/// Bytes of the length before a message.
const PREFIX: usize = 4;

impl Framing {
    /// Finds the next message; `None` until all of it has come.
    ///
    /// `max`: longest message, in bytes, without its frame; a CR before the LF counts.
    /// Errors: `TooLong` before memory is taken for more than `max` bytes, whatever a length promises.
    pub fn next(self, input: &mut RecvBuffer, max: usize) -> Result<Option<Frame>, TooLong> {
        match self {
            Framing::Lines => next_line(input, max),
            Framing::Length => next_counted(input.unread(), max),
        }
    }

    /// Appends a frame to the output, with the message that `write` appends.
    pub fn put(self, output: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
        match self {
            Framing::Lines => {
                write(output);
                output.push(b'\n');
            }
            Framing::Length => {
                // How long the message is we know when it is written.
                let prefix = output.len()..output.len() + PREFIX;
                output.extend_from_slice(&[0; PREFIX]);
                write(output);
                let length = u32::try_from(output.len() - prefix.end).expect("ours are short");
                output[prefix].copy_from_slice(&length.to_be_bytes());
            }
        }
    }

    /// Whether the stream may end here: it leaves no message unfinished.
    pub fn may_end(self, input: &RecvBuffer) -> bool {
        match self {
            Framing::Lines => is_blank(input.unread()),
            Framing::Length => input.unread().is_empty(),
        }
    }
}

impl FromStr for Framing {
    type Err = &'static str;

    fn from_str(word: &str) -> Result<Framing, &'static str> {
        match word {
            "lines" => Ok(Framing::Lines),
            "length" => Ok(Framing::Length),
            _ => Err("expected lines or length"),
        }
    }
}

fn next_line(input: &mut RecvBuffer, max: usize) -> Result<Option<Frame>, TooLong> {
    while let Some(length) =
        input.line_len(0, max.saturating_add(1)).map_err(|LineTooLong| TooLong)?
    {
        let line = &input.unread()[..length - 1];
        if !is_blank(line) {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            return Ok(Some(Frame { message: 0..line.len(), length }));
        }
        input.consume(length);
    }
    Ok(None)
}

fn next_counted(input: &[u8], max: usize) -> Result<Option<Frame>, TooLong> {
    let Some(prefix) = input.first_chunk::<PREFIX>() else { return Ok(None) };
    let message_length = u32::from_be_bytes(*prefix) as usize;
    if message_length > max {
        return Err(TooLong);
    }
    let length = PREFIX + message_length;
    Ok((input.len() >= length).then_some(Frame { message: PREFIX..length, length }))
}

/// Whether a line holds nothing but what JSON calls whitespace (RFC 8259 §2).
fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| b" \t\r\n".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::{Framing, TooLong};
    use crate::buffer::RecvBuffer;

    /// Pushes each piece, and takes every message there is after it.
    fn receive(
        framing: Framing,
        pieces: &[&[u8]],
        max: usize,
    ) -> (Vec<String>, Result<bool, TooLong>) {
        let mut input = RecvBuffer::default();
        let mut messages = Vec::new();
        for piece in pieces {
            input.push(piece);
            loop {
                match framing.next(&mut input, max) {
                    Ok(Some(frame)) => {
                        messages.push(input.unread()[frame.message].escape_ascii().to_string());
                        input.consume(frame.length);
                    }
                    Ok(None) => break,
                    Err(error) => return (messages, Err(error)),
                }
            }
        }
        (messages, Ok(framing.may_end(&input)))
    }

    /// The same result whole, cut at every byte, and one byte at a time. Here `max` is 8.
    #[track_caller]
    fn check(framing: Framing, stream: &[u8], messages: &[&str], end: Result<bool, TooLong>) {
        let expected = (messages.iter().map(|text| text.to_string()).collect(), end);
        assert_eq!(receive(framing, &[stream], 8), expected);
        for cut in 0..=stream.len() {
            assert_eq!(receive(framing, &[&stream[..cut], &stream[cut..]], 8), expected, "{cut}");
        }
        assert_eq!(receive(framing, &stream.chunks(1).collect::<Vec<_>>(), 8), expected);
    }

    #[test]
    fn lines() {
        let check = |stream, messages, end| check(Framing::Lines, stream, messages, end);
        check(b"", &[], Ok(true));
        check(b"one\ntwo\n", &["one", "two"], Ok(true));
        check(b"one\r\ntwo\r\n", &["one", "two"], Ok(true));
        check(b"\n\r\n \t\none\n\n", &["one"], Ok(true));
        check(b" one \n", &[" one "], Ok(true));
        check(b"\xE2\x82\xAC\n\xFF\n", &["\\xe2\\x82\\xac", "\\xff"], Ok(true));
        check(b"one\ntwo", &["one"], Ok(false));
        check(b"one\n \r", &["one"], Ok(true));
        check(b"12345678\n", &["12345678"], Ok(true));
        check(b"one\n123456789\n", &["one"], Err(TooLong));
        check(b"123456789", &[], Err(TooLong));
        check(b"        ", &[], Ok(true));
    }

    #[test]
    fn lengths() {
        let check = |stream, messages, end| check(Framing::Length, stream, messages, end);
        check(b"", &[], Ok(true));
        check(b"\0\0\0\x03one\0\0\0\x03two", &["one", "two"], Ok(true));
        check(b"\0\0\0\x03\n\0\r", &["\\n\\x00\\r"], Ok(true));
        check(b"\0\0\0\0\0\0\0\x01x", &["", "x"], Ok(true));
        check(b"\0\0\0\x0812345678", &["12345678"], Ok(true));
        check(b"\0\0\0\x01x\0\0\0\x09", &["x"], Err(TooLong));
        check(b"\xFF\xFF\xFF\xFF", &[], Err(TooLong));
        check(b"\0\0\0\x03on", &[], Ok(false));
        check(b"\0\0\0", &[], Ok(false));
    }

    #[test]
    fn a_framing_is_told_by_its_name() {
        assert_eq!("lines".parse(), Ok(Framing::Lines));
        assert_eq!("length".parse(), Ok(Framing::Length));
        assert_eq!("Lines".parse::<Framing>(), Err("expected lines or length"));
        assert!("".parse::<Framing>().is_err());
    }
}
