//! `cargo course check` from outside: what it prints, its exit codes, and that every run ends.

use std::net::{SocketAddr, TcpListener};
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant};

use crate::faulty::{Fault, Faulty};
use course::launch::workspace;

/// Longest time for a run against a server that never says a word; a busy machine takes its time.
const SOON: Duration = Duration::from_secs(120);

fn course() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    command.current_dir(workspace()).env_remove("CLICOLOR_FORCE").env_remove("NO_COLOR");
    command.env_remove("COLUMNS");
    command
}

#[track_caller]
fn check(arguments: &[&str], code: i32) -> String {
    // Who should pass may take its time: the machine may be busy.
    let wait = if code == 0 { "60s" } else { "2s" };
    let output = course().args(["check", "--wait", wait]).args(arguments).output();
    let output = output.expect("the program starts");
    told(&output, code)
}

/// What a run has told on both streams, after checking the exit code.
#[track_caller]
fn told(output: &Output, code: i32) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{text}");
    text
}

#[track_caller]
fn contains(text: &str, parts: &[&str]) {
    // Long lines are wrapped to the terminal.
    let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in parts {
        assert!(plain.contains(part), "{part:?} is missing in\n{text}");
    }
}

fn at(address: SocketAddr) -> String {
    format!("--addr={address}")
}

#[test]
fn part_4_passes_all_its_checks_without_the_slow_ones() {
    let text = check(&["4"], 0);
    contains(
        &text,
        &["4.1 Whether the connection goes on", "checks passed", "left out: 5 waiting"],
    );
    assert!(!text.contains('\x1b'), "no colours in a pipe");
}

#[test]
fn each_part_passes_its_own_checks() {
    thread::scope(|scope| {
        for part in ["1", "2", "parser", "echo-json"] {
            scope.spawn(move || check(&[part, "--all"], 0));
        }
    });
}

#[test]
fn a_failure_is_told_with_its_timeline_cause_rule_page_and_replay() {
    let server = Faulty::start(Fault::OneRead);
    let text = check(&["3", &at(server.address), "--only", "two-segments"], 1);
    let replay = format!(
        "cargo course send {} \"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n\" --split-at 8 --delay 100ms",
        server.address
    );
    contains(
        &text,
        &[
            "fail two-segments",
            "→ 8 bytes \"GET / HT\"",
            "\"HTTP/1.1 400 Bad Request\\r\\n\"",
            "seen 400 came when only 8 bytes of the request had been sent",
            "why The server takes one read for one request",
            "rule RFC 9112 §2.2",
            "part2-buffering",
            &replay,
            "1 of 1 checks failed",
        ],
    );
}

#[test]
fn a_caret_stands_under_the_first_wrong_byte() {
    let server = Faulty::start(Fault::LengthTooShort);
    let text = check(&["3", &at(server.address), "--only", "one-segment"], 1);
    let lines: Vec<_> = text.lines().collect();
    let caret = lines.iter().position(|line| line.trim() == "^").expect("a caret");
    let column = lines[caret].find('^').expect("it is there");
    let above: Vec<char> = lines[caret - 1].chars().collect();
    assert_eq!(
        &above[column - 10..column + 3].iter().collect::<String>(),
        "Hello, World!",
        "{text}"
    );
}

#[test]
fn it_stops_at_the_first_red_step_unless_told_otherwise() {
    let server = Faulty::start(Fault::CaseSensitive);
    let text = check(&["4", &at(server.address)], 1);
    contains(&text, &["fail field-names-any-case", "more steps not run: --all runs them, too"]);
    assert!(!text.contains("4.1 "), "{text}");
    let text = check(&["4", &at(server.address), "--all"], 1);
    contains(&text, &["fail field-names-any-case", "4.1 ", "pass keep-alive"]);
}

#[test]
fn a_step_with_many_failures_tells_two_in_full_and_names_the_others() {
    let server = Faulty::start(Fault::NoChunks);
    let address = at(server.address);
    let in_full = |text: &str| text.lines().filter(|line| line.starts_with("      again")).count();
    let text = check(&["3", &address, "--step", "3.4"], 1);
    let failed = text.lines().filter(|line| line.starts_with("  fail")).count();
    assert!(failed > 4, "{text}");
    assert_eq!(in_full(&text), 2, "{text}");
    let (_, others) = text.split_once("the others in full: --only ").expect("they are named");
    let names = others.split(' ').next().expect("a list");
    assert_eq!(names.split(',').count(), failed - 2, "{text}");
    assert_eq!(in_full(&check(&["3", &address, "--only", names], 1)), failed - 2);
    assert_eq!(in_full(&check(&["3", &address, "--step", "3.4", "--all"], 1)), failed);
}

