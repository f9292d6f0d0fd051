//! Builds programs with cargo and says where they are.

use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

use crate::lesson::{Course, Lesson};

/// The directory of the workspace.
pub fn workspace() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("the crate lies in the workspace")
}

/// The executables of the workspace, by name.
pub type Binaries = HashMap<String, PathBuf>;

/// Builds all programs of the workspace, once per process, and says where they are.
///
/// Errors: the compiler's messages, if something doesn't compile.
pub fn workspace_binaries() -> Result<&'static Binaries> {
    static BUILT: OnceLock<std::result::Result<Binaries, String>> = OnceLock::new();
    let manifest = workspace().join("Cargo.toml");
    let built =
        BUILT.get_or_init(|| build(&manifest, &["--workspace"]).map_err(|e| format!("{e:#}")));
    built.as_ref().map_err(|message| anyhow::anyhow!("{message}"))
}

/// Builds the programs of these chapters and says where they are.
///
/// Errors: the compiler's messages, if something doesn't compile.
pub fn build_packages(course: &Course, chapters: &[Lesson]) -> Result<Binaries> {
    let selection = chapters.iter().flat_map(|chapter| ["-p", chapter.package.as_str()]);
    build(&course.root.join("Cargo.toml"), &selection.collect::<Vec<_>>())
}

/// Builds the programs that `selection` names (such as `["-p", "part3-parser"]`) and says where
/// they are.
///
/// Errors: the compiler's messages, if something doesn't compile.
pub fn build(manifest: &Path, selection: &[&str]) -> Result<Binaries> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--bins", "--message-format=json", "--manifest-path"]);
    command.arg(manifest).args(selection);
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    let output = command.stdin(Stdio::null()).output().context("cannot run cargo")?;
    let messages = String::from_utf8_lossy(&output.stdout);
    let messages = messages.lines().filter_map(|line| serde_json::from_str(line).ok());
    let messages: Vec<serde_json::Value> = messages.collect();
    if !output.status.success() {
        let rendered = messages.iter().filter_map(|m| m["message"]["rendered"].as_str());
        let rendered: String = rendered.collect();
        let stderr = String::from_utf8_lossy(&output.stderr);
        bail!("it doesn't compile\n{rendered}{stderr}");
    }
    let program = |m: &serde_json::Value| {
        let path = m["executable"].as_str()?;
        Some((m["target"]["name"].as_str()?.to_owned(), PathBuf::from(path)))
    };
    Ok(messages.iter().filter_map(program).collect())
}
