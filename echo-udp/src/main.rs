//! Sends each datagram back: `cargo run -p echo-udp`.

use std::net::UdpSocket;
use std::process::ExitCode;

use anyhow::anyhow;
use echo_udp::cli::{self, say};
use echo_udp::server::{self, Options};
use fastrand::Rng;
use lexopt::ValueExt;
use lexopt::prelude::{Long, Short, Value};

const USAGE: &str = "\
echo-udp: datagrams have boundaries and no promises

Usage: cargo run -p echo-udp [-- ADDRESS] [--buffer N] [--drop P]

  ADDRESS   HOST:PORT to listen on [default: 127.0.0.1:41234]; port 0 picks a free port
  --buffer  most bytes of a datagram that are kept [default: 65535, which is all]
  --drop    share of datagrams to lose on purpose, from 0 to 1 [default: 0]

The environment variable RUST_LOG sets what the log tells: warn, info (the default), debug.";

fn main() -> ExitCode {
    cli::start_log();
    cli::finish(run())
}

fn run() -> anyhow::Result<()> {
    let (mut address, mut options) = (None, Options::default());
    let mut arguments = lexopt::Parser::from_env();
    while let Some(argument) = arguments.next()? {
        match argument {
            Short('h') | Long("help") => return say(USAGE),
            Long("buffer") => options.buffer = arguments.value()?.parse()?,
            Long("drop") => options.drop = arguments.value()?.parse_with(share)?,
            Value(word) if address.is_none() => address = Some(word.parse_with(cli::address)?),
            other => return Err(other.unexpected().into()),
        }
    }
    let address = address.unwrap_or(([127, 0, 0, 1], 41234).into());
    let socket = UdpSocket::bind(address).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow!(
            "{address} is in use by another program; for a free port: cargo run -p echo-udp -- 127.0.0.1:0"
        ),
        _ => anyhow!("cannot listen on {address}: {error}"),
    })?;
    say(&format!("listening on {}", socket.local_addr()?))?;
    server::serve(&socket, options, Rng::new());
    Ok(())
}

fn share(word: &str) -> Result<f64, &'static str> {
    let share = word.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or("expected a number from 0 to 1")
}
