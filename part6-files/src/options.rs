//! What the command line says.
//!
//! In: words. Out: options, each with its default. It refuses to open anything.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use lexopt::ValueExt;
use lexopt::prelude::{Long, Short, Value};

/// What the program was asked to do.
#[derive(Debug)]
pub struct Options {
    /// Where to listen: HOST:PORT.
    pub address: String,
    /// The file in which the users are kept.
    pub data: Option<PathBuf>,
    /// The directory that is served.
    pub root: PathBuf,
    /// The directory that takes uploads.
    pub uploads: Option<PathBuf>,
    /// Whether a directory without an index is listed.
    pub lists: bool,
}

impl Options {
    /// Reads the words behind the program's name; `None` if they ask for help.
    ///
    /// Errors: a word that is no option, or an option without its value or for the second time.
    pub fn parse(words: &[OsString]) -> Result<Option<Options>, lexopt::Error> {
        let (mut address, mut data) = (None, None);
        let (mut root, mut uploads, mut lists) = (None, None, true);
        let mut arguments = lexopt::Parser::from_args(words);
        while let Some(argument) = arguments.next()? {
            match argument {
                Short('h') | Long("help") if words.len() == 1 => return Ok(None),
                Long("data") if data.is_none() => data = Some(arguments.value()?.into()),
                Long("root") if root.is_none() => root = Some(arguments.value()?.into()),
                Long("uploads") if uploads.is_none() => uploads = Some(arguments.value()?.into()),
                Long("no-listing") => lists = false,
                Value(word) if address.is_none() => address = Some(word.string()?),
                other => return Err(other.unexpected()),
            }
        }
        let address = address.unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR"));
        // Whoever serves a directory of his own has to say where strangers may write.
        if root.is_none() && uploads.is_none() {
            uploads = Some(shipped.join("uploads"));
        }
        let root = root.unwrap_or_else(|| shipped.join("public"));
        Ok(Some(Options { address, data, root, uploads, lists }))
    }
}
