//! The same servers behind a socket file.

use std::fs;
use std::io::Write;
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use tempfile::{TempDir, tempdir};

use crate::program::{
    ECHO_JSON, JSON_CLIENT, RAW_CLIENT, RAW_ECHO, Server, lines, run, spawn, wait_for,
};

/// A directory that goes when the test does, and a socket's path in it.
fn place() -> (TempDir, PathBuf, String) {
    let directory = tempdir().expect("there is a temporary directory");
    let path = directory.path().join("echo.sock");
    let address = format!("unix:{}", path.display());
    (directory, path, address)
}

fn interrupt(server: &Server) {
    let id = server.child.id().to_string();
    let status = Command::new("kill").args(["-INT", &id]).status().expect("kill exists");
    assert!(status.success());
}

#[track_caller]
fn expect_answers(address: &str) {
    let (code, output, errors) = run(JSON_CLIENT, &[address], b"");
    assert_eq!((code, errors.as_str()), (0, ""));
    assert_eq!(output.lines().count(), 2);
}

#[test]
fn server_and_client_meet_at_a_path() {
    let (_directory, _, address) = place();
    let server = Server::start(ECHO_JSON, &[&address]);
    assert_eq!(server.address, address);
    expect_answers(&address);
    server.wait_for_log("closed: the client ended the stream; messages answered: 2");
}

#[test]
fn raw_echo_works_there_too() {
    let (_directory, _, address) = place();
    let _server = Server::start(RAW_ECHO, &[&address]);
    let (code, output, _) = run(RAW_CLIENT, &[&address], b"");
    assert_eq!(code, 0);
    assert!(output.contains("Echo: first message"), "{output}");
}

#[test]
fn an_answer_that_comes_while_the_message_is_refused_is_read() {
    let (_directory, path, address) = place();
    let listener = UnixListener::bind(path).expect("the directory is ours");
    let refusing = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("the client connects");
        stream.write_all(b"{\"status\":\"ERROR\"}\n").expect("there is room for a line");
        // From here on the client's writes fail.
        stream.shutdown(Shutdown::Read).expect("the stream is open");
        stream
    });
    let (code, output, _) = run(JSON_CLIENT, &[&address, "-"], &[b'x'; 4 * 1024 * 1024]);
    assert_eq!((code, output.as_str()), (1, "{\"status\":\"ERROR\"}\n"));
    refusing.join().expect("it has answered");
}

#[test]
fn the_file_is_removed_at_ctrl_c() {
    let (_directory, path, address) = place();
    let mut server = Server::start(ECHO_JSON, &[&address]);
    assert!(path.exists());
    interrupt(&server);
    let status = server.child.wait().expect("our own child");
    assert_eq!(status.code(), None, "a signal ended it");
    assert!(!path.exists());
}

#[test]
fn the_file_of_a_killed_server_is_taken_over() {
    let (_directory, path, address) = place();
    drop(Server::start(ECHO_JSON, &[&address]));
    assert!(path.exists(), "it was killed, so it could not clean up");
    let _server = Server::start(ECHO_JSON, &[&address]);
    expect_answers(&address);
}

#[test]
fn a_live_socket_is_not_stolen() {
    let (_directory, _, address) = place();
    let first = Server::start(ECHO_JSON, &[&address]);
    let mut second = spawn(ECHO_JSON, &[&address]);
    let log = lines(second.stderr.take().expect("piped"));
    wait_for(&log, &format!("{address} is in use by another program; trying again in 1s (2 of 5)"));
    expect_answers(&address);
    // The question whether it lives was not a connection.
    first.wait_for_log("#1 opened");
    first.wait_for_log("#1 closed: the client ended the stream; messages answered: 2");
    second.kill().expect("our own child");
    second.wait().expect("our own child");
}

#[test]
fn a_file_that_is_no_socket_is_left_alone() {
    let (_directory, path, address) = place();
    fs::write(&path, "precious").expect("we may write there");
    let (code, _, errors) = run(ECHO_JSON, &[&address], b"");
    assert_eq!(code, 1);
    assert_eq!(errors, format!("cannot listen on {address}: there is a file, and not a socket\n"));
    assert_eq!(fs::read_to_string(&path).expect("still there"), "precious");
}

#[test]
fn a_path_in_a_missing_directory_is_an_error() {
    let (code, _, errors) = run(ECHO_JSON, &["unix:/nowhere/at/all"], b"");
    assert_eq!((code, errors.lines().count()), (1, 1), "{errors}");
    assert!(UnixStream::connect(Path::new("/nowhere/at/all")).is_err());
}
