//! Builds each step of a chapter and runs the checks it promises: red before it, green from then on.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use course::checks;
use course::launch::workspace_binaries;
use course::lesson::{Lesson, Step};
use course::run::Settings;
use libtest_mimic::Trial;

use crate::assemble::{assemble, position};
use crate::book::Book;
use crate::programs::{self, Crate};
use crate::source::{self, Files};
use crate::{names, trial};

/// A test per step, and one per chapter that its last step is the chapter.
pub fn trials(book: &'static Book) -> Vec<Trial> {
    let mut trials = Vec::new();
    for lesson in &book.course.lessons {
        for step in &lesson.steps {
            let name = format!("steps::{} {} works", lesson.package, step.id);
            let test = trial(name, move || works(book, lesson, step, false));
            trials.push(test.with_ignored_flag(!book.is_written(lesson, &step.id)));
            let name = format!("steps::{} {} is needed", lesson.package, step.id);
            let test = trial(name, move || is_needed(book, lesson, step, false));
            trials.push(test.with_ignored_flag(!book.is_written(lesson, &step.id)));
            if step.checks.iter().filter_map(|name| checks::named(name)).any(|check| check.slow) {
                // These take a minute: -- --ignored runs them.
                let name = format!("steps::{} {} waits as it should", lesson.package, step.id);
                let test = trial(name, move || works(book, lesson, step, true));
                trials.push(test.with_ignored_flag(true));
                let name = format!("steps::{} {} is needed for waiting", lesson.package, step.id);
                let test = trial(name, move || is_needed(book, lesson, step, true));
                trials.push(test.with_ignored_flag(true));
            }
        }
        if let Some(last) = lesson.steps.last() {
            let name = format!("steps::{} ends as the chapter", lesson.package);
            let test = trial(name, move || ends_as_the_chapter(book, lesson));
            trials.push(test.with_ignored_flag(!book.is_written(lesson, &last.id)));
        }
    }
    trials
}

/// The crate of each step whose pages are written.
pub fn crates(book: &Book) -> Result<Vec<Crate<'_>>> {
    let mut crates = Vec::new();
    for lesson in &book.course.lessons {
        for step in lesson.steps.iter().filter(|step| book.is_written(lesson, &step.id)) {
            let files = assemble(book, lesson, step)?;
            let says = programs::readers_name(book, lesson).to_owned();
            crates.push(Crate { name: crate_name(lesson, step), says, lesson, files });
        }
    }
    Ok(crates)
}

/// The package of a step, such as `part3-parser-3-1`.
pub fn crate_name(lesson: &Lesson, step: &Step) -> String {
    let word = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!("{}-{}", lesson.package, step.id.chars().map(word).collect::<String>())
}

fn works(book: &'static Book, lesson: &Lesson, step: &Step, slow: bool) -> Result<Vec<String>> {
    let program = programs::built(book)?.program(&crate_name(lesson, step))?;
    // What a step has made work, the next ones must not break.
    let until_now = &lesson.steps[..=position(lesson, &step.id)?];
    let names = until_now.iter().flat_map(|step| step.checks.iter().chain(&step.keeps));
    let checks: Vec<String> = names.cloned().collect();
    let settings = Settings { known: Some(lesson), ..Settings::default() };
    names::failures(program, &checks, slow, settings)
}

/// The checks that a step turns green are red before it.
fn is_needed(book: &'static Book, lesson: &Lesson, step: &Step, slow: bool) -> Result<Vec<String>> {
    let Some(before) = before(book, lesson, step)? else { return Ok(Vec::new()) };
    let mut settings = Settings::default();
    if !slow {
        // A check that passes does so at once; those that hang are not waited for in full.
        settings.patience = Duration::from_millis(500);
    }
    let red = names::failures(&before, &step.checks, slow, settings)?;
    let is_red = |name: &str| red.iter().any(|red| red.starts_with(&format!("check {name}:")));
    let run = step.checks.iter().filter_map(|name| checks::named(name));
    let run = run.filter(|check| check.slow == slow && check.can_run());
    let green = run.filter(|check| !is_red(check.name));
    Ok(green.map(|c| format!("check {} passes before step {}", c.name, step.id)).collect())
}

/// The program that the reader has when a step begins, if there is one.
fn before(book: &'static Book, lesson: &Lesson, step: &Step) -> Result<Option<PathBuf>> {
    let earlier = lesson.steps[..position(lesson, &step.id)?].last();
    if let Some(earlier) = earlier {
        return Ok(Some(programs::built(book)?.program(&crate_name(lesson, earlier))?.to_owned()));
    }
    let Some(previous) = book.course.previous(lesson) else { return Ok(None) };
    Ok(workspace_binaries()?.get(&previous.package).map(Into::into))
}

fn ends_as_the_chapter(book: &Book, lesson: &Lesson) -> Result<Vec<String>> {
    let last = lesson.steps.last().context("the lesson has no steps")?;
    let assembled = assemble(book, lesson, last)?;
    let real = source::files(&book.course, lesson)?;
    let names: BTreeSet<_> = assembled.keys().chain(real.keys()).collect();
    let code = |files: &Files, name: &String| -> Option<Vec<String>> {
        let lines = files.get(name)?.iter();
        Some(lines.filter(|line| !line.trim().is_empty()).cloned().collect())
    };
    let differs = |name: &&&String| code(&assembled, name) != code(&real, name);
    let faults = names.iter().filter(differs);
    let message = "isn't the chapter's file after the last step";
    Ok(faults.map(|name| format!("{}/{name} {message}", lesson.package)).collect())
}
