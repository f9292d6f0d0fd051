//! `cargo course check`: runs the checks against a server and says what is wrong with it.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use course::checks::{Check, Needs};
use course::diagnose::{self, explain};
use course::lesson::{Course, Lesson};
use course::own;
use course::run::{Outcome, Settings, at_once, run_checks};
use course::schedule;
use course::selection::{Section, Selection, Wish};
use course::subject::Subject;
use course::term::{self, BAD, FAINT, GOOD, NAME, PLACE};

use super::patience::patiently;
use super::{json, report};

/// How long to wait for a server that has failed in the plainest request.
const HOPELESS: Duration = Duration::from_millis(400);

/// Failures of a step that are told in full, unless all are asked for.
const IN_FULL: usize = 2;

const EXAMPLES: &str = "\
Without a server, checks the course's own; inside mine/NAME, that crate. A
server that is started gets the port as PORT and the address as ADDR in its
environment; one that doesn't heed them says where it listens, as ours do:
listening on http://127.0.0.1:8080. It needs to answer GET / with 2xx, and
to give the body of POST /echo back.

Examples:
  cargo course check 3
  cargo course check 4 -- node server.js
  cargo course check 2 --spawn \"python3 server.py\"
  cargo course check 4 --addr localhost:8080 --rfc-only
  cargo course check 3 --only body --all
  cargo course check 1 --only head
  cargo course check 3 --step 3.2";

/// Check a server, ours or yours, and say what is wrong with it.
///
/// Stops at the first step that fails. Exit code 1 if a check failed.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// A part: its number, directory or word (3, part3-parser, parser).
    part: String,
    /// Check the server that listens on HOST:PORT.
    #[arg(long, value_name = "HOST:PORT", conflicts_with_all = ["spawn", "command"])]
    addr: Option<String>,
    /// Start this command line, in a shell, and check its server.
    #[arg(long, value_name = "CMD", conflicts_with = "command")]
    spawn: Option<String>,
    /// Run only these groups or checks, also those that the part fails on purpose.
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    only: Vec<String>,
    /// Run only the checks of this step of the lesson.
    #[arg(long, value_name = "ID")]
    step: Option<String>,
    /// Don't stop at the first step that fails, and tell each failure in full.
    #[arg(long)]
    all: bool,
    /// List the checks; run none.
    #[arg(long)]
    list: bool,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
    /// Run those that wait for the server's own time-outs, too: some minutes.
    #[arg(long)]
    slow: bool,
    /// Wait this long for each answer before it is a hang.
    #[arg(long, value_name = "TIME", value_parser = schedule::duration, default_value = "2s")]
    wait: Duration,
    /// Leave out what needs /echo.
    #[arg(long)]
    no_echo: bool,
    /// Leave out, or take as lightly as the RFC does, what is this course's own strictness.
    #[arg(long)]
    rfc_only: bool,
    /// The command that starts the server, after --.
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

impl Arguments {
    fn is_foreign(&self) -> bool {
        self.addr.is_some() || self.spawn.is_some() || !self.command.is_empty()
    }

    fn wish(&self) -> Wish {
        Wish {
            only: self.only.clone(),
            step: self.step.clone(),
            foreign: self.is_foreign(),
            attached: self.addr.is_some(),
            no_echo: self.no_echo,
            rfc_only: self.rfc_only,
            slow: self.slow,
        }
    }

    /// The server that is meant.
    fn subject(&self, course: &Course, lesson: &Lesson) -> Result<Subject> {
        if let Some(address) = &self.addr {
            return Subject::running(address);
        }
        if let Some(line) = &self.spawn {
            let shell = if cfg!(windows) { ["cmd", "/C", line] } else { ["sh", "-c", line] };
            return patiently(|| Subject::command(shell.map(str::to_owned).to_vec()));
        }
        if !self.command.is_empty() {
            return patiently(|| Subject::command(self.command.clone()));
        }
        Subject::part(course, lesson)
    }

    /// What is checked, in words.
    fn named(&self, course: &Course, lesson: &Lesson) -> Result<String> {
        Ok(match (&self.addr, &self.spawn, own::here(course)?) {
            (Some(address), ..) => address.clone(),
            (_, Some(line), _) => line.clone(),
            _ if !self.command.is_empty() => self.command.join(" "),
            (.., Some(directory)) => directory.display().to_string(),
            _ => lesson.package.clone(),
        })
    }
}

