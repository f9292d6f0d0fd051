//! Terminal manners: colours by their meaning, and the width to wrap at. Whether colours are shown is decided by the
//! stream they are written to.

use std::env;

use anstyle::{AnsiColor, Style};
use textwrap::WordSplitter;

/// What is to be found again: a file, a part, a command.
pub const NAME: Style = Style::new().bold();
/// What is right, or was added.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// What is wrong, or was removed.
pub const BAD: Style = AnsiColor::Red.on_default();
/// Where something stands.
pub const PLACE: Style = AnsiColor::Cyan.on_default();
/// What may be skipped at first reading.
pub const FAINT: Style = Style::new().dimmed();

/// Columns that a text beside a name needs, at least.
const NARROW: usize = 30;

/// Columns to write in, from 40 to 120: those of the terminal, or of the variable COLUMNS where there is none, or 80.
pub fn width() -> usize {
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let told = || env::var("COLUMNS").ok()?.parse().ok();
    terminal.or_else(told).unwrap_or(80).clamp(40, 120)
}

/// A name and a text that begins in this column, or in the next line where there is no room beside the name.
pub fn beside(name: &str, column: usize, text: &str) -> String {
    let text = indented(text, column);
    match width() < column + NARROW {
        true => format!("{}\n{text}", name.trim_end()),
        false => format!("{name} {}", text.trim_start()),
    }
}

/// The text in lines that fit, from this column on, or from a nearer one where there is no room.
pub fn indented(text: &str, column: usize) -> String {
    wrapped(text, if width() < column + NARROW { 8 } else { column })
}

/// The text in lines that fit, each after so many blanks.
pub fn wrapped(text: &str, indent: usize) -> String {
    let blanks = " ".repeat(indent);
    // A path or an option must stay whole, to be copied.
    let options = textwrap::Options::new(width()).word_splitter(WordSplitter::NoHyphenation);
    textwrap::fill(text.trim(), options.initial_indent(&blanks).subsequent_indent(&blanks))
}
