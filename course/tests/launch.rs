//! Starting and ending servers: what was started is ended, with everything it started itself.
#![cfg(unix)]

mod alive;

use std::net::TcpStream;
use std::time::Duration;

use alive::Alive;
use course::launch::{Foreign, build, workspace};

/// Longest wait for what comes.
const LONG: Duration = Duration::from_secs(60);

fn shell(script: &str) -> Vec<String> {
    ["sh", "-c", script].map(String::from).to_vec()
}

#[test]
fn a_command_that_ends_is_told_with_its_output() {
    let started = Foreign::start(&shell("echo PORT is $PORT; echo oh no >&2; exit 3"), &[], LONG);
    let message = format!("{:#}", started.err().expect("it has ended"));
    assert!(message.contains("exit status: 3"), "{message}");
    assert!(message.contains("PORT is ") && message.contains("oh no"), "{message}");
}

#[test]
fn a_command_that_never_listens_is_told_at_the_deadline() {
    let started = Foreign::start(&shell("exec sleep 60"), &[], Duration::from_millis(100));
    let message = format!("{:#}", started.err().expect("it doesn't listen"));
    assert!(message.contains("nothing listens on port"), "{message}");
}

#[test]
fn a_program_that_is_not_there_is_told() {
    let started = Foreign::start(&["no-such-program".into()], &[], LONG);
    let message = format!("{:#}", started.err().expect("it can't be started"));
    assert!(message.contains("cannot start no-such-program"), "{message}");
}

#[test]
fn a_server_that_is_told_nothing_is_found_where_it_says_that_it_listens() {
    let binaries = build(&workspace().join("Cargo.toml"), &["-p", "part1-naive"]);
    let server = binaries.expect("it compiles")["part1-naive"].display().to_string();
    let foreign = Foreign::start(&[server, "127.0.0.1:0".into()], &[], LONG).expect("it listens");
    assert!(TcpStream::connect(foreign.addresses()[0]).is_ok());
}

#[test]
fn what_the_command_started_is_ended_too() {
    let binaries = build(&workspace().join("Cargo.toml"), &["-p", "part1-naive"]);
    let server = binaries.expect("it compiles")["part1-naive"].display().to_string();
    let alive = Alive::new();
    let script = format!("{}; sleep 61 & exec {server} $ADDR", alive.tell());
    let foreign = Foreign::start(&shell(&script), &[], LONG).expect("it listens");
    alive.begins();
    drop(foreign);
    alive.ends();
}
