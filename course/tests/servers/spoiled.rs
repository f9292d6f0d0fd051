//! Part 7's server behind somebody who spoils its bytes: each check of what parts 5 to 7 teach is red for one of these
//! faults, and names it.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use course::checks::{self, Check, Group};
use course::diagnose::{self, explain};
use course::launch::{Server, build, workspace};
use course::run::{Settings, run_checks};
use course::subject::Subject;

use crate::assert_all_right;
use crate::bytes::replace;
use crate::faulty::{Fault, Faulty};

/// What happens to the bytes on their way.
#[derive(Clone, Copy)]
enum Spoil {
    /// In requests the first text becomes the second.
    Asks(&'static str, &'static str),
    /// In answers.
    Says(&'static str, &'static str),
    /// Nobody is asked; this is the answer.
    Only(&'static str),
}

use Spoil::{Asks, Only, Says};

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
const PASSWD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\nroot:x:0:0::/:sh\n";

/// A check, what makes it red, and the cause that it names; without one the fact that it saw is enough.
const ROWS: &[(&str, Spoil, Option<&str>)] = &[
    ("knows-head", Asks("HEAD", "BREW"), Some("no-head")),
    ("unknown-path", Says("404 Not", "200 Not"), Some("answers-every-path")),
    ("wrong-method", Says("405 ", "404 "), Some("path-or-method")),
    ("wrong-method", Says("Allow:", "Among:"), Some("no-allow")),
    ("head-of-unknown-path", Says("404 Not", "200 Not"), Some("answers-every-path")),
    ("goes-on-after-404", Says("404 Not", "200 Not"), Some("answers-every-path")),
    ("panicking-handler", Says("500 ", "200 "), None),
    ("percent-encoding", Asks("GET /% ", "GET /x "), Some("takes-broken-percent")),
    ("percent-in-query", Asks("/?% ", "/?x "), Some("takes-broken-percent")),
    ("encoded-letters", Asks("/ech%6F", "/echo%6F"), Some("compares-undecoded")),
    ("unsupported-type", Says("415 ", "400 "), None),
    ("bad-json", Says("line 2 column 1", "line 1 column 2"), None),
    ("wrong-shape", Says("422 ", "400 "), None),
    ("plus-in-a-query", Asks("name=1+1", "name=1%201"), None),
    ("user-created", Says("Location:", "Position:"), None),
    ("user-of-a-form", Asks("Ada+%2B+Grace", "Ada%2B++Grace"), None),
    ("user-replaced", Says("Grace", "Ada's"), None),
    ("no-such-user", Says("404 ", "400 "), None),
    ("form-of-a-page", Says("303 ", "302 "), None),
    ("escaped-page", Says("&lt;script&gt;", "<script>      "), None),
    ("unknown-length", Says("Transfer-Encoding:", "Transfer-Decoding:"), None),
    ("no-chunks-for-1.0", Only(CHUNKED), None),
    ("clock", Says("tick 10 of 10", "tick 9 of 010"), None),
    ("file", Says("text/css", "text/txt"), None),
    ("stays-below-root", Only(PASSWD), Some("leaves-root")),
    ("no-way-out", Says("404 ", "200 "), None),
    ("directory", Says("301 ", "200 "), None),
    ("download", Says("attachment", "attachable"), None),
    ("validators", Says("ETag:", "ATag:"), None),
    ("not-modified", Asks("If-None-Match", "In-None-Match"), Some("ignores-if-none-match")),
    ("condition-ignored", Asks("If-None-Match", "In-None-Match"), Some("date-counts-too")),
    ("condition-ignored", Asks("yesterday", "Thu, 01 Jan 2099 00:00:00 GMT"), None),
    ("precondition-failed", Asks("If-Match", "In-Match"), Some("ignores-if-match")),
    ("unmodified-since", Asks("If-Unmodified", "In-Unmodified"), None),
    ("range", Asks("\r\nRange:", "\r\nStrange:"), Some("no-ranges")),
    ("range", Says("bytes 1-4/", "bytes 1-5/"), None),
    ("range", Says("bytes 1-4/", "bytes 0-3/"), None),
    ("range", Asks("bytes=1-4", "bytes=0-4"), None),
    ("last-bytes", Asks("\r\nRange:", "\r\nStrange:"), Some("no-ranges")),
    ("last-bytes", Asks("bytes=-3", "bytes=0-3"), Some("no-suffix-range")),
    ("range-ignored", Asks("lines=", "bytes="), Some("knows-every-unit")),
    ("range-ignored", Asks("HEAD", "GET"), Some("part-of-a-head")),
    ("if-range", Asks("If-Range", "In-Range"), Some("ignores-if-range")),
    ("range-not-satisfiable", Asks("\r\nRange:", "\r\nStrange:"), Some("no-ranges")),
    ("several-ranges", Says("bytes 0-0/", "bytes 1-1/"), None),
    ("condition-before-range", Asks("If-None-", "In-None-"), Some("ignores-if-none-match")),
    ("condition-before-range", Asks("If-Match", "In-Match"), Some("ignores-if-match")),
    ("larger-than-memory", Asks("PUT /files/larger.txt", "POST /echo"), Some("kept-in-memory")),
    ("larger-than-memory", Says("100 Continue", "102 Patience"), None),
    ("upload-condition", Says("412 ", "409 "), None),
    ("upload-of-a-part", Says("400 ", "409 "), None),
    ("upload-name", Says("400 ", "409 "), None),
    ("uploaded-page", Says("sandbox", "sandpit"), None),
    ("healthz", Says("All is well", "All is lost"), None),
    ("metrics", Says("counter", "counted"), None),
];

/// Red beside a server that works with few threads.
const MANY: [&str; 2] = ["many-halves-beside", "many-silent-beside"];

/// Checks that need a process of their own, and the cause that each names of part 6's server; and of the same if the
/// signal never reaches it.
const OF_PROCESSES: [(&str, Option<&str>, Option<&str>); 3] = [
    ("stopped-midway", Some("stops-at-once"), Some("goes-on")),
    ("stopped-idle", None, Some("goes-on")),
    ("one-too-many", Some("counts-nobody"), Some("counts-nobody")),
];

/// Rows that are tried at the same time.
const AT_ONCE: usize = 8;

/// Somebody between the client and a server; the test's end ends them.
fn between(server: SocketAddr, spoil: Spoil) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || pass_on(client, server, spoil));
        }
    });
    address
}

