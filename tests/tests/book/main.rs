//! Tests of the book in `docs/`: its code is the chapters' code, its sessions run, its links lead somewhere.
//!
//! Each page, chapter and step is a test of its own: `cargo test --test book part3` runs those of part 3.
//! `UPDATE=1` writes into the pages what can be written there. `docs/AUTHORS.md` says how to write for it.

mod assemble;
mod book;
mod code;
mod colours;
mod command;
mod exercises;
mod expected;
mod hero;
mod links;
mod names;
mod page;
mod picture;
mod programs;
mod reference;
mod sessions;
mod source;
mod steps;
mod terminal;
mod words;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};

use book::Book;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let book: &'static Book = match Book::read() {
        Ok(book) => Box::leak(Box::new(book)),
        Err(error) => {
            eprintln!("the book cannot be read: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    let groups = [
        code::trials(book),
        exercises::trials(book),
        expected::trials(),
        hero::trials(),
        links::trials(book),
        names::trials(book),
        reference::trials(book),
        sessions::trials(book),
        steps::trials(book),
        words::trials(),
    ];
    let conclusion = libtest_mimic::run(&arguments, groups.into_iter().flatten().collect());
    if let Err(error) = book.write_updates() {
        eprintln!("a page cannot be written: {error:#}");
        return ExitCode::FAILURE;
    }
    conclusion.exit_code()
}

/// A test that fails with what it found, or with what kept it from looking.
fn trial(
    name: impl Into<String>,
    test: impl FnOnce() -> anyhow::Result<Vec<String>> + Send + 'static,
) -> Trial {
    Trial::test(name, move || match test() {
        Ok(faults) if faults.is_empty() => Ok(()),
        Ok(faults) => Err(Failed::from(faults.join("\n\n"))),
        Err(error) => Err(Failed::from(format!("{error:#}"))),
    })
}

/// Whether the pages are to be written anew where they differ from what is true.
fn updating() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value == "1")
}
