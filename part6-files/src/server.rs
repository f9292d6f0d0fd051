//! Accepts connections, gives each a thread, and does what each connection says.
//!
//! In: a listener. Out: bytes on sockets, and a log line when a connection opens and when it closes. It
//! refuses to know HTTP: what to do next is the connection's matter, what to answer is the app's.

use std::io;
use std::mem;
use std::net::{TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use log::{debug, info, warn};

use crate::action::{Action, CloseReason};
use crate::app::App;
use crate::clock::Now;
use crate::connection::Connection;
use crate::incoming::Incoming;
use crate::limits::Limits;
use crate::message::Fields;
use crate::response::{Content, Response};
use crate::status::Status;
use crate::transport::Transport;

/// Bytes asked for by one read.
const READ_BYTES: usize = 8 * 1024;

/// Bytes of a read that the log shows.
const LOG_BYTES: usize = 60;

/// Accepts for ever and gives each connection a thread of its own.
pub fn serve(listener: TcpListener, limits: Limits, app: Arc<App>) {
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
        let app = Arc::clone(&app);
        let thread = thread::Builder::new().spawn(move || handle(id, stream, limits, &app));
        if let Err(error) = thread {
            warn!("#{id} closed: no thread can be started for it ({error})");
        }
    }
}

/// Serves one connection until it closes, and says why it did.
fn handle(id: u64, stream: TcpStream, limits: Limits, app: &App) {
    let mut now = Now::read();
    let mut connection = Connection::new(limits, &now);
    let result = Transport::new(stream)
        .and_then(|mut transport| converse(id, &mut transport, &mut connection, &mut now, app));
    let answered = connection.answered();
    match result {
        Ok(reason) => info!("#{id} closed, {answered} answered: {reason}"),
        Err(error) => info!("#{id} closed, {answered} answered: the client is gone ({error})"),
    }
}

/// Does what the connection says, one action after the other.
fn converse(
    id: u64,
    transport: &mut Transport,
    connection: &mut Connection,
    now: &mut Now,
    app: &App,
) -> io::Result<CloseReason> {
    let mut chunk = [0; READ_BYTES];
    let mut incoming: Option<Incoming> = None;
    let mut trailers = Fields::default();
    let mut content = None;
    loop {
        match connection.poll(now) {
            Action::Read => {
                let n = transport.read(&mut chunk, connection.deadline())?;
                now.update();
                match n {
                    Some(0) => connection.received_eof(),
                    Some(n) => connection.received(log_read(id, &chunk[..n])),
                    None => {}
                }
            }
            Action::Write => {
                let n = transport.write(connection.output(), connection.deadline())?;
                now.update();
                if let Some(n) = n {
                    connection.wrote(n, now);
                }
            }
            Action::Fill => fill(id, connection, &mut content, now),
            Action::Head(head) => match app.accept(head) {
                Ok(accepted) => incoming = Some(accepted),
                Err(response) => content = connection.respond(response, now),
            },
            Action::Data(n) => {
                let receiver = incoming.as_mut().expect("data follows a head");
                let taken = receiver.take(&connection.unread()[..n]);
                connection.consume(n);
                if receiver.upload.is_some() {
                    connection.extend_body(now);
                }
                if let Err(response) = taken {
                    incoming = None;
                    content = connection.respond(response, now);
                }
            }
            Action::End(received) => trailers = received,
            Action::Respond => {
                let received = incoming.take().expect("a request begins before it ends");
                let response = answer(id, received, mem::take(&mut trailers));
                content = connection.respond(response, now);
            }
            Action::HalfClose => transport.half_close(connection.deadline())?,
            Action::Abort(reason) => {
                transport.abort()?;
                return Ok(reason);
            }
            Action::Close(reason) => return Ok(reason),
        }
    }
}

/// Reads the next piece of the content straight into what will be written.
fn fill(id: u64, connection: &mut Connection, content: &mut Option<Content>, now: &mut Now) {
    let content = content.as_mut().expect("an answer with content has brought it");
    let result = content.read(connection.room());
    now.update();
    match result {
        Ok(n) => connection.filled(n, now),
        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
        Err(error) => {
            warn!("#{id} cannot read the rest of an answer: {error}");
            connection.cut_short();
        }
    }
}

fn log_read(id: u64, bytes: &[u8]) -> &[u8] {
    let shown = &bytes[..bytes.len().min(LOG_BYTES)];
    debug!("#{id} read {} bytes: \"{}\"", bytes.len(), shown.escape_ascii());
    bytes
}

fn answer(id: u64, incoming: Incoming, trailers: Fields) -> Response {
    debug!("#{id} understood {} {}", incoming.head.method(), incoming.head.target());
    // A handler that panics costs its own request. What it shares with others it must leave whole.
    let response = catch_unwind(AssertUnwindSafe(|| incoming.app.answer(incoming, trailers)));
    let response = response.unwrap_or_else(|_| {
        warn!("#{id} a handler panicked; the lines above say where");
        Response::sentence(Status::InternalServerError, "The server has a bug.")
    });
    debug!("#{id} answers {}", response.status.text());
    response
}
