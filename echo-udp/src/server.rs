//! Sends each datagram back to where it says that it comes from.
//!
//! In: datagrams, each whole or not at all. Out: the same ones. There is no connection: one socket
//! serves everybody, and nothing tells that somebody has gone.

use std::io;
use std::net::UdpSocket;
use std::thread;
use std::time::Duration;

use fastrand::Rng;
use log::{info, warn};

/// How this server treats datagrams.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Most bytes of a datagram that are kept.
    pub buffer: u16,
    /// Share of datagrams that are lost on purpose, from 0 to 1.
    pub drop: f64,
}

impl Default for Options {
    /// No datagram is too large, and none is lost on purpose.
    ///
    /// A UDP length field counts to 65,535; over IPv4 65,507 bytes remain for the payload.
    fn default() -> Self {
        Options { buffer: u16::MAX, drop: 0.0 }
    }
}

/// Echoes for ever.
///
/// The sender's address can be forged: a server like this one, open to the internet, can be made to
/// send anything to anybody, or to talk to another one for ever. It is meant for this machine; a real
/// protocol first makes the sender prove that it receives at its address.
pub fn serve(socket: &UdpSocket, options: Options, mut random: Rng) {
    let most = usize::from(options.buffer);
    // What doesn't fit the buffer is gone, and nobody says so. One byte more than we keep shows it.
    let mut buffer = vec![0; most + 1];
    loop {
        // Nothing was sent is not the end: an empty datagram is a datagram.
        let (n, peer) = match socket.recv_from(&mut buffer) {
            Ok(received) => received,
            Err(error) => {
                survive(&error);
                continue;
            }
        };
        if n > most {
            warn!("more than {most} bytes from {peer}: the rest is lost");
        } else {
            info!("{n} bytes from {peer}");
        }
        if random.f64() < options.drop {
            info!("dropped them on purpose");
            continue;
        }
        if let Err(error) = socket.send_to(&buffer[..n.min(most)], peer) {
            warn!("cannot answer {peer}: {error}");
        }
    }
}

/// What Windows calls a datagram that is larger than the buffer.
const WSAEMSGSIZE: i32 = 10040;

fn survive(error: &io::Error) {
    warn!("cannot receive: {error}");
    // Windows tells here that an earlier answer found nobody (ICMP port unreachable), or that a
    // datagram was too large. Others may be waiting behind it.
    let is_about_one_datagram =
        error.kind() == io::ErrorKind::ConnectionReset || error.raw_os_error() == Some(WSAEMSGSIZE);
    if !is_about_one_datagram {
        // No event tells when the cause is gone, so wait a moment.
        thread::sleep(Duration::from_millis(50));
    }
}
