//! Puts each step of a chapter together from the pages, builds it, and runs the checks it promises.
//!
//! A file at a step is those of its final lines that blocks up to that step show, in the final order.
//! A file that the lesson changes begins as the previous chapter's. A `scaffold=` block is a whole file
//! that holds until a later step shows some of the real one, or another scaffold.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use course::checks;
use course::lesson::{File, Lesson, State, Step};
use libtest_mimic::Trial;

use crate::book::Book;
use crate::code::{blocks_of, shown_lines};
use crate::page::Block;
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
            if step.checks.iter().filter_map(|name| checks::named(name)).any(|check| check.slow) {
                let name = format!("steps::{} {} waits as it should", lesson.package, step.id);
                // It takes a minute: -- --ignored runs it.
                let test = trial(name, move || works(book, lesson, step, true));
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
            crates.push(Crate { name: crate_name(lesson, step), lesson, files });
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
    let checks: Vec<String> = until_now.iter().flat_map(|step| step.checks.clone()).collect();
    names::failures(program, lesson, &checks, slow)
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

/// All files of a chapter as they are at a step.
fn assemble(book: &Book, lesson: &Lesson, step: &Step) -> Result<Files> {
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
        let at_step = match scaffold(book, &order, &listed.path, &shown)? {
            Some(scaffold) => Some(scaffold),
            None => grown(listed, &order, &shown, &real, previous.get(&listed.path))?,
        };
        files.extend(at_step.map(|lines| (listed.path.clone(), lines)));
    }
    for (_, path) in blocks_of(book, lesson, "scaffold") {
        if let Some(lines) =
            scaffold(book, &order, path, &[])?.filter(|_| !files.contains_key(path))
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

fn position(lesson: &Lesson, id: &str) -> Result<usize> {
    let position = lesson.steps.iter().position(|step| step.id == id);
    position.with_context(|| format!("{} has no step {id}", lesson.package))
}

/// The whole file that holds at this step, if there is one: all blocks of the latest step that has some.
fn scaffold(
    book: &Book,
    order: &Order<'_>,
    path: &str,
    shown: &[&Block],
) -> Result<Option<Vec<String>>> {
    let blocks = blocks_of(book, order.lesson, "scaffold").filter(|(_, p)| *p == path);
    let blocks: Vec<_> = blocks.map(|(block, _)| block).filter(|b| order.begun(b)).collect();
    let Some(latest) = blocks.iter().filter_map(|b| order.of(b)).max() else { return Ok(None) };
    if let Some(real) = shown.iter().find(|b| order.of(b) <= Some(latest)) {
        bail!("{}: a scaffold of {path} follows; it must come first", real.place());
    }
    let blocks = blocks.into_iter().filter(|block| order.of(block) == Some(latest));
    let lines = blocks.flat_map(|block| source::lines(&block.text)).collect();
    Ok(shown.is_empty().then_some(lines))
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
