//! Starting and ending servers: what was started is ended, with everything it started itself.
#![cfg(unix)]

use std::time::Duration;

use course::launch::{Foreign, Lines, build, workspace};
use nix::sys::signal::kill;
use nix::unistd::Pid;

const LONG: Duration = Duration::from_secs(5);

fn shell(script: &str) -> Vec<String> {
    ["sh", "-c", script].map(String::from).to_vec()
}

fn line(lines: &Lines, text: &str) -> String {
    lines.wait_for(text, LONG).expect("the line comes")
}

#[test]
fn a_command_that_ends_is_told_with_its_output() {
    let started = Foreign::start(&shell("echo PORT is $PORT; echo oh no >&2; exit 3"), LONG);
    let message = format!("{:#}", started.err().expect("it has ended"));
    assert!(message.contains("exit status: 3"), "{message}");
    assert!(message.contains("PORT is ") && message.contains("oh no"), "{message}");
}

#[test]
fn a_command_that_never_listens_is_told_at_the_deadline() {
    let started = Foreign::start(&shell("exec sleep 60"), Duration::from_millis(100));
    let message = format!("{:#}", started.err().expect("it doesn't listen"));
    assert!(message.contains("nothing listens on port"), "{message}");
}

#[test]
fn a_program_that_is_not_there_is_told() {
    let started = Foreign::start(&["no-such-program".into()], LONG);
    let message = format!("{:#}", started.err().expect("it can't be started"));
    assert!(message.contains("cannot start no-such-program"), "{message}");
}

#[test]
fn what_the_command_started_is_ended_too() {
    let binaries = build(&workspace().join("Cargo.toml"), &["-p", "part1-naive"]);
    let server = binaries.expect("it compiles")["part1-naive"].display().to_string();
    let script = format!("sleep 61 & echo child $!; exec {server} $ADDR");
    let mut foreign = Foreign::start(&shell(&script), LONG).expect("it listens");
    let child = line(foreign.process().stdout(), "child ");
    let child =
        Pid::from_raw(child.rsplit(' ').next().and_then(|n| n.parse().ok()).expect("a number"));
    assert_eq!(kill(child, None), Ok(()), "it runs");
    drop(foreign);
    let gone = (0..500).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        kill(child, None).is_err()
    });
    assert!(gone, "the child of the command still runs");
}
