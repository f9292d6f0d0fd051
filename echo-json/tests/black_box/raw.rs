//! raw-echo and raw-client: a stream shows its chunks, and no messages.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::thread;

use echo_json::limits::Limits;
use echo_json::listener::Listener;
use echo_json::{raw, server};

use crate::program::{RAW_CLIENT, RAW_ECHO, Server, run};
use crate::wire::Wire;

#[test]
fn each_chunk_goes_back_with_its_prefix() {
    let server = Server::on_free_port(RAW_ECHO, &[]);
    let mut client = Wire::connect(&server.address);
    client.send("one");
    client.expect("Echo: one");
    client.send(b"t\xffo\r\n");
    client.expect(b"Echo: t\xffo\r\n");
    client.half_close();
    client.expect_end();
    server.wait_for_log("#1 closed: the client ended the stream");
}

#[test]
fn two_writes_can_be_one_chunk() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = listener.local_addr().expect("bound").to_string();
    // The kernel takes the connection and both writes before the server looks.
    let mut socket = TcpStream::connect(&address).expect("in the queue");
    socket.write_all(b"one").expect("room in the buffer");
    socket.write_all(b"two").expect("room in the buffer");
    thread::spawn(move || {
        server::serve(&Listener::Tcp(listener), |id, stream| {
            raw::echo(id, stream, &Limits::default())
        })
    });
    let mut client = Wire::of(socket);
    client.expect("Echo: onetwo");
    client.half_close();
    client.expect_end();
}

#[test]
fn one_write_can_be_several_chunks() {
    let server = Server::on_free_port(RAW_ECHO, &[]);
    let mut client = Wire::connect(&server.address);
    client.send([b'x'; 100_000]);
    client.half_close();
    let rest = client.rest();
    let prefixes = rest.windows(6).filter(|window| window == b"Echo: ").count();
    assert!(prefixes > 1, "{prefixes}");
    assert_eq!(rest.len(), 100_000 + 6 * prefixes);
}

#[test]
fn the_client_tells_chunks_and_ends_with_the_server() {
    let server = Server::on_free_port(RAW_ECHO, &[]);
    let (code, output, errors) = run(RAW_CLIENT, &[&server.address], b"");
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(output.contains("sent 13 bytes: \"first message\""), "{output}");
    assert!(output.contains("chunk 1 has "), "{output}");
    assert!(output.contains("the server ended the stream"), "{output}");
}

#[test]
fn the_client_says_when_nobody_listens() {
    // A port that is taken by a client, so that no other test gets it.
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let taken = TcpStream::connect(listener.local_addr().expect("bound")).expect("in the queue");
    let address = taken.local_addr().expect("bound").to_string();
    let (code, _, errors) = run(RAW_CLIENT, &[&address], b"");
    assert_eq!(code, 1);
    assert!(errors.starts_with(&format!("cannot connect to {address}: ")), "{errors}");
}
