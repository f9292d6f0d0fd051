//! One connection: reads, answers every message that is whole, and writes those answers at once.
//!
//! In: a stream, and how one message is answered. Out: why the connection closes. One read and one
//! write serve a whole batch of messages.

use std::io;
use std::time::Instant;

use crate::app;
use crate::buffer::RecvBuffer;
use crate::error::RequestError;
use crate::frame::{Framing, TooLong};
use crate::limits::Limits;
use crate::transport::Stream;

/// Bytes asked for by one read.
const READ_BYTES: usize = 8 * 1024;

/// Answers messages until the client ends the stream; returns why the connection closes.
///
/// `answer` gets a message and appends its answer to the output. While it works this connection waits,
/// and no other does.
pub fn converse(
    stream: &mut Stream,
    framing: Framing,
    limits: &Limits,
    answer: impl Fn(&[u8], &mut Vec<u8>),
) -> io::Result<String> {
    let mut connection =
        Connection { framing, limits, answer, input: RecvBuffer::default(), answered: 0 };
    let reason = match connection.run(stream) {
        Err(error) if error.kind() == io::ErrorKind::TimedOut => error.to_string(),
        result => result?.to_string(),
    };
    Ok(format!("{reason}; messages answered: {}", connection.answered))
}

struct Connection<'a, A> {
    framing: Framing,
    limits: &'a Limits,
    answer: A,
    input: RecvBuffer,
    answered: u64,
}

/// What to do when the answers so far are written.
enum Next {
    Answer,
    Read,
    Close,
}

impl<A: Fn(&[u8], &mut Vec<u8>)> Connection<'_, A> {
    fn run(&mut self, stream: &mut Stream) -> io::Result<&'static str> {
        let mut chunk = [0; READ_BYTES];
        let mut output = Vec::new();
        let mut last_answer = Instant::now();
        loop {
            let next = self.answer_batch(&mut output);
            let now = Instant::now();
            if !output.is_empty() {
                stream.write_all(&output, self.limits.stall)?;
                output.clear();
                // Bytes are no sign of life, only messages are: a byte a minute would keep us for ever.
                last_answer = now;
            }
            match next {
                Next::Answer => continue,
                Next::Read => {}
                Next::Close => {
                    stream.linger(self.limits.drain_bytes, self.limits.drain_time)?;
                    return Ok("a message was too long");
                }
            }
            // What a long message took is not kept while the client is silent.
            self.input.release();
            output.shrink_to(READ_BYTES);
            let wait = self.limits.idle.saturating_sub(now - last_answer);
            match stream.read(&mut chunk, wait)? {
                0 => break,
                n => self.input.push(&chunk[..n]),
            }
        }
        if !self.framing.may_end(&self.input) {
            let error = match self.framing {
                Framing::Lines => RequestError::NoNewline,
                Framing::Length => RequestError::Incomplete,
            };
            self.refuse(error, &mut output);
            stream.write_all(&output, self.limits.stall)?;
        }
        Ok("the client ended the stream")
    }

    /// Answers what has come whole, until enough answers wait to be written.
    fn answer_batch(&mut self, output: &mut Vec<u8>) -> Next {
        while output.len() < self.limits.batch_bytes {
            match self.framing.next(&mut self.input, self.limits.message_bytes) {
                Ok(Some(frame)) => {
                    let message = &self.input.unread()[frame.message];
                    self.framing.put(output, |output| (self.answer)(message, output));
                    self.input.consume(frame.length);
                    self.answered += 1;
                }
                Ok(None) => return Next::Read,
                Err(TooLong) => {
                    self.refuse(RequestError::TooLong, output);
                    return Next::Close;
                }
            }
        }
        Next::Answer
    }

    fn refuse(&self, error: RequestError, output: &mut Vec<u8>) {
        self.framing.put(output, |output| app::refuse(error, output));
    }
}
