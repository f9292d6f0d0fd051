//! How it stops: signals, exit codes, and no request lost.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{GET, LAST, NAME, Process, Site, program, used};
use crate::client::{Client, SOON, bare, logged};

pub fn signal(server: &mut Process, signal: Signal) {
    let id = i32::try_from(server.process().id()).expect("ids are small");
    kill_process(Pid::from_raw(id).expect("it has one"), signal).expect("it is ours");
}

#[track_caller]
fn ended(mut server: Process) -> ExitStatus {
    server.process().ends(SOON).unwrap_or_else(|| panic!("it runs on: {:#?}", server.log().all()))
}

#[test]
fn each_polite_signal_ends_it_with_exit_code_0_and_frees_the_port() {
    for polite in [Signal::INT, Signal::TERM] {
        let mut server = program(&[]);
        let idle = used(server.address());
        let silent = Client::of(&server);
        let began = Instant::now();
        signal(&mut server, polite);
        idle.last_reply("GET");
        silent.closed_silently();
        let address = server.address();
        assert_eq!(ended(server).code(), Some(0));
        assert!(began.elapsed() < SOON / 2, "nothing was under way");
        TcpListener::bind(address).expect("the port is free");
    }
}

#[test]
fn the_request_under_way_is_finished_and_says_that_it_is_the_last() {
    let mut server = program(&[]);
    let mut client = used(server.address());
    client.send(&GET[..9]);
    logged_stop(&mut server);
    client.send(&GET[9..]).send(GET);
    let replies = client.last_replies(&["GET", "GET"]);
    assert_eq!((replies[0].says_close(), replies[1].says_close()), (false, true));
    assert_eq!(ended(server).code(), Some(0));
}

/// Tells it to stop, and waits until it knows.
#[track_caller]
fn logged_stop(server: &mut Process) {
    signal(server, Signal::TERM);
    logged(server, "stopping");
}

#[test]
fn whoever_connects_after_that_is_refused_at_once() {
    let mut server = program(&[]);
    let mut busy = Client::of(&server);
    busy.send(&GET[..9]);
    busy.waits();
    logged_stop(&mut server);
    let began = Instant::now();
    while TcpStream::connect(server.address()).is_ok() {
        assert!(began.elapsed() < SOON, "it lets in more");
    }
    busy.send(&GET[9..]);
    assert_eq!(busy.last_reply("GET").status, 200);
    assert_eq!(ended(server).code(), Some(0));
}

#[test]
fn what_takes_too_long_is_cut_and_the_exit_code_says_so() {
    let mut server = program(&["--finish-time", "1"]);
    let mut client = Client::of(&server);
    client.send(&GET[..9]);
    client.waits();
    signal(&mut server, Signal::TERM);
    client.ended();
    logged(&server, "stopped; connections that were not finished in time: 1");
    assert_eq!(ended(server).code(), Some(1));
}

#[test]
fn the_second_signal_ends_it_now() {
    let mut server = program(&[]);
    let mut client = Client::of(&server);
    client.send(&GET[..9]);
    client.waits();
    logged_stop(&mut server);
    let began = Instant::now();
    signal(&mut server, Signal::TERM);
    assert_eq!(ended(server).signal(), Some(Signal::TERM.as_raw()));
    assert!(began.elapsed() < SOON / 2);
    client.ended();
}

#[test]
fn a_stream_is_sent_to_its_end() {
    let site = Site::with(|_| {});
    site.file("film", 20_000_000);
    let mut stream = bare(site.address);
    stream.write_all(b"GET /film HTTP/1.1\r\nHost: h\r\n\r\n").expect("the server reads");
    let mut first = [0; 1];
    stream.read_exact(&mut first).expect("it begins");
    let pool = std::sync::Arc::clone(&site.pool);
    let stopped = thread::spawn(move || pool.stop());
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("it comes whole");
    assert!(rest.len() > 20_000_000);
    drop(stream);
    assert_eq!(stopped.join().expect("it stops"), 0);
}

/// What became of a client's connections, by the port that it had.
#[derive(Default)]
struct Outcome {
    served: usize,
    lost: HashMap<u16, String>,
}

