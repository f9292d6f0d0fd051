//! What the kernel and a thread per connection allow: it counts heads and never reads one.
//!
//! One canned answer for each empty line that arrives; those of one read go out in one write. Whatever a
//! server of this design does with a request, it cannot be faster than doing nothing. With the argument
//! `close` it ends each connection after one answer; with `pool` and a number as well, and so many threads accept in turn.

use std::env;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;

use memchr::memmem::Finder;

/// As much as the chapters read at a time.
const READ_BYTES: usize = 8 * 1024;

/// As long as the answer of the chapters, to the byte.
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\n\
    Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\
    Server: part4-keepalive\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\
    Content-Length: 13\r\n\
    \r\n\
    Hello, World!";

/// The same with `Connection: close`.
const LAST_ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\n\
    Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\
    Server: part4-keepalive\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\
    Content-Length: 13\r\n\
    Connection: close\r\n\
    \r\n\
    Hello, World!";

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let listener = TcpListener::bind(arguments.next().unwrap_or("127.0.0.1:8080".into()))?;
    println!("listening on http://{}", listener.local_addr()?);
    match arguments.next().as_deref() {
        Some("pool") => share(&listener, arguments.next().and_then(|it| it.parse().ok())),
        Some("close") => start_threads(&listener, answer_one),
        _ => start_threads(&listener, answer_all),
    }
}

fn start_threads(
    listener: &TcpListener,
    answer: fn(TcpStream) -> io::Result<()>,
) -> io::Result<()> {
    for stream in listener.incoming() {
        let stream = stream?;
        thread::Builder::new().spawn(move || tell(answer(stream)))?;
    }
    Ok(())
}

fn share(listener: &TcpListener, pool_threads: Option<usize>) -> io::Result<()> {
    let pool_threads = pool_threads.ok_or(io::Error::other("how many threads?"))?;
    thread::scope(|threads| {
        for _ in 0..pool_threads {
            threads
                .spawn(|| listener.incoming().for_each(|stream| tell(stream.and_then(answer_one))));
        }
    });
    Ok(())
}

fn tell(result: io::Result<()>) {
    if let Err(error) = result {
        eprintln!("{error}");
    }
}

fn answer_all(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let end_of_head = Finder::new(b"\r\n\r\n");
    let mut received = [0; READ_BYTES];
    let mut kept = 0;
    let mut answers = Vec::new();
    loop {
        let n = stream.read(&mut received[kept..])?;
        if n == 0 {
            return Ok(());
        }
        let filled = kept + n;
        let mut start = 0;
        while let Some(at) = end_of_head.find(&received[start..filled]) {
            start += at + 4;
            answers.extend_from_slice(ANSWER);
        }
        received.copy_within(start..filled, 0);
        kept = filled - start;
        stream.write_all(&answers)?;
        answers.clear();
    }
}

/// Closes as the chapters do: half, then once the client has closed as well.
fn answer_one(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut received = [0; READ_BYTES];
    let mut filled = 0;
    while !received[..filled].ends_with(b"\r\n\r\n") {
        let n = stream.read(&mut received[filled..])?;
        if n == 0 {
            return Ok(());
        }
        filled += n;
    }
    stream.write_all(LAST_ANSWER)?;
    stream.shutdown(Shutdown::Write)?;
    while stream.read(&mut received)? > 0 {}
    Ok(())
}
