//! Part 2: read until the client ends the stream.
//!
//! In: a connection. Out: one answer about all the bytes that came, once the client has half-closed.
//! It has the right bytes at last, and still refuses to know where a request ends: curl waits for ever.

use std::env;
use std::fmt::Display;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, anyhow};
use log::{Level, info, warn};

/// Most bytes kept for one connection. A peer that sends more must not fill our memory.
const MAX_BYTES: usize = 1024 * 1024;

/// Bytes of the stream that the answer shows.
const PREVIEW_BYTES: usize = 500;

/// Bytes of a chunk that the log shows.
const LOG_BYTES: usize = 60;

/// All bytes of a stream, and in how many reads they came.
struct Received {
    bytes: Vec<u8>,
    chunks: usize,
}

/// Buffers the whole stream, answers, and says why the connection closes.
fn handle(id: u64, stream: &mut TcpStream) -> io::Result<&'static str> {
    let received = receive(id, stream);
    let (status, body) = match received {
        Ok(received) if received.bytes.is_empty() => return Ok("the client sent nothing"),
        // Nobody is left to answer.
        Err(error) if is_reset(&error) => return Err(error),
        received => answer(received),
    };
    // No parsing, so HEAD gets a body too, and a second request is only more bytes. Part 3 parses.
    respond(id, stream, status, &body)?;
    // After a 413 the rest of the upload is unread, so the kernel sends a reset that can destroy the
    // answer on its way. Part 3 reads out the rest first.
    Ok("one exchange per connection")
}

/// Reads until the client half-closes, or until more than `MAX_BYTES` have come.
fn receive(id: u64, stream: &mut TcpStream) -> io::Result<Received> {
    let mut received = Received { bytes: Vec::new(), chunks: 0 };
    let mut chunk = [0; 4096];
    while received.bytes.len() <= MAX_BYTES {
        // Only the end of the stream ends this loop. A real client such as curl keeps its side open
        // to read the answer: it waits for us, we wait for it, for ever. Part 3 sees where a request
        // ends and answers then.
        let n = stream.read(&mut chunk)?;
        if n == 0 {
            info!("#{id} the client ended the stream: {} bytes in all", received.bytes.len());
            return Ok(received);
        }
        received.bytes.try_reserve(n)?;
        received.bytes.extend_from_slice(&chunk[..n]);
        received.chunks += 1;
        info!("#{id} read {n} bytes: \"{}\"", excerpt(&chunk[..n], LOG_BYTES).escape_ascii());
        info!(
            "#{id} {} bytes so far; waiting for the client to end the stream",
            received.bytes.len()
        );
    }
    Ok(received)
}

/// Status and body of the answer.
fn answer(received: io::Result<Received>) -> (&'static str, String) {
    match received {
        Ok(Received { bytes, .. }) if bytes.len() > MAX_BYTES => {
            ("413 Content Too Large", format!("Send at most {MAX_BYTES} bytes.\n"))
        }
        Ok(Received { bytes, chunks }) => {
            let shown = excerpt(&bytes, PREVIEW_BYTES);
            let more = if shown.len() < bytes.len() { "…" } else { "" };
            let plural = if chunks == 1 { "" } else { "s" };
            let text = String::from_utf8_lossy(shown);
            (
                "200 OK",
                format!(
                    "buffered {} bytes in {chunks} chunk{plural}:\n{text}{more}\n",
                    bytes.len()
                ),
            )
        }
        Err(error) => {
            warn!("cannot buffer the stream: {error}");
            (
                "500 Internal Server Error",
                "The server could not buffer the stream; try again.\n".into(),
            )
        }
    }
}

/// What Unix and Windows call a connection that the client has torn down.
fn is_reset(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted)
}

/// The first `most` bytes, or up to three fewer where the cut would fall inside a UTF-8 sequence.
fn excerpt(bytes: &[u8], most: usize) -> &[u8] {
    let is_boundary = |end: &usize| bytes.get(*end).is_none_or(|byte| byte & 0xC0 != 0x80);
    let longest = bytes.len().min(most);
    let end = (longest.saturating_sub(3)..=longest).rev().find(is_boundary).unwrap_or(longest);
    &bytes[..end]
}

// ---------------------------------------------------------------------------------------------
// The frame, the same in parts 1 and 2: arguments, listening, a thread per connection, the log,
// the response head. The lesson is above.
// ---------------------------------------------------------------------------------------------

const USAGE: &str = concat!(
    env!("CARGO_PKG_NAME"),
    ": ",
    env!("CARGO_PKG_DESCRIPTION"),
    "\n\nUsage: cargo run -p ",
    env!("CARGO_PKG_NAME"),
    " [-- ADDRESS]\n\n  ADDRESS  HOST:PORT to listen on [default: 127.0.0.1:8080]; port 0 picks a free port",
    "\n\nThe environment variable RUST_LOG sets what the log tells: warn, info (the default), debug."
);

