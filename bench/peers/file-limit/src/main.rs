//! What reading a file and writing it to a socket costs: whatever the request asks for, the answer is the
//! file of the second argument.

use std::env;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// So large that the number of system calls no longer matters.
const BUFFER_BYTES: usize = 256 * 1024;

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let (Some(address), Some(path)) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::other("give an address and a file"));
    };
    let listener = TcpListener::bind(address)?;
    println!("listening on http://{}", listener.local_addr()?);
    for stream in listener.incoming() {
        let (stream, path) = (stream?, path.clone());
        thread::Builder::new().spawn(move || {
            if let Err(error) = answer_all(&stream, &path) {
                eprintln!("{error}");
            }
        })?;
    }
    Ok(())
}

fn answer_all(mut stream: &TcpStream, path: &str) -> io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let mut buffer = vec![0; BUFFER_BYTES];
    while let Some(line) = lines.next().transpose()? {
        if !line.is_empty() {
            continue;
        }
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n")?;
        loop {
            let n = file.read(&mut buffer)?;
            if n == 0 {
                break;
            }
            stream.write_all(&buffer[..n])?;
        }
    }
    Ok(())
}
