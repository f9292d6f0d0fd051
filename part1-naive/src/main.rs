//! Part 1: one read is one request.
//!
//! In: a connection. Out: one answer, made from whatever the first read happened to bring.
//! It refuses to know where a request ends, and that is what the next parts are about.

use std::env;
use std::fmt::Display;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, anyhow};
use log::{Level, info, warn};

/// Reads once, answers what was understood, and says why the connection closes.
fn handle(id: u64, stream: &mut TcpStream) -> io::Result<&'static str> {
    // One read is not one request. TCP carries bytes without borders: a request cut into two
    // segments is misread here, and a body in a later segment is never seen. Part 2 reads on.
    // A head larger than this buffer is cut. Part 2 lets the buffer grow.
    let mut buffer = [0; 1024];
    let n = stream.read(&mut buffer)?;
    if n == 0 {
        return Ok("the client sent nothing");
    }
    info!("#{id} read {n} bytes: \"{}\"", buffer[..n].escape_ascii());

    let text = String::from_utf8_lossy(&buffer[..n]);
    let Some((method, target)) = request_line(&text) else {
        respond(
            id,
            stream,
            "400 Bad Request",
            "This read holds no request line; send: GET / HTTP/1.1\n",
        )?;
        return Ok("one exchange per connection");
    };
    // Where the body ends nobody knows yet, so all the rest is taken for it: a second request in
    // the same write is lost in there. Part 3 finds the end, part 4 answers the second one.
    let body = text.split_once("\r\n\r\n").map_or("", |(_, rest)| rest);
    let answer = format!("method: {method}\ntarget: {target}\nbody:   {body}\n");
    // HEAD gets a body too, which no client expects. Part 3 knows the methods.
    respond(id, stream, "200 OK", &answer)?;
    // Closing with unread input makes the kernel send a reset, which can destroy the answer on
    // its way: a large upload sees "connection reset" instead. Part 3 reads out the rest first.
    Ok("one exchange per connection")
}

/// Method and target, if the text begins with a whole request line (RFC 9112 §3).
fn request_line(text: &str) -> Option<(&str, &str)> {
    let (line, _) = text.split_once("\r\n")?;
    let (method, rest) = line.split_once(' ')?;
    let (target, version) = rest.split_once(' ')?;
    let is_whole = !method.is_empty() && !target.is_empty() && version.starts_with("HTTP/1.");
    is_whole.then_some((method, target))
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
