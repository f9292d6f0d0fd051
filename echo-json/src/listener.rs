//! A listening socket, TCP or Unix.
//!
//! In: an address. Out: connections, each as a `Stream` and the name of its peer.

use std::io;
use std::net::TcpListener;
#[cfg(unix)]
use std::os::unix::net::UnixListener;
use std::thread;
use std::time::Duration;

use log::warn;

use crate::address::Address;
use crate::transport::Stream;
#[cfg(unix)]
use crate::unix;

/// How often a busy address is tried again, and after which pause.
#[derive(Debug, Clone, Copy)]
pub struct Retry {
    /// Tries after the first one.
    pub times: u32,
    /// Pause before each of them.
    pub pause: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Retry { times: 5, pause: Duration::from_secs(1) }
    }
}

/// A socket that connections come from.
#[derive(Debug)]
pub enum Listener {
    /// TCP.
    Tcp(TcpListener),
    /// A socket file.
    #[cfg(unix)]
    Unix(UnixListener),
}

impl Listener {
    /// Listens on an address; waits for one that is in use, which often is an earlier run's last second.
    ///
    /// Errors: `AddrInUse` when the last try found it in use too; anything else at once.
    pub fn bind(address: &Address, retry: Retry) -> io::Result<Listener> {
        for n in 1..=retry.times {
            match Listener::bind_once(address) {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
                result => return result,
            }
            warn!(
                "{address} is in use by another program; trying again in {:?} ({n} of {})",
                retry.pause, retry.times
            );
            // The system tells nobody when an address becomes free.
            thread::sleep(retry.pause);
        }
        Listener::bind_once(address)
    }

    fn bind_once(address: &Address) -> io::Result<Listener> {
        match address {
            Address::Tcp(host_and_port) => Ok(Listener::Tcp(TcpListener::bind(host_and_port)?)),
            #[cfg(unix)]
            Address::Unix(path) => Ok(Listener::Unix(unix::bind(path)?)),
        }
    }

    /// The address that clients connect to, with the port that the system picked.
    pub fn address(&self) -> io::Result<Address> {
        match self {
            Listener::Tcp(socket) => Ok(Address::Tcp(socket.local_addr()?.to_string())),
            #[cfg(unix)]
            Listener::Unix(socket) => {
                let address = socket.local_addr()?;
                let path = address.as_pathname().ok_or(io::ErrorKind::AddrNotAvailable)?;
                Ok(Address::Unix(path.into()))
            }
        }
    }

    /// Waits for the next connection; returns it and the name of its peer.
    pub fn accept(&self) -> io::Result<(Stream, String)> {
        match self {
            Listener::Tcp(socket) => {
                let (socket, peer) = socket.accept()?;
                Ok((Stream::new(Box::new(socket)), peer.to_string()))
            }
            #[cfg(unix)]
            Listener::Unix(socket) => {
                let (socket, _) = socket.accept()?;
                Ok((Stream::new(Box::new(socket)), "a process of this machine".into()))
            }
        }
    }
}
