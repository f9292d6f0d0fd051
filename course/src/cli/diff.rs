//! `cargo course diff`: the map of what a lesson changed; contents on request.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Result, bail};
use course::changes::{Changes, FileChange};
use course::lesson::{Course, Lesson};
use similar::ChangeTag;

use course::term::{self, BAD, FAINT, GOOD, NAME, PLACE};

/// See what a lesson changed: the map, or the contents of a file, a step, or everything.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo course diff 2 3              the map: files, why, and their pages
  cargo course diff 3                the same: part 3 and the part before it
  cargo course diff 3 head.rs        the contents of one file
  cargo course diff 2 3 --step 3.2   the contents of one step
  cargo course diff parser keepalive --all")]
pub struct Arguments {
    /// The older part: its number, directory or word; alone, it is the newer one.
    old: String,
    /// The newer part. With a dot in it: a file.
    new: Option<String>,
    /// Show the contents of this file.
    file: Option<String>,
    /// Show the contents of the files that this step brings, such as 3.2.
    #[arg(long, value_name = "ID", conflicts_with = "file")]
    step: Option<String>,
    /// Show all contents.
    #[arg(long, conflicts_with_all = ["file", "step"])]
    all: bool,
}

/// Prints the map, or the contents that were asked for.
///
/// Errors: no such part, step or file; a file can't be read; standard output is gone.
pub fn run(arguments: &Arguments, course: &Course, out: &mut dyn Write) -> Result<ExitCode> {
    let (old, new) = pair(course, arguments)?;
    let file = arguments.file();
    let changes = Changes::between(course, old, new)?;
    if let Some(name) = file
        && changes.is_identical(name)
    {
        writeln!(out, "{name} is byte-identical in {} and {}", old.package, new.package)?;
        return Ok(ExitCode::SUCCESS);
    }
    match selected(arguments, &changes)? {
        Some(files) => files.into_iter().try_for_each(|file| contents(old, new, file, out))?,
        None => map(course, old, new, &changes, out)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn pair<'a>(course: &'a Course, arguments: &Arguments) -> Result<(&'a Lesson, &'a Lesson)> {
    let first = course.find(&arguments.old)?;
    match (arguments.newer(), course.previous(first)) {
        (Some(new), _) => Ok((first, course.find(new)?)),
        (None, Some(previous)) => Ok((previous, first)),
        (None, None) => {
            let package = &first.package;
            let mut later = course.lessons.iter().skip_while(|lesson| lesson.package != *package);
            let (name, next) =
                (first.short_name(), later.nth(1).map_or("1".into(), Lesson::short_name));
            bail!(
                "{package} builds on no other part; name two, such as: cargo course diff {name} {next}"
            )
        }
    }
}

impl Arguments {
    /// The newer part, if two are named. A name with a dot is a file's.
    fn newer(&self) -> Option<&str> {
        self.new.as_deref().filter(|name| self.file.is_some() || !name.contains('.'))
    }

    fn file(&self) -> Option<&str> {
        let only = self.new.as_deref().filter(|name| name.contains('.'));
        self.file.as_deref().or(only)
    }
}

/// The files whose contents are asked for; `None` if it is the map that is.
fn selected<'c, 'a>(
    arguments: &Arguments,
    changes: &'c Changes<'a>,
) -> Result<Option<Vec<&'c FileChange<'a>>>> {
    let files = changes.files.iter();
    let found: Vec<_> = match (arguments.file(), &arguments.step) {
        (Some(name), _) => files.filter(|file| file.is_called(name)).collect(),
        (_, Some(step)) => files.filter(|file| file.step() == Some(step.as_str())).collect(),
        _ if arguments.all => files.collect(),
        _ => return Ok(None),
    };
    match (arguments.file(), &arguments.step) {
        (Some(name), _) if found.is_empty() => {
            bail!("neither part has a file {name}; there are {}", paths(changes))
        }
        (_, Some(step)) if found.is_empty() => {
            bail!("no file comes with step {step}; there are {}", steps(changes))
        }
        _ => Ok(Some(found)),
    }
}

fn paths(changes: &Changes) -> String {
    let differing = changes.files.iter().map(|file| &file.path);
    let paths: Vec<_> = differing.chain(&changes.identical).map(String::as_str).collect();
    paths.join(", ")
}

fn steps(changes: &Changes) -> String {
    let mut steps: Vec<_> = changes.files.iter().filter_map(FileChange::step).collect();
    steps.sort_unstable();
    steps.dedup();
    steps.join(", ")
}

fn map(
    course: &Course,
    old: &Lesson,
    new: &Lesson,
    changes: &Changes,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{NAME}{} → {}{NAME:#}: {}\n", old.package, new.package, new.title)?;
    let column = changes.files.iter().map(|file| file.path.len()).max().unwrap_or_default();
    for file in &changes.files {
        entry(course, file, column, out)?;
    }
    if !changes.identical.is_empty() {
        let list = format!("byte-identical: {}", changes.identical.join(", "));
        writeln!(out, "{FAINT}{}{FAINT:#}", term::wrapped(&list, 0))?;
    }
    let added: usize = changes.files.iter().map(|file| file.added).sum();
    let removed: usize = changes.files.iter().map(|file| file.removed).sum();
    let count = changes.files.len();
    let differ =
        if count == 1 { "1 file differs".to_owned() } else { format!("{count} files differ") };
    writeln!(out, "{differ}: {GOOD}+{added}{GOOD:#} {BAD}-{removed}{BAD:#} lines\n")?;
    hints(old, new, changes, out)
}

fn entry(course: &Course, file: &FileChange, column: usize, out: &mut dyn Write) -> io::Result<()> {
    let (added, removed) = (format!("+{}", file.added), format!("-{}", file.removed));
    write!(out, "{NAME}{:column$}{NAME:#}  {:7}", file.path, file.state())?;
    write!(out, "  {GOOD}{added:>5}{GOOD:#} {BAD}{removed:>5}{BAD:#}")?;
    let Some((lesson, told)) = file.lesson else {
        return writeln!(out, "\n");
    };
    let step = lesson.steps.iter().find(|step| step.id == told.step);
    let page = course.page(step.map_or(&lesson.page, |step| &step.page));
    writeln!(out, "  {PLACE}step {}{PLACE:#}", told.step)?;
    writeln!(out, "{}\n", term::wrapped(&format!("{} [{page}]", told.why), 4))
}

fn hints(old: &Lesson, new: &Lesson, changes: &Changes, out: &mut dyn Write) -> io::Result<()> {
    let command = format!("cargo course diff {} {}", old.short_name(), new.short_name());
    if let Some(file) = changes.files.first() {
        writeln!(out, "contents of a file:  {command} {}", file.path.trim_start_matches("src/"))?;
    }
    if let Some(step) = changes.files.iter().find_map(FileChange::step) {
        writeln!(out, "of a step:           {command} --step {step}")?;
    }
    writeln!(out, "of everything:       {command} --all")?;
    writeln!(
        out,
        "with git:            git diff --no-index {}/src {}/src",
        old.package, new.package
    )
}

fn contents(old: &Lesson, new: &Lesson, file: &FileChange, out: &mut dyn Write) -> io::Result<()> {
    let name = |lesson: &Lesson, text: &Option<String>| match text {
        Some(_) => format!("{}/{}", lesson.package, file.path),
        None => "/dev/null".to_owned(),
    };
    writeln!(out, "{NAME}--- {}{NAME:#}", name(old, &file.old))?;
    writeln!(out, "{NAME}+++ {}{NAME:#}", name(new, &file.new))?;
    for hunk in file.diff().unified_diff().iter_hunks() {
        writeln!(out, "{PLACE}{}{PLACE:#}", hunk.header())?;
        for change in hunk.iter_changes() {
            line(change.tag(), change.value(), out)?;
        }
    }
    Ok(())
}

fn line(tag: ChangeTag, text: &str, out: &mut dyn Write) -> io::Result<()> {
    let whole = text.strip_suffix('\n');
    let text = whole.unwrap_or(text);
    match tag {
        ChangeTag::Equal => writeln!(out, " {text}")?,
        ChangeTag::Insert => writeln!(out, "{GOOD}+{text}{GOOD:#}")?,
        ChangeTag::Delete => writeln!(out, "{BAD}-{text}{BAD:#}")?,
    }
    match whole {
        Some(_) => Ok(()),
        None => writeln!(out, "\\ No newline at end of file"),
    }
}
