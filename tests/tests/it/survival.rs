//! What no server may die of: no descriptor for another connection, no memory for another thread.
//!
//! Only Linux lets us change the limits of a process that runs.

use std::time::Instant;

use course::launch::Server;
use rustix::process::{Pid, Resource, Rlimit, prlimit};

use crate::client::{Client, PARTS, SOON, bare, logged, start};

fn limit(server: &mut Server, resource: Resource, most: u64) {
    let process = i32::try_from(server.process().id()).ok().and_then(Pid::from_raw);
    let limits = Rlimit { current: Some(most), maximum: Some(most) };
    prlimit(process, resource, limits).expect("the process is ours");
}

/// The server serves again, if need be after some tries: what was short comes back little by little.
#[track_caller]
fn check_serves_again(server: &Server) {
    let began = Instant::now();
    let is_served = || {
        let mut client = Client::of(server);
        client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").half_close();
        client.ended().received.starts_with(b"HTTP/1.1 200 OK\r\n")
    };
    while !is_served() {
        assert!(began.elapsed() < SOON, "it doesn't recover");
    }
}

#[test]
fn a_failed_accept_is_logged_and_survived() {
    for part in PARTS {
        let mut server = start(part);
        limit(&mut server, Resource::Nofile, 8);
        let connections: Vec<_> = (0..10).map(|_| bare(server.address())).collect();
        logged(&server, "warning: cannot accept a connection");
        drop(connections);
        check_serves_again(&server);
    }
}

#[test]
fn a_thread_that_cannot_be_started_is_logged_and_survived() {
    for part in PARTS {
        let mut server = start(part);
        check_serves_again(&server);
        // Room for some threads, not for many: each wants its stack as address space.
        let status = std::fs::read_to_string(format!("/proc/{}/status", server.process().id()));
        let status = status.expect("it runs");
        let size =
            status.lines().find_map(|line| line.strip_prefix("VmSize:")).expect("Linux tells");
        let size: u64 = size.trim().trim_end_matches(" kB").parse().expect("a number");
        limit(&mut server, Resource::As, (size << 10) + (32 << 20));
        let mut connections = Vec::new();
        while server.log().count("warning: ") == 0 {
            assert!(connections.len() < 500, "{part} starts 500 threads in 32 MiB");
            connections.push(bare(server.address()));
            logged(&server, &format!("#{} opened", connections.len() + 1));
        }
        logged(&server, "no thread can be started for it");
        drop(connections);
        check_serves_again(&server);
    }
}