/// Runs the command.
///
/// Errors: a mistyped part, group or step; no server; standard output is gone.
pub fn run(arguments: &Arguments, course: &Course, out: &mut dyn Write) -> Result<ExitCode> {
    let lesson = course.find(&arguments.part)?;
    let selection = Selection::new(course, lesson, &arguments.wish())?;
    if arguments.list {
        list(&selection, out)?;
        return Ok(ExitCode::SUCCESS);
    }
    let subject = arguments.subject(course, lesson)?;
    let ours = !arguments.is_foreign() && own::here(course)?.is_none();
    let mut settings = Settings {
        patience: arguments.wait,
        rfc_only: arguments.rfc_only,
        known: ours.then_some(lesson),
        ..Settings::default()
    };
    if !ours && let Some(check) = selection.checks().next() {
        settings.at_once = at_once(&subject, check.group.protocol(), settings);
    }
    let mut run = Run {
        course,
        lesson,
        subject,
        settings,
        wish: arguments.wish(),
        all: arguments.all,
        address: arguments.addr.clone().unwrap_or_else(|| report::BY_HAND.to_owned()),
        outcomes: Vec::new(),
        observed: Vec::new(),
    };
    let good = match arguments.json {
        true => run.as_json(&selection, &arguments.named(course, lesson)?, out)?,
        false => {
            writeln!(out, "{NAME}{}{NAME:#}", arguments.named(course, lesson)?)?;
            run.as_text(&selection, out)?
        }
    };
    Ok(ExitCode::from(u8::from(!good)))
}

struct Run<'a> {
    course: &'a Course,
    lesson: &'a Lesson,
    subject: Subject,
    settings: Settings<'a>,
    wish: Wish,
    /// Whether everything is run, and told in full.
    all: bool,
    /// Where the server can be found again by hand.
    address: String,
    outcomes: Vec<Outcome>,
    /// The outcomes, and those of checks that only tell causes apart.
    observed: Vec<Outcome>,
}

