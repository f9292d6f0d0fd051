//! Limits of each client: how many connections one address may have, and what the next one hears.

use super::{GET, LAST, Site, get, used};
use crate::client::{Client, SOON, bare, exchange, field, text};
use std::io::Read;
use std::time::Instant;

#[test]
fn one_too_many_is_told_so_and_when_to_come_back() {
    let site = Site::with(|limits| limits.connections_per_address = 2);
    let (first, second) = (used(site.address), used(site.address));
    // With a request or without one: it hears it either way.
    for request in [LAST, ""] {
        let reply = exchange(site.address, request, &["GET"]).remove(0);
        assert_eq!((reply.status, field(&reply, "Retry-After")), (503, "1"));
        assert!(reply.says_close() && text(&reply).contains("too many connections"));
    }
    drop(first);
    served_soon(&site);
    drop(second);
}

/// A connection that was closed leaves its place once its thread has seen that.
#[track_caller]
fn served_soon(site: &Site) {
    let began = Instant::now();
    while get(site.address, "/healthz").status != 200 {
        assert!(began.elapsed() < SOON, "a place that is free isn't given away");
    }
}

#[test]
fn those_that_were_refused_take_no_place() {
    let site = Site::with(|limits| limits.connections_per_address = 1);
    let first = used(site.address);
    // They read their answers and don't go: each is waited for.
    let refused: Vec<_> = (0..5)
        .map(|_| {
            let client = Client::at(site.address);
            assert_eq!(client.reply("GET").status, 503);
            client
        })
        .collect();
    drop(first);
    served_soon(&site);
    drop(refused);
}

#[test]
fn far_too_many_are_closed_without_a_word() {
    let site = Site::with(|limits| limits.connections_per_address = 1);
    let first = used(site.address);
    let refused: Vec<_> = (0..40).map(|_| bare(site.address)).collect();
    let told = refused.iter().filter(|stream| {
        let mut answer = Vec::new();
        let mut stream = *stream;
        stream.read_to_end(&mut answer).is_ok_and(|_| answer.starts_with(b"HTTP/1.1 503 "))
    });
    let told = told.count();
    assert!((1..=16).contains(&told), "{told} are told at once");
    drop(first);
}

#[test]
fn five_hundred_clients_on_this_machine_are_let_in() {
    let server = super::program(&[]);
    let clients: Vec<_> = (0..500).map(|_| bare(server.address())).collect();
    for mut stream in clients {
        std::io::Write::write_all(&mut stream, LAST.as_bytes()).expect("it is open");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it is answered");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    }
}

#[test]
fn the_limit_is_that_of_connections_not_of_requests() {
    let site = Site::with(|limits| limits.connections_per_address = 1);
    let mut client = used(site.address);
    client.send(GET).send(GET);
    assert_eq!(client.replies(&["GET"; 3]).len(), 3);
}
