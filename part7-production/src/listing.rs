//! A page that lists a directory, made while it is sent.
//!
//! In: a directory. Out: HTML, a few entries at a time, in the order in which the system gives them: sorting would
//! mean to hold all of them.

use std::io::{self, Cursor, Read};

use cap_std::fs::{Dir, DirEntry, ReadDir};

use crate::page::escape;
use crate::uri::encode;

/// Bytes of the page that are made at a time, at the least.
const PIECE_BYTES: usize = 4096;

/// What of the page is still to come.
#[derive(Debug)]
pub struct Listing {
    entries: Option<ReadDir>,
    piece: Cursor<Vec<u8>>,
}

impl Listing {
    /// A page with this heading.
    pub fn new(directory: &Dir, heading: &str) -> io::Result<Listing> {
        let entries = Some(directory.entries()?);
        let heading = escape(heading);
        let start = format!(
            "<!doctype html>\n<meta charset=\"utf-8\">\n<title>{heading}</title>\n<h1>{heading}</h1>\n\
             <ul>\n<li><a href=\"../\">../</a></li>\n"
        );
        Ok(Listing { entries, piece: Cursor::new(start.into_bytes()) })
    }

    /// Some more of the page; empty at its end.
    fn next_piece(&mut self) -> io::Result<Vec<u8>> {
        let mut piece = String::new();
        let Some(entries) = &mut self.entries else { return Ok(Vec::new()) };
        while piece.len() < PIECE_BYTES {
            match entries.next() {
                Some(entry) => piece += &item(&entry?)?,
                None => {
                    self.entries = None;
                    piece += "</ul>\n";
                    break;
                }
            }
        }
        Ok(piece.into_bytes())
    }
}

impl Read for Listing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.piece.position() == self.piece.get_ref().len() as u64 {
            self.piece = Cursor::new(self.next_piece()?);
        }
        self.piece.read(buffer)
    }
}

/// A line of the list; none for a name that isn't UTF-8, which no target can spell.
fn item(entry: &DirEntry) -> io::Result<String> {
    let name = entry.file_name();
    let Some(name) = name.to_str() else { return Ok(String::new()) };
    let slash = if entry.file_type()?.is_dir() { "/" } else { "" };
    // `./` before it, or a name such as `javascript:x` would be taken for a scheme.
    let href = encode(name.as_bytes());
    Ok(format!("<li><a href=\"./{href}{slash}\">{}{slash}</a></li>\n", escape(name)))
}
