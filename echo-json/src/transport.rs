//! A connected byte stream, TCP or Unix, on which no wait is without an end.
//!
//! In: bytes and how long the peer may take. Out: bytes, or the error `TimedOut`. It knows no
//! messages.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use crate::address::Address;

/// What the sockets of both kinds can do.
pub trait Socket: Read + Write + Send {
    /// Bounds each later read. Errors: zero is not allowed.
    fn set_read_timeout(&self, wait: Duration) -> io::Result<()>;
    /// Bounds each later write. Errors: zero is not allowed.
    fn set_write_timeout(&self, wait: Duration) -> io::Result<()>;
    /// Tells the peer that no more bytes will come, and goes on reading.
    fn half_close(&self) -> io::Result<()>;
    /// Switches Nagle's algorithm off; only TCP has it.
    fn set_nodelay(&self, _on: bool) -> io::Result<()> {
        Ok(())
    }
}

impl Socket for TcpStream {
    fn set_read_timeout(&self, wait: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(wait))
    }
    fn set_write_timeout(&self, wait: Duration) -> io::Result<()> {
        self.set_write_timeout(Some(wait))
    }
    fn set_nodelay(&self, on: bool) -> io::Result<()> {
        self.set_nodelay(on)
    }
    fn half_close(&self) -> io::Result<()> {
        self.shutdown(Shutdown::Write)
    }
}

#[cfg(unix)]
impl Socket for UnixStream {
    fn set_read_timeout(&self, wait: Duration) -> io::Result<()> {
        self.set_read_timeout(Some(wait))
    }
    fn set_write_timeout(&self, wait: Duration) -> io::Result<()> {
        self.set_write_timeout(Some(wait))
    }
    fn half_close(&self) -> io::Result<()> {
        self.shutdown(Shutdown::Write)
    }
}

/// A socket of either kind, and the timeouts that it was last told.
pub struct Stream {
    socket: Box<dyn Socket>,
    // Telling the kernel is a system call, and the timeout is nearly always the same as before.
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
}

impl Stream {
    /// Takes a connected socket.
    pub fn new(socket: Box<dyn Socket>) -> Stream {
        Stream { socket, read_timeout: None, write_timeout: None }
    }

    /// Connects as a client.
    ///
    /// `wait`: for each IP address of a host name. A Unix socket has no such wait in the standard
    /// library: a live server that never accepts can hold us there (`socket2` would cure it).
    pub fn connect(address: &Address, wait: Duration) -> io::Result<Stream> {
        let host_and_port = match address {
            Address::Tcp(host_and_port) => host_and_port,
            #[cfg(unix)]
            Address::Unix(path) => return Ok(Stream::new(Box::new(UnixStream::connect(path)?))),
        };
        let mut last_error = io::Error::from(io::ErrorKind::NotFound);
        for address in host_and_port.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, wait) {
                Ok(socket) => return Ok(Stream::new(Box::new(socket))),
                Err(error) => last_error = error,
            }
        }
        Err(last_error)
    }

    /// Reads what is there, or waits for it; 0 is the end of the stream.
    ///
    /// Errors: `TimedOut` when nothing comes within `wait`.
    pub fn read(&mut self, chunk: &mut [u8], wait: Duration) -> io::Result<usize> {
        let late = || io::Error::new(io::ErrorKind::TimedOut, "nothing came in time");
        if wait.is_zero() {
            return Err(late());
        }
        if self.read_timeout != Some(wait) {
            self.socket.set_read_timeout(wait)?;
            self.read_timeout = Some(wait);
        }
        loop {
            match self.socket.read(chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if is_timeout(&error) => return Err(late()),
                result => return result,
            }
        }
    }

    /// Writes everything.
    ///
    /// Errors: `TimedOut` when the peer takes nothing for `wait`.
    pub fn write_all(&mut self, bytes: &[u8], wait: Duration) -> io::Result<()> {
        if self.write_timeout != Some(wait) {
            self.socket.set_write_timeout(wait)?;
            self.write_timeout = Some(wait);
        }
        self.socket.write_all(bytes).map_err(|error| match is_timeout(&error) {
            true => io::Error::new(io::ErrorKind::TimedOut, "what was sent was not read in time"),
            false => error,
        })
    }

    /// Sends each write at once, or leaves that to Nagle's algorithm.
    ///
    /// Nagle's algorithm (RFC 896) holds a small segment back while an earlier one is not
    /// acknowledged, so that a program that writes byte by byte does not fill the net with headers.
    /// The receiver, for its part, delays an acknowledgement, on Linux by 40 ms or more, in the hope that
    /// an answer will carry it. Together they let a small answer wait for nothing. We write a whole
    /// batch at once, so there is nothing to gain from waiting.
    pub fn set_nodelay(&self, on: bool) -> io::Result<()> {
        self.socket.set_nodelay(on)
    }

    /// Tells the peer that no more bytes will come, and goes on reading.
    pub fn half_close(&self) -> io::Result<()> {
        self.socket.half_close()
    }

    /// Half-closes, then reads out what the peer still sends: at most so many bytes, for so long.
    ///
    /// Closing with unread input makes the kernel send a reset, which can destroy the answer on its way.
    pub fn linger(&mut self, mut bytes: usize, time: Duration) -> io::Result<()> {
        self.half_close()?;
        let end = Instant::now() + time;
        let mut chunk = [0; 8 * 1024];
        while bytes > 0 {
            match self.read(&mut chunk, end.saturating_duration_since(Instant::now())) {
                Ok(0) => break,
                Ok(n) => bytes = bytes.saturating_sub(n),
                Err(error) if error.kind() == io::ErrorKind::TimedOut => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Unix reports a socket's timeout as `WouldBlock`, Windows as `TimedOut`.
fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}
