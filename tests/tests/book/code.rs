//! Holds the code on the pages to the code of the chapters, in both directions.
//!
//! A block with `file=` stands line for line in the file as it finally is, and each line that a lesson
//! adds stands in a block.

use std::collections::BTreeSet;
use std::ops::Range;

use anyhow::{Context, Result};
use course::lesson::{Lesson, State};
use libtest_mimic::Trial;
use similar::TextDiff;

use crate::book::Book;
use crate::page::Block;
use crate::source::{self, Files};
use crate::{trial, updating};

/// Longest block of code, in lines. Exempt are a frame, and files that live for some steps only.
const MOST_LINES: usize = 30;

/// A test per chapter for what is shown, and one for what is missing.
pub fn trials(book: &'static Book) -> Vec<Trial> {
    let mut trials = vec![trial("code::each block names a file", || Ok(homeless(book)))];
    for lesson in &book.course.lessons {
        trials.push(trial(format!("code::{} is shown as it is", lesson.package), move || {
            wrong_blocks(book, lesson)
        }));
        // A chapter can be judged as soon as all its pages are there.
        let written = lesson.steps.last().is_some_and(|step| book.is_written(lesson, &step.id));
        let missing = trial(format!("code::{} is shown whole", lesson.package), move || {
            missing_lines(book, lesson)
        });
        trials.push(missing.with_ignored_flag(!written));
    }
    trials
}

/// Blocks of a chapter, with the path below its directory that they show.
pub fn blocks_of<'a>(
    book: &'a Book,
    lesson: &'a Lesson,
    attribute: &'a str,
) -> impl Iterator<Item = (&'a Block, &'a str)> {
    book.blocks().filter_map(move |block| {
        let path = block.attribute(attribute)?;
        let path = path.strip_prefix(&lesson.package)?.strip_prefix('/')?;
        Some((block, path))
    })
}

/// Blocks of Rust that no test would look at.
fn homeless(book: &Book) -> Vec<String> {
    let known = |path: &str| {
        book.course.lessons.iter().any(|lesson| {
            path.strip_prefix(&lesson.package).is_some_and(|rest| rest.starts_with("/src/"))
        })
    };
    let of_chapters =
        book.blocks().filter(|block| block.language == "rust" && block.page != "AUTHORS");
    let homeless = of_chapters.filter(|block| {
        let path = block.attribute("file").or(block.attribute("scaffold"));
        !path.is_some_and(known)
    });
    let message =
        "needs file= or scaffold= with a chapter's file, such as file=part1-naive/src/main.rs";
    homeless.map(|block| format!("{}: {message}", block.place())).collect()
}

fn wrong_blocks(book: &Book, lesson: &Lesson) -> Result<Vec<String>> {
    let files = source::files(&book.course, lesson)?;
    let mut faults = Vec::new();
    for (block, path) in blocks_of(book, lesson, "file") {
        faults.extend(manners(block, path));
        let Some(file) = files.get(path) else {
            faults.push(format!("{}: there is no {}/{path}", block.place(), lesson.package));
            continue;
        };
        let shown = source::lines(&block.text);
        if shown.len() > MOST_LINES && block.attribute("frame").is_none() {
            let message = "lines in one block; put prose between";
            faults.push(format!("{}: {} {message}", block.place(), shown.len()));
        }
        if source::places(&shown, file).is_empty() {
            match refreshed(&shown, file).filter(|_| updating()) {
                Some(text) => book.update(block, text),
                None => faults.push(difference(block, path, &shown, file)),
            }
        }
    }
    for (block, path) in blocks_of(book, lesson, "scaffold") {
        faults.extend(manners(block, path));
    }
    Ok(faults)
}

/// What holds for every block of code: the reader is told which file it is, and it belongs to a step.
fn manners(block: &Block, path: &str) -> Vec<String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut faults = Vec::new();
    if !block.caption.contains(name) {
        faults.push(format!("{}: the paragraph before it doesn't name {name}", block.place()));
    }
    if block.step.is_none() {
        faults.push(format!("{}: belongs to no step of a lesson", block.place()));
    }
    faults
}

/// The lines of the file from the block's first line, if it is there once, to its last, or to the one
/// like it that makes the length most similar.
fn refreshed(shown: &[String], file: &[String]) -> Option<String> {
    let places = |line: &String| -> Vec<usize> {
        file.iter().enumerate().filter(|(_, other)| *other == line).map(|(at, _)| at).collect()
    };
    let [first] = places(shown.first()?)[..] else { return None };
    let lasts = places(shown.last()?).into_iter().filter(|at| *at >= first);
    let last = lasts.min_by_key(|at| at.abs_diff(first + shown.len() - 1))?;
    Some(file[first..=last].iter().map(|line| format!("{line}\n")).collect())
}

fn difference(block: &Block, path: &str, shown: &[String], file: &[String]) -> String {
    let place = block.place();
    let Some(near) = source::nearest(shown, file) else {
        return format!("{place}: no line of it stands in {path}");
    };
    let (old, new) = (shown.join("\n") + "\n", file[near.clone()].join("\n") + "\n");
    let diff = TextDiff::from_lines(&old, &new);
    let diff = diff.unified_diff().context_radius(1).to_string();
    format!("{place}: differs from {path} (-page +file, near line {}):\n{diff}", near.start + 1)
}

/// Which lines of a file the blocks of some steps show.
///
/// A block that stands in several places of the file shows the first that no other block shows.
pub fn shown_lines<'a>(
    blocks: impl Iterator<Item = &'a Block>,
    file: &[String],
) -> BTreeSet<usize> {
    let mut shown = BTreeSet::new();
    for block in blocks {
        let places = source::places(&source::lines(&block.text), file);
        let fresh = |range: &&Range<usize>| (range.start..range.end).any(|at| !shown.contains(&at));
        let place = places.iter().find(fresh).or(places.first());
        shown.extend(place.cloned().unwrap_or_default());
    }
    shown
}

fn missing_lines(book: &Book, lesson: &Lesson) -> Result<Vec<String>> {
    let files = source::files(&book.course, lesson)?;
    let previous = match book.course.previous(lesson) {
        Some(previous) => source::files(&book.course, previous)?,
        None => Files::new(),
    };
    let mut faults = Vec::new();
    for listed in &lesson.files {
        let path = &listed.path;
        let name = format!("{}/{path}", lesson.package);
        let Some(file) = files.get(path) else { continue };
        let blocks = blocks_of(book, lesson, "file").filter(|(_, p)| p == path).map(|(b, _)| b);
        let shown = shown_lines(blocks, file);
        let added: Vec<usize> = match listed.state {
            State::New => (0..file.len()).collect(),
            State::Changed => {
                let old =
                    previous.get(path).with_context(|| format!("{name} is not changed but new"))?;
                source::changes(old, file).into_iter().flat_map(|change| change.new).collect()
            }
        };
        let missing =
            added.into_iter().filter(|at| !shown.contains(at) && !file[*at].trim().is_empty());
        let missing: Vec<_> = missing.map(|at| format!("{:5} | {}", at + 1, file[at])).collect();
        if !missing.is_empty() {
            let count = missing.len();
            faults
                .push(format!("{count} lines of {name} stand on no page:\n{}", missing.join("\n")));
        }
    }
    Ok(faults)
}
