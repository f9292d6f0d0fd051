//! Checks that the book names: each exists, each prediction has one, and a program can be put to them.

use std::fs;
use std::path::Path;

use anyhow::Result;
use course::checks::{self, Check};
use course::launch::workspace;
use course::lesson::Lesson;
use course::run::{Settings, run_checks};
use course::subject::Subject;
use libtest_mimic::Trial;
use regex_lite::Regex;

use crate::book::Book;
use crate::page::Page;
use crate::trial;

/// A test per page, and one for what the lessons name.
pub fn trials(book: &'static Book) -> Vec<Trial> {
    let mut trials = vec![trial("names::lesson.toml names checks that exist", || {
        let steps = book.course.lessons.iter().flat_map(|l| l.steps.iter().map(move |s| (l, s)));
        let names =
            steps.flat_map(|(l, s)| s.checks.iter().chain(&s.keeps).map(move |name| (l, s, name)));
        let unknown = names.filter(|(_, _, name)| checks::named(name).is_none());
        let message = |(l, s, name): (&Lesson, &course::lesson::Step, &String)| {
            format!("{}/lesson.toml, step {}: there is no check {name}", l.package, s.id)
        };
        Ok(unknown.map(message).collect())
    })];
    for page in book.pages.values() {
        trials.push(trial(format!("names::{}", page.name), || faults(book, page)));
    }
    trials
}

/// Names of checks in a page: code behind the word "check" or "checks".
fn faults(book: &Book, page: &Page) -> Result<Vec<String>> {
    let pattern = Regex::new(r"(?i)\bchecks?:?\s+`([a-z0-9-]+)`((,| and| or)\s+`([a-z0-9-]+)`)*")?;
    let name = Regex::new(r"`([a-z0-9-]+)`")?;
    let mut faults = Vec::new();
    for found in pattern.find_iter(&page.text) {
        let line = page.text[..found.start()].matches('\n').count() + 1;
        for name in name.captures_iter(found.as_str()).map(|name| name[1].to_owned()) {
            if checks::named(&name).is_none() {
                faults.push(format!("docs/{}.md:{line}: there is no check {name}", page.name));
            }
        }
    }
    let tests = Regex::new(r"\bTest: `([a-z0-9_]+)`")?;
    for found in tests.captures_iter(&page.text) {
        if !is_test(book, &found[1])? {
            faults.push(format!("docs/{}.md: there is no test {}", page.name, &found[1]));
        }
    }
    for (start, _) in page.text.match_indices("\n**Predict.**") {
        let answer = page.text[start..].split_once("<details>").map(|(_, rest)| rest);
        let answer = answer.and_then(|rest| rest.split_once("</details>")).map(|(text, _)| text);
        let is_proven = |answer| pattern.is_match(answer) || tests.is_match(answer);
        if !answer.is_some_and(is_proven) {
            let line = page.text[..start].matches('\n').count() + 1;
            let message = "a prediction needs a folded answer that names what proves it: Check: `name`, or Test: `name`";
            faults.push(format!("docs/{}.md:{line}: {message}", page.name));
        }
    }
    Ok(faults)
}

/// Whether a chapter has a test of this name, or the workspace.
fn is_test(book: &Book, name: &str) -> Result<bool> {
    let definition = format!("#[test]\nfn {name}()");
    if holds(&workspace().join("tests/tests/it"), &definition)? {
        return Ok(true);
    }
    for lesson in &book.course.lessons {
        if holds(&book.course.directory(lesson).join("tests"), &definition)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a text stands in a file of this directory or one below it.
fn holds(directory: &Path, text: &str) -> Result<bool> {
    if !directory.exists() {
        return Ok(false);
    }
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let found = match path.is_dir() {
            true => holds(&path, text)?,
            false => fs::read_to_string(&path)?.contains(text),
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a program fails of some checks: of those that wait for its time-outs, or of the others.
pub fn failures(
    program: &Path,
    names: &[String],
    slow: bool,
    settings: Settings<'_>,
) -> Result<Vec<String>> {
    let named = names.iter().filter_map(|name| checks::named(name));
    let checks: Vec<&'static Check> =
        named.filter(|check| check.slow == slow && check.can_run()).collect();
    if checks.is_empty() {
        return Ok(Vec::new());
    }
    let mut subject = Subject::program(program.to_owned())?;
    let outcomes = run_checks(&mut subject, &checks, settings)?;
    let failed =
        outcomes.iter().filter_map(|outcome| Some((outcome.check.name, outcome.failure.as_ref()?)));
    Ok(failed.map(|(name, failure)| format!("check {name}: {}", failure.seen)).collect())
}
