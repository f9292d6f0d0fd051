//! The same for lines of JSON: a small server with one mistake at a time, and the cause that must be named for it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use course::checks::{self, Check, Group};
use course::diagnose::explain;
use course::run::{Settings, run_checks};
use course::subject::Subject;
use serde_json::{Value, json};

use crate::with_patience;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Mistake {
    None,
    OneReadOneLine,
    ForgetsJoinedLines,
    WaitsForEof,
    SplitsUtf8,
    AddsFloats,
}

/// Each mistake, a check that it spoils, and the cause.
const ROWS: &[(Mistake, &str, &str)] = &[
    (Mistake::OneReadOneLine, "line-byte-by-byte", "one-read-one-line"),
    (Mistake::OneReadOneLine, "answers-in-order", "one-read-one-line"),
    (Mistake::ForgetsJoinedLines, "lines-joined", "forgets-joined-lines"),
    (Mistake::WaitsForEof, "greeting", "waits-for-eof"),
    (Mistake::SplitsUtf8, "line-utf8-cut", "splits-utf8"),
    (Mistake::AddsFloats, "sum-exactly", "adds-floats"),
];

fn start(mistake: Mistake) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that is gone is none of our business.
            thread::spawn(move || drop(talk(&stream, mistake)));
        }
    });
    address
}

fn talk(mut stream: &TcpStream, mistake: Mistake) -> std::io::Result<()> {
    let (mut kept, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let n = stream.read(&mut buffer)?;
        match mistake {
            Mistake::SplitsUtf8 => kept.extend(String::from_utf8_lossy(&buffer[..n]).bytes()),
            _ => kept.extend_from_slice(&buffer[..n]),
        }
        if n == 0 || mistake == Mistake::OneReadOneLine {
            kept.push(b'\n');
        }
        while let Some(end) =
            kept.iter().position(|&b| b == b'\n' && (mistake != Mistake::WaitsForEof || n == 0))
        {
            let end = if mistake == Mistake::OneReadOneLine { kept.len() - 1 } else { end };
            let line: Vec<u8> = kept.drain(..=end).collect();
            if !line.trim_ascii().is_empty() {
                writeln!(stream, "{}", answer(line.trim_ascii(), mistake))?;
            }
            if mistake == Mistake::ForgetsJoinedLines {
                kept.clear();
            }
        }
        if n == 0 {
            return Ok(());
        }
    }
}

fn answer(line: &[u8], mistake: Mistake) -> Value {
    let Ok(message) = serde_json::from_slice::<Value>(line) else {
        return json!({ "status": "ERROR", "message": "Invalid JSON" });
    };
    let (a, b) = (&message["a"], &message["b"]);
    match (message["type"].as_str(), a.as_i64().zip(b.as_i64()), a.as_f64().zip(b.as_f64())) {
        (Some("GREETING"), ..) => {
            json!({ "status": "OK", "reply": format!("Hello, {}!", message["name"].as_str().unwrap_or_default()) })
        }
        (Some("SUM"), Some((a, b)), _) if mistake != Mistake::AddsFloats => {
            json!({ "status": "OK", "result": a + b })
        }
        (Some("SUM"), _, Some((a, b))) => json!({ "status": "OK", "result": a + b }),
        (Some("ECHO"), ..) => json!({ "status": "OK", "payload": message["payload"] }),
        _ => json!({ "status": "ERROR", "message": "Unknown type" }),
    }
}

/// What is told of those checks that the server without a mistake passes.
fn told(mistake: Mistake, patience: Duration) -> Vec<(&'static str, &'static str)> {
    let known = ["greeting", "line-", "lines-", "end-after", "answers", "sum", "echo"];
    let beyond = ["line-too-long", "sum-overflow", "sum-of-strings"];
    let asked = |check: &&Check| {
        check.group == Group::JsonLines
            && known.iter().any(|beginning| check.name.starts_with(beginning))
            && !beyond.contains(&check.name)
    };
    let asked: Vec<_> = checks::all().iter().filter(asked).collect();
    let mut subject = Subject::running(&start(mistake).to_string()).expect("it listens");
    let settings = Settings { patience, ..Settings::default() };
    let outcomes = run_checks(&mut subject, &asked, settings).expect("nothing is to be started");
    let line = |o: &course::run::Outcome| {
        let cause = explain(o, &outcomes)?.cause;
        Some((o.check.name, cause.map_or("undecided", |cause| cause.name)))
    };
    outcomes.iter().filter_map(line).collect()
}

#[test]
fn a_server_without_a_mistake_is_told_none() {
    let wrong =
        with_patience(|patience| Some(told(Mistake::None, patience)).filter(|t| !t.is_empty()));
    assert_eq!(wrong, None);
}

#[test]
fn each_mistake_with_lines_is_told_apart() {
    thread::scope(|scope| {
        for (mistake, check, cause) in ROWS {
            scope.spawn(move || {
                let wrong = with_patience(|patience| {
                    let told = told(*mistake, patience);
                    let right = told.contains(&(check, cause))
                        && told.iter().all(|(_, other)| other == cause);
                    (!right).then_some(told)
                });
                assert_eq!(wrong, None, "{mistake:?} is no other than {cause}");
            });
        }
    });
}
