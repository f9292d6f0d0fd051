//! A connection, with TLS on it if there is a certificate.
//!
//! In: a transport, bytes, deadlines. Out: the bytes inside of the encryption. The rest of TLS is a library's: nobody
//! should write that alone.

use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, ensure};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

use crate::transport::Transport;

/// The first byte of every TLS connection: a record of the handshake (RFC 8446 §5.1). No method begins so.
const HANDSHAKE: u8 = 22;

/// Reads a chain of certificates, the server's own first, and the key that belongs to it, from PEM files.
///
/// Errors: a file can't be read, holds none, or they don't belong together.
pub fn config(certificate: &Path, key: &Path) -> anyhow::Result<Arc<ServerConfig>> {
    let unreadable = |path: &Path| format!("cannot read {}", path.display());
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| unreadable(certificate))?;
    ensure!(!chain.is_empty(), "{} holds no certificate", certificate.display());
    let key = PrivateKeyDer::from_pem_file(key).with_context(|| {
        format!("cannot read a key without a passphrase from {}", key.display())
    })?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .context("the certificate can't be used with this key")?;
    // A client that could also speak HTTP/2 learns that this server doesn't (RFC 7301).
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// What a connection is read from and written to.
#[derive(Debug)]
pub struct Channel {
    transport: Transport,
    tls: Option<Box<ServerConnection>>,
    /// How many bytes of what is to be written have been encrypted, and have not left.
    held: usize,
}

impl Channel {
    /// A channel without TLS.
    pub fn new(transport: Transport) -> Channel {
        Channel { transport, tls: None, held: 0 }
    }

    /// Speaks TLS from now on; the first read or write agrees on keys, and fails with `InvalidData` if that can't be.
    /// False if the client speaks something else.
    pub fn secure(&mut self, config: Arc<ServerConfig>, deadline: Instant) -> io::Result<bool> {
        // Whoever says nothing may still mean TLS.
        let mut first = [HANDSHAKE];
        self.transport.peek(&mut first, deadline)?;
        let is_tls = first == [HANDSHAKE];
        if is_tls {
            self.tls = Some(Box::new(ServerConnection::new(config).map_err(io::Error::other)?));
        }
        Ok(is_tls)
    }

    /// Reads what there is; 0 at the end of the stream; `None` if nothing came before the deadline.
    pub fn read(&mut self, buffer: &mut [u8], deadline: Instant) -> io::Result<Option<usize>> {
        match &mut self.tls {
            None => self.transport.read(buffer, deadline),
            Some(tls) => {
                let mut until = Until(&mut self.transport, deadline);
                match Stream::new(&mut **tls, &mut until).read(buffer) {
                    // TLS misses a farewell. HTTP knows itself where its messages end.
                    Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(Some(0)),
                    result => in_time(result),
                }
            }
        }
    }

    /// Writes what the socket takes; `None` if it took nothing in a quarter of the time until the deadline.
    pub fn write(&mut self, bytes: &[u8], deadline: Instant) -> io::Result<Option<usize>> {
        match &mut self.tls {
            None => self.transport.write(bytes, deadline),
            Some(tls) => {
                let mut until = Until(&mut self.transport, deadline);
                in_time(write(tls, &mut self.held, bytes, &mut until))
            }
        }
    }

    /// Tells the client that nothing more comes. What it still sends can be read until the deadline, as it comes: nobody
    /// looks at it.
    pub fn half_close(&mut self, deadline: Instant) -> io::Result<()> {
        self.say_goodbye(deadline)?;
        self.tls = None;
        self.transport.half_close(deadline)
    }

    /// Makes of the close that follows a reset.
    pub fn abort(&self) -> io::Result<()> {
        self.transport.abort()
    }

    /// Without it the client can't tell our end from that of somebody who cut the line (RFC 8446 §6.1). Where TLS has
    /// failed an alert stands in its place, and says why (§6.2).
    pub fn say_goodbye(&mut self, deadline: Instant) -> io::Result<()> {
        let Some(tls) = &mut self.tls else { return Ok(()) };
        // A failure sticks. After it the goodbye would say that all is well.
        if tls.process_new_packets().is_ok() {
            tls.send_close_notify();
        }
        let mut until = Until(&mut self.transport, deadline);
        // Whoever has stopped reading hears neither.
        while tls.wants_write() && in_time(tls.write_tls(&mut until))?.is_some() {}
        Ok(())
    }
}

/// A transport up to a deadline: one record of TLS may take many reads.
struct Until<'a>(&'a mut Transport, Instant);

impl Read for Until<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer, self.1)?.ok_or(ErrorKind::TimedOut.into())
    }
}

impl Write for Until<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes, self.1)?.ok_or(ErrorKind::TimedOut.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn in_time(result: io::Result<usize>) -> io::Result<Option<usize>> {
    match result {
        Err(error) if error.kind() == ErrorKind::TimedOut => Ok(None),
        result => result.map(Some),
    }
}

/// Encrypts `bytes` but for those that are held already, and writes some of that. What has not left is not written: the
/// connection may be closed behind what is.
fn write(
    tls: &mut ServerConnection,
    held: &mut usize,
    bytes: &[u8],
    until: &mut Until,
) -> io::Result<usize> {
    if tls.is_handshaking() {
        tls.complete_io(until)?;
    }
    if *held == 0 {
        *held = tls.writer().write(bytes)?;
    }
    let sent = tls.write_tls(until)?;
    // A record is longer than what is in it, so the last byte counts when nothing waits any more.
    let n = if tls.wants_write() { sent.min(held.saturating_sub(1)) } else { *held };
    *held -= n;
    Ok(n)
}
