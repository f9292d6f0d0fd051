//! Reads the chapters' `lesson.toml`: what each promises, its steps, and which files it changes. The order of the
//! workspace's members is the reading order.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::launch::workspace;

/// All chapters of a workspace, in reading order.
#[derive(Clone, Debug)]
pub struct Course {
    /// The workspace's directory.
    pub root: PathBuf,
    /// The chapters.
    pub lessons: Vec<Lesson>,
}

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
    /// Names of the checks that it turns green: red on the program that the reader has before it.
    #[serde(default)]
    pub checks: Vec<String>,
    /// Names of checks that are green before it already, and that it could break.
    #[serde(default)]
    pub keeps: Vec<String>,
}

impl Step {
    /// Whether a server that has come this far must pass the check of this name.
    pub fn names(&self, check: &str) -> bool {
        self.checks.iter().chain(&self.keeps).any(|name| name == check)
    }
}

/// A file that a lesson adds or changes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Path below the chapter's directory, with `/`.
    pub path: String,
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

#[derive(Deserialize)]
struct Manifest {
    workspace: Workspace,
}

#[derive(Deserialize)]
struct Workspace {
    members: Vec<String>,
}

impl Course {
    /// Reads the chapters of the workspace that this program was built in.
    ///
    /// Errors: see [`Course::read`].
    pub fn here() -> Result<Course> {
        Course::read(workspace())
    }

    /// Reads the chapters of the workspace in a directory.
    ///
    /// Errors: its manifest or a `lesson.toml` can't be read, or isn't what it should be.
    pub fn read(root: &Path) -> Result<Course> {
        let manifest: Manifest = read_toml(&root.join("Cargo.toml"))?;
        let mut lessons = Vec::new();
        for package in manifest.workspace.members {
            let path = root.join(&package).join("lesson.toml");
            if path.is_file() {
                let mut lesson: Lesson = read_toml(&path)?;
                lesson.package = package;
                lessons.push(lesson);
            }
        }
        Ok(Course { root: root.to_owned(), lessons })
    }

    /// The chapter that a person means: its number, its directory, or the beginning of a word of it (`3`,
    /// `part3-parser`, `parser`, `keep-alive`).
    ///
    /// Errors: none or several are meant; the message names the chapters there are.
    pub fn find(&self, named: &str) -> Result<&Lesson> {
        let wanted = plain(named);
        for is_meant in [Lesson::is_exactly, Lesson::has_word] {
            let found: Vec<_> = self.lessons.iter().filter(|l| is_meant(l, &wanted)).collect();
            match found[..] {
                [] => {}
                [lesson] => return Ok(lesson),
                _ => bail!("{named:?} could be any of {}", names(found)),
            }
        }
        bail!("there is no part {named:?}; there are {}", names(&self.lessons))
    }

    /// The chapter that this one changes, if there is one.
    pub fn previous(&self, lesson: &Lesson) -> Option<&Lesson> {
        self.lessons.iter().find(|l| Some(&l.package) == lesson.previous.as_ref())
    }

    /// The chapter's directory.
    pub fn directory(&self, lesson: &Lesson) -> PathBuf {
        self.root.join(&lesson.package)
    }

    /// Where a page stands, from the workspace's directory; one that isn't written yet is named without a path.
    pub fn page(&self, page: &str) -> String {
        let path = format!("docs/{page}.md");
        match self.root.join(&path).is_file() {
            true => path,
            false => format!("{page} (not written yet)"),
        }
    }
}

impl Lesson {
    /// The shortest name that means only this chapter: the number, or else the directory.
    pub fn short_name(&self) -> String {
        self.number.map_or_else(|| self.package.clone(), |number| number.to_string())
    }

    fn is_exactly(&self, wanted: &str) -> bool {
        let number = self.number.map(|number| number.to_string());
        let named = wanted.strip_prefix("part").unwrap_or(wanted);
        plain(&self.package) == wanted || number.as_deref() == Some(named)
    }

    fn has_word(&self, wanted: &str) -> bool {
        self.package.split('-').any(|word| word.starts_with(wanted))
    }
}

/// The chapter that a person means; see [`Course::find`].
///
/// Errors: none or several are meant; the message names the chapters there are.
pub fn find(named: &str) -> Result<Lesson> {
    Course::here()?.find(named).cloned()
}

/// A shell completes a directory with a slash, and "Keep-Alive" is part4-keepalive.
fn plain(name: &str) -> String {
    let name = name.trim_start_matches("./").trim_end_matches(['/', '\\']);
    name.to_lowercase().replace('-', "")
}

fn names<'a>(lessons: impl IntoIterator<Item = &'a Lesson>) -> String {
    let names: Vec<_> = lessons.into_iter().map(|l| l.package.as_str()).collect();
    names.join(", ")
}

fn read_toml<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    toml::from_str(&text).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course() -> Course {
        let lesson = |number: Option<u32>, package: &str| Lesson {
            package: package.to_owned(),
            number,
            title: String::new(),
            promise: String::new(),
            flaw: String::new(),
            previous: None,
            page: String::new(),
            steps: Vec::new(),
            files: Vec::new(),
        };
        let lessons = vec![
            lesson(Some(1), "part1-naive"),
            lesson(None, "echo-json"),
            lesson(Some(3), "part3-parser"),
            lesson(Some(4), "part4-keepalive"),
            lesson(None, "echo-udp"),
        ];
        Course { root: PathBuf::new(), lessons }
    }

    #[test]
    fn a_part_is_found_by_number_directory_or_word() {
        let names = [
            ("3", "part3-parser"),
            ("part3", "part3-parser"),
            ("part3-parser", "part3-parser"),
            ("./part3-parser/", "part3-parser"),
            ("part3-parser\\", "part3-parser"),
            ("parser", "part3-parser"),
            ("Keep-Alive", "part4-keepalive"),
            ("keep", "part4-keepalive"),
            ("echo-json", "echo-json"),
            ("json", "echo-json"),
            ("udp", "echo-udp"),
        ];
        for (name, expected) in names {
            assert_eq!(course().find(name).expect(name).package, expected, "{name}");
        }
    }

    #[test]
    fn an_unknown_or_ambiguous_name_lists_the_parts() {
        let message = |name: &str| course().find(name).expect_err(name).to_string();
        assert_eq!(message("echo"), "\"echo\" could be any of echo-json, echo-udp");
        let all = "part1-naive, echo-json, part3-parser, part4-keepalive, echo-udp";
        for name in ["7", "33", "routing"] {
            assert_eq!(message(name), format!("there is no part {name:?}; there are {all}"));
        }
    }
}
