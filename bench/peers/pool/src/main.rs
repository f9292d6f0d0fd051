//! The server that a first tutorial ends with: a pool of threads, one line read, one answer.
//!
//! It reads the request line and nothing else, so it is as lenient as a server can be.

use std::env;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;

const THREADS: usize = 4;

fn main() -> io::Result<()> {
    let listener = TcpListener::bind(env::args().nth(1).unwrap_or("127.0.0.1:8080".into()))?;
    println!("listening on http://{}", listener.local_addr()?);
    let (sender, receiver) = channel();
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..THREADS {
        let receiver = Arc::clone(&receiver);
        thread::spawn(move || work(&receiver));
    }
    for stream in listener.incoming() {
        sender.send(stream?).map_err(io::Error::other)?;
    }
    Ok(())
}

fn work(connections: &Mutex<Receiver<TcpStream>>) {
    loop {
        let stream = connections.lock().expect("no thread panics with the lock").recv();
        let Ok(stream) = stream else { return };
        if let Err(error) = answer(stream) {
            eprintln!("{error}");
        }
    }
}

fn answer(mut stream: TcpStream) -> io::Result<()> {
    let mut lines = BufReader::new(&stream).lines();
    let line = lines.next().transpose()?.unwrap_or_default();
    let (status, body) = match line.as_str() {
        "GET / HTTP/1.1" => ("200 OK", "Hello, World!"),
        _ => ("404 NOT FOUND", "Oops!"),
    };
    let length = body.len();
    let answer =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    stream.write_all(answer.as_bytes())
}
