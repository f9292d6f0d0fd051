//! The same messages behind a length.

use crate::program::{ECHO_JSON, Server};
use crate::wire::Wire;

const GREETING: &[u8] = b"\0\0\0\x22{\"type\":\"GREETING\",\"name\":\"Alice\"}";
const GREETED: &[u8] = b"\0\0\0\x27{\"status\":\"OK\",\"reply\":\"Hello, Alice!\"}";

fn framed(message: &str) -> Vec<u8> {
    let length = u32::try_from(message.len()).expect("short");
    [&length.to_be_bytes(), message.as_bytes()].concat()
}

fn start() -> (Server, Wire) {
    let server = Server::on_free_port(ECHO_JSON, &["--framing", "length"]);
    let client = Wire::connect(&server.address);
    (server, client)
}

#[test]
fn each_message_gets_an_answer() {
    let (_server, mut client) = start();
    client.send(GREETING);
    client.expect(GREETED);
    client.send([&framed("{}")[..], &framed(""), GREETING].concat());
    client.expect(framed(r#"{"status":"ERROR","message":"Missing field: type"}"#));
    client.expect(framed(r#"{"status":"ERROR","message":"Invalid JSON"}"#));
    client.expect(GREETED);
    client.half_close();
    client.expect_end();
}

#[test]
fn a_message_may_contain_newlines() {
    let (_server, mut client) = start();
    client.send(framed("{\n\"type\":\"ECHO\",\r\n\"payload\":[\n1]\n}\n"));
    client.expect(framed("{\"status\":\"OK\",\"payload\":[\n1]}"));
}

#[test]
fn a_message_split_at_any_byte_is_one_message() {
    let (_server, mut client) = start();
    for cut in 1..GREETING.len() {
        client.send([GREETING, &GREETING[..cut]].concat());
        client.expect(GREETED);
        client.send(&GREETING[cut..]);
        client.expect(GREETED);
    }
}

#[test]
fn a_length_over_the_limit_is_refused_at_once() {
    for length in [1024 * 1024 + 1, u32::MAX] {
        let (_server, mut client) = start();
        client.send(GREETING);
        client.send(length.to_be_bytes());
        client.expect(GREETED);
        client.expect(framed(r#"{"status":"ERROR","message":"Message too long"}"#));
        client.expect_end();
    }
}

#[test]
fn a_message_of_1_mib_is_answered() {
    let (_server, mut client) = start();
    let payload = "x".repeat(1024 * 1024 - 28);
    let message = format!(r#"{{"type":"ECHO","payload":"{payload}"}}"#);
    assert_eq!(message.len(), 1024 * 1024);
    client.send(framed(&message));
    client.expect(framed(&format!(r#"{{"status":"OK","payload":"{payload}"}}"#)));
}

#[test]
fn a_stream_that_ends_inside_a_message_is_refused() {
    for cut in [1, 4, 5] {
        let (_server, mut client) = start();
        client.send(&GREETING[..cut]);
        client.half_close();
        client.expect(framed(r#"{"status":"ERROR","message":"The last message is incomplete"}"#));
        client.expect_end();
    }
}
