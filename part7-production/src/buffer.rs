//! Bytes received and not yet consumed, and how far they were searched for the end of a line.
//!
//! In: what each read brought. Out: lines, or any number of bytes. It knows LF and a maximum, and
//! refuses to know what a line means: no CR, no HTTP, no JSON, no socket.

use memchr::memchr;

/// The line is longer than the caller allows. Nothing was consumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineTooLong;

/// A growing buffer that is filled at the back and consumed at the front.
///
/// It keeps whatever it is given: whoever fills it stops reading while it holds enough.
#[derive(Debug, Default)]
pub struct RecvBuffer {
    bytes: Vec<u8>,
    /// Everything before this index is consumed.
    start: usize,
    /// The line that was last asked for has no LF before this index. A line that comes byte by byte
    /// is searched once this way, and not once per byte.
    scanned: usize,
}

impl RecvBuffer {
    /// Appends what a read brought.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.start);
        self.scanned = self.scanned.saturating_sub(self.start);
        self.start = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The bytes that were pushed and not consumed.
    pub fn unread(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Drops the first `n` unread bytes; panics if there are fewer.
    pub fn consume(&mut self, n: usize) {
        assert!(n <= self.unread().len(), "only bytes that are there can be consumed");
        self.start += n;
    }

    /// Consumes the next line and returns it with its LF; `None` until its LF has come.
    ///
    /// `max`: longest line allowed, in bytes, LF included.
    /// Errors: `LineTooLong` as soon as `max` bytes hold no LF.
    pub fn take_line(&mut self, max: usize) -> Result<Option<&[u8]>, LineTooLong> {
        let Some(len) = self.line_len(0, max)? else { return Ok(None) };
        self.start += len;
        Ok(Some(&self.bytes[self.start - len..self.start]))
    }

    /// Length, LF included, of the line that begins `from` bytes into `unread`, without consuming it.
    ///
    /// Several lines can be looked at in a row this way, each behind the one before, and be consumed
    /// together. `max` and errors are those of `take_line`.
    pub fn line_len(&mut self, from: usize, max: usize) -> Result<Option<usize>, LineTooLong> {
        let line = self.start + from;
        let search = self.scanned.max(line);
        let end = self.bytes.len().min(line.saturating_add(max)).max(search);
        match memchr(b'\n', &self.bytes[search..end]) {
            Some(at) => {
                self.scanned = search + at;
                Ok(Some(self.scanned + 1 - line))
            }
            None if end - line >= max => Err(LineTooLong),
            None => {
                self.scanned = end;
                Ok(None)
            }
        }
    }

    /// Gives the memory back if nothing is unread.
    pub fn release(&mut self) {
        if self.unread().is_empty() {
            *self = RecvBuffer::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LineTooLong, RecvBuffer};

    /// Pushes each piece and takes every line there is after it.
    #[track_caller]
    fn check(pieces: &[&[u8]], max: usize, expected: Result<&[&str], LineTooLong>, rest: &[u8]) {
        let mut buffer = RecvBuffer::default();
        let mut lines = Vec::new();
        let mut result = Ok(());
        'pieces: for piece in pieces {
            buffer.push(piece);
            loop {
                match buffer.take_line(max) {
                    Ok(Some(line)) => lines.push(String::from_utf8_lossy(line).into_owned()),
                    Ok(None) => break,
                    Err(error) => {
                        result = Err(error);
                        break 'pieces;
                    }
                }
            }
        }
        assert_eq!(
            result.map(|()| lines),
            expected.map(|l| l.iter().map(|l| l.to_string()).collect())
        );
        assert_eq!(buffer.unread(), rest);
    }

    #[test]
    fn lines_come_out_however_the_bytes_are_cut() {
        let whole = b"one\n\ntwo\r\nrest";
        let expected: &[&str] = &["one\n", "\n", "two\r\n"];
        check(&[whole], 16, Ok(expected), b"rest");
        for cut in 0..=whole.len() {
            check(&[&whole[..cut], &whole[cut..]], 16, Ok(expected), b"rest");
        }
        check(&whole.chunks(1).collect::<Vec<_>>(), 16, Ok(expected), b"rest");
    }

    #[test]
    fn a_line_may_be_as_long_as_the_maximum_and_no_longer() {
        check(&[b"123\n"], 4, Ok(&["123\n"]), b"");
        check(&[b"1234\n"], 4, Err(LineTooLong), b"1234\n");
        check(&[b"123", b"4"], 4, Err(LineTooLong), b"1234");
        check(&[b"\n"], 0, Err(LineTooLong), b"\n");
    }

    #[test]
    fn lines_can_be_looked_at_in_a_row_and_consumed_together() {
        let mut buffer = RecvBuffer::default();
        buffer.push(b"one\ntwo\nthr");
        assert_eq!(buffer.line_len(0, 9), Ok(Some(4)));
        assert_eq!(buffer.line_len(0, 9), Ok(Some(4)));
        assert_eq!(buffer.line_len(4, 9), Ok(Some(4)));
        assert_eq!(buffer.line_len(8, 9), Ok(None));
        buffer.push(b"ee\n");
        assert_eq!(buffer.line_len(8, 9), Ok(Some(6)));
        buffer.consume(14);
        assert_eq!(buffer.unread(), b"");
    }

    #[test]
    fn released_memory_is_gone_and_unread_bytes_are_not() {
        let mut buffer = RecvBuffer::default();
        buffer.push(b"one\ntwo");
        assert_eq!(buffer.take_line(9), Ok(Some(&b"one\n"[..])));
        buffer.release();
        assert_eq!(buffer.unread(), b"two");
        buffer.consume(3);
        buffer.release();
        assert_eq!(buffer.bytes.capacity(), 0);
    }
}
