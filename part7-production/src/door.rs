//! Where connections come in: a listener, and once that is shut those who had come before.
//!
//! In: a listener. Out: connections. It refuses to know who waits for them.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use log::warn;

/// How long to wait after a failed accept. Out of descriptors, say: no event tells when there are some again.
pub const PAUSE: Duration = Duration::from_millis(50);

/// A connection, and where it comes from.
pub type Arrived = (TcpStream, SocketAddr);

/// What connections come in by.
#[derive(Debug)]
pub enum Door {
    /// Whoever waits in `accept` holds it as well: the port is free when the last of them has come out.
    Open(Arc<TcpListener>),
    /// These had come before it was shut.
    Shut(VecDeque<Arrived>),
}

/// Takes whoever waits in the kernel's queue: the kernel resets them when the listener is closed.
pub fn let_in(listener: &TcpListener, arrived: &mut VecDeque<Arrived>) {
    let end: io::Result<()> = (|| {
        listener.set_nonblocking(true)?;
        loop {
            let (stream, peer) = listener.accept()?;
            // Some systems hand the listener's mode down.
            stream.set_nonblocking(false)?;
            arrived.push_back((stream, peer));
        }
    })();
    if let Err(error) = end
        && error.kind() != ErrorKind::WouldBlock
    {
        warn!("connections that wait may be lost: {error}");
    }
}

/// Waits after a failed accept, unless the failure was the client's.
pub fn pause_after(error: &io::Error) {
    match error.kind() {
        // The client gave up before its turn came, or the door was shut.
        ErrorKind::ConnectionAborted | ErrorKind::Interrupted | ErrorKind::WouldBlock => {}
        _ => {
            warn!("cannot accept a connection: {error}");
            thread::sleep(PAUSE);
        }
    }
}
