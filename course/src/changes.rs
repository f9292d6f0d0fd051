//! What one part changes in another's code: two directories go in, a map of their files comes out, in the order in
//! which the lesson wants them read. Knows no terminal.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use similar::{Algorithm, ChangeTag, TextDiff};

use crate::lesson::{Course, File, Lesson};

/// Every file of two parts, compared.
#[derive(Debug)]
pub struct Changes<'a> {
    /// The files that differ, in reading order.
    pub files: Vec<FileChange<'a>>,
    /// The paths of the byte-identical files, sorted.
    pub identical: Vec<String>,
}

/// A file that differs; at least one of its texts is there.
#[derive(Debug)]
pub struct FileChange<'a> {
    /// Relative to the part's directory, with `/`.
    pub path: String,
    /// The text in the older part; `None` if the file is new.
    pub old: Option<String>,
    /// The text in the newer part; `None` if the file is gone.
    pub new: Option<String>,
    /// Lines that only the newer text has.
    pub added: usize,
    /// Lines that only the older text has.
    pub removed: usize,
    /// What the lesson says about it, and whose lesson it is.
    pub lesson: Option<(&'a Lesson, &'a File)>,
}

impl<'a> Changes<'a> {
    /// Compares `src/`, the manifests, and what the lessons list besides.
    ///
    /// Errors: a file or directory that cannot be read, with its path.
    pub fn between(course: &'a Course, old: &'a Lesson, new: &'a Lesson) -> Result<Self> {
        let lessons = lessons_between(course, old, new);
        let (old, new) = (course.directory(old), course.directory(new));
        let mut changes = Changes { files: Vec::new(), identical: Vec::new() };
        for path in paths(&lessons, &old, &new)? {
            let (old, new) = (bytes(&old.join(&path))?, bytes(&new.join(&path))?);
            if old == new {
                changes.identical.extend(old.map(|_| path));
            } else {
                let lesson = lessons.iter().find(|(_, file)| file.path == path).copied();
                changes.files.push(FileChange::new(path, old.map(text), new.map(text), lesson));
            }
        }
        changes.identical.sort();
        Ok(changes)
    }

    /// Whether a path or the end of one names a file that is the same in both.
    pub fn is_identical(&self, name: &str) -> bool {
        self.identical.iter().any(|path| is_called(path, name))
    }
}

impl<'a> FileChange<'a> {
    fn new(
        path: String,
        old: Option<String>,
        new: Option<String>,
        lesson: Option<(&'a Lesson, &'a File)>,
    ) -> Self {
        let mut change = FileChange { path, old, new, added: 0, removed: 0, lesson };
        let tags: Vec<_> = change.diff().iter_all_changes().map(|line| line.tag()).collect();
        let count = |wanted| tags.iter().filter(|tag| **tag == wanted).count();
        change.added = count(ChangeTag::Insert);
        change.removed = count(ChangeTag::Delete);
        change
    }

    /// The line by line difference; a missing text counts as empty.
    pub fn diff(&self) -> TextDiff<'_, '_, str> {
        let old = self.old.as_deref().unwrap_or_default();
        let new = self.new.as_deref().unwrap_or_default();
        TextDiff::configure().algorithm(Algorithm::Histogram).diff_lines(old, new)
    }

    /// Whether a person means this file by a path or by the end of one, such as `head.rs`.
    pub fn is_called(&self, name: &str) -> bool {
        is_called(&self.path, name)
    }

    /// The step that brings the file, if a lesson tells.
    pub fn step(&self) -> Option<&'a str> {
        self.lesson.map(|(_, told)| told.step.as_str())
    }

    /// One word: `new`, `changed` or `removed`.
    pub fn state(&self) -> &'static str {
        match (&self.old, &self.new) {
            (None, _) => "new",
            (_, None) => "removed",
            _ => "changed",
        }
    }
}

/// What is told about files on the way from one part to the other, the first lesson first: what it says of a file is
/// about more than what a later one does. Where no way leads there, the newer part's own lesson.
fn lessons_between<'a>(
    course: &'a Course,
    old: &Lesson,
    new: &'a Lesson,
) -> Vec<(&'a Lesson, &'a File)> {
    let chain = std::iter::successors(Some(new), |lesson| course.previous(lesson));
    let mut chain: Vec<_> = chain.take(course.lessons.len()).collect();
    let start = chain.iter().position(|lesson| lesson.package == old.package);
    chain.truncate(start.unwrap_or(1).max(1));
    let files = |lesson: &'a Lesson| lesson.files.iter().map(move |file| (lesson, file));
    chain.into_iter().rev().flat_map(files).collect()
}

/// In reading order: as the lessons list them, then the rest by name.
fn paths(lessons: &[(&Lesson, &File)], old: &Path, new: &Path) -> Result<Vec<String>> {
    let mut rest = BTreeSet::from(["Cargo.toml".to_owned()]);
    for dir in [old, new] {
        collect(&dir.join("src"), "src", &mut rest)?;
    }
    let mut paths: Vec<String> = Vec::new();
    for (_, file) in lessons {
        rest.remove(&file.path);
        if !paths.contains(&file.path) {
            paths.push(file.path.clone());
        }
    }
    paths.extend(rest);
    Ok(paths)
}

