//! Threads that wait for connections and serve them, one after the other.
//!
//! In: a listener. Out: calls, each with a connection; in the end, how many had to be cut. It refuses to know what
//! is said on them.

use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use log::{debug, warn};
use socket2::SockRef;

use crate::door::{Arrived, Door, PAUSE, let_in, pause_after};
use crate::lock::lock;
use crate::server::{self, READ_BYTES, Server};

/// Most threads that are kept for connections to come. On Linux each has set a descriptor aside while it waits.
const SPARE: usize = 64;

/// Threads that are started at once when none waits.
const BATCH: usize = 16;

/// How long none may wait. On a busy core those that are about to be free need their turn, and no company.
const PATIENCE: Duration = Duration::from_millis(5);

/// Places in the kernel's queue. Rust asks for 128, and of 500 clients that come at once some would wait for seconds.
const BACKLOG: i32 = 1024;

/// How long a connection gets to show that its next request was on the way when the server was told to stop.
const GRACE: Duration = Duration::from_millis(100);

/// The threads, and the listener that they share.
#[derive(Debug)]
pub struct Pool {
    server: Server,
    address: SocketAddr,
    state: Mutex<State>,
    short: Condvar,
    ended: Condvar,
}

#[derive(Debug)]
struct State {
    door: Door,
    threads: usize,
    /// Those of them that wait in `accept`, or after one that failed.
    waiting: usize,
    /// Where our own connections come from, which wake them.
    own: Vec<SocketAddr>,
}

impl State {
    /// How many connections are being served, or wait for a thread.
    fn unfinished(&self) -> usize {
        let arrived = match &self.door {
            Door::Open(_) => 0,
            Door::Shut(arrived) => arrived.len(),
        };
        self.threads - self.waiting + arrived
    }
}

impl Pool {
    /// Serves from now on.
    ///
    /// Errors: the listener doesn't know its address, or no thread can be started.
    pub fn start(listener: TcpListener, server: Server) -> io::Result<Arc<Pool>> {
        let address = listener.local_addr()?;
        SockRef::from(&listener).listen(BACKLOG)?;
        let door = Door::Open(Arc::new(listener));
        let state = Mutex::new(State { door, threads: 0, waiting: 0, own: Vec::new() });
        let (short, ended) = (Condvar::new(), Condvar::new());
        let pool = Arc::new(Pool { server, address, state, short, ended });
        pool.start_some()?;
        let keeper = Arc::clone(&pool);
        thread::Builder::new().spawn(move || keeper.keep_some_waiting())?;
        Ok(pool)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets in who has come and nobody after, and finishes what is under way. How many connections took longer than
    /// `limits.finish_time`: they end with the process.
    pub fn stop(&self) -> usize {
        self.server.is_stopping.store(true, Ordering::Relaxed);
        self.shut();
        let deadline = Instant::now() + self.server.limits.finish_time;
        loop {
            self.wake_waiting();
            let state = lock(&self.state);
            let waited = self.ended.wait_timeout_while(state, GRACE, |state| state.threads > 0);
            let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
            if state.threads == 0 || Instant::now() >= deadline {
                // The end of the process must not look like the end of an answer.
                self.server.registry.abort_all();
                return state.unfinished();
            }
            drop(state);
            self.server.registry.wake_idle();
        }
    }

    fn spawn(self: &Arc<Pool>, state: &mut State) -> io::Result<()> {
        let pool = Arc::clone(self);
        thread::Builder::new().spawn(move || pool.work())?;
        state.threads += 1;
        Ok(())
    }

    /// What a thread does, from its start to its end.
    fn work(self: Arc<Pool>) {
        // Kept from one connection to the next: to clear it anew takes longer than to read most requests.
        let mut chunk = [0; READ_BYTES];
        while let Some((stream, peer)) = self.next() {
            if self.is_own(peer) {
                continue;
            }
            let served =
                AssertUnwindSafe(|| server::handle(&self.server, stream, peer, &mut chunk));
            if catch_unwind(served).is_err() {
                warn!("a connection from {peer} is lost: this server has a bug");
            }
        }
        lock(&self.state).threads -= 1;
        self.short.notify_one();
        self.ended.notify_all();
    }

    /// Waits for a connection; `None` if the thread is to end.
    fn next(&self) -> Option<Arrived> {
        let mut spare = SPARE;
        loop {
            let mut state = lock(&self.state);
            let is_spare = state.waiting >= spare;
            let listener = match &mut state.door {
                Door::Open(_) if is_spare => return None,
                Door::Open(listener) => Arc::clone(listener),
                Door::Shut(arrived) => return arrived.pop_front(),
            };
            state.waiting += 1;
            drop(state);
            let accepted = listener.accept();
            if let Err(error) = &accepted {
                // It waits, too: another thread in its place would fare no better.
                pause_after(error);
                spare = 1;
            }
            let mut state = lock(&self.state);
            state.waiting -= 1;
            if state.waiting == 0 {
                if let Door::Shut(arrived) = &mut state.door {
                    let_in(&listener, arrived);
                }
                self.short.notify_one();
            }
            drop(listener);
            drop(state);
            if let Ok(arrived) = accepted {
                return Some(arrived);
            }
        }
    }

    /// What the keeper does: it starts threads while none waits.
    fn keep_some_waiting(self: Arc<Pool>) {
        loop {
            let state = lock(&self.state);
            let waited = self.short.wait_while(state, |state| !self.is_short(state));
            drop(waited.unwrap_or_else(PoisonError::into_inner));
            thread::sleep(PATIENCE);
            if let Err(error) = self.start_some() {
                warn!("no thread can be started ({error}): connections wait until one is free");
                thread::sleep(PAUSE);
            }
        }
    }

    fn start_some(self: &Arc<Pool>) -> io::Result<()> {
        let mut state = lock(&self.state);
        for _ in 0..BATCH {
            if self.is_short(&state) {
                self.spawn(&mut state)?;
            }
        }
        Ok(())
    }

    /// Whether connections may come, or have come, that no thread waits for. At the limit they wait for a thread.
    fn is_short(&self, state: &State) -> bool {
        let nobody_waits = match &state.door {
            Door::Open(_) => state.waiting == 0,
            Door::Shut(arrived) => !arrived.is_empty(),
        };
        nobody_waits && state.threads < self.server.limits.connections
    }

    /// Closes the listener, or has the last one close it who waits in `accept`.
    fn shut(&self) {
        let mut state = lock(&self.state);
        let Door::Open(listener) = &state.door else { return };
        let mut arrived = VecDeque::new();
        let_in(listener, &mut arrived);
        state.door = Door::Shut(arrived);
        self.short.notify_one();
    }

    /// Who waits in `accept` doesn't see that the door is shut. A connection of our own wakes one of them. (To shut down
    /// the listening socket would wake them all, and reset its queue.)
    fn wake_waiting(&self) {
        // Locked throughout: whoever is woken has to know whose connection it is.
        let mut state = lock(&self.state);
        for _ in 0..state.waiting {
            match TcpStream::connect_timeout(&self.address, GRACE).and_then(|own| own.local_addr())
            {
                Ok(address) => state.own.push(address),
                Err(error) => return debug!("cannot wake who waits for connections: {error}"),
            }
        }
    }

    /// Whether a connection is one of those, and nobody is to be served on it.
    fn is_own(&self, peer: SocketAddr) -> bool {
        self.server.is_stopping.load(Ordering::Relaxed) && lock(&self.state).own.contains(&peer)
    }
}
