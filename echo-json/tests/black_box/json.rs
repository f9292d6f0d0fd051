//! Newline-delimited JSON over TCP, rule by rule.

use crate::program::{ECHO_JSON, Server};
use crate::wire::Wire;

const GREETING: &str = "{\"type\":\"GREETING\",\"name\":\"Alice\"}\n";
const GREETED: &str = "{\"status\":\"OK\",\"reply\":\"Hello, Alice!\"}\n";

fn error(message: &str) -> String {
    format!("{{\"status\":\"ERROR\",\"message\":\"{message}\"}}\n")
}

fn echo(payload: &str) -> (String, String) {
    (
        format!("{{\"type\":\"ECHO\",\"payload\":{payload}}}\n"),
        format!("{{\"status\":\"OK\",\"payload\":{payload}}}\n"),
    )
}

/// A server and a client of its own.
fn start() -> (Server, Wire) {
    let server = Server::on_free_port(ECHO_JSON, &[]);
    let client = Wire::connect(&server.address);
    (server, client)
}

#[test]
fn each_line_gets_an_answer_for_as_long_as_the_client_stays() {
    let (server, mut client) = start();
    for (line, answer) in [
        (GREETING, GREETED),
        ("{\"type\":\"SUM\",\"a\":10,\"b\":20}\n", "{\"status\":\"OK\",\"result\":30}\n"),
        ("{\"type\":\"ECHO\",\"payload\":null}\n", "{\"status\":\"OK\",\"payload\":null}\n"),
        ("{\"type\":\"DANCE\"}\n", &error("Unknown type")),
        ("nonsense\n", &error("Invalid JSON")),
        ("{\"type\":\"ECHO\"}\n", &error("Missing field: payload")),
        (GREETING, GREETED),
    ] {
        client.send(line);
        client.expect(answer);
    }
    client.half_close();
    client.expect_end();
    server.wait_for_log("#1 closed: the client ended the stream; messages answered: 7");
}

#[test]
fn a_line_split_at_any_byte_is_one_message() {
    let (_server, mut client) = start();
    for cut in 1..GREETING.len() {
        // The answer to the first line proves that the server has read what came with it.
        client.send(format!("{GREETING}{}", &GREETING[..cut]));
        client.expect(GREETED);
        client.send(&GREETING[cut..]);
        client.expect(GREETED);
    }
}

#[test]
fn a_utf8_sequence_split_across_reads_survives() {
    let (_server, mut client) = start();
    let (line, answer) = echo("\"€🦀é\"");
    for cut in 1..line.len() {
        let (first, second) = line.as_bytes().split_at(cut);
        client.send([GREETING.as_bytes(), first].concat());
        client.expect(GREETED);
        client.send(second);
        client.expect(&answer);
    }
}

#[test]
fn text_made_of_each_chunk_loses_a_split_utf8_sequence() {
    // What `chunk.toString()` does in a data handler, with the cut in the middle of the euro sign.
    let line = "\"5 €\"".as_bytes();
    let naive: String = [&line[..5], &line[5..]].map(String::from_utf8_lossy).concat();
    assert_eq!(naive, "\"5 \u{FFFD}\u{FFFD}\"");
}

#[test]
fn many_lines_in_one_write_are_answered_in_order() {
    let (_server, mut client) = start();
    let lines: Vec<_> = (0..500).map(|n| echo(&n.to_string())).collect();
    client.send(lines.iter().map(|(line, _)| line.as_str()).collect::<String>());
    client.expect(lines.iter().map(|(_, answer)| answer.as_str()).collect::<String>());
    client.half_close();
    client.expect_end();
}

#[test]
fn a_line_may_end_in_crlf_and_blank_lines_are_skipped() {
    let (_server, mut client) = start();
    client.send(format!("\n\r\n \t\n{}\r\n\n{GREETING}", GREETING.trim_end()));
    client.expect([GREETED, GREETED].concat());
    client.half_close();
    client.expect_end();
}

