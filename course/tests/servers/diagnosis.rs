//! Each fault of a learner's server is told apart from all others, by what is seen from outside.

use std::time::Duration;

use course::checks::{self, Check, Group, Protocol, Verdict};
use course::diagnose::{self, explain};
use course::run::{Outcome, Settings, at_once, run_checks};
use course::subject::Subject;
use course::wire::{Step, Until};

use crate::faulty::{Fault, Faulty};
use crate::{assert_all_right, with_patience};

/// Each fault and the cause that must be named for it; those that take longest begin first.
const FAULTS: &[(Fault, &str)] = &[
    (Fault::OneAtATime, "one-at-a-time"),
    (Fault::SlowClientHolds, "slow-client-holds"),
    (Fault::Quadratic, "quadratic"),
    (Fault::Silent, "silent"),
    (Fault::Floods, "floods"),
    (Fault::NotHttp, "not-http"),
    (Fault::ClosesAtOnce, "closes-at-once"),
    (Fault::ResetsAtOnce, "resets-at-once"),
    (Fault::OneRead, "one-read"),
    (Fault::ForgetsPieces, "forgets-pieces"),
    (Fault::WaitsForEof, "waits-for-eof"),
    (Fault::IgnoresLength, "ignores-length"),
    (Fault::AnswersBeforeBody, "answers-before-body"),
    (Fault::LengthTooLong, "length-too-long"),
    (Fault::LengthTooShort, "length-too-short"),
    (Fault::NoFraming, "no-framing"),
    (Fault::ForgetsPipelined, "forgets-pipelined"),
    (Fault::OutOfOrder, "out-of-order"),
    (Fault::ClosesAlways, "closes-always"),
    (Fault::NeverCloses, "never-closes"),
    (Fault::BodyOnHead, "body-on-head"),
    (Fault::BareLf, "bare-lf"),
    (Fault::LenientLength, "lenient-length"),
    (Fault::LengthAndCoding, "length-and-encoding"),
    (Fault::SplitsUtf8, "splits-utf8"),
    (Fault::CaseSensitive, "case-sensitive"),
    (Fault::DiesOnClose, "dies-on-close"),
    (Fault::DiesOnBadBytes, "dies-on-bad-bytes"),
    (Fault::NoContinue, "no-continue"),
    (Fault::GarbageServed, "garbage-served"),
    (Fault::StateLeaks, "state-leaks"),
    (Fault::LengthByMethod, "length-by-method"),
    (Fault::NoChunks, "no-chunks"),
    (Fault::CloseIsAWord, "close-is-a-word"),
];

/// Between two bytes of a head that trickles here: far less than the server waits for each.
const TRICKLE: Duration = Duration::from_millis(20);

/// Servers that are observed at the same time.
const AT_ONCE: usize = 16;

fn observe(fault: Fault, patience: Duration) -> Vec<Outcome> {
    let server = Faulty::start(fault);
    let mut subject = Subject::running(&server.address.to_string()).expect("it listens");
    let mut settings = Settings { patience, ..Settings::default() };
    settings.at_once = at_once(&subject, Protocol::Http, settings);
    diagnose::observe(&mut subject, settings, http, Vec::new()).expect("nothing is to be started")
}

/// What a server of part 3 can be asked: it has an answer for every path.
fn http(check: &Check) -> bool {
    let later = [Group::Routing, Group::Files, Group::Production];
    check.group.protocol() == Protocol::Http && !check.slow && !later.contains(&check.group)
}

fn told(outcomes: &[Outcome]) -> Vec<String> {
    let failed = outcomes.iter().filter(|o| o.verdict() != Verdict::Pass);
    let line = |o: &Outcome| {
        let explanation = explain(o, outcomes).expect("a failure is explained");
        let cause = explanation.cause.map_or("undecided", |cause| cause.name);
        let seen = o.failure.as_ref().map(|f| f.seen.to_string()).unwrap_or_default();
        format!("{cause}: {} ({seen})", o.check.name)
    };
    failed.map(line).collect()
}

#[test]
fn a_server_without_fault_passes_all_that_tells_faults_apart() {
    for fault in [Fault::None, Fault::FourAtATime, Fault::EchoesAtOnce] {
        let failed = |patience| Some(told(&observe(fault, patience))).filter(|t| !t.is_empty());
        assert_eq!(with_patience(failed), None, "{fault:?}");
    }
}

/// The lines that name another cause than the fault's, and how many name it.
fn misjudged(fault: Fault, cause: &str, patience: Duration) -> Option<String> {
    let told = told(&observe(fault, patience));
    let right = |line: &&String| line.starts_with(&format!("{cause}: "));
    let (right, wrong): (Vec<_>, Vec<_>) = told.iter().partition(right);
    let line = || {
        let wrong: String = wrong.iter().map(|line| format!("\n  {line}")).collect();
        format!("{fault:?}: {} right, but{wrong}", right.len())
    };
    (right.is_empty() || !wrong.is_empty()).then(line)
}

#[test]
fn each_fault_is_told_apart() {
    // More at once would wait for each other's time slices instead of for the servers.
    assert_all_right(FAULTS, AT_ONCE, |(fault, cause), patience| {
        misjudged(*fault, cause, patience)
    });
}

#[test]
fn a_time_out_for_each_read_is_told_from_a_deadline() {
    let server = Faulty::start(Fault::TimeoutEachRead);
    for (name, cause) in [("slow-head", "timeout-each-read"), ("trickling-body", "no-rate")] {
        let mut check = checks::named(name).expect("it is in the table").clone();
        for step in check.exchanges.iter_mut().flat_map(|exchange| &mut exchange.steps) {
            if let Step::Await(Until::Quiet(span), within) = step {
                (*span, *within) = (TRICKLE, TRICKLE);
            }
        }
        let mut subject = Subject::running(&server.address.to_string()).expect("it listens");
        let outcomes = run_checks(&mut subject, &[Box::leak(Box::new(check))], Settings::default());
        let told = told(&outcomes.expect("nothing is to be started"));
        assert_eq!(told, [format!("{cause}: {name} (the status is 200, not 408)")]);
    }
}
