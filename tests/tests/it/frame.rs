//! What every server crate has in common: arguments, exit codes, first line, log.

use std::io::{self, Read};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use course::launch::{Server, workspace, workspace_binaries};

use crate::client::{Client, PARTS, PERSISTENT, SOON, exchange, logged, start};

/// This part tells what happens in an access log; its log is for what is wrong.
const NO_STORY: &str = "part7-production";

const GET: &str = "GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

/// What a program that ends has written, and its exit code.
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Where a part's program stands.
pub fn program(part: &str) -> PathBuf {
    workspace_binaries().expect("the workspace compiles")[part].clone()
}

/// Runs a command that must end by itself.
#[track_caller]
pub fn run(command: &mut Command) -> Ended {
    run_within(command, SOON)
}

#[track_caller]
fn run_within(command: &mut Command, within: Duration) -> Ended {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it can be started");
    let (mut stdout, mut stderr) = (child.stdout.take(), child.stderr.take());
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let mut text = [String::new(), String::new()];
        let pipes = [
            &mut stdout.take().expect("it is piped") as &mut dyn Read,
            &mut stderr.take().expect("it is piped"),
        ];
        let read: Vec<_> = pipes
            .into_iter()
            .zip(&mut text)
            .map(|(pipe, text)| pipe.read_to_string(text))
            .collect();
        tell.send((read, text)).expect("the test waits");
    });
    let Ok((read, [stdout, stderr])) = told.recv_timeout(within) else {
        child.kill().expect("it is ours");
        panic!("it runs on: {command:?}");
    };
    assert!(read.iter().all(Result::is_ok), "{read:?}");
    Ended { code: child.wait().expect("it is ours").code(), stdout, stderr }
}

fn in_each_part(test: impl Fn(&str, &Path)) {
    PARTS.iter().for_each(|part| test(part, &program(part)));
}

#[test]
fn help_tells_the_usage_and_the_default_address() {
    in_each_part(|part, program| {
        for word in ["--help", "-h"] {
            let ended = run(Command::new(program).arg(word));
            assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{part}");
            assert!(ended.stdout.contains(&format!("cargo run -p {part} [-- ADDRESS]")), "{part}");
            assert!(ended.stdout.contains("[default: 127.0.0.1:8080]"), "{part}");
            assert!(ended.stdout.contains("RUST_LOG"), "{part}");
        }
    });
}

#[test]
fn a_bad_argument_gets_one_clear_line_and_exit_code_2() {
    in_each_part(|part, program| {
        for words in [
            &["nonsense"][..],
            &["--nonsense"],
            &["127.0.0.1"],
            &["127.0.0.1:65536"],
            &[""],
            &["127.0.0.1:0", "x"],
            &["--help", "x"],
        ] {
            let ended = run(Command::new(program).args(words));
            assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{part} {words:?}");
            assert_eq!(ended.stderr.lines().count(), 1, "{part} {words:?}: {}", ended.stderr);
            assert!(ended.stderr.contains("127.0.0.1:8081"), "{part} {words:?}: {}", ended.stderr);
            assert!(ended.stderr.contains(&words.join(" ")), "{part} {words:?}: {}", ended.stderr);
        }
    });
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_no_text_gets_one_clear_line_and_exit_code_2() {
    use std::os::unix::ffi::OsStrExt;
    in_each_part(|part, program| {
        let ended = run(Command::new(program).arg(std::ffi::OsStr::from_bytes(b"\xff:80")));
        assert_eq!((ended.code, ended.stderr.lines().count()), (Some(2), 1), "{part}");
    });
}

#[test]
fn an_address_in_use_gets_one_line_with_a_command_that_works_and_exit_code_1() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("it is bound").to_string();
    in_each_part(|part, program| {
        let ended = run(Command::new(program).arg(&address).env("RUST_BACKTRACE", "1"));
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{part}");
        assert_eq!(ended.stderr.lines().count(), 1, "{part}: {}", ended.stderr);
        assert!(ended.stderr.contains(&address), "{part}: {}", ended.stderr);
        let command = format!("cargo run -p {part} -- 127.0.0.1:0");
        assert!(ended.stderr.contains(&command), "{part}: {}", ended.stderr);
    });
}

