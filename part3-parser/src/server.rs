//! Accepts connections, gives each a thread, and answers one request on each.
//!
//! In: a listener. Out: bytes on sockets, and a log line for each step. It refuses to know HTTP:
//! what the bytes mean is the parser's matter, what to answer is the app's.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use log::{info, warn};

use crate::app;
use crate::error::HttpError;
use crate::limits::Limits;
use crate::message::Request;
use crate::parser::{Event, RequestParser};
use crate::response::Response;

/// Bytes asked for by one read.
const READ_BYTES: usize = 8 * 1024;

/// Bytes of a read that the log shows.
const LOG_BYTES: usize = 60;

/// Accepts for ever and gives each connection a thread of its own.
pub fn serve(listener: TcpListener, limits: Limits) {
    for id in 1u64.. {
        let (stream, peer) = match listener.accept() {
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
        let thread = thread::Builder::new().spawn(move || match handle(id, &stream, limits) {
            Ok(reason) => info!("#{id} closed: {reason}"),
            Err(error) => info!("#{id} closed: the client is gone ({error})"),
        });
        if let Err(error) = thread {
            warn!("#{id} closed: no thread can be started for it ({error})");
        }
    }
}

/// Answers one request, and says why the connection closes.
fn handle(id: u64, stream: &TcpStream, limits: Limits) -> io::Result<&'static str> {
    let mut parser = RequestParser::new(limits);
    let mut head = None;
    let mut body = Vec::new();
    loop {
        match parser.next_event() {
            Ok(Some(Event::Head(received))) => head = Some(received),
            // The whole body is held in memory. Part 6 streams it.
            Ok(Some(Event::Data(n))) => {
                body.extend_from_slice(&parser.unread()[..n]);
                parser.consume(n);
            }
            Ok(Some(Event::End(trailers))) => {
                let head = head.expect("a request ends after its head");
                let with_body = head.method() != "HEAD";
                info!(
                    "#{id} understood {} {}, {} bytes of body",
                    head.method(),
                    head.target(),
                    body.len()
                );
                let response = app::answer(Request { head, body, trailers });
                return respond(id, stream, &response, with_body, &limits);
            }
            Ok(None) if read(id, stream, &mut parser)? => {}
            Ok(None) if parser.between_requests() => return Ok("the client sent nothing"),
            Ok(None) => return refuse(id, stream, HttpError::Unfinished, &parser, &limits),
            Err(error) => return refuse(id, stream, error, &parser, &limits),
        }
    }
}

/// Gives the parser what one read brings; false at the end of the stream.
fn read(id: u64, mut stream: &TcpStream, parser: &mut RequestParser) -> io::Result<bool> {
    let mut chunk = [0; READ_BYTES];
    // No deadline: a client that goes quiet holds this thread for ever. And no `100 Continue`: a client
    // that waits for one, such as curl with a large upload, wastes a second. Part 4 has both.
    let n = stream.read(&mut chunk)?;
    info!("#{id} read {n} bytes: \"{}\"", chunk[..n.min(LOG_BYTES)].escape_ascii());
    parser.push(&chunk[..n]);
    Ok(n > 0)
}

fn refuse(
    id: u64,
    stream: &TcpStream,
    error: HttpError,
    parser: &RequestParser,
    limits: &Limits,
) -> io::Result<&'static str> {
    info!("#{id} refused: {error}");
    respond(id, stream, &Response::refusal(error), !parser.is_head_request(), limits)
}

/// Sends the one answer and ends the connection so that the client gets to see it.
fn respond(
    id: u64,
    mut stream: &TcpStream,
    response: &Response,
    with_body: bool,
    limits: &Limits,
) -> io::Result<&'static str> {
    let mut out = Vec::new();
    let date = httpdate::fmt_http_date(SystemTime::now());
    // One request per connection, whatever the client would like. Part 4 keeps the connection.
    response.write_to(&mut out, &date, Some("close"), with_body);
    // No deadline here either: a client that doesn't read holds this thread.
    stream.write_all(&out)?;
    info!("#{id} answered {}, {} bytes", response.status.text(), out.len());
    // Set while both sides are open: macOS refuses to once they are closed.
    stream.set_read_timeout(Some(limits.drain_time))?;
    stream.shutdown(Shutdown::Write)?;
    drain(stream, limits)?;
    Ok("one exchange per connection")
}

/// Reads out what the client still sends.
///
/// Closing with unread input makes the kernel send a reset, which can destroy the answer on its way
/// (RFC 9112 §9.6). Bounded by `drain_bytes` and `drain_time`.
fn drain(mut stream: &TcpStream, limits: &Limits) -> io::Result<()> {
    let end = Instant::now() + limits.drain_time;
    let mut bytes_left = limits.drain_bytes;
    let mut chunk = [0; READ_BYTES];
    while bytes_left > 0 && Instant::now() < end {
        match stream.read(&mut chunk) {
            Ok(0) => break,
            Ok(n) => bytes_left = bytes_left.saturating_sub(n),
            // What Unix and Windows call a read that waited too long.
            Err(error)
                if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) =>
            {
                break;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
