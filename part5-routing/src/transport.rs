//! A socket whose reads and writes end at a deadline.
//!
//! In: a stream, bytes, deadlines. Out: how many bytes went, or that the time is over. It refuses to
//! know what the bytes mean. (Windows takes half a second for any time-out that is shorter.)

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

/// A time-out of the socket may fire up to twice this late. Setting it costs a system call; this way a request that
/// comes in one piece, on a connection in use, costs none.
const SLACK: Duration = Duration::from_millis(5);

/// A stream, and the time-outs that were last set on it.
#[derive(Debug)]
pub struct Transport {
    stream: TcpStream,
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
    is_half_closed: bool,
}

impl Transport {
    /// Takes over a connection.
    pub fn new(stream: TcpStream) -> io::Result<Transport> {
        // Nagle's algorithm holds a small write back until the one before it is acknowledged, and the
        // client may take 40 ms to acknowledge. Ours are whole answers: nothing to wait for.
        stream.set_nodelay(true)?;
        Ok(Transport { stream, read_timeout: None, write_timeout: None, is_half_closed: false })
    }

    /// Reads what there is; 0 at the end of the stream; `None` if nothing came before the deadline.
    pub fn read(&mut self, buffer: &mut [u8], deadline: Instant) -> io::Result<Option<usize>> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(None);
        }
        self.set_read_timeout(left)?;
        in_time(self.stream.read(buffer))
    }

    /// Writes what the socket takes; `None` if it took nothing in a quarter of the time until the deadline.
    pub fn write(&mut self, bytes: &[u8], deadline: Instant) -> io::Result<Option<usize>> {
        // What is taken at once is told when the wait for room is over. Told at the deadline it would double the time.
        let left = deadline.saturating_duration_since(Instant::now()) / 4;
        // An answer that took its time to make may come after the deadline. It gets its chance.
        let left = left.max(SLACK);
        if is_off(self.write_timeout, left) {
            self.write_timeout = Some(left + SLACK);
            self.stream.set_write_timeout(self.write_timeout)?;
        }
        in_time(self.stream.write(bytes))
    }

    /// Tells the client that nothing more comes. What it still sends can be read until the deadline.
    pub fn half_close(&mut self, deadline: Instant) -> io::Result<()> {
        self.set_read_timeout(deadline.saturating_duration_since(Instant::now()).max(SLACK))?;
        self.is_half_closed = true;
        self.stream.shutdown(Shutdown::Write)
    }

    fn set_read_timeout(&mut self, left: Duration) -> io::Result<()> {
        // Once both sides are closed, macOS refuses to set anything. So after our close it stays.
        if is_off(self.read_timeout, left) && !self.is_half_closed {
            self.read_timeout = Some(left + SLACK);
            self.stream.set_read_timeout(self.read_timeout)?;
        }
        Ok(())
    }
}

/// Whether a time-out would fire early, or more than twice the slack late.
fn is_off(timeout: Option<Duration>, left: Duration) -> bool {
    timeout.is_none_or(|timeout| timeout < left || timeout > left + 2 * SLACK)
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
