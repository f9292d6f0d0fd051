//! What `cargo course check` runs: the steps of the lessons name real checks, and no check is lost.

use std::time::Duration;

use course::checks::{self, Check, Verdict};
use course::lesson::Course;
use course::run::Settings;
use course::selection::{Selection, Wish};
use course::wire::{Step, Until};

fn course() -> Course {
    Course::here().expect("every lesson.toml can be read")
}

#[test]
fn every_step_names_checks_that_its_chapter_passes() {
    for lesson in course().lessons {
        for step in &lesson.steps {
            for name in &step.checks {
                let check = checks::named(name)
                    .unwrap_or_else(|| panic!("step {}: no check {name}", step.id));
                let expected = check.expected(&lesson);
                assert_eq!(expected, Some(Verdict::Pass), "step {} names {name}", step.id);
            }
        }
    }
}

#[test]
fn what_a_chapter_is_the_first_to_pass_belongs_to_one_of_its_steps() {
    let course = course();
    for lesson in &course.lessons {
        let Some(previous) = course.previous(lesson) else { continue };
        for check in checks::all() {
            let passes = |lesson| check.expected(lesson) == Some(Verdict::Pass);
            let times = lesson.steps.iter().filter(|step| step.names(check.name)).count();
            if passes(lesson) && !passes(previous) {
                assert_eq!(times, 1, "steps of {} that name {}", lesson.package, check.name);
            }
        }
    }
}

#[test]
fn every_check_is_run_once_or_said_to_be_left_out() {
    let course = course();
    let lesson = course.find("4").expect("there is a part 4");
    let wishes = [
        Wish::default(),
        Wish { foreign: true, rfc_only: true, ..Wish::default() },
        Wish { foreign: true, no_echo: true, slow: true, ..Wish::default() },
        Wish { foreign: true, attached: true, ..Wish::default() },
    ];
    for wish in wishes {
        let selection = Selection::new(&course, lesson, &wish).expect("part 4 has checks");
        let mut names: Vec<_> = selection.checks().map(|check| check.name).collect();
        let left_out: usize = selection.left_out.iter().map(|(count, _)| count).sum();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), selection.checks().count());
        let passes = |check: &&Check| check.expected(lesson) == Some(Verdict::Pass);
        assert_eq!(names.len() + left_out, checks::all().iter().filter(passes).count());
    }
}

#[test]
fn of_a_step_only_its_own_checks_are_said_to_be_left_out() {
    let course = course();
    for lesson in &course.lessons {
        for step in lesson.steps.iter().filter(|step| !step.checks.is_empty()) {
            let wish = Wish { step: Some(step.id.clone()), foreign: true, ..Wish::default() };
            let Ok(selection) = Selection::new(&course, lesson, &wish) else { continue };
            let left_out: usize = selection.left_out.iter().map(|(count, _)| count).sum();
            let run = selection.checks().count();
            assert_eq!(run + left_out, step.checks.len() + step.keeps.len(), "{}", step.id);
        }
    }
}

#[test]
fn what_a_chapter_leaves_open_is_run_when_it_is_named() {
    let course = course();
    let lesson = course.find("1").expect("there is a part 1");
    let titles = |name: &str| {
        let wish = Wish { only: vec![name.into()], ..Wish::default() };
        let selection = Selection::new(&course, lesson, &wish).map_err(|e| e.to_string())?;
        Ok::<_, String>(selection.sections.into_iter().map(|s| s.title).collect::<Vec<_>>())
    };
    let open = "left open by part1-naive, which fails this on purpose".to_owned();
    assert_eq!(titles("head"), Ok(vec![open.clone()]));
    assert_eq!(titles("one-segment"), Ok(vec!["1.1 A listener".to_owned()]));
    assert_eq!(titles("persistence").map(|titles| titles.last().cloned()), Ok(Some(open)));
    assert_eq!(titles("greeting"), Err("greeting is not about part1-naive".to_owned()));
}

#[test]
fn a_name_that_means_nothing_is_told_with_the_groups() {
    let course = course();
    let lesson = course.find("4").expect("there is a part 4");
    let wish = Wish { only: vec!["strem".into()], ..Wish::default() };
    let message = Selection::new(&course, lesson, &wish).expect_err("no such group").to_string();
    assert!(message.contains("strem") && message.contains("stream, message"), "{message}");
}

#[test]
fn where_nothing_is_left_to_run_the_reason_is_told() {
    let course = course();
    #[track_caller]
    fn told(course: &Course, part: &str, wish: &Wish) -> String {
        let lesson = course.find(part).expect("this part is there");
        Selection::new(course, lesson, wish).expect_err("nothing is to be run").to_string()
    }
    let step = |id: &str| Wish { step: Some(id.into()), foreign: true, ..Wish::default() };
    let only = |name: &str| Wish { only: vec![name.into()], foreign: true, ..Wish::default() };
    let ours = "1 about the course's own application";
    assert_eq!(
        told(&course, "4", &step("4.5")),
        "nothing is left to check: 4 waiting for the server's time-outs (run them with --slow)"
    );
    assert!(told(&course, "7", &step("7.1")).contains("turns no check green by itself"));
    let attached = Wish { attached: true, ..step("7.5") };
    assert_eq!(
        told(&course, "7", &attached),
        "nothing is left to check: 2 for which the server is stopped or started anew (not with --addr), \
         2 about the course's own application"
    );
    assert_eq!(
        told(&course, "5", &only("user-created")),
        format!("nothing is left to check: {ours}")
    );
    let neither = Wish { only: vec!["keep-alive".into()], ..step("5.1") };
    assert_eq!(told(&course, "5", &neither), "step 5.1 has no check named keep-alive");
}

/// How long a check's exchanges wait by themselves: what they take of a server that answers at once.
fn waits(check: &Check) -> Vec<Duration> {
    let wait = |step: &Step| match step {
        Step::Pause(span) | Step::Await(Until::Quiet(span), _) => *span,
        _ => Duration::ZERO,
    };
    check.exchanges.iter().map(|exchange| exchange.steps.iter().map(wait).sum()).collect()
}

#[test]
fn the_checks_of_a_chapter_wait_less_than_two_seconds_in_all() {
    let course = course();
    let at_once = u32::try_from(Settings::default().at_once).expect("a small number");
    for lesson in course.lessons.iter().filter(|lesson| lesson.number.is_some()) {
        let selection = Selection::new(&course, lesson, &Wish::default()).expect("it has checks");
        let (alone, together): (Vec<_>, Vec<_>) = selection.checks().partition(|c| c.alone);
        let alone: Duration = alone.into_iter().flat_map(waits).sum();
        let together: Vec<_> = together.into_iter().flat_map(waits).collect();
        let longest = together.iter().max().copied().unwrap_or_default();
        // What one of the threads takes at most that share the exchanges.
        let shared = together.iter().sum::<Duration>() / at_once + longest;
        let all = alone + shared;
        assert!(all < Duration::from_secs(2), "{}: {all:?}", lesson.package);
    }
}
