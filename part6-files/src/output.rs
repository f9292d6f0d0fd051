//! Bytes that wait to be written, and room for more.
//!
//! In: answers, and pieces of content that are read straight into the room. Out: a slice to write. It
//! refuses to know what the bytes mean.

/// What waits stands in `bytes[start..end]`. Behind that is room: it keeps its bytes from one piece of
/// content to the next, so that it isn't zeroed anew for each.
#[derive(Debug, Default)]
pub struct Output {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Output {
    /// The bytes that wait.
    pub fn waiting(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// Whether a write took some of it and left the rest.
    pub fn is_leaving(&self) -> bool {
        self.start > 0
    }

    /// Appends what `write` does.
    pub fn append(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        self.bytes.truncate(self.end);
        write(&mut self.bytes);
        self.end = self.bytes.len();
    }

    /// Room for `n` bytes behind those that wait. They count once `filled` is told.
    pub fn room(&mut self, n: usize) -> &mut [u8] {
        let needed = self.end + n;
        if self.bytes.len() < needed {
            self.bytes.resize(needed, 0);
        }
        &mut self.bytes[self.end..needed]
    }

    /// The first `n` bytes of the room now hold content.
    pub fn filled(&mut self, n: usize) {
        self.end += n;
    }

    /// The first `n` bytes of the room now hold content, to be sent as a chunk (RFC 9112 §7.1).
    pub fn filled_chunk(&mut self, n: usize) {
        // How long the chunk is turns out when it is there: it moves up by the length of its size.
        let size = format!("{n:x}\r\n");
        self.bytes.splice(self.end..self.end, size.bytes());
        self.end += size.len() + n;
        self.append(|bytes| bytes.extend_from_slice(b"\r\n"));
    }

    /// Takes note that `n` bytes were written.
    pub fn wrote(&mut self, n: usize) {
        self.start += n;
        if self.start == self.end {
            self.start = 0;
            self.end = 0;
        }
    }

    /// Gives back the memory beyond `n` bytes, as far as nothing waits in it.
    pub fn shrink_to(&mut self, n: usize) {
        self.bytes.truncate(self.end);
        self.bytes.shrink_to(n);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_leave_in_order_however_they_are_written() {
        for step in 1..40 {
            let (mut output, mut written) = (Output::default(), Vec::new());
            output.append(|bytes| bytes.extend_from_slice(b"head|"));
            for piece in [&b"one"[..], b"", b"two and more"] {
                output.room(20)[..piece.len()].copy_from_slice(piece);
                output.filled(piece.len());
                let n = step.min(output.waiting().len());
                written.extend_from_slice(&output.waiting()[..n]);
                output.wrote(n);
            }
            output.room(20)[..4].copy_from_slice(b"tail");
            output.filled_chunk(4);
            written.extend_from_slice(output.waiting());
            assert_eq!(written.escape_ascii().to_string(), "head|onetwo and more4\\r\\ntail\\r\\n");
        }
    }
}