/// Opens connections and sends requests on them until nobody lets it in any more.
fn storm(address: SocketAddr, requests: usize) -> Outcome {
    let mut outcome = Outcome::default();
    while let Ok(stream) = TcpStream::connect(address) {
        let port = stream.local_addr().expect("it is connected").port();
        match ask(stream, requests) {
            Ok(served) => outcome.served += served,
            Err(why) => drop(outcome.lost.insert(port, why)),
        }
    }
    outcome
}

/// Sends requests until an answer says that it is the last. How many were answered.
fn ask(mut stream: TcpStream, requests: usize) -> Result<usize, String> {
    stream.set_read_timeout(Some(SOON)).expect("it is connected");
    for n in 1..=requests {
        let request = if n == requests { LAST } else { GET };
        stream.write_all(request.as_bytes()).map_err(|error| format!("{n} unsent: {error}"))?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"All is well.\n") {
            let mut buffer = [0; 1024];
            match stream.read(&mut buffer) {
                Ok(0) => return Err(format!("{n}: the end after {}", answer.escape_ascii())),
                Ok(n) => answer.extend_from_slice(&buffer[..n]),
                Err(error) => return Err(format!("{n}: {error}")),
            }
        }
        if answer.windows(17).any(|bytes| bytes == b"Connection: close") {
            return Ok(n);
        }
    }
    unreachable!("the last request says so")
}

#[test]
fn under_load_no_request_is_lost_that_was_accepted() {
    for requests in [1, 20] {
        let mut server =
            Process::start_with(NAME, &[], &[("RUST_LOG", "debug")]).expect("it starts");
        let address = server.address();
        let clients: Vec<_> =
            (0..8).map(|_| thread::spawn(move || storm(address, requests))).collect();
        logged(&server, "#200 opened");
        signal(&mut server, Signal::TERM);
        let outcomes: Vec<_> =
            clients.into_iter().map(|client| client.join().expect("it ends")).collect();
        let log = server.log();
        logged(&server, "stopped: all connections are finished");
        assert!(outcomes.iter().map(|outcome| outcome.served).sum::<usize>() >= 190 * requests);
        // A connection that the kernel made while the listener was being closed was never the server's.
        for (port, why) in outcomes.iter().flat_map(|outcome| &outcome.lost) {
            assert_eq!(log.count(&format!("opened by 127.0.0.1:{port}")), 0, "{port} {why}");
        }
        assert_eq!(ended(server).code(), Some(0));
    }
}

#[test]
fn it_is_started_again_on_the_same_port_while_the_old_one_finishes() {
    let mut old = program(&[]);
    let address = old.address().to_string();
    let mut busy = used(old.address());
    busy.send(&GET[..9]);
    busy.waits();
    // It has closed connections itself: the kernel remembers them for a minute.
    let mut last = Client::of(&old);
    last.send(LAST);
    last.last_reply("GET");
    logged_stop(&mut old);
    let began = Instant::now();
    let new = loop {
        match TcpListener::bind(&address) {
            Ok(listener) => break listener,
            Err(error) => assert!(began.elapsed() < SOON, "{error}"),
        }
        thread::sleep(Duration::from_millis(1));
    };
    busy.send(&GET[9..]);
    assert_eq!(busy.last_replies(&["GET", "GET"])[1].status, 200);
    drop(new);
    assert_eq!(ended(old).code(), Some(0));
}

#[test]
fn an_answer_that_is_cut_does_not_end_as_a_whole_one_does() {
    let mut server = program(&["--finish-time", "1"]);
    let mut client = Client::of(&server);
    // To this client the end of the stream is the end of the answer.
    client.send("GET /clock HTTP/1.0\r\n\r\n").wait_for_lines(7);
    signal(&mut server, Signal::TERM);
    let timeline = client.ended();
    assert!(!timeline.server_closed(), "{:?}", timeline.events);
    assert_eq!(ended(server).code(), Some(1));
}

#[test]
fn the_connections_that_it_makes_to_itself_are_no_clients() {
    let mut server = Process::start_with(NAME, &[], &[("RUST_LOG", "debug")]).expect("it starts");
    let clients = [(); 3].map(|()| used(server.address()));
    drop(clients);
    signal(&mut server, Signal::TERM);
    logged(&server, "stopped: all connections are finished");
    assert_eq!(server.log().count(" opened by "), 3, "{:#?}", server.log().all());
}
