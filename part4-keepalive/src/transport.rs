//! A socket whose reads and writes end at a deadline.
//!
//! In: a stream, bytes, deadlines. Out: how many bytes went, or that the time is over. It refuses to
//! know what the bytes mean.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// How far the time-out of the socket may be off. Setting it costs a system call; this way a request
/// on a connection in use costs none.
const SLACK: Duration = Duration::from_millis(10);

/// A stream, and the time-outs that were last set on it.
#[derive(Debug)]
pub struct Transport {
    stream: TcpStream,
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
}

impl Transport {
    /// Takes over a connection.
    pub fn new(stream: TcpStream) -> io::Result<Transport> {
        // Nagle's algorithm holds a small write back until the one before it is acknowledged, and the
        // client may take 40 ms to acknowledge. Ours are whole answers: nothing to wait for.
        stream.set_nodelay(true)?;
        Ok(Transport { stream, read_timeout: None, write_timeout: None })
    }

    /// Reads what there is; 0 at the end of the stream; `None` if nothing came before the deadline.
    pub fn read(&mut self, buffer: &mut [u8], deadline: Instant) -> io::Result<Option<usize>> {
        let Some(left) = time_left(deadline) else { return Ok(None) };
        if is_off(self.read_timeout, left) {
            self.stream.set_read_timeout(Some(left))?;
            self.read_timeout = Some(left);
        }
        in_time(self.stream.read(buffer))
    }

    /// Writes what the socket takes; `None` if it took nothing before the deadline.
    pub fn write(&mut self, bytes: &[u8], deadline: Instant) -> io::Result<Option<usize>> {
        let Some(left) = time_left(deadline) else { return Ok(None) };
        if is_off(self.write_timeout, left) {
            self.stream.set_write_timeout(Some(left))?;
            self.write_timeout = Some(left);
        }
        in_time(self.stream.write(bytes))
    }

    /// Tells the client that nothing more comes; it can still send.
    pub fn half_close(&mut self) -> io::Result<()> {
        self.stream.shutdown(Shutdown::Write)
    }
}

/// `None` if the deadline has passed: a time-out of zero would mean to wait for ever.
fn time_left(deadline: Instant) -> Option<Duration> {
    deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
}

fn is_off(timeout: Option<Duration>, left: Duration) -> bool {
    timeout.is_none_or(|timeout| timeout.abs_diff(left) > SLACK)
}

fn in_time(result: io::Result<usize>) -> io::Result<Option<usize>> {
    match result {
        Ok(n) => Ok(Some(n)),
        // A time-out is WouldBlock on Unix and TimedOut on Windows; a signal interrupts.
        Err(error) => match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => Ok(None),
            _ => Err(error),
        },
    }
}