#[test]
fn servers_of_every_bad_temper_are_told_in_time() {
    let rows = [
        (Fault::Silent, "never says anything"),
        (Fault::Floods, "sends without end"),
        (Fault::NotHttp, "is no HTTP"),
        (Fault::ClosesAtOnce, "closes each connection without a byte"),
        (Fault::ResetsAtOnce, "resets each connection"),
    ];
    thread::scope(|scope| {
        for (fault, sentence) in rows {
            scope.spawn(move || {
                let server = Faulty::start(fault);
                let began = Instant::now();
                contains(&check(&["4", &at(server.address)], 1), &[sentence]);
                assert!(began.elapsed() < SOON, "{fault:?}: {:?}", began.elapsed());
            });
        }
    });
}

#[test]
fn nobody_at_the_address_is_one_line_that_says_how_to_start_a_server() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    drop(listener);
    let text = check(&["3", &at(address)], 2);
    contains(&text, &["nobody listens on", "cargo run -p"]);
    assert_eq!(text.lines().count(), 1, "{text}");
}

#[test]
fn localhost_is_both_loopback_addresses() {
    for loopback in ["127.0.0.1", "[::1]"] {
        let Ok(listener) = TcpListener::bind(format!("{loopback}:0")) else {
            println!("there is no {loopback} here");
            continue;
        };
        let server = Faulty::serve(listener, Fault::None);
        let localhost = format!("--addr=localhost:{}", server.address.port());
        check(&["3", &localhost, "--only", "one-segment"], 0);
    }
}

#[test]
fn what_is_left_out_is_said() {
    let server = Faulty::start(Fault::None);
    let text =
        check(&["3", &at(server.address), "--no-echo", "--rfc-only", "--only", "message,body"], 0);
    contains(
        &text,
        &["needing /echo", "that no RFC demands", "about the course's own application"],
    );
    assert!(!text.contains("empty-line-first"), "{text}");
}

#[test]
fn the_result_is_json_for_programs() {
    let server = Faulty::start(Fault::BodyOnHead);
    let text = check(&["4", &at(server.address), "--json", "--only", "head,one-segment"], 1);
    let value: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!((&value["passed"], &value["failed"]), (&1.into(), &1.into()));
    let checks = value["checks"].as_array().expect("a list");
    let failed = checks.iter().find(|check| check["verdict"] == "fail").expect("one failed");
    assert_eq!(failed["name"], "head");
    assert_eq!(failed["failure"]["cause"], "body-on-head");
    assert!(failed["failure"]["timeline"].as_array().is_some_and(|events| events.len() >= 2));
}

#[test]
fn a_server_without_echo_is_not_blamed_for_lengths() {
    let server = Faulty::start(Fault::GetOnly);
    let text = check(&["4", &at(server.address), "--json", "--no-echo"], 1);
    let value: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let checks = value["checks"].as_array().expect("a list");
    let failed = checks.iter().filter(|check| check["verdict"] != "pass");
    let failed: Vec<_> = failed.map(|check| &check["name"]).collect();
    assert_eq!(failed, ["http10-keep-alive"], "it says 505 to that");
}

#[test]
fn the_checks_can_be_listed_without_a_server() {
    contains(&check(&["4", "--list"], 0), &["one-segment", "stream, RFC 9112 §2.1", "4.1 "]);
    contains(&check(&["4", "--list", "--slow"], 0), &["4.3 ", "slow-head"]);
}

#[test]
fn what_is_mistyped_gets_one_line() {
    let rows: &[(&[&str], &str)] = &[
        (&["17"], "there is no part"),
        (&["3", "--only", "strem"], "the groups are stream, message"),
        (&["3", "--step", "9.9"], "there is no step 9.9; there are 3.1"),
        (&["echo-udp"], "has no checks"),
        (&["3", "--addr", "nonsense"], "is no HOST:PORT"),
        (&["7", "--addr", "https://localhost:8443"], "without TLS"),
        (&["4", "--step", "4.5"], "run them with --slow"),
        (&["3", "--spawn", "x", "--", "y"], "cannot be used with"),
        (&["3", "--", "no-such-program"], "cannot start no-such-program"),
    ];
    for (arguments, sentence) in rows {
        let text = check(arguments, 2);
        contains(&text, &[sentence]);
        assert!(text.trim().lines().count() <= 2, "{text}");
    }
}

