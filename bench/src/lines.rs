//! Asks a server of JSON lines: so many connections, each with so many lines under way, from one thread.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::measure::{Counted, spread};

/// What is asked.
pub const LINE: &str = "{\"type\":\"GREETING\",\"name\":\"Alice\"}\n";
/// What every server answers, to the byte.
pub const ANSWER: &str = "{\"status\":\"OK\",\"reply\":\"Hello, Alice!\"}\n";

/// No answer takes this long.
const PATIENCE: Duration = Duration::from_secs(10);

struct Connection {
    stream: TcpStream,
    /// Bytes of the batch under way that are written.
    written: usize,
    /// Bytes of its answers that have come.
    received: usize,
    since: Instant,
}

/// Sends `depth` lines on each connection, and the next ones once all are answered.
///
/// Errors: a server that answers anything else, or not at all.
pub fn drive(
    address: SocketAddr,
    connections: usize,
    depth: usize,
    seconds: u64,
) -> anyhow::Result<Counted> {
    let (batch, answers) = (LINE.repeat(depth), ANSWER.repeat(depth));
    let mut poll = Poll::new()?;
    let mut connections = connect(&poll, address, connections)?;
    let (start, mut events) = (Instant::now(), Events::with_capacity(1024));
    let end = start + Duration::from_secs(seconds);
    let (mut times, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
    while Instant::now() < end {
        poll.poll(&mut events, Some(PATIENCE))?;
        ensure!(!events.is_empty(), "no answer for {PATIENCE:?}");
        for event in &events {
            let connection = &mut connections[event.token().0];
            if event.is_readable() {
                connection.read(&mut buffer, answers.as_bytes())?;
            }
            if connection.received == answers.len() {
                times.push(connection.since.elapsed().as_secs_f64());
                connection.begin();
            }
            connection.write(batch.as_bytes())?;
        }
    }
    Ok(counted(times, depth, start.elapsed()))
}

fn connect(poll: &Poll, address: SocketAddr, count: usize) -> anyhow::Result<Vec<Connection>> {
    let connect = |index| {
        // Not mio's own way: a connection should be there before it counts.
        let stream = std::net::TcpStream::connect(address).context("cannot connect")?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        let interest = Interest::READABLE | Interest::WRITABLE;
        poll.registry().register(&mut stream, Token(index), interest)?;
        Ok(Connection { stream, written: 0, received: 0, since: Instant::now() })
    };
    (0..count).map(connect).collect()
}

impl Connection {
    fn begin(&mut self) {
        (self.written, self.received, self.since) = (0, 0, Instant::now());
    }

    /// A read that doesn't fill the buffer has emptied the socket.
    fn read(&mut self, buffer: &mut [u8], expected: &[u8]) -> anyhow::Result<()> {
        loop {
            let n = match self.stream.read(buffer) {
                Ok(0) => bail!("the server closed a connection"),
                Ok(n) => n,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            let rest = &expected[self.received..];
            ensure!(
                rest.starts_with(&buffer[..n]),
                "wrong answer: {:?}",
                buffer[..n].escape_ascii().to_string()
            );
            self.received += n;
            if n < buffer.len() {
                return Ok(());
            }
        }
    }

    fn write(&mut self, batch: &[u8]) -> anyhow::Result<()> {
        while self.written < batch.len() {
            match self.stream.write(&batch[self.written..]) {
                Ok(n) => self.written += n,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Times are those of whole batches.
fn counted(mut times: Vec<f64>, depth: usize, elapsed: Duration) -> Counted {
    let answers = times.len() * depth;
    let p50 = spread(times.clone()).0;
    times.sort_by(f64::total_cmp);
    let p99 = times.get(times.len() * 99 / 100).copied().unwrap_or_default();
    Counted {
        per_second: answers as f64 / elapsed.as_secs_f64(),
        answers: answers as u64,
        p50: Duration::from_secs_f64(p50),
        p99: Duration::from_secs_f64(p99),
        errors: 0,
    }
}
