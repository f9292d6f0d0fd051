//! The servers that are measured: chapters, peers built here, Node and nginx where they are installed.

use std::collections::HashMap;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::machine::has;

/// Where the course is.
pub const COURSE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// Where this crate is.
pub const BENCH: &str = env!("CARGO_MANIFEST_DIR");

/// A server that can be started.
#[derive(Debug, Clone)]
pub struct Program {
    /// What the tables call it.
    pub name: &'static str,
    /// Program and arguments.
    pub command: Vec<OsString>,
    /// What it answers on.
    pub listens: Listens,
    /// What is asked for over HTTP.
    pub target: &'static str,
}

/// How its address becomes known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listens {
    /// Its first line says so.
    AsItSays,
    /// It is told a port, in its configuration.
    AsNginx,
}

/// Executables of packages, by package name.
pub type Executables = HashMap<String, PathBuf>;

/// Builds packages in release mode, as users would.
///
/// Errors: cargo's.
pub fn build(workspace: &str, packages: &[&str]) -> anyhow::Result<Executables> {
    let cargo = env::var_os("CARGO").unwrap_or("cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--release", "--quiet", "--message-format=json", "--manifest-path"])
        .arg(Path::new(workspace).join("Cargo.toml"))
        .args(packages.iter().flat_map(|package| ["-p", package]))
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    ensure!(output.status.success(), "cargo cannot build {packages:?} in {workspace}");
    Ok(executables(&String::from_utf8_lossy(&output.stdout)))
}

/// The main executable of each package in cargo's messages.
fn executables(messages: &str) -> Executables {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let executable = |message: Value| {
        let name = message["target"]["name"].as_str()?.to_owned();
        Some((name, PathBuf::from(message["executable"].as_str()?)))
    };
    messages.filter_map(executable).collect()
}

impl Program {
    /// A program that takes an address and says where it listens.
    pub fn built(
        name: &'static str,
        package: &str,
        executables: &Executables,
    ) -> anyhow::Result<Program> {
        let path = executables.get(package).with_context(|| format!("{package} is not built"))?;
        let command = vec![path.into(), "127.0.0.1:0".into()];
        Ok(Program { name, command, listens: Listens::AsItSays, target: "/" })
    }

    /// The same program with one more argument.
    pub fn with(mut self, argument: &str) -> Program {
        self.command.push(argument.into());
        self
    }

    /// The same program, asked for something else.
    pub fn asked_for(mut self, target: &'static str) -> Program {
        self.target = target;
        self
    }
}

/// A script for Node, if that is installed.
pub fn node(name: &'static str, script: &str) -> Option<Program> {
    let script = Path::new(BENCH).join("node").join(script);
    has("node", "--version").then(|| Program {
        name,
        command: vec!["node".into(), script.into()],
        listens: Listens::AsItSays,
        target: "/",
    })
}

/// nginx, if it is installed.
pub fn nginx() -> Option<Program> {
    has("nginx", "-v").then(|| Program {
        name: "nginx",
        command: vec!["nginx".into()],
        listens: Listens::AsNginx,
        target: "/",
    })
}
