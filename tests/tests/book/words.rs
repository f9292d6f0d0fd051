//! Splits a command of a session into words, the same on every platform's command line.
//!
//! Words end at blanks; double quotes keep blanks together and are dropped. What one shell would read
//! differently from another is refused: sessions must work in bash, zsh, cmd.exe and PowerShell.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;

use crate::trial;

/// The words of a command line.
///
/// Errors: a character that some shell would not leave as it is.
pub fn split(command: &str) -> Result<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    let mut quoted = false;
    let mut in_word = false;
    for c in command.chars() {
        ensure!(!"$`%!".contains(c), "{c:?} means something to some shells, also between quotes");
        match c {
            '"' => {
                quoted = !quoted;
                if !in_word {
                    words.push(String::new());
                }
                in_word = true;
            }
            ' ' if !quoted => in_word = false,
            c => {
                ensure!(quoted || !"|<>&;'*?()#~^".contains(c), "{c:?} outside double quotes");
                if !in_word {
                    words.push(String::new());
                }
                in_word = true;
                words.last_mut().expect("a word was begun").push(c);
            }
        }
    }
    ensure!(!quoted, "a double quote is open");
    Ok(words)
}

/// Tests of the splitter.
pub fn trials() -> Vec<Trial> {
    let splits = |command: &'static str, expected: &'static [&'static str]| {
        trial(format!("words::splits {command}"), move || {
            let words = split(command)?;
            Ok((words != expected).then(|| format!("{words:?}")).into_iter().collect())
        })
    };
    let refuses = |command: &'static str| {
        trial(format!("words::refuses {command}"), move || {
            let words = split(command);
            Ok(words.map(|words| format!("{words:?}")).into_iter().collect())
        })
    };
    vec![
        splits("cargo run -p  part1-naive", &["cargo", "run", "-p", "part1-naive"]),
        splits(
            r#"send "GET / HTTP\r\n\x22" "" a"b c""#,
            &["send", r"GET / HTTP\r\n\x22", "", "ab c"],
        ),
        refuses("curl x | head"),
        refuses("curl 'x'"),
        refuses("curl \"$HOME\""),
        refuses("curl \"x"),
    ]
}
