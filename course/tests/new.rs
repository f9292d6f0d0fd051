//! `cargo course new`: a crate that builds without a network, is red before the work, and green with our solution.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use course::launch::workspace;
use course::lesson::Course;

/// A crate in `mine/`, removed when the test is over.
struct Mine {
    directory: PathBuf,
}

impl Mine {
    fn new(part: &str, name: &str) -> Mine {
        let mine = Mine { directory: workspace().join("mine").join(name) };
        mine.remove();
        let output = course(&["new", part, name], workspace());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        mine
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.directory.join(path)).expect(path)
    }

    fn remove(&self) {
        if self.directory.exists() {
            fs::remove_dir_all(&self.directory).expect("it can be removed");
        }
    }
}

impl Drop for Mine {
    fn drop(&mut self) {
        self.remove();
    }
}

fn course(arguments: &[&str], from: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    command.args(arguments).current_dir(from);
    // A crate is built without a network.
    command.env("CARGO_TARGET_DIR", target()).env("CARGO_NET_OFFLINE", "true");
    command.output().expect("the program starts")
}

fn cargo(arguments: &[&str], from: &Path) -> Output {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(from).env("CARGO_TARGET_DIR", target());
    command.output().expect("cargo starts")
}

/// A directory of these tests alone, kept so that the dependencies are compiled once.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("mine")
}

#[track_caller]
fn code(output: &Output, expected: i32) {
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(expected), "{text}{errors}");
}

#[test]
fn it_is_red_before_the_work_and_green_with_our_solution() {
    let mine = Mine::new("4", "test-red-green");
    code(&course(&["check", "4", "--step", "4.1"], &mine.directory), 1);
    for file in fs::read_dir(workspace().join("part4-keepalive/src")).expect("it is there") {
        let file = file.expect("readable");
        let text = fs::read_to_string(file.path()).expect("readable");
        let text = text.replace("part4_keepalive", "test_red_green");
        fs::write(mine.directory.join("src").join(file.file_name()), text).expect("writable");
    }
    code(&course(&["check", "4", "--wait", "60s"], &mine.directory.join("src")), 0);
}

#[test]
fn it_is_the_part_before_under_a_name_of_its_own() {
    let mine = Mine::new("keepalive", "test-copy");
    let ours = fs::read_to_string(workspace().join("part3-parser/src/buffer.rs"));
    assert_eq!(mine.read("src/buffer.rs"), ours.expect("it is there"));
    assert!(mine.read("src/main.rs").contains("use test_copy::"), "{}", mine.read("src/main.rs"));
    let readme = mine.read("README.md");
    for part in [
        "# test-copy: Keep-alive",
        "the code of `part3-parser`",
        "- **4.1**",
        "cargo course check 4",
    ] {
        assert!(readme.contains(part), "{part} in {readme}");
    }
    assert!(!mine.read("Cargo.toml").contains("workspace ="), "{}", mine.read("Cargo.toml"));
}

#[test]
fn each_part_has_what_it_depends_on_and_what_it_serves_without_a_network() {
    for lesson in Course::here().expect("every lesson.toml can be read").lessons {
        let mine = Mine::new(&lesson.package, &format!("test-all-{}", lesson.package));
        let offline = ["metadata", "--offline", "--format-version", "1"];
        code(&cargo(&offline, &mine.directory), 0);
        for served in ["public/melody.wav", "uploads/hello.txt"] {
            let ours = fs::read(workspace().join(&lesson.package).join(served)).ok();
            assert_eq!(fs::read(mine.directory.join(served)).ok(), ours, "{served}");
            assert_eq!(ours.is_some(), mine.read("README.md").contains("files that it serves"));
        }
    }
}

#[test]
fn the_alias_reaches_the_course_from_inside() {
    let mine = Mine::new("3", "test-alias");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["course", "new", "3", "test-alias"]);
    let output = cargo.current_dir(mine.directory.join("src")).output().expect("cargo starts");
    code(&output, 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("is there already"));
}

#[test]
fn it_overwrites_nothing_and_takes_no_name_that_is_another_crates() {
    let mine = Mine::new("2", "test-refused");
    fs::write(mine.directory.join("src/main.rs"), "my work").expect("writable");
    for (name, why) in [
        ("test-refused", "is there already"),
        ("log", "is the name of another crate"),
        ("part3_parser", "is the name of another crate"),
        ("test", "is the name of another crate"),
        ("../up", "is no name for a crate"),
        ("9lives", "is no name for a crate"),
        ("two words", "is no name for a crate"),
    ] {
        let output = course(&["new", "2", name], workspace());
        code(&output, 2);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains(why) && said.lines().count() == 1, "{said}");
    }
    assert_eq!(mine.read("src/main.rs"), "my work");
}

#[test]
fn without_a_part_before_it_is_an_empty_program() {
    let mine = Mine::new("1", "test-empty");
    code(&cargo(&["run", "-q", "--offline"], &mine.directory), 0);
    assert!(mine.read("README.md").contains("Nothing is here yet"));
}
