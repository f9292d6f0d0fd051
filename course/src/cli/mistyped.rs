//! What to say about arguments that mean no command: one line, with the commands that were likely meant.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use course::lesson::Course;

/// Commands as a learner would type them first.
const COMMANDS: [(&str, &str); 6] = [
    ("diff", "cargo course diff 1 2"),
    ("check", "cargo course check 1"),
    ("matrix", "cargo course matrix"),
    ("send", "cargo course send"),
    ("new", "cargo course new 2 my-server"),
    ("contents", "cargo course"),
];

/// Words that people try, and the two commands they may mean by them.
const WORDS: [(&[&str], [&str; 2]); 6] = [
    (&["start", "begin", "init", "go", "learn"], ["contents", "new"]),
    (&["list", "ls", "toc", "parts", "lessons"], ["contents", "matrix"]),
    (&["test", "verify", "run", "try", "grade", "submit"], ["check", "matrix"]),
    (&["compare", "changes", "show", "git"], ["diff", "contents"]),
    (&["nc", "telnet", "curl", "talk", "connect", "get", "raw"], ["send", "check"]),
    (&["create", "make", "add", "mine", "exercise"], ["new", "check"]),
];

/// One line about arguments that can't be understood.
pub fn line(error: &clap::Error, course: &Course) -> String {
    match (error.kind(), error.get(ContextKind::InvalidSubcommand)) {
        (ErrorKind::InvalidSubcommand, Some(ContextValue::String(word))) => {
            unknown_command(word, course)
        }
        _ => condensed(&error.to_string()),
    }
}

fn unknown_command(word: &str, course: &Course) -> String {
    let [first, second] = match course.find(word) {
        Ok(lesson) => {
            let name = lesson.short_name();
            [format!("cargo course check {name}"), format!("cargo course new {name} my-server")]
        }
        Err(_) => likely(word).map(str::to_owned),
    };
    format!("there is no command {word:?}; did you mean \"{first}\" or \"{second}\"?")
}

fn likely(word: &str) -> [&'static str; 2] {
    let word = word.to_lowercase();
    let known = WORDS.iter().find(|(words, _)| words.contains(&word.as_str()));
    let names = COMMANDS.map(|(name, _)| name);
    let near = similar::get_close_matches(word.as_str(), &names, 1, 0.5);
    match (known, near.as_slice()) {
        (Some((_, two)), _) => two.map(command),
        (None, [near]) => [command(near), "cargo course --help"],
        (None, _) => ["cargo course", "cargo course --help"],
    }
}

fn command(name: &str) -> &'static str {
    COMMANDS
        .iter()
        .find(|(short, _)| *short == name)
        .map_or("cargo course --help", |(_, command)| command)
}

/// What the parser of arguments says, without its paragraphs.
fn condensed(message: &str) -> String {
    let (told, usage) = message.split_once("Usage: ").unwrap_or((message, ""));
    let told = told.trim_start_matches("error: ").split("For more information").next();
    let told = told.unwrap_or_default().trim().replace("\n\n", ";");
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_name = |word: &&str| word.bytes().all(|b| b.is_ascii_lowercase());
    let command: Vec<_> = usage.split_whitespace().take_while(is_name).collect();
    match command.is_empty() {
        true => told,
        false => format!("{told} (see {} --help)", command.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_no_command_names_two() {
        let course = Course { root: "".into(), lessons: Vec::new() };
        let said = |word| unknown_command(word, &course);
        assert_eq!(
            said("start"),
            "there is no command \"start\"; did you mean \"cargo course\" or \"cargo course new 2 my-server\"?"
        );
        for (word, meant) in [
            ("chekc", "\"cargo course check 1\""),
            ("Diff", "\"cargo course diff 1 2\""),
            ("snd", "\"cargo course send\""),
            ("telnet", "\"cargo course send\""),
            ("xyzzy", "\"cargo course\""),
        ] {
            assert!(said(word).contains(meant), "{}", said(word));
            assert!(!said(word).contains('\n'));
        }
    }

    #[test]
    fn every_word_means_commands_that_exist() {
        for (_, commands) in WORDS {
            for name in commands {
                assert!(COMMANDS.iter().any(|(known, _)| *known == name), "{name}");
            }
        }
    }

    #[test]
    fn several_paragraphs_become_one_line() {
        let message = "error: unexpected argument '--al' found\n\n  tip: a similar argument exists: '--all'\n\n\
                       Usage: cargo course diff <OLD>\n\nFor more information, try '--help'.\n";
        assert_eq!(
            condensed(message),
            "unexpected argument '--al' found; tip: a similar argument exists: '--all' (see cargo course diff --help)"
        );
    }
}
