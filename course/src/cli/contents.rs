//! `cargo course` alone: the table of contents.

use std::io::{self, Write};

use course::lesson::{Course, Lesson};

use course::term::{self, FAINT, NAME, PLACE};

/// Prints the chapters in reading order, and what to do first.
///
/// Errors: standard output is gone.
pub fn print(course: &Course, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "How a network server works, by building one. Each part is a whole server:\n")?;
    for lesson in &course.lessons {
        chapter(course, lesson, out)?;
    }
    writeln!(out, "see what a lesson changed:  {NAME}cargo course diff 1 2{NAME:#}")?;
    writeln!(out, "check our server or yours:  {NAME}cargo course check 1{NAME:#}")?;
    writeln!(out, "see the bytes on the wire:  {NAME}cargo course send{NAME:#}")?;
    writeln!(out, "write one of your own:      {NAME}cargo course new 2 my-server{NAME:#}")?;
    writeln!(out, "all commands:               {NAME}cargo course --help{NAME:#}")
}

fn chapter(course: &Course, lesson: &Lesson, out: &mut dyn Write) -> io::Result<()> {
    let number = lesson.number.map_or_else(String::new, |number| number.to_string());
    let page = course.page(&lesson.page);
    writeln!(out, "{number:>2}  {NAME}{}{NAME:#}  {}", lesson.package, lesson.title)?;
    writeln!(out, "{}", term::wrapped(&lesson.promise, 4))?;
    writeln!(out, "{}", term::wrapped(&format!("Still wrong: {}", lesson.flaw), 4))?;
    writeln!(out, "    {PLACE}cargo run -p {}{PLACE:#}  {FAINT}{page}{FAINT:#}\n", lesson.package)
}
