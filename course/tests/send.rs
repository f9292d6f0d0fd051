//! `cargo course send` against small servers of every temper: what it shows, what it concludes, how it ends.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};
use std::thread;

const GET: &str = r"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";

/// A server for one connection.
fn serve(talk: impl FnOnce(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || talk(listener.accept().expect("a client comes").0));
    address
}

/// A server that reads until the bytes end so, and answers.
fn answer_after(end: &'static [u8]) -> SocketAddr {
    serve(move |mut stream| {
        read_until(&mut stream, end);
        stream.write_all(ANSWER).expect("the client reads");
    })
}

fn read_until(stream: &mut TcpStream, end: &[u8]) {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 1024]);
    while !bytes.ends_with(end) {
        match stream.read(&mut buffer).expect("the client sends") {
            0 => return,
            n => bytes.extend_from_slice(&buffer[..n]),
        }
    }
}

fn read_to_end(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).expect("the client ends its direction");
    bytes
}

fn send_typing(address: impl ToString, arguments: &[&str], typed: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    command.arg("send").arg(address.to_string()).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut input = child.stdin.take().expect("it is piped");
    input.write_all(typed).expect("the program reads");
    drop(input);
    child.wait_with_output().expect("the program ends")
}

fn send(address: impl ToString, arguments: &[&str]) -> Output {
    send_typing(address, arguments, b"")
}

/// Standard output, after checking the exit code.
#[track_caller]
fn told(output: Output, code: i32) -> String {
    let text = String::from_utf8(output.stdout).expect("text");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{text}{errors}");
    assert_eq!(errors, "");
    text
}

#[track_caller]
fn contains(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        rest = rest
            .split_once(part)
            .unwrap_or_else(|| panic!("{part:?} is not in its place in\n{text}"))
            .1;
    }
}

#[test]
fn both_directions_are_shown_in_order() {
    let address = answer_after(b"\r\n\r\n");
    let text = told(send(address, &[GET, "--split-at", "10,4", "--delay", "30ms"]), 0);
    let parts =
        ["→     4 bytes  \"GET \"", "→     6 bytes  \"/ HTTP\"", "→    17 bytes  \"/1.1\\r\\n\""];
    contains(&text, &parts);
    contains(
        &text,
        &[
            "→",
            "←    59 bytes  \"HTTP/1.1 200 OK\\r\\n\"",
            "\"hi\"",
            "← FIN",
            "the answer is whole",
        ],
    );
    assert!(!text.contains('\x1b'), "colours in a pipe");
}

#[test]
fn a_server_that_waits_for_the_end_is_found_out() {
    let address = serve(|mut stream| {
        read_to_end(&mut stream);
        stream.write_all(ANSWER).expect("the client reads");
    });
    let text = told(send(address, &[GET, "--wait", "100ms"]), 1);
    contains(&text, &["gives up waiting", "→ FIN", "← ", "was waiting for the end of the stream"]);
}

#[test]
fn a_silent_server_is_left_by_the_deadline() {
    let address = serve(|mut stream| {
        read_to_end(&mut stream);
        // The answer never comes; the connection ends with this process.
        thread::park();
    });
    let text = told(send(address, &[GET, "--wait", "50ms"]), 1);
    contains(&text, &["and the end of the stream is not what it waits for"]);
}

#[test]
fn a_flood_is_bounded() {
    let address = serve(|mut stream| while stream.write_all(&[b'x'; 65536]).is_ok() {});
    let text = told(send(address, &["hello\\n"]), 1);
    contains(
        &text,
        &["the client stops reading", "the server doesn't stop: the client read 8388608 bytes"],
    );
    contains(&text, &["more bytes", "pieces left out (--all)", "more bytes"]);
    assert!(text.lines().count() < 60, "{text}");
}

#[test]
fn all_of_it_is_shown_to_whoever_asks() {
    let address = serve(|mut stream| {
        read_to_end(&mut stream);
        stream.write_all(ANSWER).expect("the client reads");
    });
    let file = tempfile::NamedTempFile::new().expect("a place to write");
    std::fs::write(file.path(), "x".repeat(200_000)).expect("writable");
    let path = file.path().to_str().expect("a path in UTF-8");
    let text = told(send(address, &["--file", path, "--half-close", "--all"]), 0);
    assert!(text.matches('x').count() >= 200_000 && !text.contains("left out"));
}