fn pass_on(mut client: TcpStream, server: SocketAddr, spoil: Spoil) -> std::io::Result<()> {
    if let Only(answer) = spoil {
        while client.read(&mut [0; 4096])? > 0 {
            client.write_all(answer.as_bytes())?;
        }
        return Ok(());
    }
    let mut server = TcpStream::connect(server)?;
    let (mut requests, mut to_server) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || {
        copy(&mut requests, &mut to_server, |bytes| match spoil {
            Asks(old, new) => replace(bytes, old, new),
            _ => bytes,
        })
    });
    copy(&mut server, &mut client, |bytes| match spoil {
        Says(old, new) => replace(bytes, old, new),
        _ => bytes,
    })
}

fn copy(
    from: &mut TcpStream,
    to: &mut TcpStream,
    spoiled: impl Fn(Vec<u8>) -> Vec<u8>,
) -> std::io::Result<()> {
    let mut buffer = vec![0; 64 << 10];
    loop {
        match from.read(&mut buffer)? {
            0 => return to.shutdown(Shutdown::Write),
            n => to.write_all(&spoiled(buffer[..n].to_vec()))?,
        }
    }
}

/// What tells the causes of these checks apart.
fn tells_apart(check: &Check) -> bool {
    let groups = [Group::Routing, Group::Files];
    groups.contains(&check.group) || ["one-segment", "length", "knows-head"].contains(&check.name)
}

