//! Part 4: what it promises beside the table and the application.

mod deadlines;
mod expect;
mod figures;
mod hostile;
mod memory;
mod persistence;
mod pipelining;

use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::Duration;

use part4_keepalive::limits::Limits;
use part4_keepalive::server;

const NAME: &str = "part4-keepalive";
const GET: &str = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

/// Longer than any test.
const NEVER: Duration = Duration::from_secs(3600);

/// Serves in this process, with the limits of the program changed as a test needs them.
fn serve(change: impl FnOnce(&mut Limits)) -> SocketAddr {
    let mut limits = Limits::default();
    change(&mut limits);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    // It accepts for ever, which here means until the tests are over.
    thread::spawn(move || server::serve(listener, limits));
    address
}

/// Serves with no deadline but those that a test sets.
fn serve_patiently(change: impl FnOnce(&mut Limits)) -> SocketAddr {
    serve(|limits| {
        limits.first_byte_time = NEVER;
        limits.next_request_time = NEVER;
        limits.head_time = NEVER;
        limits.body_time = NEVER;
        limits.write_stall_time = NEVER;
        change(limits);
    })
}
