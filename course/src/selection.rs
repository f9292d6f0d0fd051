//! Which checks are run against a server, in which order, and which are left out, and why.

use anyhow::{Context, Result, bail, ensure};

use crate::checks::{self, Check, Group, Needs, Rfc, Verdict};
use crate::lesson::{Course, Lesson, Step};

/// What the learner asked for.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Names of groups or checks; none are all.
    pub only: Vec<String>,
    /// Only this step of the lesson.
    pub step: Option<String>,
    /// Whether the server is somebody else's, with another application.
    pub foreign: bool,
    /// Whether it was started by somebody else, so that it can be neither stopped nor started anew.
    pub attached: bool,
    /// Whether it has no `/echo`.
    pub no_echo: bool,
    /// Whether only what an RFC demands counts.
    pub rfc_only: bool,
    /// Whether to wait for the server's own time-outs.
    pub slow: bool,
}

/// Checks that belong together: those that a step turns green, or could break.
#[derive(Clone, Debug)]
pub struct Section {
    /// Such as `3.1 Answer at the end of the head`.
    pub title: String,
    /// The checks, in the order of the table.
    pub checks: Vec<&'static Check>,
}

/// What is run, and what isn't.
#[derive(Clone, Debug)]
pub struct Selection {
    /// In reading order; none is empty.
    pub sections: Vec<Section>,
    /// How many checks are left out, and why.
    pub left_out: Vec<(usize, &'static str)>,
}

impl Selection {
    /// The checks that a chapter's server passes, as far as they are wished for; of those that are named, also the
    /// ones that the chapter leaves open.
    ///
    /// Errors: the chapter has no checks; a group, check or step that isn't there; nothing that is left to run.
    pub fn new(course: &Course, lesson: &Lesson, wish: &Wish) -> Result<Selection> {
        let all: Vec<&Check> = checks::all().iter().filter(|c| wish.asks(c, lesson)).collect();
        ensure!(!all.is_empty(), "{} has no checks", lesson.package);
        let mut all = only(all, lesson, &wish.only)?;
        let step = wish.step.as_ref().map(|id| step(lesson, id)).transpose()?;
        if let Some(step) = step {
            all.retain(|check| step.names(check.name));
            ensure!(!all.is_empty(), "{}", why_empty(lesson, step, wish));
        }
        let left_out = wish.leaves_out(&all);
        let wanted: Vec<_> =
            all.into_iter().filter(|check| wish.refuses(check).is_none()).collect();
        ensure!(!wanted.is_empty(), "nothing is left to check: {}", reasons(&left_out));
        let sections = match step {
            Some(step) => vec![Section { title: title(step), checks: wanted }],
            None => sections(course, lesson, wanted),
        };
        Ok(Selection { sections, left_out })
    }

    /// All checks that are run.
    pub fn checks(&self) -> impl Iterator<Item = &'static Check> {
        self.sections.iter().flat_map(|section| section.checks.iter().copied())
    }
}

impl Wish {
    /// Whether a chapter's server should pass a check; or fails it on purpose, and some are named.
    pub fn asks(&self, check: &Check, lesson: &Lesson) -> bool {
        match check.expected(lesson) {
            Some(Verdict::Pass) => true,
            left_open => left_open.is_some() && !self.only.is_empty(),
        }
    }

    /// How many of these checks aren't run, and why.
    fn leaves_out(&self, checks: &[&Check]) -> Vec<(usize, &'static str)> {
        let mut left_out: Vec<(usize, &str)> = Vec::new();
        for reason in checks.iter().filter_map(|check| self.refuses(check)) {
            match left_out.iter_mut().find(|(_, known)| *known == reason) {
                Some((count, _)) => *count += 1,
                None => left_out.push((1, reason)),
            }
        }
        left_out
    }

    /// Why a check isn't run, if it isn't.
    pub fn refuses(&self, check: &Check) -> Option<&'static str> {
        if self.foreign && check.needs == Needs::OurApp {
            Some("about the course's own application")
        } else if self.attached && check.process.is_some() {
            Some("for which the server is stopped or started anew (not with --addr)")
        } else if !check.can_run() {
            Some("sending a signal (only on Unix)")
        } else if self.no_echo && check.needs == Needs::Echo {
            Some("needing /echo (--no-echo)")
        } else if self.rfc_only && matches!(check.rfc, Rfc::Nothing) {
            Some("that no RFC demands (--rfc-only)")
        } else if check.slow && !self.slow {
            Some("waiting for the server's time-outs (run them with --slow)")
        } else {
            None
        }
    }
}

fn only(
    all: Vec<&'static Check>,
    lesson: &Lesson,
    names: &[String],
) -> Result<Vec<&'static Check>> {
    for name in names {
        let known = Group::ALL.iter().any(|g| g.name() == name) || checks::named(name).is_some();
        if !known {
            let groups: Vec<_> = Group::ALL.iter().map(|group| group.name()).collect();
            bail!("there is no group or check {name:?}; the groups are {}", groups.join(", "));
        }
    }
    let picked: Vec<_> = all.into_iter().filter(|check| is_among(check, names)).collect();
    ensure!(!picked.is_empty(), "{} is not about {}", names.join(", "), lesson.package);
    Ok(picked)
}

/// Whether a check or its group is named; without names all are.
fn is_among(check: &Check, names: &[String]) -> bool {
    names.is_empty() || names.iter().any(|n| n == check.name || n == check.group.name())
}

fn step<'a>(lesson: &'a Lesson, id: &str) -> Result<&'a Step> {
    let ids: Vec<_> = lesson.steps.iter().map(|step| step.id.as_str()).collect();
    let step = lesson.steps.iter().find(|step| step.id == id);
    step.with_context(|| format!("there is no step {id}; there are {}", ids.join(", ")))
}

fn title(step: &Step) -> String {
    format!("{} {}", step.id, step.title)
}

/// How many checks are left out, and why, in words.
fn reasons(left_out: &[(usize, &'static str)]) -> String {
    let told: Vec<_> = left_out.iter().map(|(count, why)| format!("{count} {why}")).collect();
    told.join(", ")
}

/// Why a step has no check of those that are wished for.
fn why_empty(lesson: &Lesson, step: &Step, wish: &Wish) -> String {
    let (id, package) = (&step.id, &lesson.package);
    match step.checks.is_empty() && step.keeps.is_empty() {
        true => format!(
            "step {id} turns no check green by itself; without --step all those of {package} run"
        ),
        false => format!("step {id} has no check named {}", wish.only.join(", ")),
    }
}

/// The steps of the chapters up to this one, each with the checks that it is the first to name.
fn sections(course: &Course, lesson: &Lesson, mut wanted: Vec<&'static Check>) -> Vec<Section> {
    let mut chapters = vec![lesson];
    while let Some(previous) = course.previous(chapters[0]) {
        chapters.insert(0, previous);
    }
    let mut sections = Vec::new();
    for step in chapters.iter().flat_map(|chapter| &chapter.steps) {
        let named = |check: &&Check| step.names(check.name);
        let (checks, rest) = wanted.into_iter().partition(named);
        wanted = rest;
        sections.push(Section { title: title(step), checks });
    }
    let (passed, beyond) =
        wanted.into_iter().partition(|check| check.expected(lesson) == Some(Verdict::Pass));
    sections.push(Section { title: "and besides".to_owned(), checks: passed });
    let title = format!("left open by {}, which fails this on purpose", lesson.package);
    sections.push(Section { title, checks: beyond });
    sections.retain(|section| !section.checks.is_empty());
    sections
}
