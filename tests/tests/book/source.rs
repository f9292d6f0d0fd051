//! The chapters' source files as the book sees them: lines, without unit tests.
//!
//! In: a chapter. Out: its files, which of their lines the lesson adds, and where a block stands in them.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context, Result};
use course::lesson::{Course, Lesson};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Files of a chapter by path below its directory, such as `src/head.rs`.
pub type Files = BTreeMap<String, Vec<String>>;

/// All files below `src/`, without unit tests.
pub fn files(course: &Course, lesson: &Lesson) -> Result<Files> {
    let directory = course.directory(lesson);
    let mut files = Files::new();
    collect(&directory, &directory.join("src"), &mut files)?;
    Ok(files)
}

fn collect(chapter: &Path, directory: &Path, files: &mut Files) -> Result<()> {
    for entry in fs::read_dir(directory).with_context(|| directory.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            collect(chapter, &path, files)?;
        } else {
            let name = path.strip_prefix(chapter)?.to_string_lossy().replace('\\', "/");
            files.insert(name, without_tests(&lines(&fs::read_to_string(&path)?)));
        }
    }
    Ok(())
}

/// The lines of a text.
pub fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// The lines up to a `#[cfg(test)]` at the margin, and those after the module that follows it. The
/// lines keep their numbers: those of tests are empty.
fn without_tests(lines: &[String]) -> Vec<String> {
    let mut in_tests = false;
    let keep = |line: &String| {
        in_tests |= line == "#[cfg(test)]";
        let kept = if in_tests { String::new() } else { line.clone() };
        in_tests &= !(line == "}" || line.starts_with("mod ") && line.ends_with(';'));
        kept
    };
    let kept: Vec<String> = lines.iter().map(keep).collect();
    let end = kept.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    kept[..end].to_vec()
}

/// What a lesson does to a file of the chapter before: lines that go, and lines that come there.
pub struct Change {
    /// Lines of the old file.
    pub old: Range<usize>,
    /// Lines of the new file.
    pub new: Range<usize>,
}

/// The changes between two versions of a file, in order.
pub fn changes(old: &[String], new: &[String]) -> Vec<Change> {
    let ops = capture_diff_slices(Algorithm::Myers, old, new);
    let changed = ops.into_iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    changed.map(|op| Change { old: op.old_range(), new: op.new_range() }).collect()
}

/// Every place where some lines stand in a file, one after the other.
pub fn places(block: &[String], file: &[String]) -> Vec<Range<usize>> {
    if block.is_empty() {
        return Vec::new();
    }
    let windows = file.windows(block.len()).enumerate();
    windows.filter(|(_, w)| *w == block).map(|(at, w)| at..at + w.len()).collect()
}

/// The place in a file that has most lines in common with a block, if any has one.
pub fn nearest(block: &[String], file: &[String]) -> Option<Range<usize>> {
    let same = |start: usize| {
        let pairs = block.iter().zip(&file[start..]);
        pairs.filter(|(a, b)| a == b && !a.trim().is_empty()).count()
    };
    let start = (0..file.len()).rev().max_by_key(|start| same(*start))?;
    (same(start) > 0).then(|| start..file.len().min(start + block.len()))
}
