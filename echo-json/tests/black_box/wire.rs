//! A client that decides about every byte.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};

use crate::program::PATIENCE;

pub struct Wire {
    pub socket: TcpStream,
}

impl Wire {
    /// Connects; every later read and write has a deadline.
    #[track_caller]
    pub fn connect(address: &str) -> Wire {
        Wire::of(TcpStream::connect(address).expect("the server listens"))
    }

    pub fn of(socket: TcpStream) -> Wire {
        socket.set_read_timeout(Some(PATIENCE)).expect("not zero");
        socket.set_write_timeout(Some(PATIENCE)).expect("not zero");
        socket.set_nodelay(true).expect("a TCP socket");
        Wire { socket }
    }

    #[track_caller]
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.socket.write_all(bytes.as_ref()).expect("the server takes what we send");
    }

    /// Reads exactly the expected bytes.
    #[track_caller]
    pub fn expect(&mut self, expected: impl AsRef<[u8]>) {
        let expected = expected.as_ref();
        let mut bytes = vec![0; expected.len()];
        self.socket.read_exact(&mut bytes).expect("the server answers");
        assert_eq!(bytes.escape_ascii().to_string(), expected.escape_ascii().to_string());
    }

    #[track_caller]
    pub fn half_close(&mut self) {
        self.socket.shutdown(Shutdown::Write).expect("the server is still there");
    }

    /// Reads to the end of the stream, and expects nothing more.
    #[track_caller]
    pub fn expect_end(&mut self) {
        let rest = self.rest();
        assert_eq!(rest.escape_ascii().to_string(), "");
    }

    /// Reads to the end of the stream.
    #[track_caller]
    pub fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        self.socket.read_to_end(&mut rest).expect("the server ends the stream");
        rest
    }

    /// Waits until there is something to read, and leaves it there.
    #[track_caller]
    pub fn wait_for_bytes(&mut self) {
        let n = self.socket.peek(&mut [0]).expect("the server answers");
        assert_eq!(n, 1);
    }

    #[track_caller]
    pub fn expect_nothing_yet(&mut self) {
        self.socket.set_nonblocking(true).expect("our own socket");
        let error = self.socket.peek(&mut [0]).expect_err("nothing was to come yet");
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        self.socket.set_nonblocking(false).expect("our own socket");
    }
}
