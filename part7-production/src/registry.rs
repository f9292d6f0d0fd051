//! Who is connected: every connection is entered here, and leaves when it is closed.
//!
//! In: connections. Out: whether one more may come from an address, and the means to wake those that idle.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use log::debug;
use socket2::SockRef;

use crate::lock::lock;

/// Whom the connections that are refused count towards, so that they don't keep their client's places.
const NOBODY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// Most connections that are told at once why they are refused. Telling takes a thread until the client has read it.
const TOLD: usize = 16;

/// All connections, by address and number.
#[derive(Debug, Default)]
pub struct Registry {
    clients: Mutex<HashMap<IpAddr, HashMap<u64, Arc<Entry>>>>,
}

/// A connection, as others may see it.
#[derive(Debug)]
struct Entry {
    stream: Arc<TcpStream>,
    is_idle: AtomicBool,
}

/// A connection that is in the registry for as long as this lives.
#[derive(Debug)]
pub struct Registered<'a> {
    registry: &'a Registry,
    client: IpAddr,
    id: u64,
    entry: Arc<Entry>,
}

impl Registry {
    /// Enters a connection, which idles. If its client has `most` already it `is_refused`; `None` if too many are.
    pub fn enter(
        &self,
        id: u64,
        stream: Arc<TcpStream>,
        address: IpAddr,
        most: usize,
    ) -> Option<Registered<'_>> {
        let mut clients = lock(&self.clients);
        let has = |client, most| clients.get(&client).is_some_and(|all| all.len() >= most);
        let client = match client(address) {
            client if !has(client, most) => client,
            _ if has(NOBODY, TOLD) => return None,
            _ => NOBODY,
        };
        let entry = Arc::new(Entry { stream, is_idle: AtomicBool::new(true) });
        clients.entry(client).or_default().insert(id, Arc::clone(&entry));
        Some(Registered { registry: self, client, id, entry })
    }

    /// Ends the reads of all connections that idle. A thread that is asleep in a read can't be told otherwise.
    pub fn wake_idle(&self) {
        for entry in lock(&self.clients).values().flat_map(HashMap::values) {
            if entry.is_idle.load(Ordering::Relaxed)
                && let Err(error) = entry.stream.shutdown(Shutdown::Read)
            {
                debug!("cannot wake a connection: {error}");
            }
        }
    }

    /// Makes of the close of all connections a reset. A client of HTTP/1.0, to which the end of the stream can be the end
    /// of an answer, would take half of one for all of it.
    pub fn abort_all(&self) {
        for entry in lock(&self.clients).values().flat_map(HashMap::values) {
            if let Err(error) = SockRef::from(&*entry.stream).set_linger(Some(Duration::ZERO)) {
                debug!("cannot abort a connection: {error}");
            }
        }
    }
}

impl Registered<'_> {
    /// Whether it is one too many of its client.
    pub fn is_refused(&self) -> bool {
        self.client == NOBODY
    }

    /// Takes note whether the connection waits between two requests.
    pub fn set_idle(&self, is_idle: bool) {
        self.entry.is_idle.store(is_idle, Ordering::Relaxed);
    }
}

impl Drop for Registered<'_> {
    fn drop(&mut self) {
        let mut clients = lock(&self.registry.clients);
        if let Some(connections) = clients.get_mut(&self.client) {
            connections.remove(&self.id);
            if connections.is_empty() {
                clients.remove(&self.client);
            }
        }
    }
}

/// What counts as one client. Whoever has one IPv6 address usually has the 2^64 that begin alike.
fn client(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() >> 64 << 64).into(),
        ip => ip,
    }
}
