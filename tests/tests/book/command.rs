//! A command of a session: which program it starts here, with which words.
//!
//! In: the line on the page. Out: a program and its words, with free ports in place of those shown.

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use course::launch::{self, workspace, workspace_binaries};

use crate::book::Book;
use crate::page::Block;
use crate::terminal::free_port;
use crate::{exercises, picture, programs, steps, words};

/// A command.
pub struct Command {
    /// The program.
    pub program: PathBuf,
    /// What follows it.
    pub words: Vec<String>,
    is_send: bool,
    /// Whether it is a program of a chapter, without words.
    is_bare: bool,
}

/// Whether a block with `solved=` runs the solved exercise, or the chapter as it was before.
#[derive(Clone, Copy, PartialEq)]
pub enum Stage {
    Solved,
    Unsolved,
}

/// The port of a server as the page shows it, and as it is.
#[derive(Clone, Copy)]
pub struct Ports {
    /// As the page shows it.
    pub shown: u16,
    /// As it is.
    pub real: u16,
}

impl Command {
    /// The command that a line of a block means.
    ///
    /// Errors: it can't be run the same way everywhere, or not at all.
    pub fn read(book: &'static Book, block: &Block, line: &str, stage: Stage) -> Result<Command> {
        let words = words::split(line)?;
        let parts: Vec<&str> = words.iter().map(String::as_str).collect();
        let (program, words) = match parts.as_slice() {
            ["curl", rest @ ..] => {
                // What a terminal would show: no progress, and each byte at once.
                let quiet: &[_] =
                    &["--disable", "--silent", "--show-error", "--no-buffer", "--noproxy", "*"];
                ("curl".into(), [quiet, rest].concat())
            }
            ["node", rest @ ..] => ("node".into(), rest.to_vec()),
            ["cargo", "course", rest @ ..] => (binary("course")?, rest.to_vec()),
            ["cargo", "run", "-p", package, "--example", name, rest @ ..] => {
                (example(package, name)?, behind_dashes(rest)?)
            }
            ["cargo", "run", "-p", name, rest @ ..] if block.attribute("solved").is_some() => {
                let chapter = exercises::chapter(block.attribute("solved").unwrap_or_default())?;
                ensure!(chapter == *name, "the answer changes {chapter}");
                (readers_program(book, block, None, stage)?, behind_dashes(rest)?)
            }
            ["cargo", "run", "-p", _, "--bin", name, rest @ ..]
            | ["cargo", "run", "-p", name, rest @ ..] => (binary(name)?, behind_dashes(rest)?),
            ["cargo", "run", "--bin", name, rest @ ..] => {
                (readers_program(book, block, Some(name), stage)?, behind_dashes(rest)?)
            }
            ["cargo", "run", rest @ ..] => {
                (readers_program(book, block, None, stage)?, behind_dashes(rest)?)
            }
            _ => bail!(
                "only curl, node, `cargo run -p NAME` and `cargo course` are run; mark others as text"
            ),
        };
        let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        let is_send = parts.starts_with(&["cargo", "course", "send"]);
        let is_bare = parts.starts_with(&["cargo", "run"]) && words.is_empty();
        let mut command = Command { program, words, is_send, is_bare };
        if let Some(picture) = block.attribute("svg") {
            let drawing = picture::drawing(picture)?.to_string_lossy().into_owned();
            if is_send {
                let is_named = picture.starts_with("img/timeline-") && picture.ends_with(".svg");
                ensure!(is_named, "a timeline is called img/timeline-….svg, not {picture}");
                command.words.extend(["--svg".to_owned(), drawing]);
            } else {
                let file = command.words.iter_mut().find(|word| word.ends_with(".svg"));
                *file.context("no file for the picture among its words")? = drawing;
            }
        }
        Ok(command)
    }

