//! Starts a program, reads what it says, and ends just that one.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use echo_json::connection::converse;
use echo_json::frame::Framing;
use echo_json::limits::Limits;
use echo_json::listener::Listener;
use echo_json::server;

/// Longest wait of a test for anything.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub const ECHO_JSON: &str = env!("CARGO_BIN_EXE_echo-json");
pub const JSON_CLIENT: &str = env!("CARGO_BIN_EXE_json-client");
pub const RAW_ECHO: &str = env!("CARGO_BIN_EXE_raw-echo");
pub const RAW_CLIENT: &str = env!("CARGO_BIN_EXE_raw-client");

/// A server that runs until it is dropped.
pub struct Server {
    pub child: Child,
    pub address: String,
    log: Receiver<String>,
}

impl Server {
    /// Starts a server and waits until it listens.
    #[track_caller]
    pub fn start(path: &str, arguments: &[&str]) -> Server {
        let mut child = spawn(path, arguments);
        let output = lines(child.stdout.take().expect("piped"));
        let log = lines(child.stderr.take().expect("piped"));
        let first = output.recv_timeout(PATIENCE).expect("the server says where it listens");
        let address = first.strip_prefix("listening on ").expect(&first).to_string();
        Server { child, address, log }
    }

    /// Starts a server on a free port of 127.0.0.1.
    #[track_caller]
    pub fn on_free_port(path: &str, options: &[&str]) -> Server {
        Server::start(path, &[&["127.0.0.1:0"], options].concat())
    }

    /// Waits for a log line with this text.
    #[track_caller]
    pub fn wait_for_log(&self, text: &str) -> String {
        wait_for(&self.log, text)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().expect("our own child can be killed");
        self.child.wait().expect("our own child can be waited for");
    }
}

/// Serves in this process, with other limits and another answer; returns the address.
pub fn serve(
    limits: Limits,
    nodelay: bool,
    answer: impl Fn(&[u8], &mut Vec<u8>) + Clone + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = listener.local_addr().expect("bound").to_string();
    thread::spawn(move || {
        server::serve(&Listener::Tcp(listener), move |_id, stream| {
            stream.set_nodelay(nodelay)?;
            converse(stream, Framing::Lines, &limits, &answer)
        })
    });
    address
}

/// Starts a program with its output piped.
pub fn spawn(path: &str, arguments: &[&str]) -> Child {
    Command::new(path)
        .args(arguments)
        .env_remove("RUST_LOG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program exists")
}

/// Runs a program to its end, with this standard input.
#[track_caller]
pub fn run(path: &str, arguments: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut child = spawn(path, arguments);
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_vec();
    // A program that reads nothing is gone before all of it is written.
    thread::spawn(move || stdin.write_all(&input));
    let output = text(child.stdout.take().expect("piped"));
    let errors = text(child.stderr.take().expect("piped"));
    let Ok(output) = output.recv_timeout(PATIENCE) else {
        child.kill().expect("our own child can be killed");
        panic!("{path} {arguments:?} does not end");
    };
    let status = child.wait().expect("our own child can be waited for");
    let errors = errors.recv_timeout(PATIENCE).expect("it has ended");
    (status.code().expect("it exits"), output, errors)
}

/// All that comes out of a pipe, once it is closed.
fn text(mut pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut text = String::new();
        pipe.read_to_string(&mut text).expect("programs speak UTF-8");
        sender.send(text)
    });
    receiver
}

/// The lines that come out of a pipe, as they come.
pub fn lines(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines() {
            // The test has ended.
            let Ok(line) = line else { return };
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// Waits for a line with this text.
#[track_caller]
pub fn wait_for(lines: &Receiver<String>, text: &str) -> String {
    let deadline = Instant::now() + PATIENCE;
    let mut seen = Vec::new();
    loop {
        match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) if line.contains(text) => return line,
            Ok(line) => seen.push(line),
            Err(_) => panic!("no line with {text:?}, but:\n{}", seen.join("\n")),
        }
    }
}
