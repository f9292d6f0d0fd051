//! Every check against every chapter: exactly what the course teaches passes, and exactly that fails.

use std::fs;

use course::launch::{workspace, workspace_binaries};
use course::lesson::Course;
use course::matrix::Matrix;

#[test]
fn every_part_passes_fails_and_hangs_where_the_course_teaches_it() {
    let matrix = as_taught(false);
    let readme = fs::read_to_string(workspace().join("README.md")).expect("there is a README");
    let summary = matrix.summary();
    assert!(readme.contains(&summary), "the README's table should be:\n{summary}");
}

#[test]
#[ignore = "waits for the servers' own time-outs: some minutes"]
fn what_waits_for_time_outs_ends_as_the_course_teaches_it() {
    as_taught(true);
}

/// The whole table, in which nothing is a surprise.
#[track_caller]
fn as_taught(slow: bool) -> Matrix {
    let course = Course::here().expect("every lesson.toml can be read");
    let binaries = workspace_binaries().expect("the workspace compiles");
    let matrix = Matrix::of(&course, binaries, slow).expect("every part starts");
    let surprises: Vec<_> = matrix.surprises().iter().map(ToString::to_string).collect();
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
    matrix
}