/// What is wrong with a row: the check passes, or names another cause.
fn misjudged(
    servers: &[Server; 2],
    (name, spoil, cause): (&str, Spoil, Option<&str>),
    patience: Duration,
) -> Option<String> {
    let check = checks::named(name).unwrap_or_else(|| panic!("there is no check {name}"));
    let server = &servers[usize::from(!check.about.contains(&7))];
    let address = between(server.address(), spoil);
    let mut subject = Subject::running(&address.to_string()).expect("it listens");
    let settings = Settings { patience, ..Settings::default() };
    let outcomes = run_checks(&mut subject, &[check], settings).expect("nothing is to be started");
    if outcomes[0].failure.is_none() {
        return Some(format!("{name} passes"));
    }
    let all = diagnose::observe(&mut subject, settings, tells_apart, outcomes.clone());
    let told = explain(&outcomes[0], &all.expect("nothing is to be started"));
    let told = told.expect("a failure is explained");
    let named = told.cause.map(|cause| cause.name);
    (named != cause).then(|| format!("{name}: {named:?}, not {cause:?} ({})", told.sentence))
}

#[test]
fn each_check_of_parts_5_to_7_is_red_for_a_fault_and_names_it() {
    let parts = ["part7-production", "part5-routing"];
    let packages: Vec<_> = parts.iter().flat_map(|part| ["-p", part]).collect();
    let programs = build(&workspace().join("Cargo.toml"), &packages).expect("they compile");
    let servers = parts
        .map(|part| Server::start_program(&programs[part], &[], &[]).expect("it says where it is"));
    assert_all_right(ROWS, AT_ONCE, |row, patience| misjudged(&servers, *row, patience));
}

#[test]
fn many_slow_clients_are_red_beside_few_threads() {
    let server = Faulty::start(Fault::FourAtATime);
    for name in MANY {
        let check = checks::named(name).expect("it is in the table");
        let mut subject = Subject::running(&server.address.to_string()).expect("it listens");
        let settings = Settings { patience: Duration::from_millis(300), ..Settings::default() };
        let outcomes = run_checks(&mut subject, &[check], settings);
        let outcome = &outcomes.expect("nothing is to be started")[0];
        assert!(outcome.failure.is_some(), "{name} passes");
    }
}

#[cfg(unix)]
#[test]
fn a_server_that_is_stopped_or_filled_up_is_red_and_told_why() {
    let programs = build(&workspace().join("Cargo.toml"), &["-p", "part6-files"]);
    let program = programs.expect("it compiles")["part6-files"].clone();
    let deaf = format!("trap '' TERM; exec {:?} 127.0.0.1:0", program.display().to_string());
    let deaf = Subject::command(["sh", "-c", &deaf].map(str::to_owned).to_vec());
    let hears = Subject::program(program).expect("it says where it is");
    assert_eq!(causes(hears), OF_PROCESSES.map(|(_, cause, _)| cause));
    assert_eq!(causes(deaf.expect("it listens")), OF_PROCESSES.map(|(_, _, cause)| cause));
}

/// The cause that each of the checks names that need a process of their own.
#[cfg(unix)]
fn causes(mut subject: Subject) -> Vec<Option<&'static str>> {
    let checks = OF_PROCESSES.iter().filter_map(|(name, ..)| checks::named(name));
    let checks: Vec<_> = checks.chain(checks::named("one-segment")).collect();
    let settings = Settings { patience: Duration::from_secs(1), ..Settings::default() };
    let outcomes = run_checks(&mut subject, &checks, settings).expect("it starts again");
    let of_processes = outcomes.iter().filter(|outcome| outcome.check.process.is_some());
    let named = |outcome| explain(outcome, &outcomes)?.cause.map(|cause| cause.name);
    of_processes.map(named).collect()
}

#[test]
fn no_check_of_parts_5_to_7_is_missing_here() {
    let of_processes = OF_PROCESSES.map(|(name, ..)| name);
    let here: BTreeSet<_> = ROWS.iter().map(|row| row.0).chain(MANY).chain(of_processes).collect();
    let groups = [Group::Routing, Group::Files, Group::Production];
    // What takes minutes is red in `cargo course matrix --slow`.
    let quick = |check: &&Check| groups.contains(&check.group) && !check.slow;
    let missing = checks::all().iter().filter(quick);
    let missing: Vec<_> = missing.filter(|c| !here.contains(c.name)).map(|c| c.name).collect();
    assert_eq!(missing, [""; 0]);
}
