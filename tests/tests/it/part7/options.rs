//! Options: all of them told, bad ones refused before it runs.

use std::process::Command;

use course::launch::Server;

use super::{GET, NAME, get, used};
use crate::client::{Client, logged};
use crate::frame::{program, run};

#[test]
fn help_tells_every_option_with_its_variable() {
    let not_alone = run(Command::new(program(NAME)).args(["--help", "x"]));
    assert!(not_alone.stderr.contains("--help stands alone"), "{}", not_alone.stderr);
    let help = run(Command::new(program(NAME)).arg("--help")).stdout;
    let options = [
        "data",
        "root",
        "uploads",
        "no-listing",
        "connections",
        "per-address",
        "body-rate",
        "upload-time",
        "write-rate",
        "finish-time",
        "access-log",
        "tls-cert",
        "tls-key",
    ];
    for option in options {
        let variable = format!("PART7_{}", option.replace('-', "_").to_uppercase());
        let line = help.lines().find(|line| line.contains(&format!(" --{option}")));
        assert!(line.is_some_and(|line| line.contains(&variable)), "{option}: {help}");
    }
    for word in ["SIGINT", "SIGTERM", "SIGHUP", "RUST_LOG", "PART7_ADDRESS", "exit code"] {
        assert!(help.contains(word), "{word}: {help}");
    }
    assert_eq!(help.matches("  --").count(), options.len(), "{help}");
}

/// A write beyond the limit comes with a signal that would end the process.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_may_not_grow_is_no_reason_to_end() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::TempDir::new().expect("a directory");
    let path = directory.path().join("server.sh");
    let script = format!("#!/bin/sh\nulimit -f 2\nexec '{}' \"$@\"\n", program(NAME).display());
    std::fs::write(&path, script).expect("it is ours");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    let uploads = directory.path().to_str().expect("it is UTF-8");
    let server = Server::start_program(&path, &["--uploads", uploads], &[]).expect("it starts");
    let mut client = Client::of(&server);
    client.send("PUT /files/a HTTP/1.1\r\nHost: h\r\nContent-Length: 9999\r\n\r\n");
    client.send([b'x'; 9999]);
    assert_eq!(client.last_reply("PUT").status, 507);
    assert_eq!(get(server.address(), "/healthz").status, 200);
}

#[test]
fn values_that_make_no_sense_are_refused_before_it_runs() {
    for words in [
        &["--connections", "0"][..],
        &["--connections", "many"],
        &["--per-address", "-1"],
        &["--body-rate", "0"],
        &["--write-rate", "1.5"],
        &["--finish-time", ""],
        &["--upload-time", "99999999999999999999"],
        &["--tls-cert", "only-one-of-two.pem"],
        &["--tls-key", "only-one-of-two.pem"],
    ] {
        let ended = run(Command::new(program(NAME)).args(words));
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{words:?}");
        assert_eq!(ended.stderr.lines().count(), 1, "{words:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(words[0]), "{words:?}: {}", ended.stderr);
    }
}

#[test]
fn files_that_are_not_there_are_named_before_it_runs() {
    for words in [
        &["--root", "/nowhere"][..],
        &["--uploads", "/nowhere"],
        &["--data", "/nowhere/users"],
        &["--access-log", "/nowhere/log"],
        &["--tls-cert", "/nowhere/cert", "--tls-key", "/nowhere/key"],
    ] {
        let ended = run(Command::new(program(NAME)).arg("127.0.0.1:0").args(words));
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{words:?}");
        assert_eq!(ended.stderr.lines().count(), 1, "{words:?}: {}", ended.stderr);
        assert!(ended.stderr.contains("/nowhere"), "{words:?}: {}", ended.stderr);
    }
}

#[test]
fn a_variable_that_makes_no_sense_is_named() {
    for (name, value) in [
        ("PART7_ADDRESS", "nonsense"),
        ("PART7_CONNECTIONS", "none"),
        ("PART7_NO_LISTING", "maybe"),
        ("PART7_TLS_CERT", "only-one-of-two.pem"),
    ] {
        let bad = run(Command::new(program(NAME)).arg("--body-rate=9").env(name, value));
        assert_eq!((bad.code, bad.stderr.lines().count()), (Some(2), 1), "{}", bad.stderr);
        let said = format!("{name}={value} --body-rate=9: ");
        assert!(bad.stderr.starts_with(&said), "{}", bad.stderr);
    }
}

#[test]
fn a_variable_sets_what_no_argument_does() {
    let variables = [("PART7_PER_ADDRESS", "1"), ("RUST_LOG", "debug")];
    let server = Server::start_with(NAME, &[], &variables).expect("it starts");
    let first = used(server.address());
    assert_eq!(Client::of(&server).last_reply("GET").status, 503);
    drop(first);
    let both = Server::start_with(NAME, &["--per-address", "2"], &variables).expect("it starts");
    let (_first, mut second) = (used(both.address()), used(both.address()));
    second.send(GET);
    second.replies(&["GET", "GET"]);
    logged(&both, "#2 opened");
}

#[test]
fn a_variable_that_is_yes_or_no_may_be_a_number() {
    for (value, status) in [("1", 404), ("0", 200)] {
        let variables = [("PART7_NO_LISTING", value)];
        let server = Server::start_with(NAME, &[], &variables).expect("it starts");
        assert_eq!(get(server.address(), "/names/").status, status, "{value}");
    }
}
