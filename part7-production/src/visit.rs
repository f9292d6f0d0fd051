//! What the server as a whole has to do with one connection: whether it is let in, how it is noted down.
//!
//! In: a connection, its requests and answers. Out: entries in the registry, the counters, the access log.

use std::io;
use std::net::{IpAddr, TcpStream};
use std::sync::Arc;

use crate::access_log;
use crate::clock::Now;
use crate::connection::Connection;
use crate::limits::Limits;
use crate::message::RequestHead;
use crate::registry::Registered;
use crate::response::Response;
use crate::server::Server;
use crate::status::Status;
use crate::tls::Channel;

/// One connection of a server.
#[derive(Debug)]
pub struct Visit<'a> {
    /// The server.
    pub server: &'a Server,
    /// The connection's number.
    pub id: u64,
    client: IpAddr,
    /// Its entry.
    pub registered: Registered<'a>,
}

impl<'a> Visit<'a> {
    /// Enters a connection. `None` if it has to go without a word: too many are being refused already.
    pub fn begin(
        server: &'a Server,
        id: u64,
        client: IpAddr,
        stream: Arc<TcpStream>,
    ) -> Option<Visit<'a>> {
        let entered =
            server.registry.enter(id, stream, client, server.limits.connections_per_address);
        if entered.as_ref().is_none_or(Registered::is_refused) {
            server.app.metrics.refused.add(1);
        }
        entered.map(|registered| Visit { server, id, client, registered })
    }

    /// The limits of its connection. Few threads tell clients that they are one too many: none may keep one for long.
    pub fn limits(&self) -> Limits {
        let limits = self.server.limits;
        let brief = limits.drain_time;
        match self.registered.is_refused() {
            true => Limits { first_byte_time: brief, write_stall_time: brief, ..limits },
            false => limits,
        }
    }

    /// Begins TLS if there is a certificate, and turns away who doesn't speak it, or is one too many.
    ///
    /// Errors: the client is gone.
    pub fn welcome(
        &self,
        channel: &mut Channel,
        connection: &mut Connection,
        now: &mut Now,
    ) -> io::Result<()> {
        if let Some(tls) = &self.server.tls {
            let is_tls = channel.secure(Arc::clone(tls), connection.deadline())?;
            now.update();
            if !is_tls {
                let sentence = "This port speaks TLS; send https://, not http://.";
                let answer = Response::sentence(Status::BadRequest, sentence);
                connection.turn_away(&self.note("", answer, now), now);
                return Ok(());
            }
        }
        if self.registered.is_refused() {
            let sentence =
                "You have too many connections here; close one, or try again in a second.";
            let mut answer = Response::sentence(Status::ServiceUnavailable, sentence);
            answer.fields.push(("Retry-After", "1".into()));
            connection.turn_away(&self.note("", answer, now), now);
        }
        Ok(())
    }

    /// The request line as it will be noted down, if it will.
    pub fn asked(&self, head: &RequestHead) -> String {
        self.server.access_log.as_ref().map_or(String::new(), |_| access_log::request_line(head))
    }

    /// Counts an answer, and has it noted down once it is sent.
    pub fn note(&self, asked: &str, answer: Response, now: &Now) -> Response {
        self.server.app.metrics.answered(answer.status);
        match &self.server.access_log {
            Some(log) => log.note(self.client, &now.date, asked, answer),
            None => answer,
        }
    }
}
