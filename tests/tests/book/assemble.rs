//! Puts a step of a chapter together from the pages.
//!
//! A file at a step is those of its final lines that blocks up to that step show, in the final order.
//! A file that the lesson changes begins as the previous chapter's. A `scaffold=` block is a whole file
//! that holds until a later step shows some of the real one, or another scaffold; one of the language
//! `diff` is a patch to the previous chapter's file.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use course::lesson::{File, Lesson, State, Step};

use crate::book::Book;
use crate::code::{blocks_of, shown_lines};
use crate::page::Block;
use crate::source::{self, Files};

/// All files of a chapter as they are at a step.
pub fn assemble(book: &Book, lesson: &Lesson, step: &Step) -> Result<Files> {
    let order = Order { lesson, now: position(lesson, &step.id)? };
    let previous = match book.course.previous(lesson) {
        Some(previous) => source::files(&book.course, previous)?,
        None => Files::new(),
    };
    let mut files = source::files(&book.course, lesson)?;
    for listed in &lesson.files {
        let Some(real) = files.remove(&listed.path) else {
            bail!("{}: lesson.toml lists {}, which isn't there", lesson.package, listed.path);
        };
        let blocks = blocks_of(book, lesson, "file").filter(|(_, path)| *path == listed.path);
        let shown: Vec<&Block> =
            blocks.map(|(block, _)| block).filter(|b| order.begun(b)).collect();
        let before = previous.get(&listed.path);
        let at_step = match scaffold(book, &order, &listed.path, &shown, before)? {
            Some(scaffold) => Some(scaffold),
            None => grown(listed, &order, &shown, &real, before)?,
        };
        files.extend(at_step.map(|lines| (listed.path.clone(), lines)));
    }
    for (_, path) in blocks_of(book, lesson, "scaffold") {
        if !files.contains_key(path)
            && let Some(lines) = scaffold(book, &order, path, &[], None)?
        {
            files.insert(path.to_owned(), lines);
        }
    }
    Ok(files)
}

/// The steps of a lesson, and how far the reader is.
struct Order<'a> {
    lesson: &'a Lesson,
    now: usize,
}

impl Order<'_> {
    fn of(&self, block: &Block) -> Option<usize> {
        position(self.lesson, block.step.as_ref()?).ok()
    }

    fn begun(&self, block: &Block) -> bool {
        self.of(block).is_some_and(|step| step <= self.now)
    }
}

/// Where a step stands in its lesson.
///
/// Errors: it isn't one of its steps.
pub fn position(lesson: &Lesson, id: &str) -> Result<usize> {
    let position = lesson.steps.iter().position(|step| step.id == id);
    position.with_context(|| format!("{} has no step {id}", lesson.package))
}

/// The whole file that holds at this step, if there is one: all blocks of the latest step that has some.
fn scaffold(
    book: &Book,
    order: &Order<'_>,
    path: &str,
    shown: &[&Block],
    previous: Option<&Vec<String>>,
) -> Result<Option<Vec<String>>> {
    let blocks = blocks_of(book, order.lesson, "scaffold").filter(|(_, p)| *p == path);
    let blocks: Vec<_> = blocks.map(|(block, _)| block).filter(|b| order.begun(b)).collect();
    let Some(latest) = blocks.iter().filter_map(|b| order.of(b)).max() else { return Ok(None) };
    if let Some(real) = shown.iter().find(|b| order.of(b) <= Some(latest)) {
        bail!("{}: a scaffold of {path} follows; it must come first", real.place());
    }
    if !shown.is_empty() {
        return Ok(None);
    }
    let blocks: Vec<_> = blocks.into_iter().filter(|b| order.of(b) == Some(latest)).collect();
    if let [patch] = blocks[..]
        && patch.language == "diff"
    {
        let previous = previous.with_context(|| format!("{path} is in no previous chapter"))?;
        return patched(previous, patch).with_context(|| patch.place()).map(Some);
    }
    Ok(Some(blocks.into_iter().flat_map(|block| source::lines(&block.text)).collect()))
}

fn patched(previous: &[String], patch: &Block) -> Result<Vec<String>> {
    let patch = diffy::Patch::from_str(&patch.text)?;
    Ok(source::lines(&diffy::apply(&(previous.join("\n") + "\n"), &patch)?))
}

/// The file as far as its blocks have come; `None` if nothing of a new file was shown yet.
fn grown(
    listed: &File,
    order: &Order<'_>,
    shown: &[&Block],
    real: &[String],
    previous: Option<&Vec<String>>,
) -> Result<Option<Vec<String>>> {
    let lines = shown_lines(shown.iter().copied(), real);
    match (listed.state, previous) {
        (State::New, _) if lines.is_empty() => Ok(None),
        (State::New, _) => Ok(Some(lines.into_iter().map(|at| real[at].clone()).collect())),
        (State::Changed, Some(previous)) => {
            let due = position(order.lesson, &listed.step)? <= order.now;
            Ok(Some(changed(previous, real, &lines, due)))
        }
        (State::Changed, None) => bail!("{} is in no previous chapter", listed.path),
    }
}

/// The previous chapter's file with those changes made of which a line was shown. What only goes, goes
/// at the step that lesson.toml names for the file (`due`).
fn changed(
    previous: &[String],
    real: &[String],
    shown: &BTreeSet<usize>,
    due: bool,
) -> Vec<String> {
    let mut lines = Vec::new();
    let mut kept = 0;
    for change in source::changes(previous, real) {
        lines.extend_from_slice(&previous[kept..change.old.start]);
        let code = |at: &usize| !real[*at].trim().is_empty();
        let comes: Vec<_> = change.new.clone().filter(|at| shown.contains(at)).collect();
        let is_made =
            if change.new.clone().any(|at| code(&at)) { comes.iter().any(code) } else { due };
        if is_made {
            lines.extend(comes.into_iter().map(|at| real[at].clone()));
        } else {
            lines.extend_from_slice(&previous[change.old.clone()]);
        }
        kept = change.old.end;
    }
    lines.extend_from_slice(&previous[kept..]);
    lines
}
