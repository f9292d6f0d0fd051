//! The commands as a learner types them: what they print, and how they end.

use std::process::{Command, Output};

use course::lesson::Course;

fn course(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    command.args(arguments).output().expect("the program starts")
}

#[track_caller]
fn prints(arguments: &[&str]) -> String {
    let output = course(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Exit code 2, nothing on standard output, and one line that says why.
#[track_caller]
fn refuses(arguments: &[&str], why: &str) {
    let output = course(arguments);
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains(why), "{said}");
}

#[test]
fn the_contents_name_every_chapter_in_order_with_its_command() {
    let text = prints(&[]);
    let mut rest = text.as_str();
    for lesson in Course::here().expect("it is there").lessons {
        let command = format!("cargo run -p {}", lesson.package);
        for part in [&lesson.title, &command] {
            rest = rest.split_once(part.as_str()).unwrap_or_else(|| panic!("{part} in {text}")).1;
        }
    }
}

#[test]
fn the_map_of_a_lesson_lists_its_files_and_says_why() {
    let text = prints(&["diff", "part2-buffering", "parser"]);
    for part in [
        "src/buffer.rs",
        "step 3.1",
        "Cargo.toml",
        "git diff --no-index part2-buffering/src part3-parser/src",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(text, prints(&["diff", "3"]));
    assert!(!text.contains('\x1b'), "colours in a pipe");
}

#[test]
fn the_contents_of_a_file_are_a_unified_diff() {
    let text = prints(&["diff", "2", "3", "buffer.rs"]);
    assert!(
        text.starts_with("--- /dev/null\n+++ part3-parser/src/buffer.rs\n@@ -0,0 +1,"),
        "{text}"
    );
    assert_eq!(text, prints(&["diff", "3", "buffer.rs"]));
    let all = prints(&["diff", "2", "3", "--all"]);
    assert!(all.contains(&text));
    assert!(prints(&["diff", "2", "3", "--step", "3.1"]).contains(&text));
}

#[test]
fn a_mistake_gets_one_line_and_exit_code_2() {
    refuses(&["start"], "\"cargo course\" or \"cargo course new 2 my-server\"");
    refuses(&["3"], "cargo course check 3");
    refuses(&["diff"], "<OLD>");
    refuses(&["diff", "1"], "builds on no other part; name two, such as: cargo course diff 1 2");
    refuses(&["diff", "echo-json"], "cargo course diff echo-json 3");
    refuses(
        &["diff", "1", "99"],
        "there is no part \"99\"; there are part1-naive, part2-buffering",
    );
    refuses(&["diff", "1", "2", "nothing.rs"], "there are src/main.rs");
    refuses(&["diff", "2", "3", "--step", "9.9"], "there are 3.1");
    refuses(&["diff", "2", "3", "--sep", "3.1"], "'--step'");
}
