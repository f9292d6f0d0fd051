//! Runs the terminal sessions of the pages against the real servers.
//!
//! A `console` block holds commands (`$ …`) and what they print. `cargo run` with `listening on` below it
//! starts a server for the rest of the page; a block without a command is what that server has logged
//! since. The ports that the page shows are replaced by free ones.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use course::launch::workspace_binaries;
use libtest_mimic::Trial;
use similar::TextDiff;

use crate::page::{Block, Book, Page};
use crate::terminal::{Running, free_port};
use crate::{expected, programs, steps, trial, updating, words};

/// Longest time that a command may take.
const COMMAND: Duration = Duration::from_secs(60);

/// Longest time until a server has logged what a page shows.
const LOG: Duration = Duration::from_secs(5);

/// A test per page with sessions.
pub fn trials(book: &'static Book) -> Vec<Trial> {
    let has_curl = Command::new("curl").arg("--version").output().is_ok();
    let mut trials = Vec::new();
    for page in book.pages.values() {
        let mut blocks = page.blocks.iter().filter(|block| block.language == "console").peekable();
        if page.name == "AUTHORS" || blocks.peek().is_none() {
            continue;
        }
        let is_skipped = !has_curl && blocks.any(|block| block.text.contains("$ curl"));
        if is_skipped {
            eprintln!("sessions::{} is ignored: there is no curl", page.name);
        }
        let test = trial(format!("sessions::{}", page.name), move || faults(book, page));
        trials.push(test.with_ignored_flag(is_skipped));
    }
    trials
}

fn faults(book: &'static Book, page: &Page) -> Result<Vec<String>> {
    let mut session = Session { book, servers: Vec::new() };
    let mut faults = Vec::new();
    for block in page.blocks.iter().filter(|block| block.language == "console") {
        let real = session.run(block).with_context(|| block.place())?;
        if real != block.text && updating() {
            book.update(block, real);
        } else if real != block.text {
            let diff = TextDiff::from_lines(&block.text, &real);
            let diff = diff.unified_diff().context_radius(2).to_string();
            faults.push(format!("{}: (-page +run)\n{diff}", block.place()));
        }
    }
    Ok(faults)
}

/// The servers that a page has started.
struct Session {
    book: &'static Book,
    servers: Vec<Server>,
}

struct Server {
    shown: u16,
    real: u16,
    running: Running,
    /// Lines of it that the page has shown or passed over.
    told: usize,
}

impl Session {
    /// The block as it should be.
    fn run(&mut self, block: &Block) -> Result<String> {
        let begins = block.text.match_indices("$ ").map(|(at, _)| at);
        let begins = begins.filter(|at| *at == 0 || block.text[..*at].ends_with('\n'));
        let mut begins: Vec<usize> = begins.collect();
        begins.push(block.text.len());
        if begins[0] > 0 || block.text.is_empty() {
            ensure!(
                begins.len() == 1,
                "output of a server and a command in one block: make it two"
            );
            return self.log(block);
        }
        let mut text = String::new();
        for part in begins.windows(2).map(|ends| &block.text[ends[0]..ends[1]]) {
            let (command, output) = part.split_once('\n').unwrap_or((part, ""));
            let real = self.command(block, &command[2..], output);
            let real = real.with_context(|| command.to_owned())?;
            text.push_str(&format!("{command}\n{real}"));
        }
        Ok(text)
    }

    fn command(&mut self, block: &Block, command: &str, output: &str) -> Result<String> {
        let (program, mut words) = self.program(block, words::split(command)?)?;
        if let Some(address) = output.strip_prefix("listening on ") {
            return self.start(program, words, address.lines().next().unwrap_or_default(), output);
        }
        for word in &mut words {
            self.servers.iter().for_each(|server| *word = server.to_real(word));
        }
        let lines = Running::start(&program, &words)?.finish(COMMAND)?;
        Ok(expected::refreshed(output, &self.shown(&lines)))
    }

    /// Starts a server in place of the one on the same port, if there was one.
    fn start(
        &mut self,
        program: PathBuf,
        mut words: Vec<String>,
        address: &str,
        output: &str,
    ) -> Result<String> {
        let host_port = address.trim_start_matches("http://");
        let shown = host_port.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        let shown: u16 = shown.with_context(|| format!("no port in {address}"))?;
        let real = free_port(shown)?;
        match words.iter_mut().find(|word| *word == host_port) {
            Some(word) => *word = word.replace(&shown.to_string(), &real.to_string()),
            None => words.insert(0, format!("127.0.0.1:{real}")),
        }
        self.servers.retain(|server| server.shown != shown);
        let running = Running::start(&program, &words)?;
        self.servers.push(Server { shown, real, running, told: 0 });
        self.told_by(self.servers.len() - 1, output)
    }

