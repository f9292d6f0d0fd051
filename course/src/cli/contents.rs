//! `cargo course` alone: the table of contents.

use std::io::{self, Write};

use course::lesson::{Course, Lesson};

use course::term::{self, FAINT, NAME, PLACE};

/// What there is to do next.
const NEXT: [(&str, &str); 5] = [
    ("see what a lesson changed:", "cargo course diff 1 2"),
    ("check our server or yours:", "cargo course check 1"),
    ("see the bytes on the wire:", "cargo course send"),
    ("write one of your own:", "cargo course new 2 my-server"),
    ("all commands:", "cargo course --help"),
];

/// Prints the chapters in reading order, and what to do first.
///
/// Errors: standard output is gone.
pub fn print(course: &Course, out: &mut dyn Write) -> io::Result<()> {
    let title = "How a network server works, by building one. Each part is a whole server:";
    writeln!(out, "{}\n", term::wrapped(title, 0))?;
    for lesson in &course.lessons {
        chapter(course, lesson, out)?;
    }
    for (what, command) in NEXT {
        let command = format!("{NAME}{command}{NAME:#}");
        writeln!(out, "{}", term::beside(&format!("{what:27}"), 28, &command))?;
    }
    Ok(())
}

fn chapter(course: &Course, lesson: &Lesson, out: &mut dyn Write) -> io::Result<()> {
    let number = lesson.number.map_or_else(String::new, |number| number.to_string());
    let (package, title, page) = (&lesson.package, &lesson.title, course.page(&lesson.page));
    writeln!(out, "{number:>2}  {NAME}{package}{NAME:#}{}{title}", gap(package, title))?;
    writeln!(out, "{}", term::wrapped(&lesson.promise, 4))?;
    writeln!(out, "{}", term::wrapped(&format!("Still wrong: {}", lesson.flaw), 4))?;
    let command = format!("cargo run -p {package}");
    let gap = gap(&command, &page);
    writeln!(out, "    {PLACE}{command}{PLACE:#}{gap}{FAINT}{page}{FAINT:#}\n")
}

/// Between two texts in one line, or in two where there is no room for both.
fn gap(first: &str, second: &str) -> &'static str {
    let fits = 4 + first.len() + 2 + second.len() <= term::width();
    if fits { "  " } else { "\n    " }
}