#[test]
fn every_byte_goes_out_as_it_is() {
    let all: Vec<u8> = (0..=255).collect();
    let (tell, heard) = std::sync::mpsc::channel();
    let listen =
        move |mut stream: TcpStream| tell.send(read_to_end(&mut stream)).expect("the test waits");
    let address = serve(listen.clone());
    let escaped = all.escape_ascii().to_string();
    told(send(address, &[&escaped, "--half-close"]), 1);
    assert_eq!(heard.recv().expect("the server heard it"), all);
    told(send_typing(serve(listen.clone()), &["--half-close"], &all), 1);
    assert_eq!(heard.recv().expect("the server heard it"), all);
    let file = tempfile::NamedTempFile::new().expect("a place to write");
    std::fs::write(file.path(), &all).expect("writable");
    let path = file.path().to_str().expect("a path in UTF-8");
    told(send(serve(listen), &["--file", path, "--half-close", "--repeat", "2"]), 1);
    assert_eq!(heard.recv().expect("the server heard it"), all.repeat(2));
}

#[test]
fn a_reset_reaches_the_server() {
    let (tell, heard) = std::sync::mpsc::channel();
    let address = serve(move |mut stream| {
        read_until(&mut stream, b"GET");
        let error = stream.read(&mut [0]).expect_err("a reset is no end of file");
        tell.send(error.kind()).expect("the test waits");
    });
    let text = told(send(address, &["GET", "--reset", "--delay", "20ms"]), 0);
    contains(&text, &["→     3 bytes", "→ RST", "the client has aborted the connection"]);
    assert_eq!(heard.recv().expect("the server heard it"), std::io::ErrorKind::ConnectionReset);
}

#[test]
fn in_talk_mode_each_line_goes_out_with_crlf() {
    let (tell, heard) = std::sync::mpsc::channel();
    let address = serve(move |mut stream| {
        let bytes = read_to_end(&mut stream);
        stream.write_all(ANSWER).expect("the client reads");
        tell.send(bytes).expect("the test waits");
    });
    let text = told(send_typing(address, &["--talk"], b"GET / HTTP/1.1\nHost: a\r\n\n"), 0);
    assert_eq!(heard.recv().expect("the server heard it"), b"GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    contains(
        &text,
        &[
            "each line goes out with CRLF",
            "\"Host: a\\r\\n\"",
            "→ FIN",
            "\"hi\"",
            "the answer is whole",
        ],
    );
}

#[test]
fn the_picture_is_written() {
    let file = tempfile::NamedTempFile::new().expect("a place to write");
    let path = file.path().to_str().expect("a path in UTF-8");
    told(send(answer_after(b"\r\n\r\n"), &[GET, "--svg", path]), 0);
    let picture = std::fs::read_to_string(path).expect("it is written");
    assert!(picture.starts_with("<svg ") && picture.contains("HTTP/1.1 200 OK"), "{picture}");
}

/// One line on standard error and nothing on standard output.
#[track_caller]
fn refuses(output: Output, code: i32, why: &str) {
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(code), 0), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains(why), "{said}");
}

#[test]
fn where_nobody_listens_one_line_says_how_to_start_a_server() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    drop(listener);
    let command = format!(
        "nothing listens there; start a server in a second terminal, such as: cargo run -p part1-naive -- {address}"
    );
    refuses(send(address, &[GET]), 1, &command);
}

#[test]
fn a_mistake_gets_one_line_and_exit_code_2() {
    let nobody = "127.0.0.1:1";
    refuses(
        send("127.0.0.1", &[]),
        2,
        "has no port: an address is HOST:PORT, such as 127.0.0.1:8080",
    );
    refuses(send("8080", &[]), 2, "has no port");
    refuses(send("GET", &["/"]), 2, "is no address");
    refuses(send("https://localhost:8080", &["GET /"]), 2, "speaks TLS");
    refuses(send(nobody, &[r"a\q"]), 2, r"\q at byte 1 is no escape");
    refuses(send(nobody, &["abc", "--split-at", "3"]), 2, "cannot split at 3");
    refuses(send(nobody, &["abc", "--delay", "3"]), 2, "such as 300ms or 2s");
    refuses(send(nobody, &["abc", "--repeat", "0"]), 2, "--repeat");
    refuses(send(nobody, &["--file", "no such file"]), 2, "cannot read no such file");
    refuses(send(nobody, &["abc", "--file", "x"]), 2, "--file");
}
