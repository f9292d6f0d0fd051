//! The access log: a line for each answer, that no client can forge.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use course::launch::Server;
use regex_lite::Regex;
use tempfile::TempDir;

use super::{GET, NAME, get, program};
use crate::client::{Client, SOON, exchange, logged, text};

/// A server that notes down what it answers, and where.
struct Noted {
    server: Server,
    path: PathBuf,
    _directory: TempDir,
}

fn noted() -> Noted {
    let directory = TempDir::new().expect("a directory");
    let path = directory.path().join("access.log");
    let server = program(&["--access-log", path.to_str().expect("it is UTF-8")]);
    Noted { server, path, _directory: directory }
}

/// The lines of a file, once there are so many.
#[track_caller]
fn lines(path: &Path, count: usize) -> Vec<String> {
    let began = Instant::now();
    loop {
        let text = fs::read_to_string(path).unwrap_or_default();
        let lines: Vec<_> = text.lines().map(str::to_owned).collect();
        if lines.len() >= count && text.ends_with('\n') {
            assert_eq!(lines.len(), count, "{lines:#?}");
            return lines;
        }
        assert!(began.elapsed() < SOON, "{count} lines don't come: {lines:#?}");
        std::thread::yield_now();
    }
}

/// What stands behind the time.
#[track_caller]
fn told(line: &str) -> &str {
    let format =
        Regex::new(r"^127\.0\.0\.1 - - \[\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d \+0000\] (.*)$");
    let format = format.expect("it is a pattern");
    let captures = format.captures(line).unwrap_or_else(|| panic!("no Common Log Format: {line}"));
    captures.get(1).expect("there is a rest").as_str()
}

#[test]
fn each_answer_is_a_line_in_the_common_log_format() {
    let noted = noted();
    let mut client = Client::of(&noted.server);
    client.send(GET).send("HEAD /healthz HTTP/1.1\r\nHost: h\r\n\r\n");
    client.send("GET /melody.wav HTTP/1.1\r\nHost: h\r\n\r\n");
    client.send("GET /nothing?x=1 HTTP/1.0\r\n\r\n");
    client.last_replies(&["GET", "HEAD", "GET", "GET"]);
    exchange(noted.server.address(), "nonsense\r\n", &["GET"]);
    let length = fs::metadata(crate::part7::public().join("melody.wav")).expect("it is shipped");
    let melody = format!("\"GET /melody.wav HTTP/1.1\" 200 {}", length.len());
    let lines = lines(&noted.path, 5);
    let mut told: Vec<_> = lines.iter().map(|line| told(line)).collect();
    assert!(told.pop().expect("the last one").starts_with("\"-\" 400 "));
    assert_eq!(
        told,
        [
            "\"GET /healthz HTTP/1.1\" 200 13",
            "\"HEAD /healthz HTTP/1.1\" 200 -",
            &melody,
            "\"GET /nothing?x=1 HTTP/1.0\" 404 17",
        ]
    );
}

#[test]
fn what_a_client_sends_cannot_end_the_quotes_or_the_line() {
    let noted = noted();
    get(noted.server.address(), "/\"%20200%201\\n%0a\\");
    let lines = lines(&noted.path, 1);
    assert!(told(&lines[0]).starts_with(r#""GET /\"%20200%201\\n%0a\\ HTTP/1.1" "#), "{lines:?}");
}

#[test]
fn a_request_that_is_refused_in_its_body_is_told_with_its_line() {
    let noted = noted();
    let request = "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
    exchange(noted.server.address(), request, &["POST"]);
    assert!(told(&lines(&noted.path, 1)[0]).starts_with("\"POST /echo HTTP/1.1\" 400 "));
}

#[test]
fn an_answer_without_content_is_told_without_bytes() {
    let noted = noted();
    let mut client = Client::of(&noted.server);
    client.send("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");
    client.send("GET /style.css HTTP/1.1\r\nHost: h\r\nIf-None-Match: *\r\n\r\n");
    client.replies(&["OPTIONS", "GET"]);
    let lines = lines(&noted.path, 2);
    assert_eq!(told(&lines[0]), "\"OPTIONS * HTTP/1.1\" 204 -");
    assert_eq!(told(&lines[1]), "\"GET /style.css HTTP/1.1\" 304 -");
}

#[test]
fn a_refusal_is_told_before_its_client_can_hide_it_by_a_reset() {
    let noted = noted();
    let mut client = Client::of(&noted.server);
    client.send("nonsense\r\n\r\n");
    assert_eq!(client.reply("GET").status, 400);
    client.reset();
    assert!(told(&lines(&noted.path, 1)[0]).starts_with("\"-\" 400 "));
    let counted = get(noted.server.address(), "/metrics");
    assert!(text(&counted).contains("http_requests_total{code=\"400\"} 1\n"));
}

#[cfg(unix)]
#[test]
fn after_a_hangup_it_goes_on_in_a_new_file_and_no_line_is_lost() {
    let mut noted = noted();
    get(noted.server.address(), "/first");
    lines(&noted.path, 1);
    let old = noted.path.with_extension("1");
    fs::rename(&noted.path, &old).expect("it is ours");
    get(noted.server.address(), "/second");
    lines(&old, 2);
    super::stop::signal(&mut noted.server, rustix::process::Signal::HUP);
    let began = Instant::now();
    while !noted.path.exists() {
        assert!(began.elapsed() < SOON, "it isn't opened anew");
        std::thread::yield_now();
    }
    // The new file is there before it is used: whoever answers meanwhile still writes into the old one.
    logged(&noted.server, "the access log is opened anew");
    get(noted.server.address(), "/third");
    assert!(lines(&noted.path, 1)[0].contains("/third"));
    assert_eq!(lines(&old, 2).len(), 2);
}

#[test]
fn without_an_access_log_nothing_is_told_of_requests() {
    let server = Server::start(NAME).expect("it starts");
    get(server.address(), "/healthz");
    assert_eq!(server.log().all(), [""; 0]);
}
