//! Runs the terminal sessions of the pages against the real servers.
//!
//! A `console` block holds commands (`$ …`) and what they print. `cargo run` with `listening on` below it
//! starts a server for the rest of the page; a block without a command is what that server has logged
//! since. A command with `terminal=NAME` goes on beside the others, and `terminal=NAME` shows the rest of
//! it. What stands behind an exercise's answer must not hold on the unsolved chapter.

use std::fs;
use std::process;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use course::launch::workspace;
use libtest_mimic::Trial;
use similar::TextDiff;

use crate::book::Book;
use crate::command::{Command, Ports, Stage};
use crate::page::{Block, Page};
use crate::terminal::Running;
use crate::{expected, picture, trial, updating};

/// Longest time that a command may take.
const COMMAND: Duration = Duration::from_secs(60);

/// Longest time until a server has logged what a page shows.
const LOG: Duration = Duration::from_secs(5);

/// A test per page with sessions.
pub fn trials(book: &'static Book) -> Vec<Trial> {
    let mut trials = Vec::new();
    for page in book.pages.values().chain([&book.readme]) {
        let blocks = page.blocks.iter().filter(|block| block.language == "console");
        let sessions: String = blocks.map(|block| block.text.as_str()).collect();
        if page.name == "AUTHORS" || sessions.is_empty() {
            continue;
        }
        let missing = [("curl", "$ curl "), ("node", " -- node "), ("node", "$ node ")];
        let missing = missing
            .into_iter()
            .find(|(program, used)| sessions.contains(used) && !is_there(program));
        if let Some((program, _)) = missing {
            eprintln!("sessions::{} is ignored: there is no {program}", page.name);
        }
        let test = trial(format!("sessions::{}", page.name), move || faults(book, page));
        trials.push(test.with_ignored_flag(missing.is_some()));
    }
    trials
}

fn is_there(program: &str) -> bool {
    process::Command::new(program).arg("--version").output().is_ok()
}

fn faults(book: &'static Book, page: &Page) -> Result<Vec<String>> {
    forget_data(page)?;
    let mut session = Session::new(book, Stage::Solved);
    let mut faults = Vec::new();
    for block in page.blocks.iter().filter(|block| block.language == "console") {
        if !cfg!(unix) && needs_unix(block) {
            continue;
        }
        let real = session.run(block).with_context(|| block.place())?;
        if real != block.text && updating() {
            book.update(block, real);
        } else if real != block.text {
            let diff = TextDiff::from_lines(&block.text, &real);
            let diff = diff.unified_diff().context_radius(2).to_string();
            faults.push(format!("{}: (-page +run)\n{diff}", block.place()));
        }
    }
    faults.append(&mut session.faults);
    drop(session);
    let answers = page.blocks.iter().filter(|block| block.attribute("patch").is_some());
    for answer in answers.filter(|block| block.attribute("check").is_none()) {
        if holds_unsolved(book, page, answer)? {
            faults.push(format!("{}: its session holds before it is solved", answer.place()));
        }
    }
    Ok(faults)
}

/// Removes the data files that an earlier run of the page has left.
fn forget_data(page: &Page) -> Result<()> {
    let words = page.blocks.iter().flat_map(|block| block.text.split_whitespace());
    let is_data = |word: &str| word.ends_with(".jsonl") || word.ends_with(".log");
    for file in words.filter(|word| word.starts_with("target/") && is_data(word)) {
        let path = workspace().join(file);
        if path.exists() {
            fs::remove_file(&path).with_context(|| path.display().to_string())?;
        }
    }
    Ok(())
}