    /// What a server has logged since it was last shown.
    fn log(&mut self, block: &Block) -> Result<String> {
        let server = match block.attribute("port") {
            Some(port) => self.servers.iter().position(|s| s.shown.to_string() == port),
            None => self.servers.len().checked_sub(1),
        };
        let server = server.context("no server was started whose log this could be")?;
        self.told_by(server, &block.text)
    }

    fn told_by(&mut self, index: usize, output: &str) -> Result<String> {
        let mut server = self.servers.swap_remove(index);
        let told = server.told;
        let mut fewest = output.lines().count();
        let mut most = fewest;
        if output.lines().any(|line| line == "...") {
            (fewest, most) = (0, usize::MAX);
        }
        let as_shown = |lines: &[String]| {
            let lines: Vec<String> =
                lines.iter().map(|line| server_text(line, server.shown, server.real)).collect();
            lines.join("\n")
        };
        let agrees = |lines: &[String]| {
            let mut counts = fewest..=most.min(lines.len() - told);
            let agrees = |count: &usize| {
                expected::refreshed(output, &as_shown(&lines[told..told + count])) == output
            };
            counts.find(agrees)
        };
        let enough = |lines: &[String]| lines.len() >= told && agrees(lines).is_some();
        let is_new = updating() && output.is_empty();
        let lines = server.running.lines_until(LOG, |lines| !is_new && enough(lines));
        let count = match agrees(lines) {
            Some(count) if !is_new => count,
            _ => lines.len() - told,
        };
        let real = expected::refreshed(output, &as_shown(&lines[told..told + count]));
        server.told += count;
        self.servers.push(server);
        let last = self.servers.len() - 1;
        self.servers.swap(index, last);
        Ok(real)
    }

    /// Output as the page shows it.
    fn shown(&self, lines: &[String]) -> String {
        let text = lines.join("\n");
        self.servers.iter().fold(text, |text, server| server_text(&text, server.shown, server.real))
    }

    /// The program that a command means, and its words.
    fn program(&self, block: &Block, words: Vec<String>) -> Result<(PathBuf, Vec<String>)> {
        let parts: Vec<&str> = words.iter().map(String::as_str).collect();
        let owned =
            |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        match parts.as_slice() {
            ["curl", rest @ ..] => {
                // What a terminal would show: no progress, and each byte at once.
                let quiet =
                    ["--disable", "--silent", "--show-error", "--no-buffer", "--noproxy", "*"];
                Ok(("curl".into(), owned(&[&quiet, rest].concat())))
            }
            ["cargo", "course", rest @ ..] => {
                Ok((binary("course")?, self.course(block, owned(rest))))
            }
            ["cargo", "run"] => {
                let step = block
                    .step
                    .as_deref()
                    .context("`cargo run` alone is the reader's server: it needs a step")?;
                let lessons = self.book.course.lessons.iter();
                let mut steps = lessons.flat_map(|l| l.steps.iter().map(move |s| (l, s)));
                let (lesson, step) = steps.find(|(_, s)| s.id == step).context("no such step")?;
                let built = programs::built(self.book)?;
                Ok((built.program(&steps::crate_name(lesson, step))?.to_owned(), Vec::new()))
            }
            ["cargo", "run", "-p", _, "--bin", name, "--", rest @ ..]
            | ["cargo", "run", "-p", name, "--", rest @ ..] => Ok((binary(name)?, owned(rest))),
            ["cargo", "run", "-p", _, "--bin", name] | ["cargo", "run", "-p", name] => {
                Ok((binary(name)?, Vec::new()))
            }
            _ => bail!(
                "curl, `cargo run -p NAME` and `cargo course` can be run; mark others as text"
            ),
        }
    }

    /// The words for `cargo course`, with what its `send` needs here: the server's address, and where
    /// to draw the picture that the page shows.
    fn course(&self, block: &Block, mut words: Vec<String>) -> Vec<String> {
        if words.first().is_none_or(|word| word != "send") {
            return words;
        }
        if let (Some(server), true) = (self.servers.last(), self.names_no_server(&words)) {
            words.insert(1, format!("127.0.0.1:{}", server.real));
        }
        if let Some(picture) = block.attribute("svg").filter(|_| updating()) {
            words.extend(["--svg".to_owned(), format!("docs/{picture}")]);
        }
        words
    }

    fn names_no_server(&self, words: &[String]) -> bool {
        !words.iter().any(|word| self.servers.iter().any(|server| server.to_real(word) != *word))
    }
}

impl Server {
    fn to_real(&self, word: &str) -> String {
        replace_port(word, ":", self.shown, self.real)
    }
}

fn server_text(text: &str, shown: u16, real: u16) -> String {
    let text = replace_port(text, ":", real, shown);
    replace_port(&text, "port ", real, shown)
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

fn binary(name: &str) -> Result<PathBuf> {
    let path = workspace_binaries()?.get(name);
    Ok(path.with_context(|| format!("no program of the workspace is called {name}"))?.clone())
}