impl Run<'_> {
    /// Runs section by section and tells of each; `true` if all is well.
    fn as_text(&mut self, selection: &Selection, out: &mut dyn Write) -> Result<bool> {
        let (mut told, mut failed) = (0, 0);
        let mut left = selection.sections.len();
        for section in &selection.sections {
            left -= 1;
            failed += self.section(section, out)?;
            told += section.checks.len();
            if failed > 0 && !self.all && left > 0 {
                let steps = if left == 1 { "step" } else { "steps" };
                writeln!(out, "{FAINT}{left} more {steps} not run: --all runs them, too{FAINT:#}")?;
                break;
            }
        }
        summary(failed, told, out)?;
        left_out(selection, out)?;
        Ok(failed == 0)
    }

    fn section(&mut self, section: &Section, out: &mut dyn Write) -> Result<usize> {
        writeln!(out, "\n{NAME}{}{NAME:#}", term::wrapped(&section.title, 0))?;
        out.flush()?;
        let ran = |outcome: &Outcome| section.checks.iter().any(|c| c.name == outcome.check.name);
        let missing: Vec<_> = self.missing(&section.checks);
        let new = run_checks(&mut self.subject, &missing, self.settings)?;
        self.outcomes.extend(new);
        self.lose_patience();
        let failures = self.outcomes.iter().filter(|o| ran(o) && o.failure.is_some()).count();
        if failures > 0 {
            self.observe()?;
        }
        let mut shown: Vec<&Outcome> = self.outcomes.iter().filter(|o| ran(o)).collect();
        shown.sort_by_key(|o| section.checks.iter().position(|c| c.name == o.check.name));
        self.tell(&shown, out)?;
        Ok(failures)
    }

    /// Tells each outcome; of the failures only the first ones in full, and those that were asked for by name.
    fn tell(&self, shown: &[&Outcome], out: &mut dyn Write) -> Result<()> {
        let mut in_full = 0;
        let mut others = Vec::new();
        for outcome in shown {
            let (verdict, name) = (report::verdict(outcome), outcome.check.name);
            let line = term::beside(&format!("{name:23}"), 32, outcome.check.promise);
            writeln!(out, "  {verdict}  {line}")?;
            let Some(explanation) = explain(outcome, &self.observed) else { continue };
            if self.all || in_full < IN_FULL || self.wish.only.iter().any(|wish| wish == name) {
                report::failure(self.course, outcome, &explanation, &self.address, out)?;
                in_full += 1;
            } else {
                others.push(name);
            }
        }
        if !others.is_empty() {
            let names = others.join(",");
            writeln!(
                out,
                "\n  the others in full: {PLACE}--only {names}{PLACE:#} or {PLACE}--all{PLACE:#}"
            )?;
        }
        Ok(())
    }

    /// A server that fails in the plainest request is not waited for as long in the others.
    fn lose_patience(&mut self) {
        let plain = |o: &&Outcome| diagnose::PLAINEST.contains(&o.check.name);
        if self.outcomes.iter().any(|o| plain(&o) && o.failure.is_some()) {
            self.settings.patience = self.settings.patience.min(HOPELESS);
        }
    }

    fn missing(&self, checks: &[&'static Check]) -> Vec<&'static Check> {
        let ran = |check: &&Check| self.outcomes.iter().any(|o| o.check.name == check.name);
        checks.iter().filter(|check| !ran(check)).copied().collect()
    }

    /// Finds out what else can be seen, so that a cause can be inferred.
    fn observe(&mut self) -> Result<()> {
        // What the RFC leaves open tells causes apart, too.
        let wish = Wish { rfc_only: false, ..self.wish.clone() };
        let settings = Settings { rfc_only: false, ..self.settings };
        let lesson = self.lesson;
        let may_run = |check: &Check| wish.asks(check, lesson) && wish.refuses(check).is_none();
        let mut known = self.outcomes.clone();
        let is_known = |o: &Outcome| self.outcomes.iter().any(|k| k.check.name == o.check.name);
        known.extend(self.observed.drain(..).filter(|outcome| !is_known(outcome)));
        self.observed = diagnose::observe(&mut self.subject, settings, may_run, known)?;
        if !self.settings.rfc_only {
            self.outcomes.clone_from(&self.observed);
        }
        Ok(())
    }

    /// Runs everything and tells it as one JSON object; `true` if all is well.
    fn as_json(&mut self, selection: &Selection, named: &str, out: &mut dyn Write) -> Result<bool> {
        let checks: Vec<_> = selection.checks().collect();
        let outcomes = run_checks(&mut self.subject, &checks, self.settings)?;
        self.outcomes.clone_from(&outcomes);
        let good = outcomes.iter().all(|outcome| outcome.failure.is_none());
        if !good {
            self.observe()?;
        }
        json::write(named, &outcomes, &self.observed, selection, &self.address, out)?;
        Ok(good)
    }
}

fn summary(failed: usize, told: usize, out: &mut dyn Write) -> io::Result<()> {
    match failed {
        0 if told == 1 => writeln!(out, "\n{GOOD}1 check passed{GOOD:#}"),
        0 => writeln!(out, "\n{GOOD}all {told} checks passed{GOOD:#}"),
        _ => writeln!(out, "\n{BAD}{failed} of {told} checks failed{BAD:#}"),
    }
}

fn list(selection: &Selection, out: &mut dyn Write) -> io::Result<()> {
    for section in &selection.sections {
        writeln!(out, "{NAME}{}{NAME:#}", section.title)?;
        for check in &section.checks {
            let name = format!("{:23}", check.name);
            writeln!(out, "  {}", term::beside(&name, 26, check.promise))?;
            let traits = [
                (check.needs == Needs::Echo).then_some("needs /echo"),
                (check.needs == Needs::OurApp).then_some("needs the course's own application"),
                check.process.map(|_| "on a process of its own"),
                check.slow.then_some("only with --slow"),
            ];
            let rfc = check.rfc.to_string();
            let told: Vec<_> = [check.group.name(), check.source]
                .into_iter()
                .chain(traits.into_iter().flatten())
                .chain((!rfc.is_empty()).then_some(rfc.as_str()))
                .collect();
            writeln!(out, "{FAINT}{}{FAINT:#}", term::indented(&told.join(", "), 26))?;
        }
        writeln!(out)?;
    }
    left_out(selection, out)
}

fn left_out(selection: &Selection, out: &mut dyn Write) -> io::Result<()> {
    for (count, reason) in &selection.left_out {
        let told = term::wrapped(&format!("left out: {count} {reason}"), 0);
        writeln!(out, "{FAINT}{told}{FAINT:#}")?;
    }
    Ok(())
}
