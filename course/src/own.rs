//! Crates of the learner's own: `mine/NAME`, made from the code of the part before, checked when one stands in it.

use std::collections::BTreeSet;
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::lesson::{Course, Lesson, Step};
use crate::manifest;

/// Where the learner's crates lie, below the workspace.
const MINE: &str = "mine";

/// Directories of a part that hold no code: what its server serves.
const SERVED: [&str; 2] = ["public", "uploads"];

/// What stands in `src/main.rs` when there is no part before.
const BLANK: &str = "//! A server of your own. README.md says what it should do.\n\nfn main() {}\n";

/// Makes the crate in which a learner writes the part, and gives its directory.
///
/// Errors: a name that no crate can have; a directory that is there already; a file that can't be read or written.
pub fn create(course: &Course, part: &Lesson, name: &str) -> Result<PathBuf> {
    let lock = read(&course.root.join("Cargo.lock"))?;
    check_name(name, &lock)?;
    let directory = course.root.join(MINE).join(name);
    ensure!(!directory.exists(), "{} is there already; choose another name", directory.display());
    let previous = course.previous(part);
    let chapters = previous.into_iter().chain([part]);
    let manifests = chapters.map(|chapter| read(&course.directory(chapter).join("Cargo.toml")));
    let manifests: Vec<_> = manifests.collect::<Result<_>>()?;
    let root = read(&course.root.join("Cargo.toml"))?;
    let manifest = manifest::standing_alone(name, &root, &manifests)?;
    write(&directory.join("Cargo.toml"), &manifest)?;
    write(&directory.join("Cargo.lock"), &lock)?;
    write(&directory.join("README.md"), task(course, part, name))?;
    write(&directory.join(".cargo").join("config.toml"), alias(&course.root))?;
    let source = directory.join("src");
    match previous {
        Some(previous) => {
            let renamed = |from: &Path, to: &Path| {
                let text = read(from)?;
                write(to, text.replace(&identifier(&previous.package), &identifier(name)))
            };
            copy(&course.directory(previous).join("src"), &source, &renamed)?;
        }
        None => write(&source.join("main.rs"), BLANK)?,
    }
    for served in served(course, part) {
        copy(&course.directory(part).join(served), &directory.join(served), &as_it_is)?;
    }
    Ok(directory)
}

/// Which of the directories that a server serves this part has.
fn served(course: &Course, part: &Lesson) -> impl Iterator<Item = &'static str> {
    let directory = course.directory(part);
    SERVED.into_iter().filter(move |name| directory.join(name).is_dir())
}

/// A package's name as code writes it.
fn identifier(package: &str) -> String {
    package.replace('-', "_")
}

/// The learner's crate that one stands in.
///
/// Errors: there is no current directory.
pub fn here(course: &Course) -> Result<Option<PathBuf>> {
    let here =
        env::current_dir().and_then(fs::canonicalize).context("there is no current directory")?;
    Ok(containing(&course.root, &here))
}

fn containing(root: &Path, here: &Path) -> Option<PathBuf> {
    // The root may be named through a link, the current directory never is.
    let mine = fs::canonicalize(root.join(MINE)).ok()?;
    let name = here.strip_prefix(mine).ok()?.components().next()?;
    let directory = root.join(MINE).join(name);
    directory.join("Cargo.toml").is_file().then_some(directory)
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
}

fn check_name(name: &str, lock: &str) -> Result<()> {
    let is_good = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let is_name =
        name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.bytes().all(is_good);
    ensure!(
        is_name,
        "{name:?} is no name for a crate: a letter, then letters, digits, - and _, such as my-server"
    );
    let lock: Lock = toml::from_str(lock).context("Cargo.lock")?;
    let mut taken: BTreeSet<_> =
        lock.package.into_iter().map(|package| identifier(&package.name)).collect();
    taken.extend(["core", "std", "alloc", "test"].map(str::to_owned));
    ensure!(
        !taken.contains(&identifier(name)),
        "{name:?} is the name of another crate; choose another"
    );
    Ok(())
}

