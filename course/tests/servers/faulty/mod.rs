//! One small server with one fault at a time: part 3's parser, a persistent connection, and a switch for each mistake
//! that a learner's server makes.

mod connection;
mod fault;

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use connection::Connection;

pub use fault::Fault;

/// A running server; dropping it ends it.
pub struct Faulty {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    fault: Fault,
    /// The process would have ended.
    dead: AtomicBool,
    /// Held by whoever holds up everybody else.
    only_one: Mutex<()>,
    connections: Mutex<Vec<TcpStream>>,
}

impl Faulty {
    /// Starts a server with this fault on a free port.
    pub fn start(fault: Fault) -> Faulty {
        Faulty::serve(TcpListener::bind("127.0.0.1:0").expect("a port is free"), fault)
    }

    /// Starts a server with this fault on a listener.
    pub fn serve(listener: TcpListener, fault: Fault) -> Faulty {
        let address = listener.local_addr().expect("it is bound");
        let shared = Arc::new(Shared {
            fault,
            dead: AtomicBool::new(false),
            only_one: Mutex::new(()),
            connections: Mutex::default(),
        });
        let server = Arc::clone(&shared);
        thread::spawn(move || serve(&listener, address, &server));
        Faulty { address, shared }
    }
}

impl Faulty {
    /// Waits until its fault has ended it.
    pub fn wait_for_death(&self) {
        while !self.shared.dead.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        self.shared.die(self.address);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|e| e.into_inner())
}

impl Shared {
    /// Ends the listener and all connections, as the end of the process would.
    fn die(&self, address: SocketAddr) {
        self.dead.store(true, Ordering::SeqCst);
        for connection in lock(&self.connections).drain(..) {
            drop(connection.shutdown(Shutdown::Both));
        }
        // Wakes the accept, which then sees that it is over.
        drop(TcpStream::connect(address));
    }
}

/// Threads that take one connection after the other.
fn pool(threads: usize) -> Sender<Box<dyn FnOnce() + Send>> {
    let (sender, receiver) = mpsc::channel::<Box<dyn FnOnce() + Send>>();
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..threads {
        let receiver = Arc::clone(&receiver);
        thread::spawn(move || {
            loop {
                let Ok(talk) = lock(&receiver).recv() else { return };
                talk();
            }
        });
    }
    sender
}

fn serve(listener: &TcpListener, address: SocketAddr, shared: &Arc<Shared>) {
    let workers = pool(if shared.fault == Fault::FourAtATime { 4 } else { 0 });
    for stream in listener.incoming() {
        if shared.dead.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        if shared.fault == Fault::ResetsAtOnce {
            drop(socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)));
            continue;
        }
        let Ok(copy) = stream.try_clone() else { continue };
        lock(&shared.connections).push(copy);
        let server = Arc::clone(shared);
        let talk = move || {
            let ended = Connection::new(&stream, &server).talk();
            // The other handle in the list must not keep the connection open.
            drop(stream.shutdown(Shutdown::Both));
            lock(&server.connections).retain(|c| c.peer_addr().ok() != stream.peer_addr().ok());
            if ended.is_err_and(|e| e.kind() == io::ErrorKind::Other) {
                server.die(address);
            }
        };
        match shared.fault {
            Fault::OneAtATime => talk(),
            Fault::FourAtATime => workers.send(Box::new(talk)).expect("the workers wait"),
            _ => drop(thread::spawn(talk)),
        }
    }
}