#[test]
fn a_narrow_terminal_gets_narrow_lines() {
    let mut command = course();
    command.args(["check", "4", "--list"]).env("COLUMNS", "40");
    let text = told(&command.output().expect("the program starts"), 0);
    let (lines, wide): (Vec<_>, Vec<_>) = text.lines().partition(|line| line.chars().count() <= 40);
    assert!(wide.iter().all(|line| line.starts_with(|c: char| c.is_ascii_digit())), "{wide:?}");
    // No word stands alone for lack of room beside it.
    let alone = lines.iter().filter(|line| !line.is_empty() && line.trim().len() < 12).count();
    assert!(alone < lines.len() / 4, "{alone} of {} lines\n{text}", lines.len());
}

#[test]
fn colours_are_for_those_who_ask() {
    let server = Faulty::start(Fault::None);
    let run = |name: &str| {
        let mut command = course();
        command.args(["check", "3", &at(server.address), "--only", "one-segment", "--wait=60s"]);
        command.env(name, "1");
        told(&command.output().expect("the program starts"), 0)
    };
    assert!(run("CLICOLOR_FORCE").contains('\x1b'));
    assert!(!run("NO_COLOR").contains('\x1b'));
}

#[cfg(unix)]
mod started {
    //! Servers that a command starts: they are told where to listen, shown when they die, and ended.

    use std::process::Stdio;

    use course::launch::build;
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;

    use super::*;
    use crate::alive::Alive;

    fn part4() -> String {
        let binaries = build(&workspace().join("Cargo.toml"), &["-p", "part4-keepalive"]);
        binaries.expect("it compiles")["part4-keepalive"].display().to_string()
    }

    #[test]
    fn a_command_is_told_its_port_and_ended_with_what_it_started() {
        let alive = Alive::new();
        let script = format!("{}; sleep 61 & exec {} $ADDR", alive.tell(), part4());
        check(&["4", "--only", "one-segment,half-close", "--spawn", &script], 0);
        alive.begins();
        alive.ends();
        check(
            &[
                "4",
                "--only",
                "one-segment",
                "--",
                "sh",
                "-c",
                &format!("exec {} 127.0.0.1:$PORT", part4()),
            ],
            0,
        );
    }

    #[test]
    fn a_command_that_ends_is_shown_with_its_output() {
        let text = check(&["4", "--spawn", "echo the port is taken; exit 3"], 2);
        contains(
            &text,
            &["the server ended before it listened (exit status: 3)", "the port is taken"],
        );
    }

    /// Not a test: the server of the next one, as a process of its own.
    #[test]
    #[ignore = "it is started by another test"]
    fn a_server_that_a_silent_client_kills() {
        let port = std::env::var("PORT").expect("it is told its port");
        let listener = TcpListener::bind(format!("127.0.0.1:{port}")).expect("it is free");
        Faulty::serve(listener, Fault::DiesOnClose).wait_for_death();
        eprintln!("out of luck");
        (1..60).for_each(|depth| eprintln!("  at frame {depth}"));
        std::process::exit(4);
    }

    #[test]
    fn a_server_that_dies_is_told_and_started_again() {
        let this = std::env::current_exe().expect("this program has a path");
        let server = "check::started::a_server_that_a_silent_client_kills";
        let mut command = course();
        command.args(["check", "4", "--all", "--only", "stream,keep-alive", "--"]).arg(this);
        command.args(["--exact", server, "--ignored", "--nocapture"]);
        let text = told(&command.output().expect("the program starts"), 1);
        contains(
            &text,
            &[
                "fail connect-and-close",
                "why The server dies when a client connects and leaves without a word",
                "its process ended (exit status: 4)",
                "said │ out of luck │ at frame 1 │",
                "│ … 30 lines left out │ at frame 50",
                "│ at frame 59",
                "first cargo course send 127.0.0.1:8080 \"\" --half-close",
                "pass one-segment",
                "pass keep-alive",
            ],
        );
        let (_, told) = text.split_once("fail  connect-and-close").expect("it failed");
        let told = told.split("again").next().expect("it is told in full");
        assert!(!told.contains("rule"), "no rule is about a dead server: {told}");
    }

    #[test]
    fn ctrl_c_ends_what_was_started() {
        let alive = Alive::new();
        let mut command = course();
        command.args(["check", "4", "--spawn", &format!("{}; sleep 61; true", alive.tell())]);
        let mut run =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        alive.begins();
        let number = i32::try_from(run.id()).expect("process numbers fit");
        kill(Pid::from_raw(number), Signal::SIGINT).expect("it runs");
        assert_eq!(run.wait().expect("it ends").code(), Some(130));
        alive.ends();
    }
}