fn main() -> ExitCode {
    start_log();
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(|word| word.to_string_lossy()).collect();
    let address = match arguments.as_slice() {
        [] => "127.0.0.1:8080",
        [word] if word == "--help" || word == "-h" => return finish(say(USAGE)),
        [word] => word,
        _ => return misused(&arguments.join(" "), "more than one argument"),
    };
    if let Err(error) = address.to_socket_addrs() {
        return misused(address, error);
    }
    finish(listen(address).and_then(serve))
}

fn misused(words: &str, why: impl Display) -> ExitCode {
    fail(2, format_args!("{words}: {why}; give one HOST:PORT, such as 127.0.0.1:8081"))
}

fn finish(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(1, format_args!("{error:#}")),
    }
}

/// Says why it ends. The code has to do where standard error is closed; `eprintln!` would panic there.
fn fail(code: u8, why: impl Display) -> ExitCode {
    match writeln!(io::stderr(), "{why}") {
        Ok(()) | Err(_) => ExitCode::from(code),
    }
}

fn say(line: &str) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{line}").context("cannot write to standard output")
}

fn listen(address: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => anyhow!(
            "{address} is in use by another program; for a free port: cargo run -p {} -- 127.0.0.1:0",
            env!("CARGO_PKG_NAME")
        ),
        _ => anyhow!("cannot listen on {address}: {error}"),
    })?;
    say(&format!("listening on http://{}", listener.local_addr()?))?;
    Ok(listener)
}

fn start_log() {
    let start = Instant::now();
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("info"))
        .format(move |line, record| {
            let seconds = start.elapsed().as_secs_f64();
            let mark = if record.level() <= Level::Warn { "warning: " } else { "" };
            writeln!(line, "+{seconds:.3}s {mark}{}", record.args())
        })
        .init();
}

/// Accepts for ever and gives each connection a thread of its own.
fn serve(listener: TcpListener) -> anyhow::Result<()> {
    for id in 1u64.. {
        let (mut stream, peer) = match listener.accept() {
            Ok(accepted) => accepted,
            // The client gave up before its turn came.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
            Err(error) => {
                warn!("cannot accept a connection: {error}");
                // Out of descriptors, say. No event tells when there are some again, so wait a moment.
                thread::sleep(Duration::from_millis(50));
                continue;
            }
        };
        info!("#{id} opened by {peer}");
        let thread = thread::Builder::new().spawn(move || match handle(id, &mut stream) {
            Ok(reason) => info!("#{id} closed: {reason}"),
            Err(error) => info!("#{id} closed: the client is gone ({error})"),
        });
        if let Err(error) = thread {
            warn!("#{id} closed: no thread can be started for it ({error})");
        }
    }
    Ok(())
}

/// Writes one whole response: status line, fields, body (RFC 9112 §2.1).
fn respond(id: u64, stream: &mut TcpStream, status: &str, body: &str) -> io::Result<()> {
    let response = format!(
        "HTTP/1.1 {status}\r\n\
         Date: {date}\r\n\
         Server: {server}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {length}\r\n\
         Connection: close\r\n\
         \r\n\
         {body}",
        date = httpdate::fmt_http_date(SystemTime::now()),
        server = env!("CARGO_PKG_NAME"),
        length = body.len(),
    );
    stream.write_all(response.as_bytes())?;
    info!("#{id} answered {status}, {} bytes", response.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Received, answer, excerpt};
    use std::io;

    #[test]
    fn an_internal_failure_is_answered_500() {
        let (status, body) = answer(Err(io::Error::from(io::ErrorKind::OutOfMemory)));
        assert_eq!(status, "500 Internal Server Error");
        assert!(body.contains("try again"));
    }

    #[test]
    fn an_excerpt_never_cuts_a_utf8_sequence() {
        for padding in 490..=500 {
            let text = "x".repeat(padding) + "€🦀€🦀€🦀";
            let shown = excerpt(text.as_bytes(), 500);
            assert!(std::str::from_utf8(shown).is_ok() && shown.len() > 496, "{padding}");
        }
    }

    #[test]
    fn bytes_that_are_not_text_are_shown_all_the_same() {
        assert_eq!(excerpt(&[0x80; 501], 500).len(), 500);
        assert_eq!(excerpt(&[0x80; 500], 500).len(), 500);
        assert_eq!(excerpt(b"", 500).len(), 0);
    }

    #[test]
    fn an_ellipsis_stands_only_where_there_is_more() {
        let body = |n| answer(Ok(Received { bytes: vec![b'x'; n], chunks: 1 })).1;
        assert!(!body(500).contains('…'));
        assert!(body(501).contains('…'));
    }
}
