//! Compares what a page shows with what a program wrote.
//!
//! `[..]` stands for anything within a line, a line `...` for any lines. What differs in each run anyway
//! needs no mark: the page shows one real value, and any other is as good.

use std::sync::LazyLock;

use libtest_mimic::Trial;
use regex_lite::{Captures, Regex};
use snapbox::Data;
use snapbox::filter::NormalizeToExpected;

use crate::trial;

/// What differs in each run: times, dates, the client's port, the version of curl.
static VARIES: LazyLock<Regex> = LazyLock::new(|| {
    let varies = [
        r"\+\d+\.\d{3} ?s",
        r"\b\d+(\.\d+)? (ms|milliseconds)\b",
        r"\b\d+\.\d+ s\b",
        r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT",
        r"127\.0\.0\.1:\d{5}\b",
        r"\bport \d{5}\b",
        r"curl/\d+\.\d+\.\d+(-\w+)?",
    ];
    Regex::new(&varies.join("|")).expect("the pattern is one")
});

/// The expected text, with the lines replaced that don't agree with the actual text. It is the expected
/// text itself if all of them agree.
pub fn refreshed(expected: &str, actual: &str) -> String {
    let wild: Vec<String> = expected.lines().map(wildcards).collect();
    let pattern: String = wild.iter().map(|line| format!("{line}\n")).collect();
    let actual: String = actual.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    let normalized = NormalizeToExpected::new();
    let normalized = normalized.redact().normalize(Data::text(actual), &Data::text(pattern));
    let normalized = normalized.render().expect("it is text");
    let mut rest = wild.iter().zip(expected.lines());
    let mut lines = String::new();
    for line in normalized.lines() {
        let mut ahead = rest.clone();
        let shown = ahead.find(|(wild, _)| *wild == line).map(|(_, shown)| shown);
        if shown.is_some() {
            rest = ahead;
        }
        lines.push_str(shown.unwrap_or(line));
        lines.push('\n');
    }
    lines
}

/// The line with `[..]` in place of what varies.
fn wildcards(line: &str) -> String {
    VARIES
        .replace_all(line, |found: &Captures<'_>| {
            let found = &found[0];
            // These words keep a number from agreeing with any other text.
            let kept =
                ["port ", " milliseconds", " ms"].into_iter().find(|word| found.contains(word));
            match kept {
                Some("port ") => "port [..]".to_owned(),
                Some(unit) => format!("[..]{unit}"),
                None => "[..]".to_owned(),
            }
        })
        .into_owned()
}

/// Tests of the comparison.
pub fn trials() -> Vec<Trial> {
    let cases: [(&str, &str, &str, &str); 9] = [
        ("equal lines agree", "a\nb\n", "a\nb\n", "a\nb\n"),
        ("a wrong line is replaced", "a\nx\n", "a\nb\n", "a\nb\n"),
        ("a missing line is added", "a\n", "a\nb\n", "a\nb\n"),
        ("a line too many is dropped", "a\nb\n", "a\n", "a\n"),
        ("marks agree", "a [..] c\n...\nz\n", "a b c\nd\ne\nz\n", "a [..] c\n...\nz\n"),
        ("marks don't hide a wrong line", "a [..]\nz\n", "a b\ny\n", "a [..]\ny\n"),
        (
            "times and ports agree",
            "+0.001s #1 opened by 127.0.0.1:51744\n",
            "+9.999s #1 opened by 127.0.0.1:40000\n",
            "+0.001s #1 opened by 127.0.0.1:51744\n",
        ),
        (
            "a byte count doesn't agree",
            "+0.001s 10 bytes\n",
            "+0.002s 11 bytes\n",
            "+0.002s 11 bytes\n",
        ),
        ("nothing agrees with nothing", "", "", ""),
    ];
    let cases = cases.into_iter().map(|(name, expected, actual, wanted)| {
        trial(format!("expected::{name}"), move || {
            let got = refreshed(expected, actual);
            Ok((got != wanted).then(|| format!("{got:?}, not {wanted:?}")).into_iter().collect())
        })
    });
    cases.collect()
}
