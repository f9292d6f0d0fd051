//! Serves one connection: does what it says.
//!
//! In: a stream. Out: bytes on it, and what the log and the counters tell of it. It refuses to know HTTP: what to do
//! next is the connection's matter, what to answer is the app's.

use std::io::{self, ErrorKind};
use std::mem;
use std::net::{SocketAddr, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use log::{debug, warn};
use rustls::ServerConfig;

use crate::access_log::AccessLog;
use crate::action::{Action, CloseReason};
use crate::app::App;
use crate::clock::Now;
use crate::connection::Connection;
use crate::incoming::Incoming;
use crate::limits::Limits;
use crate::message::Fields;
use crate::registry::Registry;
use crate::response::{Content, Response};
use crate::status::Status;
use crate::tls::Channel;
use crate::transport::Transport;
use crate::visit::Visit;

/// Bytes asked for by one read.
pub const READ_BYTES: usize = 8 * 1024;

/// Bytes of a read that the log shows.
const LOG_BYTES: usize = 60;

/// What all connections share.
#[derive(Debug)]
pub struct Server {
    /// The limits.
    pub limits: Limits,
    /// The application.
    pub app: App,
    /// Where each answer is noted down, if anywhere.
    pub access_log: Option<Arc<AccessLog>>,
    /// The certificate and its key, if TLS is spoken.
    pub tls: Option<Arc<ServerConfig>>,
    /// Who is connected.
    pub registry: Registry,
    /// Whether to finish what is under way, and no more.
    pub is_stopping: AtomicBool,
}

impl Server {
    /// A server that nobody is connected to.
    pub fn new(
        limits: Limits,
        app: App,
        access_log: Option<Arc<AccessLog>>,
        tls: Option<Arc<ServerConfig>>,
    ) -> Server {
        let limits = Limits { scheme: if tls.is_some() { "https" } else { "http" }, ..limits };
        let (registry, is_stopping) = (Registry::default(), AtomicBool::new(false));
        Server { limits, app, access_log, tls, registry, is_stopping }
    }
}

/// Serves one connection until it closes, and says why it did. `chunk` is overwritten by each read.
pub fn handle(server: &Server, stream: TcpStream, peer: SocketAddr, chunk: &mut [u8]) {
    let counted = server.app.metrics.connection();
    let id = counted.id;
    debug!("#{id} opened by {peer}");
    let stream = Arc::new(stream);
    match Visit::begin(server, id, peer.ip(), Arc::clone(&stream)) {
        Some(visit) => serve(&visit, stream, chunk),
        None => debug!("#{id} closed: too many are being refused"),
    }
}

fn serve(visit: &Visit<'_>, stream: Arc<TcpStream>, chunk: &mut [u8]) {
    let mut now = Now::read();
    let mut connection = Connection::new(visit.limits(), &now);
    let id = visit.id;
    let result = Transport::new(stream).map(Channel::new).and_then(|mut channel| {
        visit.welcome(&mut channel, &mut connection, &mut now)?;
        match converse(visit, &mut channel, &mut connection, &mut now, chunk) {
            // TLS has failed. It ends as after a refusal: a reset would destroy the alert that says why.
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                debug!("#{id} {error}");
                connection.give_up();
                converse(visit, &mut channel, &mut connection, &mut now, chunk)
            }
            result => result,
        }
    });
    let answered = connection.answered();
    match result {
        Ok(reason) => debug!("#{id} closed, {answered} answered: {reason}"),
        Err(error) => debug!("#{id} closed, {answered} answered: the client is gone ({error})"),
    }
}

/// Does what the connection says, one action after the other.
fn converse(
    visit: &Visit<'_>,
    channel: &mut Channel,
    connection: &mut Connection,
    now: &mut Now,
    chunk: &mut [u8],
) -> io::Result<CloseReason> {
    let (id, app, metrics) = (visit.id, &visit.server.app, &visit.server.app.metrics);
    let mut incoming: Option<Incoming> = None;
    let mut trailers = Fields::default();
    let mut content = None;
    let mut asked = String::new();
    loop {
        if visit.server.is_stopping.load(Ordering::Relaxed) {
            connection.finish_up();
        }
        let action = connection.poll(now);
        if let Some(error) = connection.take_refusal() {
            visit.note(&asked, Response::refusal(error), now);
        }
        match action {
            Action::Read => {
                // The answer before is whole. It is noted down when its content goes.
                content = None;
                visit.registered.set_idle(connection.is_idle());
                let n = channel.read(chunk, connection.deadline())?;
                visit.registered.set_idle(false);
                now.update();
                metrics.received.add(n.unwrap_or(0));
                match n {
                    Some(0) => connection.received_eof(),
                    Some(n) => connection.received(log_read(id, &chunk[..n])),
                    None => {}
                }
            }
            Action::Write => {
                let n = channel.write(connection.output(), connection.deadline())?;
                now.update();
                if let Some(n) = n {
                    metrics.sent.add(n);
                    connection.wrote(n, now);
                }
            }
            Action::Fill => fill(id, connection, &mut content, now),
            Action::Head(head) => {
                content = None;
                asked = visit.asked(&head);
                match app.accept(head) {
                    Ok(accepted) => incoming = Some(accepted),
                    Err(response) => {
                        content = respond(visit, connection, &mut asked, response, now);
                    }
                }
            }
            Action::Data(n) => {
                let receiver = incoming.as_mut().expect("data follows a head");
                let taken = receiver.take(&connection.unread()[..n]);
                connection.consume(n);
                if receiver.upload.is_some() {
                    connection.extend_body(n, now);
                }
                if let Err(response) = taken {
                    incoming = None;
                    content = respond(visit, connection, &mut asked, response, now);
                }
            }
            Action::End(received) => trailers = received,
            Action::Respond => {
                let received = incoming.take().expect("a request begins before it ends");
                let response = answer(id, received, mem::take(&mut trailers));
                content = respond(visit, connection, &mut asked, response, now);
            }
            Action::HalfClose => channel.half_close(connection.deadline())?,
            Action::Abort(reason) => {
                channel.abort()?;
                return Ok(reason);
            }
            Action::Close(reason) => {
                channel.say_goodbye(connection.deadline())?;
                return Ok(reason);
            }
        }
    }
}

/// Gives the answer to what was asked, once it is counted and noted down.
fn respond(
    visit: &Visit<'_>,
    connection: &mut Connection,
    asked: &mut String,
    response: Response,
    now: &Now,
) -> Option<Content> {
    let response = visit.note(&mem::take(asked), response, now);
    connection.respond(response, now)
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
