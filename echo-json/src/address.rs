//! Where a server listens and a client connects.
//!
//! In: a word of the command line. Out: a TCP address or, on Unix, the path of a socket file. It
//! opens nothing.

use std::fmt;
use std::net::ToSocketAddrs;
#[cfg(unix)]
use std::path::PathBuf;
use std::str::FromStr;

/// An address of a stream server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// `HOST:PORT`; a server that asks for port 0 gets a free one.
    Tcp(String),
    /// `unix:PATH`: a socket file, reached by processes of this machine only.
    #[cfg(unix)]
    Unix(PathBuf),
}

impl FromStr for Address {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        #[cfg(unix)]
        if let Some(path) = word.strip_prefix("unix:").filter(|path| !path.is_empty()) {
            return Ok(Address::Unix(path.into()));
        }
        match word.to_socket_addrs() {
            Ok(_) => Ok(Address::Tcp(word.into())),
            Err(_) => Err("expected HOST:PORT, such as 127.0.0.1:8081, or unix:PATH".into()),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Tcp(host_and_port) => f.write_str(host_and_port),
            #[cfg(unix)]
            Address::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}