    /// Lets a server listen on a free port in place of the one in the address that the page shows.
    ///
    /// Errors: there is no port in it, or none is free.
    pub fn listen(&mut self, address: &str) -> Result<Ports> {
        let host_port = address.trim_start_matches("http://");
        let shown = host_port.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        let shown: u16 = shown.with_context(|| format!("no port in {address}"))?;
        let ports = Ports { shown, real: free_port(shown)? };
        match self.words.iter_mut().find(|word| *word == host_port) {
            Some(word) => *word = ports.to_real(word),
            None => self.words.insert(0, format!("127.0.0.1:{}", ports.real)),
        }
        Ok(ports)
    }

    /// Leads a client to where the servers really listen. A program of the course that is told no address
    /// means the latest.
    pub fn connect(&mut self, servers: &[Ports]) {
        let is_address = |word: &String| {
            !word.contains(' ') && servers.iter().any(|ports| ports.to_real(word) != *word)
        };
        let names_one = self.words.iter().any(is_address);
        for word in &mut self.words {
            *word = servers.iter().fold(word.clone(), |word, ports| ports.to_real(&word));
        }
        // Where the address goes that every program of the course takes for granted.
        let place = if self.is_send { Some(1) } else { self.is_bare.then_some(0) };
        if let (Some(latest), Some(place), false) = (servers.last(), place, names_one) {
            self.words.insert(place, format!("127.0.0.1:{}", latest.real));
        }
    }
}

impl Ports {
    fn to_real(self, word: &str) -> String {
        replace_port(word, ":", self.shown, self.real)
    }

    /// Output with the port that the page shows.
    pub fn to_shown(self, text: &str) -> String {
        let text = replace_port(text, ":", self.real, self.shown);
        replace_port(&text, "port ", self.real, self.shown)
    }
}

/// The words for the program itself.
fn behind_dashes<'a>(words: &[&'a str]) -> Result<Vec<&'a str>> {
    match words {
        [] => Ok(Vec::new()),
        ["--", rest @ ..] => Ok(rest.to_vec()),
        _ => bail!("between the program's name and its words stands --"),
    }
}

/// The reader's program: that of the block's step, or of an exercise that `solved=` names.
fn readers_program(
    book: &'static Book,
    block: &Block,
    bin: Option<&str>,
    stage: Stage,
) -> Result<PathBuf> {
    let package = match block.attribute("solved") {
        Some(exercise) if stage == Stage::Unsolved => {
            return binary(bin.unwrap_or(&exercises::chapter(exercise)?));
        }
        Some(exercise) => exercises::crate_name(exercise),
        None => {
            let id = block.step.as_ref();
            let id = id.context("`cargo run` alone is the reader's server: it needs a step")?;
            let lessons = book.course.lessons.iter();
            let mut steps = lessons.flat_map(|l| l.steps.iter().map(move |s| (l, s)));
            let (lesson, step) = steps.find(|(_, step)| step.id == *id).context("no such step")?;
            steps::crate_name(lesson, step)
        }
    };
    let name = bin.map_or(package.clone(), |bin| format!("{package}-{bin}"));
    Ok(programs::built(book)?.program(&name)?.to_owned())
}

fn example(package: &str, name: &str) -> Result<PathBuf> {
    let manifest = workspace().join("Cargo.toml");
    let built = launch::build(&manifest, &["-p", package, "--example", name])?;
    Ok(built.get(name).with_context(|| format!("{package} has no example {name}"))?.clone())
}

fn binary(name: &str) -> Result<PathBuf> {
    let path = workspace_binaries()?.get(name);
    Ok(path.with_context(|| format!("no program of the workspace is called {name}"))?.clone())
}

/// Replaces a port behind a mark, where no further digit follows.
fn replace_port(text: &str, mark: &str, from: u16, to: u16) -> String {
    let (from, to) = (format!("{mark}{from}"), format!("{mark}{to}"));
    let mut pieces = text.split(&from);
    let mut replaced = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_whole = !piece.starts_with(|c: char| c.is_ascii_digit());
        replaced.push_str(if is_whole { &to } else { &from });
        replaced.push_str(piece);
    }
    replaced
}
