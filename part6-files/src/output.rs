//! Bytes that wait to be written, and room for more.
//!
//! In: answers, and pieces of content that are read straight into the room. Out: a slice to write. It
//! refuses to call content whole when it isn't.

use crate::limits::Limits;
use crate::sending::Sending;

/// Most bytes around the data of a chunk: 16 digits, and two CRLF.
const FRAME_BYTES: usize = 20;

/// What waits stands in `bytes[start..end]`. Behind that is room: it keeps its bytes from one piece of
/// content to the next, so that it isn't zeroed anew for each.
#[derive(Debug)]
pub struct Output {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    /// How the content is framed that is still to be read. No further answer comes before its end.
    sending: Option<Sending>,
    limits: Limits,
}

/// The content ended before as many bytes had come as were announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutShort;

impl Output {
    /// Nothing waits.
    pub fn new(limits: Limits) -> Output {
        Output { bytes: Vec::new(), start: 0, end: 0, sending: None, limits }
    }

    /// The bytes that wait.
    pub fn waiting(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// Whether more answers may wait. Once some of it is written, the rest has to follow.
    pub fn takes_more(&self) -> bool {
        self.sending.is_none() && self.has_room()
    }

    /// Whether content is to be read now. Content that is at hand leaves together with its head; other
    /// content may keep us waiting, and what there is goes out first.
    pub fn wants_content(&self) -> bool {
        self.sending.is_some_and(|sending| {
            self.waiting().is_empty() || sending.is_at_hand() && self.has_room()
        })
    }

    /// Appends what `write` does.
    pub fn append(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        self.bytes.truncate(self.end);
        write(&mut self.bytes);
        self.end = self.bytes.len();
    }

    /// What was appended last is the head of an answer whose content is still to be read.
    pub fn expect_content(&mut self, sending: Sending) {
        self.sending = Some(sending);
    }

    /// Room for the next piece of the content, behind what waits.
    pub fn room(&mut self) -> &mut [u8] {
        let most = self.limits.content_bytes;
        let end = self.end + self.sending.map_or(0, |sending| sending.next_piece(most));
        if self.bytes.len() < end + FRAME_BYTES {
            self.bytes.resize(end + FRAME_BYTES, 0);
        }
        &mut self.bytes[self.end..end]
    }

    /// The first `n` bytes of the room now hold content; 0 is its end.
    ///
    /// Errors: `CutShort` if that is too early.
    pub fn filled(&mut self, n: usize) -> Result<(), CutShort> {
        match &mut self.sending {
            Some(Sending::Length(_)) if n == 0 => return Err(CutShort),
            Some(Sending::Length(left)) => {
                *left -= n as u64;
                self.end += n;
                if *left == 0 {
                    self.sending = None;
                }
            }
            Some(Sending::Chunked) if n > 0 => self.filled_chunk(n),
            Some(Sending::Chunked) => {
                self.append(|bytes| bytes.extend_from_slice(b"0\r\n\r\n"));
                self.sending = None;
            }
            Some(Sending::UntilClose) if n > 0 => self.end += n,
            Some(Sending::UntilClose) | None => self.sending = None,
        }
        Ok(())
    }

    /// No more content will come. Says how it was framed.
    pub fn cut_short(&mut self) -> Option<Sending> {
        self.sending.take()
    }

    /// Takes note that `n` bytes were written.
    pub fn wrote(&mut self, n: usize) {
        self.start += n;
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
            if self.sending.is_none() {
                // One long answer mustn't cost its memory for as long as the connection lasts.
                self.bytes.clear();
                self.bytes.shrink_to(self.limits.output_bytes);
            }
        }
    }

    /// Gives back the memory of what is written.
    pub fn release(&mut self) {
        *self = Output::new(self.limits);
    }

    fn has_room(&self) -> bool {
        self.start == 0 && self.end < self.limits.output_bytes
    }

    /// A chunk (RFC 9112 §7.1). How long it is turns out when it is there: it moves up by the length of its size.
    fn filled_chunk(&mut self, n: usize) {
        let size = format!("{n:x}\r\n");
        let data = self.end + size.len();
        self.bytes.copy_within(self.end..self.end + n, data);
        self.bytes[self.end..data].copy_from_slice(size.as_bytes());
        self.end = data + n + 2;
        self.bytes[data + n..self.end].copy_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_leave_in_order_however_they_are_written() {
        for step in 1..40 {
            let (mut output, mut written) = (Output::new(Limits::default()), Vec::new());
            output.append(|bytes| bytes.extend_from_slice(b"head|"));
            output.expect_content(Sending::Chunked);
            for piece in [&b"one"[..], b"two and more", b""] {
                output.room()[..piece.len()].copy_from_slice(piece);
                assert_eq!(output.filled(piece.len()), Ok(()));
                let n = step.min(output.waiting().len());
                written.extend_from_slice(&output.waiting()[..n]);
                output.wrote(n);
            }
            written.extend_from_slice(output.waiting());
            let expected = b"head|3\r\none\r\nc\r\ntwo and more\r\n0\r\n\r\n";
            assert_eq!(written.escape_ascii().to_string(), expected.escape_ascii().to_string());
        }
    }

    #[test]
    fn the_room_is_not_cleared_from_one_chunk_to_the_next() {
        let mut output = Output::new(Limits::default());
        output.expect_content(Sending::Chunked);
        output.room().fill(b'x');
        assert_eq!(output.filled(3), Ok(()));
        output.wrote(output.waiting().len());
        assert!(!output.room().contains(&0));
    }

    #[test]
    fn content_of_known_length_is_whole_or_cut_short_and_never_longer() {
        let mut output = Output::new(Limits::default());
        output.expect_content(Sending::Length(5));
        assert_eq!((output.room().len(), output.filled(3)), (5, Ok(())));
        assert_eq!((output.room().len(), output.filled(0)), (2, Err(CutShort)));
        assert_eq!((output.filled(2), output.takes_more()), (Ok(()), true));
    }
}
