//! Clients that are many, slow, silent, or gone, and browsers, which are a little of each.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::ops::RangeInclusive;
use std::time::Duration;

use course::launch::Server;
use course::reply::ReplyReader;

use super::{GET, NAME, NEVER, serve_patiently};
use crate::client::{Client, PERSISTENT, bare, exchange, logged, start, start_with, text};
use crate::drain;

/// Opens connections, no faster than the server accepts them: its queue holds only some.
fn open(server: &Server, begun: &[u8], numbers: RangeInclusive<usize>) -> Vec<TcpStream> {
    let connect = |number| {
        let mut stream = bare(server.address());
        stream.write_all(begun).expect("the server reads");
        if number % 50 == 0 {
            logged(server, &format!("#{number} opened"));
        }
        stream
    };
    numbers.map(connect).collect()
}

/// Lets this process, and those it starts, have a few thousand connections.
#[cfg(unix)]
fn raise_descriptor_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limits = getrlimit(Resource::Nofile);
    let wanted = limits.maximum.map_or(4096, |maximum| maximum.min(4096));
    if limits.current.is_some_and(|current| current < wanted) {
        let limits = Rlimit { current: Some(wanted), ..limits };
        setrlimit(Resource::Nofile, limits).expect("up to the maximum everybody may");
    }
}

#[test]
fn hundreds_of_half_sent_heads_and_of_silent_connections_disturb_nobody() {
    #[cfg(unix)]
    raise_descriptor_limit();
    PERSISTENT.iter().for_each(|part| hundreds_disturb_nobody(part));
}

fn hundreds_disturb_nobody(part: &str) {
    let many = [("PART7_CONNECTIONS", "2000"), ("PART7_PER_ADDRESS", "2000")];
    let server = start_with(part, &many);
    let mut silent = open(&server, b"", 1..=500);
    let mut half = open(&server, b"GET / HTTP/1.1\r\nHos", 501..=1000);
    let mut client = Client::of(&server);
    let mut methods = Vec::new();
    for _ in 0..50 {
        client.send(GET);
        methods.push("GET");
        client.replies(&methods);
    }
    assert_eq!(server.log().count("closed"), 0);
    // They are all still served, once they say what they want.
    let sample = |streams: &mut Vec<TcpStream>, rest: &str| {
        for stream in streams.iter_mut().step_by(100) {
            stream.write_all(rest.as_bytes()).expect("the server reads");
            let mut received = Vec::new();
            stream.read_to_end(&mut received).expect("the server answers");
            let reader = ReplyReader::read(&["GET"], &received, true);
            assert_eq!(reader.wrong(), None, "{part}");
            assert_eq!(reader.replies()[0].status, 200, "{part}");
        }
    };
    sample(&mut half, "t: h\r\nConnection: close\r\n\r\n");
    sample(&mut silent, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
}

#[test]
fn a_reset_at_any_stage_ends_that_connection_and_no_other() {
    PERSISTENT.iter().for_each(|part| a_reset_ends_one_connection(part));
}

fn a_reset_ends_one_connection(part: &str) {
    let server = start(part);
    let large = format!(
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n{}",
        "v".repeat(1_000_000)
    );
    for begun in
        ["", "GET /", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe", GET, "GET /\n"]
    {
        let mut client = Client::of(&server);
        client.send(begun);
        client.reset();
    }
    // In the middle of an answer.
    let mut client = Client::of(&server);
    client.send(&large);
    client.wait_for_lines(1);
    client.reset();
    assert_eq!(
        exchange(
            server.address(),
            large.replace("\r\nHost", "\r\nConnection: close\r\nHost"),
            &["POST"]
        )[0]
        .status,
        200
    );
    for id in 1..=7 {
        logged(&server, &format!("#{id} closed"));
    }
}

#[test]
fn a_browser_is_served() {
    let server = start(NAME);
    let page = |target: &str| {
        format!(
            "GET {target} HTTP/1.1\r\nHost: localhost:8080\r\nConnection: keep-alive\r\n\
         sec-ch-ua: \"Chromium\";v=\"130\", \"Not?A_Brand\";v=\"99\"\r\nsec-ch-ua-mobile: ?0\r\n\
         sec-ch-ua-platform: \"Linux\"\r\nUpgrade-Insecure-Requests: 1\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n\
         Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n\
         Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-GB,en;q=0.9\r\n\
         Cookie: a=b; c=d\r\nIf-None-Match: W/\"x\"\r\n\r\n"
        )
    };
    let mut first = Client::of(&server);
    let mut second = Client::of(&server);
    first.send(page("/"));
    assert_eq!(text(&first.reply("GET")), "Hello, World!");
    first.send(page("/favicon.ico"));
    let icon = &first.replies(&["GET", "GET"])[1];
    assert_eq!(icon.status, 200);
    assert!(text(icon).contains("\"path\": \"/favicon.ico\""), "{}", text(icon));
    // The second connection has said nothing so far: that is no mistake.
    second.waits();
    second.send(page("/"));
    assert_eq!(second.reply("GET").status, 200);
    let mut third = Client::of(&server);
    third.half_close();
    third.closed_silently();
    logged(&server, "#3 closed, 0 answered: the client ended the stream");
    drop(first);
    logged(&server, "#1 closed, 2 answered: the client ended the stream");
}

#[test]
fn a_client_sees_the_refusal_of_its_upload_in_50_of_50_tries() {
    PERSISTENT.iter().for_each(|part| drain::a_refused_upload_sees_413_in_50_of_50_tries(part));
}

#[test]
fn part4_ends_the_drain_after_its_time_and_after_its_bytes() {
    let time = Duration::from_millis(300);
    let address = serve_patiently(|limits| limits.drain_time = time);
    drain::it_ends_in_its_time_for_a_client_that_goes_on_sending(address, time);
    let address = serve_patiently(|limits| limits.drain_time = NEVER);
    drain::the_half_close_does_not_wait_for_it(address);
    let address = serve_patiently(|limits| limits.drain_bytes = 1 << 20);
    drain::it_ends_after_its_bytes_for_a_client_that_floods(address);
}