fn collect(dir: &Path, prefix: &str, paths: &mut BTreeSet<String>) -> Result<()> {
    let entries = fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    for entry in entries {
        let entry = entry?;
        let path = format!("{prefix}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &path, paths)?;
        } else {
            paths.insert(path);
        }
    }
    Ok(())
}

fn bytes(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

fn is_called(path: &str, name: &str) -> bool {
    let name = name.replace('\\', "/");
    let ends_with = |long: &str, short: &str| {
        long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    ends_with(path, &name) || ends_with(&name, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = r#"
        number = 1
        title = "One"
        promise = "p"
        flaw = "f"
        page = "one"
        [[file]]
        path = "src/main.rs"
        state = "new"
        step = "1.1"
        why = "It is the first."
    "#;

    const NEW: &str = r#"
        number = 2
        title = "Two"
        promise = "p"
        flaw = "f"
        page = "two"
        previous = "a-one"
        [[file]]
        path = "src/z.rs"
        state = "new"
        step = "2.1"
        why = "It is read first."
        [[file]]
        path = "src/main.rs"
        state = "changed"
        step = "2.2"
        why = "It changed."
    "#;

    const NEWEST: &str = r#"
        number = 3
        title = "Three"
        promise = "p"
        flaw = "f"
        page = "three"
        previous = "b-two"
        [[file]]
        path = "src/main.rs"
        state = "changed"
        step = "3.1"
        why = "One word changed."
    "#;

    fn course() -> (tempfile::TempDir, Course) {
        let dir = tempfile::tempdir().expect("a place to write");
        let write = |path: &str, text: &[u8]| {
            let path = dir.path().join(path);
            fs::create_dir_all(path.parent().expect("it is in a directory")).expect("writable");
            fs::write(path, text).expect("writable");
        };
        write("Cargo.toml", b"[workspace]\nmembers = ['a-one', 'b-two', 'c-three', 'tests']");
        write("c-three/lesson.toml", NEWEST.as_bytes());
        write("c-three/src/main.rs", b"one\nTWO\nthree\nFOUR\n");
        write("a-one/lesson.toml", OLD.as_bytes());
        write("a-one/Cargo.toml", b"name = 'a-one'\n");
        write("a-one/src/main.rs", b"one\ntwo\nthree\n");
        write("a-one/src/gone.rs", b"gone\n");
        write("a-one/src/deep/same.rs", b"same\n");
        write("a-one/src/odd", b"\xff");
        write("b-two/lesson.toml", NEW.as_bytes());
        write("b-two/Cargo.toml", b"name = 'b-two'\n");
        write("b-two/src/main.rs", b"one\nTWO\nthree\nfour\n");
        write("b-two/src/z.rs", b"z\n");
        write("b-two/src/deep/same.rs", b"same\n");
        write("b-two/src/odd", b"\xfe");
        let course = Course::read(dir.path()).expect("it is well formed");
        (dir, course)
    }

    fn told(changes: &Changes) -> Vec<String> {
        let line = |file: &FileChange| {
            let FileChange { path, added, removed, .. } = file;
            format!("{path} {} +{added} -{removed} {}", file.state(), file.step().unwrap_or("-"))
        };
        changes.files.iter().map(line).collect()
    }

    #[test]
    fn files_come_in_the_order_of_the_lesson() {
        let (_dir, course) = course();
        let changes =
            Changes::between(&course, &course.lessons[0], &course.lessons[1]).expect("readable");
        assert_eq!(
            told(&changes),
            [
                "src/z.rs new +1 -0 2.1",
                "src/main.rs changed +2 -1 2.2",
                "Cargo.toml changed +1 -1 -",
                "src/gone.rs removed +0 -1 -",
                "src/odd changed +0 -0 -",
            ]
        );
        assert_eq!(changes.identical, ["src/deep/same.rs"]);
    }

    #[test]
    fn over_several_parts_the_first_lesson_about_a_file_counts() {
        let (_dir, course) = course();
        let changes =
            Changes::between(&course, &course.lessons[0], &course.lessons[2]).expect("readable");
        assert_eq!(told(&changes)[0], "src/main.rs changed +2 -1 2.2");
        let changes =
            Changes::between(&course, &course.lessons[1], &course.lessons[2]).expect("readable");
        assert_eq!(told(&changes)[0], "src/main.rs changed +1 -1 3.1");
    }

    #[test]
    fn backwards_what_was_new_is_removed() {
        let (_dir, course) = course();
        let changes =
            Changes::between(&course, &course.lessons[1], &course.lessons[0]).expect("readable");
        assert!(
            told(&changes).contains(&"src/main.rs changed +1 -2 1.1".to_owned()),
            "{:?}",
            told(&changes)
        );
        assert!(told(&changes).contains(&"src/z.rs removed +0 -1 -".to_owned()));
    }

    #[test]
    fn a_file_is_called_by_the_end_of_its_path() {
        for name in ["src/head.rs", "head.rs", "src\\head.rs", "part3-parser/src/head.rs"] {
            assert!(is_called("src/head.rs", name), "{name}");
        }
        for name in ["ead.rs", "", "rs", "lib/head.rs"] {
            assert!(!is_called("src/head.rs", name), "{name}");
        }
    }
}
