//! The lesson rule: `lesson.toml` tells exactly what a chapter changes, and everything else is the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use course::launch::workspace;
use course::lesson::{Course, Lesson, State};

fn course() -> Course {
    Course::here().expect("every lesson.toml can be read")
}

/// The files below `directory/src`, as `src/name.rs`.
fn sources(directory: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut below = vec![String::from("src")];
    while let Some(path) = below.pop() {
        for entry in fs::read_dir(directory.join(&path)).expect("a chapter has src") {
            let entry = entry.expect("the directory can be read");
            let name = entry.file_name().into_string().expect("names are UTF-8");
            let is_directory = entry.file_type().expect("the entry can be read").is_dir();
            let path = format!("{path}/{name}");
            if is_directory {
                below.push(path);
            } else {
                found.insert(path);
            }
        }
    }
    found
}

fn read(directory: &Path, path: &str) -> String {
    fs::read_to_string(directory.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn what_a_lesson_does_not_list_is_byte_identical_and_what_it_lists_differs() {
    let course = course();
    for lesson in &course.lessons {
        let here = course.directory(lesson);
        let previous = course.previous(lesson).map(|previous| course.directory(previous));
        for path in sources(&here) {
            let before = previous
                .as_ref()
                .filter(|previous| previous.join(&path).is_file())
                .map(|previous| read(previous, &path));
            let is_same = before.as_ref() == Some(&read(&here, &path));
            let state = lesson.files.iter().find(|file| file.path == path).map(|file| file.state);
            let expected = match (&before, is_same) {
                (None, _) => Some(State::New),
                (Some(_), false) => Some(State::Changed),
                (Some(_), true) => None,
            };
            assert_eq!(state, expected, "{}/{path}", lesson.package);
        }
    }
}

#[test]
fn what_a_lesson_lists_is_there_once_and_in_one_of_its_steps() {
    let course = course();
    for lesson in &course.lessons {
        let sources = sources(&course.directory(lesson));
        let mut seen = BTreeSet::new();
        for file in &lesson.files {
            let name = format!("{}/{}", lesson.package, file.path);
            assert!(sources.contains(&file.path), "{name} is not there");
            assert!(seen.insert(&file.path), "{name} is listed twice");
            assert!(lesson.steps.iter().any(|step| step.id == file.step), "{name} has no step");
            assert!(file.why.len() > 20, "{name} says no reason");
        }
    }
}

#[test]
fn a_lesson_never_drops_a_file_in_silence() {
    let course = course();
    for lesson in course.lessons.iter().filter(|lesson| is_grown(lesson)) {
        let Some(previous) = course.previous(lesson) else { continue };
        let here = sources(&course.directory(lesson));
        for path in sources(&course.directory(previous)) {
            assert!(here.contains(&path), "{} drops {path}", lesson.package);
        }
    }
}

/// Whether a chapter is the one before with more in it: the interludes start anew.
fn is_grown(lesson: &Lesson) -> bool {
    lesson.number.is_some()
}

#[test]
fn the_frame_is_the_same_in_parts_1_and_2() {
    let frame = |part: &str| {
        let text = read(&workspace().join(part), "src/main.rs");
        let start = text.find("// ------").expect("the frame begins with a line");
        assert!(text[..start].contains("fn handle("), "the lesson stands first in {part}");
        let end = text.find("#[cfg(test)]").unwrap_or(text.len());
        text[start..end].trim_end().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let (frame1, frame2) = (frame("part1-naive"), frame("part2-buffering"));
    let differing = frame1.iter().zip(&frame2).find(|(line1, line2)| line1 != line2);
    assert_eq!(differing, None);
    assert_eq!(frame1.len(), frame2.len());
    assert!(frame1.contains(&"fn main() -> ExitCode {".to_owned()));
}

#[test]
fn main_of_part_4_differs_from_part_3_only_in_the_name_of_the_crate() {
    let main = |part: &str| read(&workspace().join(part), "src/main.rs");
    let renamed = main("part3-parser").replace("part3_parser", "part4_keepalive");
    assert_eq!(renamed, main("part4-keepalive"));
    assert_ne!(main("part3-parser"), main("part4-keepalive"));
}