/// `cargo course` from inside the crate.
///
/// An alias can't say where it stands. A whole path works from every directory of the crate; but an alias is cut at
/// blanks, so where the path has some, it is the relative one, which works from the crate's own directory. (Cargo would
/// join an array with the workspace's own alias.)
fn alias(root: &Path) -> String {
    let whole = root.join("Cargo.toml");
    let manifest = whole
        .to_str()
        .filter(|path| !path.contains(char::is_whitespace))
        .unwrap_or("../../Cargo.toml");
    let command = toml::Value::from(format!("run -q --manifest-path {manifest} -p course --"));
    format!(
        "# Where the course is. If you move it, write the new path here.\n[alias]\ncourse = {command}\n"
    )
}

/// Copies a directory, file by file.
fn copy(from: &Path, to: &Path, file: &impl Fn(&Path, &Path) -> Result<()>) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy(&from, &to, file)?;
        } else {
            file(&from, &to)?;
        }
    }
    Ok(())
}

fn as_it_is(from: &Path, to: &Path) -> Result<()> {
    let bytes = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    write(to, bytes)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a file that isn't there yet, and its directories.
fn write(path: &Path, text: impl AsRef<[u8]>) -> Result<()> {
    let Some(directory) = path.parent() else { bail!("{} is no file", path.display()) };
    fs::create_dir_all(directory)
        .with_context(|| format!("cannot make {}", directory.display()))?;
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// The README of the task.
fn task(course: &Course, part: &Lesson, name: &str) -> String {
    let mut text = format!("# {name}: {}\n\n", part.title);
    told(&mut text, course, part).expect("a String takes everything");
    text
}

fn told(text: &mut String, course: &Course, part: &Lesson) -> std::fmt::Result {
    let short = part.short_name();
    match course.previous(part) {
        Some(previous) => {
            writeln!(
                text,
                "This is the code of `{}`. What is wrong with it: {}\n",
                previous.package, previous.flaw
            )?;
        }
        None => writeln!(text, "Nothing is here yet.\n")?,
    }
    writeln!(text, "What it should do: {}\n", part.promise)?;
    let served: Vec<_> = served(course, part).map(|name| format!("`{name}`")).collect();
    if !served.is_empty() {
        writeln!(
            text,
            "In {} lie the files that it serves, the same as in `{}`: the checks ask for them.\n",
            served.join(" and "),
            part.package
        )?;
    }
    writeln!(text, "## The task\n")?;
    for step in &part.steps {
        step_told(text, course, step)?;
    }
    writeln!(
        text,
        "\n## Check it\n\nIn this directory:\n\n```\ncargo course check {short}\n```\n\n\
         checks this crate, step by step. It builds it, starts it with the argument `127.0.0.1:0` (any free \
         port), and takes the port from the first line on standard output, `listening on http://127.0.0.1:PORT`.\n"
    )?;
    writeln!(
        text,
        "To see the bytes on the wire: `cargo run` in one terminal, `cargo course send` in another. Let that one stay \
         in the course's folder: what a page starts with `-p`, and the files that it names, are there.\n"
    )?;
    writeln!(
        text,
        "`cargo course` is an alias in `.cargo/config.toml`, with the path of the course in it. If you move the course, \
                    write the new path there.\n"
    )?;
    match course.previous(part) {
        Some(previous) => {
            let diff = format!("cargo course diff {} {short}", previous.short_name());
            writeln!(text, "Our way, when you want to see it: `{diff}`.")
        }
        None => writeln!(text, "Our way, when you want to see it: `{}/src`.", part.package),
    }
}

fn step_told(text: &mut String, course: &Course, step: &Step) -> std::fmt::Result {
    write!(text, "- **{}** {}: {}", step.id, step.title, course.page(&step.page))?;
    if !step.checks.is_empty() {
        write!(text, "; turns green: {}", step.checks.join(", "))?;
    }
    if !step.keeps.is_empty() {
        write!(text, "; keeps green: {}", step.keeps.join(", "))?;
    }
    writeln!(text)
}
