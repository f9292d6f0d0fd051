//! Terminal manners: colours by their meaning, and the width to wrap at. Whether colours are shown is decided by the
//! stream they are written to.

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

/// Columns to write in: those of the terminal, from 40 to 120, or 80 where there is none.
pub fn width() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0).clamp(40, 120))
}

/// The text in lines that fit, each after so many blanks.
pub fn wrapped(text: &str, indent: usize) -> String {
    let blanks = " ".repeat(indent);
    // A path or an option must stay whole, to be copied.
    let options = textwrap::Options::new(width()).word_splitter(WordSplitter::NoHyphenation);
    textwrap::fill(text.trim(), options.initial_indent(&blanks).subsequent_indent(&blanks))
}
