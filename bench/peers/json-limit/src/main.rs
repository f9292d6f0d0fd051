//! The limit of JSON lines: a thread per connection, a canned answer for each newline, nothing parsed.

use std::env;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// As much as echo-json reads at a time.
const READ_BYTES: usize = 8 * 1024;

/// What the greeting of the benchmark gets from echo-json.
const ANSWER: &[u8] = b"{\"status\":\"OK\",\"reply\":\"Hello, Alice!\"}\n";

fn main() -> io::Result<()> {
    let listener = TcpListener::bind(env::args().nth(1).unwrap_or("127.0.0.1:3001".into()))?;
    println!("listening on {}", listener.local_addr()?);
    for stream in listener.incoming() {
        let stream = stream?;
        thread::Builder::new().spawn(move || {
            if let Err(error) = answer_all(stream) {
                eprintln!("{error}");
            }
        })?;
    }
    Ok(())
}

fn answer_all(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut received = [0; READ_BYTES];
    let mut answers = Vec::new();
    loop {
        let n = stream.read(&mut received)?;
        if n == 0 {
            return Ok(());
        }
        for _ in memchr::memchr_iter(b'\n', &received[..n]) {
            answers.extend_from_slice(ANSWER);
        }
        stream.write_all(&answers)?;
        answers.clear();
    }
}
