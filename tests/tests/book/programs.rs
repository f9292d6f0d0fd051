//! Builds crates that exist only on the pages: the steps of chapters, and chapters with a patch applied.
//!
//! In: their files. Out: their programs. They are members of one workspace in `target/pages`, so that one
//! call of cargo builds them all and their dependencies are compiled once.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use course::launch::workspace;
use course::lesson::Lesson;
use serde_json::Value;
use toml::Table;

use crate::book::Book;
use crate::source::Files;
use crate::{exercises, steps};

/// A crate that exists only on the pages.
pub struct Crate<'a> {
    /// Its package, and its program.
    pub name: String,
    /// What the program calls itself.
    pub says: String,
    /// The chapter that gives it its manifest.
    pub lesson: &'a Lesson,
    /// Its files.
    pub files: Files,
}

/// What became of the crates.
pub struct Built {
    programs: BTreeMap<String, PathBuf>,
    messages: BTreeMap<String, String>,
    rest: String,
}

/// Builds all crates of the pages, once.
///
/// Errors: a page shows what can't be put together, or cargo can't be run.
pub fn built(book: &'static Book) -> Result<&'static Built> {
    static BUILT: OnceLock<std::result::Result<Built, String>> = OnceLock::new();
    let built = BUILT.get_or_init(|| build(book).map_err(|error| format!("{error:#}")));
    built.as_ref().map_err(|message| anyhow::anyhow!("{message}"))
}

impl Built {
    /// The program of a crate.
    ///
    /// Errors: what the compiler says.
    pub fn program(&self, name: &str) -> Result<&Path> {
        if let Some(program) = self.programs.get(name) {
            return Ok(program);
        }
        let why = self.messages.get(name).unwrap_or(&self.rest);
        bail!("{name} doesn't compile; its files lie in target/pages/{name}\n{why}")
    }
}

fn build(book: &Book) -> Result<Built> {
    let root = workspace().join("target/pages");
    let mut crates = steps::crates(book)?;
    crates.extend(exercises::crates(book)?);
    for page_crate in &crates {
        write_crate(&root.join(&page_crate.name), page_crate, book)?;
    }
    let names: Vec<&str> = crates.iter().map(|page_crate| page_crate.name.as_str()).collect();
    write_workspace(&root, &names)?;
    run_cargo(&root)
}

fn write_workspace(root: &Path, names: &[&str]) -> Result<()> {
    let mut manifest = read_toml(&workspace().join("Cargo.toml"))?;
    let table = manifest.get_mut("workspace").and_then(|value| value.as_table_mut());
    let table = table.context("Cargo.toml has no workspace")?;
    table.insert("members".into(), names.to_vec().into());
    table.remove("exclude");
    write(&root.join("Cargo.toml"), &toml::to_string(&manifest)?)?;
    // Cargo drops the packages that aren't here and keeps the versions of those that are.
    let lock = root.join("Cargo.lock");
    fs::copy(workspace().join("Cargo.lock"), &lock).with_context(|| lock.display().to_string())?;
    Ok(())
}

fn write_crate(directory: &Path, page_crate: &Crate<'_>, book: &Book) -> Result<()> {
    let chapter = book.course.directory(page_crate.lesson);
    let mut manifest = read_toml(&chapter.join("Cargo.toml"))?;
    let library = page_crate.lesson.package.replace('-', "_");
    let package = manifest.get_mut("package").and_then(|value| value.as_table_mut());
    let package = package.context("Cargo.toml has no package")?;
    package.insert("name".into(), page_crate.name.clone().into());
    package.remove("default-run");
    package.insert("build".into(), "build.rs".into());
    package.insert("autobins".into(), false.into());
    if page_crate.files.contains_key("src/lib.rs") {
        manifest.insert("lib".into(), Table::from_iter([("name".into(), library.into())]).into());
    }
    let programs = page_crate.files.keys().filter_map(|path| {
        let name = match path.as_str() {
            "src/main.rs" => page_crate.name.clone(),
            path => {
                let name = path.strip_prefix("src/bin/")?.strip_suffix(".rs")?;
                format!("{}-{name}", page_crate.name)
            }
        };
        Some(Table::from_iter([
            ("name".to_owned(), name.into()),
            ("path".to_owned(), path.clone().into()),
        ]))
    });
    let programs: Vec<Table> = programs.collect();
    manifest.insert("bin".into(), programs.into());
    manifest.remove("dev-dependencies");
    if let Some(previous) = book.course.previous(page_crate.lesson) {
        add_dependencies(&mut manifest, &book.course.directory(previous))?;
    }
    if directory.join("src").exists() {
        remove_strangers(directory, &directory.join("src"), &page_crate.files)?;
    }
    write(&directory.join("Cargo.toml"), &toml::to_string(&manifest)?)?;
    write(&directory.join("build.rs"), &renamed(&page_crate.says))?;
    for (path, lines) in &page_crate.files {
        write(&directory.join(path), &(lines.join("\n") + "\n"))?;
    }
    SERVED.iter().try_for_each(|served| copy_anew(&chapter.join(served), &directory.join(served)))
}

/// What a chapter may have beside its code: files that it serves, and files that it was sent.
const SERVED: [&str; 2] = ["public", "uploads"];

/// Copies a directory, if there is one, in place of what an earlier run has made of it.
fn copy_anew(from: &Path, to: &Path) -> Result<()> {
    if to.is_dir() {
        fs::remove_dir_all(to)?;
    }
    for entry in fs::read_dir(from).into_iter().flatten() {
        let entry = entry?;
        fs::create_dir_all(to)?;
        if entry.file_type()?.is_dir() {
            copy_anew(&entry.path(), &to.join(entry.file_name()))?;
        } else {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// The code of the part before needs its dependencies until the last line of it is gone.
fn add_dependencies(manifest: &mut Table, previous: &Path) -> Result<()> {
    let previous = read_toml(&previous.join("Cargo.toml"))?;
    let theirs = previous.get("dependencies").and_then(|value| value.as_table());
    let ours = manifest.get_mut("dependencies").and_then(|value| value.as_table_mut());
    if let (Some(theirs), Some(ours)) = (theirs, ours) {
        for (name, value) in theirs {
            ours.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    Ok(())
}

/// What the chapter's page tells the reader to call a crate of their own.
pub fn readers_name<'a>(book: &'a Book, lesson: &'a Lesson) -> &'a str {
    let page = book.pages.get(&lesson.page).map_or("", |page| &page.text);
    let command = page.lines().find_map(|line| line.strip_prefix("$ cargo course new "));
    command.and_then(|words| words.split(' ').nth(1)).unwrap_or(&lesson.package)
}

/// A build script that lets a program say another name than its package's: two packages of a workspace
/// can't both have it.
fn renamed(name: &str) -> String {
    format!(
        "//! Names the program.\nfn main() {{ println!(\"cargo::rustc-env=CARGO_PKG_NAME={name}\"); }}\n"
    )
}

/// Removes what an earlier run left and this one doesn't have.
fn remove_strangers(directory: &Path, below: &Path, files: &Files) -> Result<()> {
    for entry in fs::read_dir(below)? {
        let path = entry?.path();
        let name = path.strip_prefix(directory)?.to_string_lossy().replace('\\', "/");
        if path.is_dir() {
            remove_strangers(directory, &path, files)?;
        } else if !files.contains_key(&name) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// Writes a file unless it is that already, so that cargo sees what changed.
fn write(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    let directory = path.parent().context("a file lies in a directory")?;
    fs::create_dir_all(directory)?;
    fs::write(path, text).with_context(|| path.display().to_string())
}

fn read_toml(path: &Path) -> Result<Table> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    toml::from_str(&text).with_context(|| path.display().to_string())
}

fn run_cargo(root: &Path) -> Result<Built> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--workspace", "--bins", "--keep-going", "--offline"]);
    command.args(["--message-format=json", "--manifest-path"]).arg(root.join("Cargo.toml"));
    command.arg("--target-dir").arg(root.join("target")).stdin(Stdio::null());
    let output = command.output().context("cannot run cargo")?;
    let rest = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut built = Built { programs: BTreeMap::new(), messages: BTreeMap::new(), rest };
    let messages = String::from_utf8_lossy(&output.stdout);
    for message in messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let name = message["target"]["name"].as_str().unwrap_or_default();
        if let Some(path) = message["executable"].as_str() {
            built.programs.insert(name.to_owned(), path.into());
        }
        if message["message"]["level"] == "error" {
            let manifest = Path::new(message["manifest_path"].as_str().unwrap_or_default());
            let package = manifest.parent().and_then(Path::file_name).unwrap_or_default();
            let rendered = message["message"]["rendered"].as_str().unwrap_or_default();
            let package = package.to_string_lossy().into_owned();
            built.messages.entry(package).or_default().push_str(rendered);
        }
    }
    Ok(built)
}
