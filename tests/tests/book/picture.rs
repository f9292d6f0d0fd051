//! Pictures that a session draws: `cargo course send` draws the timeline of its run, and what the book shows
//! must tell the same.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use course::launch::workspace;
use regex_lite::Regex;
use similar::TextDiff;

use crate::book::docs;
use crate::{expected, updating};

/// Where the run draws the picture that the book shows as this one, such as `img/part1-cut.svg`.
///
/// Errors: the directory can't be made.
pub fn drawing(picture: &str) -> Result<PathBuf> {
    let directory = workspace().join("target/pages");
    fs::create_dir_all(&directory).with_context(|| directory.display().to_string())?;
    Ok(directory.join(picture.replace('/', "-")))
}

/// How the book's picture differs from the one just drawn, if it does. `UPDATE=1` takes the new one.
///
/// Errors: no picture was drawn.
pub fn fault(picture: &str, as_shown: impl Fn(String) -> String) -> Result<Option<String>> {
    let drawn = drawing(picture)?;
    let new = fs::read_to_string(&drawn).with_context(|| drawn.display().to_string())?;
    let new = as_shown(new);
    let shown = docs().join(picture);
    let old = match fs::read_to_string(&shown) {
        Ok(old) => words(&old)?,
        // Not drawn yet, or not there: then there is no text that could agree.
        Err(_) => String::new(),
    };
    let real = expected::refreshed(&old, &words(&new)?);
    if real == old {
        return Ok(None);
    }
    if updating() {
        fs::write(&shown, new).with_context(|| shown.display().to_string())?;
        return Ok(None);
    }
    let diff = TextDiff::from_lines(&old, &real).unified_diff().context_radius(1).to_string();
    Ok(Some(format!("{} (-picture +run)\n{diff}", Path::new("docs").join(picture).display())))
}

/// The words of a picture, one piece a line. How many bytes came is for the session to compare: the length of an entity
/// tag, say, differs from one file system to the next. And what takes a second takes 999 ms at times.
fn words(svg: &str) -> Result<String> {
    let svg = roxmltree::Document::parse(svg)?;
    let words = svg.descendants().filter(|node| node.is_text());
    let words = words.filter(|node| node.parent().is_some_and(|p| p.tag_name().name() != "style"));
    let words = words.filter_map(|node| node.text().map(str::trim)).filter(|text| !text.is_empty());
    let words: String = words.map(|text| format!("{text}\n")).collect();
    Ok(Regex::new(r"\b\d+(\.\d+)? (bytes|ms|s)\b")?.replace_all(&words, "some").into_owned())
}
