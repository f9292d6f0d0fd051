//! Solves the exercises: applies each patch to a copy of its chapter and runs the check that it is about.
//!
//! A block `diff,patch=NAME,check=CHECK` shows `docs/exercises/NAME.patch`, whole. The check must fail
//! before and pass after. Where no check is about it, a session (`console,solved=NAME`) must be true of the
//! solved program and not of the chapter. Any block with `shows=exercises/FILE` shows that file, whole.

use std::fs;

use anyhow::{Context, Result, ensure};
use course::checks;
use course::launch::workspace_binaries;
use course::lesson::Lesson;
use course::run::Settings;
use libtest_mimic::Trial;

use crate::book::{Book, docs};
use crate::page::Block;
use crate::programs::{self, Crate};
use crate::source::{self, Files};
use crate::{names, trial, updating};

/// A test per exercise, and one that every patch is an exercise's.
pub fn trials(book: &'static Book) -> Vec<Trial> {
    let mut trials = vec![
        trial("exercises::each answer is shown", || unused(book)),
        trial("exercises::each file is shown as it is", || Ok(wrong_files(book))),
    ];
    for (block, name) in shown(book) {
        trials.push(trial(format!("exercises::{name}"), move || faults(book, block, name)));
    }
    trials
}

fn shown(book: &Book) -> impl Iterator<Item = (&Block, &str)> {
    book.blocks().filter_map(|block| Some((block, block.attribute("patch")?)))
}

/// The solved copy of each exercise's chapter.
pub fn crates(book: &Book) -> Result<Vec<Crate<'_>>> {
    let solved = |(block, name): (&Block, &str)| {
        let patch = read(name).with_context(|| block.place())?;
        solve(book, name, &patch).with_context(|| format!("docs/exercises/{name}.patch"))
    };
    shown(book).map(solved).collect()
}

fn read(name: &str) -> Result<String> {
    let path = docs().join("exercises").join(format!("{name}.patch"));
    fs::read_to_string(&path).with_context(|| path.display().to_string())
}

fn unused(book: &Book) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for entry in fs::read_dir(docs().join("exercises"))? {
        let path = entry?.path();
        let name = path.file_name().context("no file name")?.to_string_lossy().into_owned();
        let is_patch = shown(book).any(|(_, other)| format!("{other}.patch") == name);
        if !is_patch && !files(book).any(|(_, other)| other == format!("exercises/{name}")) {
            faults.push(format!("{} stands on no page", path.display()));
        }
    }
    Ok(faults)
}

fn files(book: &Book) -> impl Iterator<Item = (&Block, &str)> {
    book.blocks().filter_map(|block| Some((block, block.attribute("shows")?)))
}

fn wrong_files(book: &Book) -> Vec<String> {
    let fault = |(block, path): (&Block, &str)| {
        let file = fs::read_to_string(docs().join(path)).unwrap_or_default();
        if !file.is_empty() && file != block.text && updating() {
            book.update(block, file);
            return None;
        }
        (file != block.text).then(|| format!("{}: isn't docs/{path}", block.place()))
    };
    files(book).filter_map(fault).collect()
}

/// The package of a solved exercise.
pub fn crate_name(exercise: &str) -> String {
    format!("exercise-{exercise}")
}

/// The chapter that an exercise's answer changes.
///
/// Errors: there is no such answer.
pub fn chapter(exercise: &str) -> Result<String> {
    let patch = read(exercise)?;
    let path = patch.strip_prefix("--- a/").context("no line begins with --- a/")?;
    Ok(path.split('/').next().unwrap_or_default().to_owned())
}

/// Whether the page runs the solved chapter itself, with `-p`, and not a crate of the reader's.
fn is_run_in_place(book: &Book, exercise: &str) -> bool {
    let mut sessions = book.blocks().filter(|block| block.attribute("solved") == Some(exercise));
    sessions.any(|block| block.text.starts_with("$ cargo run -p "))
}

fn solve<'a>(book: &'a Book, name: &str, patch: &str) -> Result<Crate<'a>> {
    let mut begins: Vec<usize> = patch.match_indices("--- a/").map(|(at, _)| at).collect();
    begins.retain(|at| *at == 0 || patch[..*at].ends_with('\n'));
    begins.push(patch.len());
    let mut solved: Option<Crate<'a>> = None;
    for part in begins.windows(2).map(|ends| &patch[ends[0]..ends[1]]) {
        let whole = part.lines().next().unwrap_or_default().trim_start_matches("--- a/");
        let (package, path) = whole.split_once('/').context("no path behind --- a/")?;
        let lesson = book.course.find(package)?;
        let solved = match &mut solved {
            Some(solved) => solved,
            None => {
                let files = whole_files(book, lesson)?;
                let says = if is_run_in_place(book, name) {
                    &lesson.package
                } else {
                    programs::readers_name(book, lesson)
                };
                solved.insert(Crate {
                    name: crate_name(name),
                    says: says.to_owned(),
                    lesson,
                    files,
                })
            }
        };
        ensure!(solved.lesson.package == package, "it changes two chapters");
        let old = solved.files.get(path).with_context(|| format!("there is no {whole}"))?;
        let patch = diffy::Patch::from_str(part)?;
        let new = diffy::apply(&(old.join("\n") + "\n"), &patch)?;
        solved.files.insert(path.to_owned(), source::lines(&new));
    }
    solved.context("no line begins with --- a/")
}

/// All files below `src/`, with their unit tests.
fn whole_files(book: &Book, lesson: &Lesson) -> Result<Files> {
    let mut files = source::files(&book.course, lesson)?;
    for (path, lines) in &mut files {
        let text = fs::read_to_string(book.course.directory(lesson).join(path))?;
        *lines = source::lines(&text);
    }
    Ok(files)
}

fn faults(book: &'static Book, block: &Block, name: &str) -> Result<Vec<String>> {
    let patch = read(name)?;
    let mut faults = Vec::new();
    if block.text != patch && updating() {
        book.update(block, patch.clone());
    } else if block.text != patch {
        faults.push(format!("{}: isn't docs/exercises/{name}.patch", block.place()));
    }
    let solved = solve(book, name, &patch)?;
    let Some(check) = block.attribute("check") else {
        // A program that doesn't compile fails here, one that does something else in its session.
        programs::built(book)?.program(&solved.name)?;
        let mut sessions = book.blocks().filter(|block| block.language == "console");
        let is_run = sessions.any(|block| block.attribute("solved") == Some(name));
        let message = "nothing proves it: a check (check=NAME) or a session (console,solved=NAME)";
        faults.extend((!is_run).then(|| format!("{}: {message}", block.place())));
        return Ok(faults);
    };
    ensure!(checks::named(check).is_some(), "there is no check {check}");
    let check = [check.to_owned()];
    let before = workspace_binaries()?.get(&solved.lesson.package);
    let before = before.with_context(|| format!("{} has no program", solved.lesson.package))?;
    let settings = Settings { known: Some(solved.lesson), ..Settings::default() };
    if names::failures(before, &check, false, settings)?.is_empty() {
        faults.push(format!("{check:?} passes before the exercise is solved"));
    }
    let after = programs::built(book)?.program(&solved.name)?;
    faults.extend(names::failures(after, &check, false, settings)?);
    Ok(faults)
}