#[test]
fn the_exit_code_tells_even_where_nobody_reads_why() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("it is bound").to_string();
    for name in PARTS.into_iter().chain(["echo-json"]) {
        for (word, code) in [("nonsense", 2), (address.as_str(), 1)] {
            let (reader, writer) = io::pipe().expect("there are pipes");
            drop(reader);
            let status = Command::new(program(name)).arg(word).stderr(writer).status();
            assert_eq!(status.expect("it can be started").code(), Some(code), "{name} {word}");
        }
    }
}

#[test]
fn an_address_of_another_machine_gets_one_line_and_exit_code_1() {
    in_each_part(|part, program| {
        // RFC 5737: an address for documentation, which is nobody's.
        let ended = run(Command::new(program).arg("192.0.2.1:80").env("RUST_BACKTRACE", "1"));
        assert_eq!((ended.code, ended.stderr.lines().count()), (Some(1), 1), "{part}");
        assert!(ended.stderr.contains("192.0.2.1:80"), "{part}: {}", ended.stderr);
    });
}

#[test]
fn the_first_line_of_output_tells_the_real_port_and_is_the_only_one() {
    for part in PARTS {
        let mut server = start(part);
        let address = server.address();
        let mut client = Client::of(&server);
        client.send(GET).half_close();
        client.closed();
        logged(&server, "closed");
        let stdout = server.process().stdout().all();
        assert_eq!(stdout, [format!("listening on http://{address}")], "{part}");
        assert_ne!(address.port(), 0, "{part}");
    }
}

#[test]
fn the_log_tells_seconds_connection_and_event_by_default() {
    for part in PARTS.iter().filter(|part| **part != NO_STORY) {
        let server = Server::start(part).expect("it starts");
        let mut client = Client::of(&server);
        client.send(GET).half_close();
        client.closed();
        logged(&server, "#1 closed");
        let lines = server.log().all();
        assert!(lines[0].contains("s #1 opened by 127.0.0.1:"), "{part}: {lines:#?}");
        for line in &lines {
            let seconds = line.strip_prefix('+').and_then(|rest| rest.split_once("s #1 "));
            let (seconds, _) = seconds.unwrap_or_else(|| panic!("{part}: {line}"));
            let (whole, thousandths) = seconds.split_once('.').expect("a fraction");
            assert!(whole.parse::<u32>().is_ok() && thousandths.len() == 3, "{part}: {line}");
        }
    }
}

#[test]
fn rust_log_sets_what_the_log_tells() {
    for part in PARTS {
        let quiet = Server::start_with(part, &[], &[("RUST_LOG", "warn")]).expect("it starts");
        let loud = Server::start_with(part, &[], &[("RUST_LOG", "debug")]).expect("it starts");
        for server in [&quiet, &loud] {
            let mut client = Client::of(server);
            client.send(GET).half_close();
            client.closed();
        }
        logged(&loud, "#1 read 47 bytes");
        logged(&loud, "#1 closed");
        assert_eq!(quiet.log().all(), [""; 0], "{part}");
    }
}

#[test]
fn from_part4_on_the_log_tells_only_opening_and_closing_unless_asked() {
    for part in PERSISTENT.iter().filter(|part| **part != NO_STORY) {
        let server = start(part);
        exchange(server.address(), GET, &["GET"]);
        logged(&server, "#1 closed, 1 answered");
        assert_eq!(server.log().all().len(), 2, "{:#?}", server.log().all());
    }
}

#[test]
fn the_log_escapes_what_a_client_sends() {
    for part in PARTS {
        let server = Server::start_with(part, &[], &[("RUST_LOG", "debug")]).expect("it starts");
        let mut client = Client::of(&server);
        client.send(b"\x1b[31m\xff\r\n\r\n").half_close();
        client.closed();
        logged(&server, r#"read 10 bytes: "\x1b[31m\xff\r\n\r\n""#);
        assert_eq!(server.log().count("\u{1b}"), 0, "{part}");
    }
}

#[test]
fn cargo_run_works_in_the_directory_of_a_part() {
    // One part stands for all: another would be built anew, since alone it has other features.
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--offline", "--", "--help"]);
    cargo.current_dir(workspace().join(PARTS[0]));
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let ended = run_within(&mut cargo, SOON * 6);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.contains("cargo run -p part1-naive"), "{}", ended.stdout);
}
