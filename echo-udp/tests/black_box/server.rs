//! The server: boundaries are kept, sizes are seen, losses are survived.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::thread;

use echo_json::limits::Limits;
use echo_json::listener::Listener;
use echo_udp::client::connect;
use echo_udp::server::{Options, serve};
use fastrand::Rng;

use crate::program::{ECHO_UDP, PATIENCE, Server, run};

/// A socket for this server, whose reads have a deadline.
fn client(server: &Server) -> UdpSocket {
    let address = server.address.parse().expect("an address");
    let socket = connect(address).expect("loopback");
    socket.set_read_timeout(Some(PATIENCE)).expect("not zero");
    socket
}

#[track_caller]
fn expect(client: &UdpSocket, expected: &[u8]) {
    let mut buffer = vec![0; 65_536];
    let n = client.recv(&mut buffer).expect("an answer comes");
    assert_eq!(buffer[..n].escape_ascii().to_string(), expected.escape_ascii().to_string());
}

#[track_caller]
fn check_echo(client: &UdpSocket, payload: &[u8]) {
    let sent = client.send(payload).expect("it fits");
    assert_eq!(sent, payload.len());
    expect(client, payload);
}

#[test]
fn each_datagram_comes_back_and_is_logged() {
    let server = Server::on_free_port(ECHO_UDP, &[]);
    let client = client(&server);
    let here = client.local_addr().expect("bound");
    for payload in [&b"one"[..], b"two\n", b"\xFF\0"] {
        check_echo(&client, payload);
        server.wait_for_log(&format!("{} bytes from {here}", payload.len()));
    }
}

#[test]
fn two_sends_are_two_datagrams_and_may_be_one_chunk_of_a_stream() {
    // Both servers begin when everything is there.
    let datagrams = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    let client = connect(datagrams.local_addr().expect("bound")).expect("loopback");
    client.set_read_timeout(Some(PATIENCE)).expect("not zero");
    assert_eq!(client.send(b"one").expect("it fits"), 3);
    assert_eq!(client.send(b"two").expect("it fits"), 3);
    thread::spawn(move || serve(&datagrams, Options::default(), Rng::with_seed(1)));
    expect(&client, b"one");
    expect(&client, b"two");

    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let mut stream = TcpStream::connect(listener.local_addr().expect("bound")).expect("queued");
    stream.set_read_timeout(Some(PATIENCE)).expect("not zero");
    stream.write_all(b"one").expect("room in the buffer");
    stream.write_all(b"two").expect("room in the buffer");
    thread::spawn(move || {
        echo_json::server::serve(&Listener::Tcp(listener), |id, stream| {
            echo_json::raw::echo(id, stream, &Limits::default())
        })
    });
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("an answer comes");
    assert_eq!(&answer, b"Echo: onetwo");
}

#[test]
fn an_empty_datagram_is_a_datagram() {
    let server = Server::on_free_port(ECHO_UDP, &[]);
    let client = client(&server);
    check_echo(&client, b"");
    check_echo(&client, b"after");
    server.wait_for_log("0 bytes from ");
}

// macOS sends no more than 9,216 bytes, unless it is told otherwise.
#[cfg(not(target_os = "macos"))]
#[test]
fn the_largest_datagram_comes_back_whole() {
    let server = Server::on_free_port(ECHO_UDP, &[]);
    let client = client(&server);
    let largest: Vec<u8> = (0..65_507u32).map(|n| n as u8).collect();
    check_echo(&client, &largest);
    server.wait_for_log("65507 bytes from ");
    assert!(client.send(&[0; 65_508]).is_err());
}

// Windows receives an error instead of the first bytes, so there is nothing to send back.
#[cfg(not(windows))]
#[test]
fn a_small_buffer_cuts_and_the_log_says_so() {
    let server = Server::on_free_port(ECHO_UDP, &["--buffer", "4"]);
    let client = client(&server);
    check_echo(&client, b"1234");
    assert_eq!(client.send(b"12345").expect("it fits"), 5);
    expect(&client, b"1234");
    server.wait_for_log(" 4 bytes from ");
    server.wait_for_log("warning: more than 4 bytes from ");
}

#[test]
fn a_client_that_is_gone_does_not_end_the_server() {
    let server = Server::on_free_port(ECHO_UDP, &[]);
    for _ in 0..50 {
        // The answer finds a closed port, and an ICMP "port unreachable" comes back.
        let sent = client(&server).send(b"nobody reads the answer").expect("it fits");
        assert_eq!(sent, 23);
    }
    check_echo(&client(&server), b"still here");
}

#[test]
fn what_is_dropped_does_not_come_back() {
    let server = Server::on_free_port(ECHO_UDP, &["--drop", "1"]);
    let client = client(&server);
    assert_eq!(client.send(b"lost").expect("it fits"), 4);
    server.wait_for_log("dropped them on purpose");
    client.set_nonblocking(true).expect("our own socket");
    let error = client.recv(&mut [0; 8]).expect_err("it was dropped");
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
}

#[test]
fn an_address_in_use_is_named() {
    let other = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    let address: SocketAddr = other.local_addr().expect("bound");
    let (code, output, errors) = run(ECHO_UDP, &[&address.to_string()]);
    assert_eq!((code, output.as_str()), (1, ""));
    assert_eq!(
        errors,
        format!(
            "{address} is in use by another program; for a free port: cargo run -p echo-udp -- 127.0.0.1:0\n"
        )
    );
}

#[test]
fn wrong_arguments_get_one_line_and_exit_code_2() {
    for arguments in [
        &["nonsense"][..],
        &["127.0.0.1:0", "more"],
        &["--drop", "1.1"],
        &["--drop", "NaN"],
        &["--drop"],
        &["--buffer", "65536"],
        &["--buffer", "-1"],
        &["--nonsense"],
    ] {
        let (code, output, errors) = run(ECHO_UDP, arguments);
        assert_eq!((code, output.as_str()), (2, ""), "{arguments:?}: {errors}");
        assert_eq!(errors.lines().count(), 1, "{arguments:?}: {errors}");
    }
    let (code, output, _) = run(ECHO_UDP, &["--help"]);
    assert_eq!(code, 0);
    assert!(output.contains("Usage: cargo run -p echo-udp"), "{output}");
}
