//! Every check against every chapter: exactly what the course teaches passes, and exactly that fails.

use std::fs;

use course::launch::{workspace, workspace_binaries};
use course::lesson::Course;
use course::matrix::Matrix;

#[test]
fn every_part_passes_fails_and_hangs_where_the_course_teaches_it() {
    let course = Course::here().expect("every lesson.toml can be read");
    let binaries = workspace_binaries().expect("the workspace compiles");
    let matrix = Matrix::of(&course, binaries, false).expect("every part starts");
    let surprises: Vec<_> = matrix.surprises().iter().map(ToString::to_string).collect();
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
    let readme = fs::read_to_string(workspace().join("README.md")).expect("there is a README");
    let summary = matrix.summary();
    assert!(readme.contains(&summary), "the README's table should be:\n{summary}");
}