#[test]
fn invalid_utf8_spoils_its_own_line_only() {
    let (_server, mut client) = start();
    for bad in [
        &b"{\"type\":\"GREETING\",\"name\":\"\xFF\"}\n"[..],
        b"{\"type\":\"GREETING\",\"name\":\"A\",\"\xE2\x82\":1}\n",
        b"{\"type\":\"ECHO\",\"payload\":1}\xC0\x80\n",
    ] {
        client.send([bad, GREETING.as_bytes()].concat());
        client.expect(error("Invalid UTF-8") + GREETED);
    }
}

#[test]
fn a_nesting_bomb_is_refused() {
    let (_server, mut client) = start();
    let bomb = "[".repeat(400_000) + &"]".repeat(400_000);
    for (line, message) in [
        (echo(&bomb).0, "Nested too deep"),
        (bomb.clone() + "\n", "Nested too deep"),
        ("{\"a\":".repeat(100_000) + "\n", "Invalid JSON"),
    ] {
        client.send(line);
        client.expect(error(message));
    }
    client.send(GREETING);
    client.expect(GREETED);
}

#[test]
fn a_line_of_1_mib_is_answered() {
    let (_server, mut client) = start();
    let (line, answer) = echo(&format!("\"{}\"", "x".repeat(1024 * 1024 - 28)));
    assert_eq!(line.len(), 1024 * 1024 + 1, "the newline is not counted");
    client.send(line + GREETING);
    client.expect(answer + GREETED);
}

#[test]
fn a_longer_line_is_refused_and_the_connection_ends() {
    let server = Server::on_free_port(ECHO_JSON, &[]);
    for _ in 0..10 {
        let mut client = Wire::connect(&server.address);
        client.send(GREETING);
        // Much more than the server cares to read; it must see the answer all the same.
        client.send(vec![b'x'; 4 * 1024 * 1024]);
        client.send(format!("\n{GREETING}"));
        client.half_close();
        client.expect(GREETED.to_owned() + &error("Message too long"));
        client.expect_end();
    }
    server.wait_for_log("closed: a message was too long; messages answered: 1");
}

#[test]
fn a_line_that_is_too_long_is_refused_before_it_ends() {
    let (_server, mut client) = start();
    client.send(vec![b'x'; 1024 * 1024 + 1]);
    client.expect(error("Message too long"));
    client.expect_end();
}

#[test]
fn a_last_line_without_newline_is_refused() {
    let (_server, mut client) = start();
    client.send(format!("{GREETING}{}", GREETING.trim_end()));
    client.half_close();
    client.expect(GREETED.to_owned() + &error("The last line has no newline"));
    client.expect_end();
}

#[test]
fn a_client_that_says_nothing_is_not_answered() {
    let (server, mut client) = start();
    client.half_close();
    client.expect_end();
    server.wait_for_log("#1 closed: the client ended the stream; messages answered: 0");
}

#[test]
fn a_reset_ends_one_connection_and_not_the_server() {
    let (server, mut client) = start();
    client.send(GREETING);
    client.wait_for_bytes();
    // Closing with bytes unread sends a reset.
    drop(client);
    server.wait_for_log("#1 closed: the client is gone");
    let mut client = Wire::connect(&server.address);
    client.send(GREETING);
    client.expect(GREETED);
}

#[test]
fn idle_clients_do_not_keep_others_waiting() {
    let server = Server::on_free_port(ECHO_JSON, &[]);
    let mut idle: Vec<_> = (0..200).map(|_| Wire::connect(&server.address)).collect();
    for client in idle.iter_mut().step_by(2) {
        client.send(&GREETING[..10]);
    }
    let mut client = Wire::connect(&server.address);
    client.send(GREETING);
    client.expect(GREETED);
    for client in idle.iter_mut().step_by(2) {
        client.send(&GREETING[10..]);
        client.expect(GREETED);
    }
}
