//! `--data FILE`: what survives a kill, a full disk, and a file that is not ours.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{self, Sender};
use std::thread;

use course::launch::Server;
use serde_json::Value;
use tempfile::{TempDir, tempdir};

use super::{JSON, NAME, add, all, json};
use crate::app::answer;
use crate::client::{Client, SOON, exchange, logged};
use crate::frame::{program, run};

/// Clients of a storm.
const CLIENTS: usize = 4;

fn directory() -> (TempDir, PathBuf) {
    let directory = tempdir().expect("a directory for the test");
    let path = directory.path().join("users.jsonl");
    (directory, path)
}

#[track_caller]
fn start(path: &Path) -> Server {
    let path = path.to_str().expect("the path is text");
    Server::start_with(NAME, &["--data", path], &[]).expect("it starts")
}

#[test]
fn users_are_there_again_after_a_restart_and_numbers_are_not_given_twice() {
    let (_directory, path) = directory();
    let server = start(&path);
    for name in ["a", "b", "c"] {
        add(&server, name);
    }
    answer(&server, "DELETE /api/users/3", "", b"");
    answer(&server, "PUT /api/users/1", JSON, br#"{"name": "A", "email": "\n"}"#);
    let before = all(&server);
    assert_eq!(before.len(), 2);
    drop(server);
    let server = start(&path);
    assert_eq!(all(&server), before);
    assert_eq!(json(&add(&server, "d"))["id"], 4);
}

#[test]
fn a_second_server_on_the_same_file_is_refused_at_the_start() {
    let (_directory, path) = directory();
    let first = start(&path);
    add(&first, "a");
    let mut second = Command::new(program(NAME));
    let ended = run(second.arg("127.0.0.1:0").arg("--data").arg(&path));
    assert_eq!((ended.code, ended.stderr.lines().count()), (Some(1), 1), "{}", ended.stderr);
    assert!(ended.stderr.contains("another server"), "{}", ended.stderr);
    assert_eq!(json(&add(&first, "b"))["id"], 2);
}

/// A user that the server said it had stored, by number.
type Promised = BTreeMap<u64, Value>;

fn by_number(users: impl IntoIterator<Item = Value>) -> Promised {
    users.into_iter().map(|user| (user["id"].as_u64().expect("a number"), user)).collect()
}

/// Clients that add users as fast as they can, until the server is killed after so many of them.
fn storm(server: Server, kill_after: usize) -> Promised {
    let clients: Vec<_> = (0..CLIENTS).map(|_| Client::of(&server)).collect();
    let (promise, promised) = mpsc::channel();
    thread::scope(|scope| {
        for (number, client) in clients.into_iter().enumerate() {
            let promise = promise.clone();
            scope.spawn(move || add_until_the_end(client, number, &promise));
        }
        drop(promise);
        let next = || promised.recv_timeout(SOON).expect("users are stored");
        let mut users: Vec<Value> = (0..kill_after).map(|_| next()).collect();
        // On Unix this is kill -9.
        drop(server);
        users.extend(promised.iter());
        by_number(users)
    })
}

fn add_until_the_end(mut client: Client, number: usize, promise: &Sender<Value>) {
    let mut methods = Vec::new();
    loop {
        let name = format!("{number}-{}.", methods.len()).repeat(20);
        let body = format!(r#"{{"name": "{name}", "email": "e"}}"#);
        let head = format!("POST /api/users HTTP/1.1\r\nHost: h\r\n{JSON}");
        client.send(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()));
        methods.push("POST");
        let Some(replies) = client.replies_or_end(&methods) else { return };
        promise.send(json(&replies[methods.len() - 1])).expect("the test listens");
    }
}

#[test]
fn kill_9_in_the_middle_of_writing_takes_nothing_that_was_promised() {
    let (_directory, path) = directory();
    let mut promised = Promised::new();
    for kill_after in [1, 7, 20, 33, 50] {
        let server = start(&path);
        let new = storm(server, kill_after);
        assert!(new.len() >= kill_after);
        promised.extend(new);
        let server = start(&path);
        let users = by_number(all(&server));
        for (id, user) in &promised {
            assert_eq!(users.get(id), Some(user), "user {id} is lost");
        }
        // Each client may have had one more user written when its answer was cut off.
        assert!(
            users.len() <= promised.len() + CLIENTS * 5,
            "{} and {}",
            users.len(),
            promised.len()
        );
    }
}

#[test]
fn a_torn_last_line_is_dropped_and_told_and_nothing_else_is_lost() {
    let (_directory, path) = directory();
    let server = start(&path);
    for name in ["a", "b", "c"] {
        add(&server, name);
    }
    let before = all(&server);
    drop(server);
    let bytes = fs::read(&path).expect("it is there");
    fs::write(&path, &bytes[..bytes.len() - 9]).expect("the disk has room");
    let server = start(&path);
    logged(&server, "warning: line 3 of ");
    assert_eq!(all(&server), before[..2]);
    assert_eq!(json(&add(&server, "d"))["id"], 3);
    drop(server);
    let server = start(&path);
    assert_eq!(all(&server).len(), 3);
    assert_eq!(server.log().count("warning"), 0);
}

#[test]
fn a_file_that_is_not_ours_is_one_clear_line_at_the_start_and_stays_as_it_is() {
    let (directory, path) = directory();
    fs::write(&path, "dear diary\n").expect("the disk has room");
    for (data, told) in [(&*path, "line 1"), (directory.path(), ""), (&path.join("below"), "")] {
        let data = data.to_str().expect("the path is text");
        let words = ["--data", data, "127.0.0.1:0"];
        let ended = run(Command::new(program(NAME)).args(words));
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{}", ended.stderr);
        assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
        assert!(ended.stderr.contains(&format!("cannot use {data}: {told}")), "{}", ended.stderr);
    }
    assert_eq!(fs::read(&path).expect("it is there"), b"dear diary\n");
}

#[test]
fn a_misused_data_option_is_one_clear_line_and_exit_code_2() {
    for words in [&["--data"][..], &["--data", "a", "--data", "b"], &["--date=a"]] {
        let ended = run(Command::new(program(NAME)).args(words));
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{words:?}");
        assert_eq!(ended.stderr.lines().count(), 1, "{words:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(&words.join(" ")), "{words:?}: {}", ended.stderr);
    }
}

/// A server behind a shell script, which ends in `exec "$@"`.
#[cfg(target_os = "linux")]
#[track_caller]
fn start_behind(directory: &Path, script: &str, data: &Path) -> Server {
    use std::os::unix::fs::PermissionsExt;
    let path = directory.join("server.sh");
    let text = format!("#!/bin/sh\nset -- '{}' \"$@\"\n{script}\n", program(NAME).display());
    fs::write(&path, text).expect("the disk has room");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    let data = data.to_str().expect("the path is text");
    Server::start_program(&path, &["--data", data], &[]).expect("it starts")
}

/// Adds users until one is refused: 507, nothing of it stays, and what was stored before is all there.
#[cfg(target_os = "linux")]
#[track_caller]
fn fill(server: &Server, name_bytes: usize) {
    let add = || {
        let body = format!(r#"{{"name": "{}", "email": "e"}}"#, "x".repeat(name_bytes));
        let head = format!("POST /api/users HTTP/1.1\r\nHost: h\r\n{JSON}Connection: close\r\n");
        let request = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
        exchange(server.address(), request, &["POST"]).remove(0).status
    };
    let count = || {
        let get = "GET /api/users HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
        let reply = exchange(server.address(), get, &["GET"]).remove(0);
        json(&reply).as_array().expect("a list").len()
    };
    let mut stored = 0;
    let refused = loop {
        match add() {
            201 => stored += 1,
            status => break status,
        }
        assert!(stored < 500, "the disk has no end");
    };
    assert!(stored > 3, "only {stored} are stored");
    logged(server, "warning: a change is not stored");
    assert_eq!((refused, count()), (507, stored));
    // It goes on: the next one is refused for the same reason, not because half of this one stayed.
    assert_eq!((add(), count()), (507, stored));
}

/// The write that meets the limit is cut short, and the next one fails: the file is too large.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_may_not_grow_is_an_answer_and_half_a_change_is_undone() {
    let (directory, path) = directory();
    // The signal that comes with the limit must be ignored from the start.
    let script = "trap '' XFSZ\nulimit -f 2\nexec \"$@\"";
    let server = start_behind(directory.path(), script, &path);
    fill(&server, 100);
    let bytes = fs::read(&path).expect("it is there");
    assert!(bytes.ends_with(b"\n"), "half a line stays");
    drop(server);
    start(&path);
}

/// A file system of 16 KiB, in a mount namespace of the server's own. Where the system doesn't allow
/// that to everybody, the test before stands for it.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_is_an_answer_and_half_a_change_is_undone() {
    let mount =
        "unshare -rm sh -c 'mount -t tmpfs -o size=16k tmpfs \"$1\" && shift && exec \"$@\"' -";
    let (directory, _) = directory();
    let disk = directory.path().join("disk");
    fs::create_dir(&disk).expect("the disk has room");
    let may_mount = Command::new("sh")
        .args(["-c", &format!("{mount} '{}' true", disk.display())])
        .status()
        .expect("there is a shell");
    if !may_mount.success() {
        eprintln!("left out: a user of this system may not mount a small disk");
        return;
    }
    let script = format!("exec {mount} '{}' \"$@\"", disk.display());
    let server = start_behind(directory.path(), &script, &disk.join("users.jsonl"));
    fill(&server, 200);
    logged(&server, "No space left on device");
}
