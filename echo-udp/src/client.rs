//! Sends a datagram until an answer comes.
//!
//! In: a payload and how long to wait. Out: the answer, or the fact that all tries were lost. Which of
//! both ways lost one, nobody can tell.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use log::info;

/// How often to try, and how long to wait for each answer.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Tries in all.
    pub tries: u32,
    /// Wait after the first try. Each further wait is twice as long: if datagrams are lost because
    /// there are too many, more of them don't help.
    pub first_wait: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { tries: 5, first_wait: Duration::from_millis(100) }
    }
}

/// An answer that came.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its payload.
    pub bytes: Vec<u8>,
    /// Tries that it took.
    pub tries: u32,
}

/// A socket that hears this server only.
pub fn connect(server: SocketAddr) -> io::Result<UdpSocket> {
    let here: SocketAddr = match server {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(here)?;
    // Nothing is sent by this. The kernel notes the address, drops what comes from others, and lets us
    // know if nobody listens there.
    socket.connect(server)?;
    Ok(socket)
}

/// Sends a payload until its echo comes; `None` if none did.
///
/// Errors: the payload is too large, or the socket fails.
pub fn ask(socket: &UdpSocket, payload: &[u8], patience: Patience) -> io::Result<Option<Answer>> {
    let mut wait = patience.first_wait;
    for tries in 1..=patience.tries {
        send(socket, payload)?;
        info!("sent {} bytes, try {tries} of {}", payload.len(), patience.tries);
        let end = Instant::now() + wait;
        while let Some(bytes) = receive(socket, end)? {
            // Either the echo, or its beginning, if the server has cut it. Anything else is the late
            // answer to an earlier payload. Two equal payloads can't be told apart: a protocol puts a
            // number into each.
            if payload.starts_with(&bytes) {
                return Ok(Some(Answer { bytes, tries }));
            }
            info!("ignored {} bytes: a late answer", bytes.len());
        }
        info!("no answer in {wait:?}");
        wait *= 2;
    }
    Ok(None)
}

fn send(socket: &UdpSocket, payload: &[u8]) -> io::Result<()> {
    match socket.send(payload) {
        // News about an earlier try, told now; this one wasn't sent, and is lost like that one.
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Ok(()),
        result => result.map(drop),
    }
}

/// The next datagram, or `None` at `end`.
fn receive(socket: &UdpSocket, end: Instant) -> io::Result<Option<Vec<u8>>> {
    let mut buffer = vec![0; usize::from(u16::MAX)];
    loop {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(None);
        }
        socket.set_read_timeout(Some(left))?;
        match socket.recv(&mut buffer) {
            Ok(n) => {
                buffer.truncate(n);
                return Ok(Some(buffer));
            }
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {}
                io::ErrorKind::Interrupted => {}
                // ICMP port unreachable: Unix and Windows call it differently. Somebody may listen soon.
                io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionReset => {
                    info!("nobody listens there");
                }
                _ => return Err(error),
            },
        }
    }
}
