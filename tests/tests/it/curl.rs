//! curl against each part, where there is a curl; where there is none, that is said.

use std::io::Write;
use std::process::{Command, Stdio};

use course::launch::Server;

use crate::client::{logged, skipped, start};

/// What curl received, what it said, and its exit code.
struct Curled {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// Runs a test if curl is installed.
fn with_curl(test: impl FnOnce()) {
    match Command::new("curl").arg("--version").stdout(Stdio::null()).status() {
        Ok(status) if status.success() => test(),
        outcome => skipped(&format!("no curl ({outcome:?})")),
    }
}

/// Runs curl with these words and the URL of `path`; `input` is its standard input.
fn curl(server: &Server, path: &str, words: &[&str], input: &[u8]) -> Curled {
    let mut command = Command::new("curl");
    // Neither a configuration file nor a proxy of the person who runs the tests.
    command.args(["--disable", "--noproxy", "*", "--silent", "--show-error", "--max-time", "10"]);
    command.args(words).arg(format!("http://{}{path}", server.address()));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("curl can be started");
    let written = child.stdin.take().expect("it is piped").write_all(input);
    let output = child.wait_with_output().expect("curl ends within its own time");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let stderr = text(&output.stderr);
    assert!(written.is_ok(), "curl doesn't read its input: {stderr}");
    Curled { code: output.status.code(), stdout: text(&output.stdout), stderr }
}

#[track_caller]
fn check(curled: &Curled, expected: &str) {
    assert_eq!((curled.code, curled.stdout.as_str()), (Some(0), expected), "{}", curled.stderr);
}

#[test]
fn curl_gets_part1() {
    with_curl(|| {
        let server = start("part1-naive");
        check(&curl(&server, "/x?y", &[], b""), "method: GET\ntarget: /x?y\nbody:   \n");
        let posted = curl(&server, "/x", &["-0", "-d", "hello"], b"");
        assert_eq!(posted.code, Some(0), "{}", posted.stderr);
        assert!(posted.stdout.starts_with("method: POST\ntarget: /x\n"), "{}", posted.stdout);
    });
}

#[test]
fn curl_waits_for_part2_in_vain() {
    with_curl(|| {
        let server = start("part2-buffering");
        // 28: "Operation timeout", the last --max-time counts.
        for words in [
            &["--max-time", "0.3"][..],
            &["--max-time", "0.3", "-0"],
            &["--max-time", "0.3", "-d", "hello"],
        ] {
            let curled = curl(&server, "/", words, b"");
            assert_eq!((curled.code, curled.stdout.as_str()), (Some(28), ""), "{}", curled.stderr);
        }
        logged(&server, "waiting for the client to end the stream");
    });
}

#[test]
fn curl_gets_posts_and_uploads_to_parts_3_and_4() {
    with_curl(|| {
        for part in ["part3-parser", "part4-keepalive"] {
            let server = start(part);
            check(&curl(&server, "/", &[], b""), "Hello, World!");
            check(&curl(&server, "/", &["-0"], b""), "Hello, World!");
            check(&curl(&server, "/echo", &["-d", "hello"], b""), "hello");
            check(&curl(&server, "/echo", &["-0", "-d", "hello"], b""), "hello");
            check(&curl(&server, "/echo", &["-T", "-"], b"chunked by curl"), "chunked by curl");
            let chunked = ["-H", "Transfer-Encoding: chunked", "-d", "hello"];
            check(&curl(&server, "/echo", &chunked, b""), "hello");
            let head = curl(&server, "/", &["--head"], b"");
            assert!(head.stdout.contains("Content-Length: 13\r\n"), "{}", head.stdout);
            let shown = curl(&server, "/x?y=z", &["-A", "me", "-X", "PATCH"], b"");
            assert!(shown.stdout.contains(r#""User-Agent: me""#), "{}", shown.stdout);
            assert!(shown.stdout.contains(r#""method": "PATCH""#), "{}", shown.stdout);
            let options = ["--request-target", "*", "-X", "OPTIONS", "--include"];
            let answered = curl(&server, "/", &options, b"").stdout;
            assert!(answered.starts_with("HTTP/1.1 204 No Content\r\n"), "{answered}");
        }
    });
}

/// An upload that curl announces with `Expect: 100-continue`.
const EXPECTING: [&str; 7] =
    ["-v", "-T", "-", "-H", "Expect: 100-continue", "--expect100-timeout", "2"];

#[test]
fn curl_waits_for_the_100_continue_that_part3_never_sends() {
    with_curl(|| {
        let server = start("part3-parser");
        let mut words = EXPECTING;
        words[6] = "0.3";
        let curled = curl(&server, "/echo", &words, b"hello");
        check(&curled, "hello");
        assert!(curled.stderr.contains("Done waiting for 100-continue"), "{}", curled.stderr);
    });
}

#[test]
fn curl_gets_100_continue_from_part4() {
    with_curl(|| {
        let server = start("part4-keepalive");
        let curled = curl(&server, "/echo", &EXPECTING, b"hello");
        check(&curled, "hello");
        assert!(curled.stderr.contains("< HTTP/1.1 100 Continue"), "{}", curled.stderr);
        assert!(!curled.stderr.contains("Done waiting"), "{}", curled.stderr);
    });
}

#[test]
fn curl_sees_a_refused_upload_in_parts_3_and_4() {
    with_curl(|| {
        let large = vec![b'v'; 4 << 20];
        for part in ["part3-parser", "part4-keepalive"] {
            let server = start(part);
            let words = ["-H", "Content-Type: x", "--data-binary", "@-", "-H", "Expect:"];
            let curled = curl(&server, "/echo", &words, &large);
            check(&curled, "The body is too large; send a shorter one.\n");
        }
    });
}

#[test]
fn curl_reuses_a_connection_to_part4_and_not_to_part3() {
    with_curl(|| {
        for (part, last) in [
            ("part3-parser", "#2 closed: one exchange per connection"),
            ("part4-keepalive", "#1 closed, 2 answered: the client ended the stream"),
        ] {
            let server = start(part);
            let again = format!("http://{}/", server.address());
            let curled = curl(&server, "/", &[&again], b"");
            check(&curled, "Hello, World!Hello, World!");
            logged(&server, last);
        }
    });
}
