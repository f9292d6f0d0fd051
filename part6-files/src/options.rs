//! What the command line says.
//!
//! In: words. Out: options, each with its default. It refuses to open anything.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use lexopt::Arg::{Long, Short, Value};
use lexopt::ValueExt;

/// What the program was asked to do.
#[derive(Debug)]
pub struct Options {
    /// Where to listen: HOST:PORT.
    pub address: String,
    /// The directory that is served.
    pub root: PathBuf,
    /// Whether a directory without an index is listed.
    pub lists: bool,
    /// Whether to say how it is used, and no more.
    pub help: bool,
}

impl Options {
    /// Reads the words behind the program's name.
    ///
    /// Errors: a word that is no option, or one without its value.
    pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Options, lexopt::Error> {
        let mut options = Options {
            address: "127.0.0.1:8080".to_owned(),
            root: Path::new(env!("CARGO_MANIFEST_DIR")).join("public"),
            lists: true,
            help: false,
        };
        let mut parser = lexopt::Parser::from_args(words);
        let mut addresses = 0;
        while let Some(argument) = parser.next()? {
            match argument {
                Short('h') | Long("help") => options.help = true,
                Long("root") => options.root = parser.value()?.into(),
                Long("no-listing") => options.lists = false,
                Value(address) if addresses == 0 => {
                    options.address = address.string()?;
                    addresses += 1;
                }
                _ => return Err(argument.unexpected()),
            }
        }
        Ok(options)
    }
}
