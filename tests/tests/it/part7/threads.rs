//! Threads: used again, no more than the limit, and not starved by clients that stop in mid-request.

use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{GET, LAST, Site, get, used};
use crate::client::{Client, SOON, bare};

#[test]
fn a_hundred_half_sent_heads_starve_nobody() {
    let site = Site::with(|_| {});
    let halves: Vec<_> = (0..100)
        .map(|_| {
            let mut client = Client::at(site.address);
            client.send(&GET[..9]);
            client
        })
        .collect();
    let began = Instant::now();
    for _ in 0..20 {
        assert_eq!(get(site.address, "/healthz").status, 200);
    }
    assert!(began.elapsed() < SOON / 2);
    for mut half in halves {
        half.send(&GET[9..]);
        assert_eq!(half.reply("GET").status, 200);
    }
}

#[test]
fn beyond_the_limit_connections_wait_until_one_ends() {
    let site = Site::with(|limits| limits.connections = 2);
    let (first, second) = (used(site.address), used(site.address));
    let mut third = Client::at(site.address);
    third.send(LAST);
    third.waits();
    drop(first);
    assert_eq!(third.last_reply("GET").status, 200);
    drop(second);
}

#[test]
#[cfg(target_os = "linux")]
fn a_crowd_finds_room_in_the_queue() {
    let site = Site::with(|limits| limits.connections = 1);
    let busy = used(site.address);
    let crowd: Result<Vec<_>, _> =
        (0..300).map(|_| TcpStream::connect_timeout(&site.address, SOON)).collect();
    assert_eq!(crowd.expect("all are connected").len(), 300);
    drop(busy);
}

#[test]
fn a_limit_of_one_serves_one_after_the_other() {
    let site = Site::with(|limits| limits.connections = 1);
    for _ in 0..50 {
        assert_eq!(get(site.address, "/healthz").status, 200);
    }
    assert_eq!(site.pool.stop(), 0);
}

#[test]
fn whoever_waits_in_the_queue_when_it_stops_is_served() {
    let site = Site::with(|limits| limits.connections = 1);
    let busy = used(site.address);
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let mut client = Client::at(site.address);
            client.send(LAST);
            client
        })
        .collect();
    waiting[0].waits();
    let pool = Arc::clone(&site.pool);
    let stopped = std::thread::spawn(move || pool.stop());
    for client in waiting {
        assert_eq!(client.last_reply("GET").status, 200);
    }
    drop(busy);
    assert_eq!(stopped.join().expect("it stops"), 0);
    assert!(TcpStream::connect_timeout(&site.address, Duration::from_secs(1)).is_err());
}

#[test]
fn whoever_still_waits_in_the_queue_at_the_end_of_the_time_is_counted() {
    let site = Site::with(|limits| {
        limits.connections = 1;
        limits.finish_time = Duration::from_millis(300);
    });
    let mut busy = used(site.address);
    busy.send(&GET[..9]);
    let _waiting = [(); 5].map(|()| bare(site.address));
    busy.waits();
    assert_eq!(site.pool.stop(), 6);
}

#[test]
#[cfg(target_os = "linux")]
fn a_thread_serves_one_connection_after_the_other() {
    let mut server = super::program(&[]);
    for _ in 0..200 {
        get(server.address(), "/healthz");
    }
    let threads = threads_of(&mut server);
    assert!(threads < 50, "{threads} threads for one connection at a time");
}

#[cfg(target_os = "linux")]
fn threads_of(server: &mut course::launch::Server) -> u32 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.process().id()));
    let status = status.expect("it runs");
    let threads = status.lines().find_map(|line| line.strip_prefix("Threads:"));
    threads.expect("Linux tells").trim().parse().expect("a number")
}

/// Those that are started fare no better: they can't accept either.
#[test]
#[cfg(target_os = "linux")]
fn without_descriptors_connections_wait_and_threads_do_not_become_more() {
    let mut server = super::program(&[]);
    crate::part6::faults::limit_descriptors(&mut server, Some(40));
    let connections: Vec<_> = (0..60).map(|_| bare(server.address())).collect();
    let deadline = Instant::now() + SOON;
    while server.log().count("warning: cannot accept a connection") < 60 {
        assert!(Instant::now() < deadline, "60 connections with 40 descriptors");
        std::thread::sleep(Duration::from_millis(1));
    }
    let threads = threads_of(&mut server);
    assert!(threads < 60, "{threads} threads for at most 40 connections");
    drop(connections);
    assert_eq!(get(server.address(), "/healthz").status, 200);
}

#[test]
#[cfg(target_os = "linux")]
fn without_memory_for_a_thread_connections_wait() {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};

    let mut server = super::program(&[]);
    get(server.address(), "/healthz");
    let id = i32::try_from(server.process().id()).expect("ids are small");
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("it runs");
    let size = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
    let size: u64 = size.expect("Linux tells").trim_end_matches("kB").trim().parse().expect("kB");
    // Room for some threads, not for many: each wants its stack as address space.
    let most = (size << 10) + (32 << 20);
    let limit = Rlimit { current: Some(most), maximum: Some(most) };
    prlimit(Pid::from_raw(id), Resource::As, limit).expect("it is ours");
    let mut connections = Vec::new();
    while server.log().count("warning: no thread can be started") == 0 {
        assert!(connections.len() < 500, "500 threads in 32 MiB");
        connections.push(bare(server.address()));
        std::thread::sleep(Duration::from_millis(1));
    }
    // The threads that could still be started are taken, too.
    connections.extend((0..16).map(|_| bare(server.address())));
    let mut last = Client::of(&server);
    last.send(LAST);
    last.waits();
    drop(connections);
    assert_eq!(last.last_reply("GET").status, 200);
}