/// Whether all that a page shows behind an exercise's answer is true of the chapter already.
fn holds_unsolved(book: &'static Book, page: &Page, answer: &Block) -> Result<bool> {
    forget_data(page)?;
    let mut session = Session::new(book, Stage::Unsolved);
    let behind = page.blocks.iter().filter(|block| block.line > answer.line);
    for block in behind.filter(|block| block.language == "console") {
        if session.run(block).with_context(|| block.place())? != block.text {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a block is about a socket file.
fn needs_unix(block: &Block) -> bool {
    block.text.contains(" unix:") || block.attribute("terminal") == Some("unix")
}

/// What runs beside the page.
struct Session {
    book: &'static Book,
    stage: Stage,
    terminals: Vec<Terminal>,
    /// Pictures that show something else than what happened.
    faults: Vec<String>,
}

struct Terminal {
    /// As blocks name it; a server's is its port.
    name: String,
    ports: Option<Ports>,
    running: Running,
    /// Lines that the page has shown or passed over.
    told: usize,
}

impl Session {
    fn new(book: &'static Book, stage: Stage) -> Session {
        Session { book, stage, terminals: Vec::new(), faults: Vec::new() }
    }

    /// The block as it should be.
    fn run(&mut self, block: &Block) -> Result<String> {
        let begins = block.text.match_indices("$ ").map(|(at, _)| at);
        let begins = begins.filter(|at| *at == 0 || block.text[..*at].ends_with('\n'));
        let mut begins: Vec<usize> = begins.collect();
        begins.push(block.text.len());
        if begins[0] > 0 || block.text.is_empty() {
            ensure!(begins.len() == 1, "output and then a command in one block: make it two");
            return self.told_since(block);
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

    fn command(&mut self, block: &Block, line: &str, output: &str) -> Result<String> {
        let mut command = Command::read(self.book, block, line, self.stage)?;
        let listening = output.lines().find_map(|line| line.strip_prefix("listening on "));
        if let Some(address) = listening {
            // A socket file has no port.
            let is_file = address.starts_with("unix:");
            let ports = if is_file { None } else { Some(command.listen(address)?) };
            return self.start(block, &command, ports, output);
        }
        let ports: Vec<Ports> = self.ports().collect();
        command.connect(&ports);
        if block.attribute("terminal").is_some() {
            return self.start(block, &command, None, output);
        }
        let mut lines = Running::start(&command.program, &command.words)?.finish(COMMAND)?;
        if let Some(picture) = block.attribute("svg") {
            // The page's command doesn't ask for the picture, so it isn't told about it.
            lines.retain(|line| !line.starts_with("drawn: "));
            // What the unsolved chapter does is another picture.
            if self.stage == Stage::Solved {
                let as_shown = |text: String| ports.iter().fold(text, |t, p| p.to_shown(&t));
                self.faults.extend(picture::fault(picture, as_shown)?);
            }
        }
        Ok(expected::refreshed(output, &as_shown(&lines, &ports)))
    }

    /// Starts a program that goes on, in place of the one in that terminal or on that port.
    fn start(
        &mut self,
        block: &Block,
        command: &Command,
        ports: Option<Ports>,
        output: &str,
    ) -> Result<String> {
        let port = ports.map(|ports| ports.shown.to_string());
        let name = block.attribute("terminal").map(str::to_owned).or(port).unwrap_or_default();
        let shown = ports.map(|ports| ports.shown);
        let has_port = |t: &Terminal| t.ports.map(|ports| ports.shown) == shown && shown.is_some();
        self.terminals.retain(|terminal| terminal.name != name && !has_port(terminal));
        let running = Running::start(&command.program, &command.words)?;
        self.terminals.push(Terminal { name, ports, running, told: 0 });
        self.told_by(self.terminals.len() - 1, output)
    }

    /// What the block's terminal, or else the latest server, has written since it was last shown.
    fn told_since(&mut self, block: &Block) -> Result<String> {
        let mut terminals = self.terminals.iter();
        let index = match block.attribute("terminal") {
            Some(name) => terminals.position(|terminal| terminal.name == name),
            None => terminals.rposition(|terminal| terminal.ports.is_some()),
        };
        let index = index.context("nothing runs whose output this could be")?;
        self.told_by(index, &block.text)
    }

    /// The expected output, corrected by what has been written. Waits until that agrees or the time is up.
    fn told_by(&mut self, index: usize, output: &str) -> Result<String> {
        let ports: Vec<Ports> = self.ports().collect();
        let terminal = &mut self.terminals[index];
        let told = terminal.told;
        let is_new = updating() && output.is_empty();
        let lines = terminal.running.lines_until(LOG, |lines| {
            !is_new && agreeing(&lines[told.min(lines.len())..], &ports, output).is_some()
        });
        let fresh = &lines[told..];
        let count = agreeing(fresh, &ports, output).filter(|_| !is_new).unwrap_or(fresh.len());
        terminal.told += count;
        Ok(expected::refreshed(output, &as_shown(&fresh[..count], &ports)))
    }

    fn ports(&self) -> impl Iterator<Item = Ports> {
        self.terminals.iter().filter_map(|terminal| terminal.ports)
    }
}

/// How many of these lines are what the page expects.
fn agreeing(lines: &[String], ports: &[Ports], output: &str) -> Option<usize> {
    let exact = output.lines().count();
    let mut counts = match output.lines().any(|line| line == "...") {
        true => 0..=lines.len(),
        false => exact..=exact.min(lines.len()),
    };
    let agrees = |shown: &[String]| expected::refreshed(output, &as_shown(shown, ports)) == output;
    counts.find(|count| agrees(&lines[..*count]))
}

/// Output as the page shows it.
fn as_shown(lines: &[String], ports: &[Ports]) -> String {
    ports.iter().fold(lines.join("\n"), |text, ports| ports.to_shown(&text))
}
