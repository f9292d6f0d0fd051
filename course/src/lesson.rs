//! Reads a chapter's `lesson.toml`: what it promises, its steps, and which files it changes.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::launch::workspace;

/// A chapter as its `lesson.toml` tells it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Directory, which is also the package's name. Not in the file.
    #[serde(skip)]
    pub package: String,
    /// Part number; the interludes have none.
    pub number: Option<u32>,
    /// Title.
    pub title: String,
    /// One line: what the chapter's server can do.
    pub promise: String,
    /// One line: what is still wrong at its end.
    pub flaw: String,
    /// Package of the chapter that this one changes.
    pub previous: Option<String>,
    /// Page of the book, without directory and suffix.
    pub page: String,
    /// Steps in reading order.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
    /// Files that differ from the previous chapter's, in reading order.
    #[serde(default, rename = "file")]
    pub files: Vec<File>,
}

/// A step of a lesson.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Such as `3.1`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Page of the book.
    pub page: String,
    /// Names of the checks that it turns green.
    #[serde(default)]
    pub checks: Vec<String>,
}

/// A file that a lesson adds or changes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Path below the chapter's directory, with `/`.
    pub path: PathBuf,
    /// `new` or `changed`.
    pub state: State,
    /// The step that writes it.
    pub step: String,
    /// Its duty, and what breaks without it.
    pub why: String,
}

/// What a lesson does to a file.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// The file is not in the previous chapter.
    New,
    /// The file differs from the previous chapter's.
    Changed,
}

impl Lesson {
    /// Reads the lesson of a package of the workspace.
    ///
    /// Errors: the file can't be read, or isn't a lesson.
    pub fn read(package: &str) -> Result<Lesson> {
        let path = workspace().join(package).join("lesson.toml");
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let mut lesson: Lesson =
            toml::from_str(&text).with_context(|| path.display().to_string())?;
        lesson.package = package.to_owned();
        Ok(lesson)
    }

    /// The chapter's directory.
    pub fn directory(&self) -> PathBuf {
        workspace().join(&self.package)
    }
}

/// All chapters: parts by number, then the interludes by name.
///
/// Errors: a `lesson.toml` that can't be read.
pub fn lessons() -> Result<Vec<Lesson>> {
    let mut lessons = Vec::new();
    for entry in fs::read_dir(workspace())? {
        let directory = entry?.path();
        if directory.join("lesson.toml").is_file() {
            lessons.push(Lesson::read(&file_name(&directory))?);
        }
    }
    lessons.sort_by_key(|l| (l.number.unwrap_or(u32::MAX), l.package.clone()));
    Ok(lessons)
}

/// The chapter that a person means: its number, directory, or a word of it (`3`, `part3-parser`,
/// `parser`).
///
/// Errors: none or several are meant; the message names the chapters there are.
pub fn find(named: &str) -> Result<Lesson> {
    let lessons = lessons()?;
    let number = named.strip_prefix("part").unwrap_or(named).parse().ok();
    let exact = |l: &&Lesson| l.package == named || (number.is_some() && l.number == number);
    let word = |l: &&Lesson| l.package.split_once('-').is_some_and(|(_, rest)| rest == named);
    let found = lessons.iter().find(exact).or_else(|| lessons.iter().find(word));
    found.cloned().with_context(|| {
        let names: Vec<_> = lessons.iter().map(|l| l.package.as_str()).collect();
        format!("there is no part {named:?}; there are {}", names.join(", "))
    })
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
