//! The strictness table against part 3's parser: each row whole, cut, and one byte at a time.

use crate::feed::{Feeder, Outcome, feed};
use crate::rows::{self, Expected, Row};

/// Rows up to this length are cut at every byte, longer ones where it may matter.
const CUT_EVERYWHERE: usize = 1000;

#[test]
fn request_lines() {
    rows::request_line().iter().for_each(check);
}

#[test]
fn targets_and_hosts() {
    rows::target().iter().for_each(check);
}

#[test]
fn field_lines() {
    rows::field_lines().iter().for_each(check);
}

#[test]
fn body_lengths_and_transfer_codings() {
    rows::framing().iter().for_each(check);
}

#[test]
fn bodies() {
    rows::body().iter().for_each(check);
}

#[test]
fn limits() {
    rows::limits().iter().for_each(check);
}

#[track_caller]
fn check(row: &Row) {
    let (name, bytes) = (&row.name, &row.bytes);
    let whole = feed([&bytes[..]]);
    match &row.expected {
        Expected::Served(requests) => {
            let expected = Outcome { requests: requests.clone(), ..Outcome::default() };
            assert_same(name, "whole", &whole, &expected);
            check_what_follows(name, bytes, requests);
        }
        Expected::Refused(status, error) => {
            assert_eq!(whole.error, Some(*error), "{name}");
            assert_eq!(&error.status().text()[..3], status.to_string(), "{name}");
        }
    }
    for cut in cuts(bytes) {
        let mut feeder = Feeder::new(usize::MAX);
        feeder.push(&bytes[..cut]);
        if cut < bytes.len() {
            check_incomplete(name, &feeder, &whole);
        }
        feeder.push(&bytes[cut..]);
        assert_same(name, &format!("cut at {cut}"), &feeder.outcome(), &whole);
        check_stuck(name, &mut feeder, &whole);
    }
    assert_same(name, "byte by byte", &feed(bytes.chunks(1)), &whole);
    let mut nibbler = Feeder::new(1);
    nibbler.push(bytes);
    assert_same(name, "consumed byte by byte", &nibbler.outcome(), &whole);
}

/// Every cut, or those near the ends, a few around line ends, and a sample of the others.
fn cuts(bytes: &[u8]) -> Vec<usize> {
    let len = bytes.len();
    if len <= CUT_EVERYWHERE {
        return (0..=len).collect();
    }
    let line_ends = (0..len).filter(|&at| bytes[at] == b'\n').take(4);
    let around = line_ends.flat_map(|at| [at - 1, at, at + 1]);
    let sample = (0..8).map(|eighth| eighth * len / 8 + 1);
    around.chain(sample).chain(len - 4..=len).collect()
}

/// A proper prefix is neither refused nor whole, and may end politely only where no request is begun.
/// For a refused row this means that it is refused at its last byte: the table promises that much.
fn check_incomplete(name: &str, feeder: &Feeder, whole: &Outcome) {
    let outcome = feeder.outcome();
    let have = outcome.requests.len();
    let is_incomplete =
        outcome.error.is_none() && (whole.error.is_some() || have < whole.requests.len());
    assert!(is_incomplete, "{name}: a proper prefix is taken for the whole");
    assert!(whole.requests.starts_with(&outcome.requests), "{name}");
    let nothing_begun = outcome.unfinished.is_none() && matches!(&outcome.unread[..], b"" | b"\r");
    assert_eq!(
        feeder.between_requests(),
        nothing_begun,
        "{name}: {}",
        outcome.unread.escape_ascii()
    );
}

/// What follows a request is not touched until it is a request itself.
fn check_what_follows(name: &str, bytes: &[u8], requests: &[String]) {
    for (rest, unread) in [("GET /z HTT", "GET /z HTT"), ("\r", "\r"), ("\r\n", ""), ("\0", "\0")] {
        let outcome = feed([bytes, rest.as_bytes()]);
        assert!(outcome.requests == requests, "{name}, then {rest:?}");
        assert_eq!(outcome.unread, unread.as_bytes(), "{name}, then {rest:?}");
    }
}

/// After a refusal nothing is read as a request.
fn check_stuck(name: &str, feeder: &mut Feeder, whole: &Outcome) {
    if whole.error.is_some() {
        feeder.push(b"\r\n\r\nGET /z HTTP/1.1\r\nHost: h\r\n\r\n");
        assert_same(name, "and then a good request", &feeder.outcome(), whole);
        assert!(!feeder.between_requests(), "{name}: the refusal is forgotten");
    }
}

/// Compares without printing a megabyte.
#[track_caller]
fn assert_same(name: &str, how: &str, found: &Outcome, expected: &Outcome) {
    let short = |outcome: &Outcome| format!("{outcome:?}").chars().take(2000).collect::<String>();
    assert!(
        found == expected,
        "{name}, {how}:\n   found {}\nexpected {}",
        short(found),
        short(expected)
    );
}
