//! The other side: sends a message, waits for its answer.
//!
//! In: messages. Out: answers, each within a deadline. It uses the framing and the buffer of the server.

use std::io;
use std::time::Duration;

use crate::address::Address;
use crate::buffer::RecvBuffer;
use crate::frame::Framing;
use crate::limits::Limits;
use crate::transport::Stream;

/// Longest wait for the server, at each step.
const WAIT: Duration = Duration::from_secs(10);

/// A connection to a server.
pub struct Client {
    stream: Stream,
    framing: Framing,
    input: RecvBuffer,
}

impl Client {
    /// Connects.
    pub fn connect(address: &Address, framing: Framing) -> io::Result<Client> {
        let stream = Stream::connect(address, WAIT)?;
        stream.set_nodelay(true)?;
        Ok(Client { stream, framing, input: RecvBuffer::default() })
    }

    /// Sends a message and returns its answer.
    ///
    /// Errors: `InvalidInput` for a message that the framing can't carry; `UnexpectedEof` when the
    /// server ends the stream; `TimedOut`.
    pub fn ask(&mut self, message: &[u8]) -> io::Result<Vec<u8>> {
        if self.framing == Framing::Lines && message.contains(&b'\n') {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a line cannot contain a newline; try --framing length",
            ));
        }
        let mut output = Vec::new();
        self.framing.put(&mut output, |output| output.extend_from_slice(message));
        let sent = self.stream.write_all(&output, WAIT);
        // A server that refuses a long message answers before it has read all of it.
        self.answer().or_else(|error| sent.and(Err(error)))
    }

    fn answer(&mut self) -> io::Result<Vec<u8>> {
        // An echo is a little longer than what it echoes.
        let max = 2 * Limits::default().message_bytes;
        let mut chunk = [0; 8 * 1024];
        loop {
            let frame =
                self.framing.next(&mut self.input, max).map_err(|_| io::ErrorKind::InvalidData)?;
            if let Some(frame) = frame {
                let answer = self.input.unread()[frame.message].to_vec();
                self.input.consume(frame.length);
                return Ok(answer);
            }
            match self.stream.read(&mut chunk, WAIT)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => self.input.push(&chunk[..n]),
            }
        }
    }
}
