//! `cargo course new`: a crate of the learner's own, and what to do next.

use std::env;
use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use course::lesson::Course;
use course::own;
use course::term::NAME;

/// Make a crate of your own in mine/, from the code of the part before, to write a part yourself.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo course new 3 my-server    mine/my-server, from the code of part 2
  cargo course new keepalive again")]
pub struct Arguments {
    /// The part to write: its number, directory or word.
    part: String,
    /// The name of the crate.
    name: String,
}

/// Makes the crate.
///
/// Errors: no such part; a bad name; something is there already; a file can't be read or written.
pub fn run(arguments: &Arguments, course: &Course, out: &mut dyn Write) -> Result<ExitCode> {
    let part = course.find(&arguments.part)?;
    let directory = own::create(course, part, &arguments.name)?;
    let shown = match env::current_dir() {
        Ok(here) => directory.strip_prefix(&here).unwrap_or(&directory),
        Err(_) => &directory,
    };
    match course.previous(part) {
        Some(previous) => writeln!(out, "{}: the code of {}\n", shown.display(), previous.package)?,
        None => writeln!(out, "{}: an empty program\n", shown.display())?,
    }
    writeln!(out, "next:  {NAME}cd {}{NAME:#}", shown.display())?;
    writeln!(out, "       read README.md, which says what to do")?;
    writeln!(
        out,
        "       {NAME}cargo course check {}{NAME:#}  checks this crate while you stand in it",
        part.short_name()
    )?;
    Ok(ExitCode::SUCCESS)
}
