//! Runs checks against a server: many at once where they allow it, each within its deadlines.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::answers;
use crate::checks::{self, Check, Exchange, PATIENCE, Protocol, Rfc, Then, Verdict};
use crate::judge::{Seen, good_so_far, judge};
use crate::lesson::Lesson;
use crate::subject::Subject;
use crate::wire::{Options, Step, Timeline, Until, Wire};

/// How to run.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// How long the client waits for an answer or a close.
    pub patience: Duration,
    /// How many exchanges run at once.
    pub at_once: usize,
    /// Whether only what the RFC demands counts.
    pub rfc_only: bool,
    /// The chapter that is checked, if its known hangs need not be waited for in full.
    pub known: Option<&'a Lesson>,
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Settings { patience: Duration::from_secs(2), at_once: 32, rfc_only: false, known: None }
    }
}

/// After the last answer: how long to look for bytes that nobody asked for.
const QUIET: Duration = Duration::from_millis(30);

/// How long a server may be silent in a check that waits for its time-outs.
const SLOW_PATIENCE: Duration = Duration::from_secs(100);

/// How long to wait for an answer that the course knows not to come.
const KNOWN_HANG: Duration = Duration::from_millis(500);

/// After connecting: time for the server to accept, of which a client learns nothing.
const ACCEPTED: Duration = Duration::from_millis(2);

/// A slow exchange must also take at least this long, so that noise is not taken for slowness.
const NOTICEABLE: Duration = Duration::from_millis(400);

/// How a check ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The check.
    pub check: &'static Check,
    /// What went wrong, if anything did.
    pub failure: Option<Failure>,
    /// How long it took.
    pub took: Duration,
}

/// What went wrong in a check.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Which of its exchanges, from 0.
    pub exchange: usize,
    /// What was seen.
    pub seen: Seen,
    /// What happened on the connection.
    pub timeline: Timeline,
}

impl Outcome {
    /// Pass, fail or hang.
    pub fn verdict(&self) -> Verdict {
        self.failure.as_ref().map_or(Verdict::Pass, |failure| failure.seen.verdict())
    }
}

/// Runs checks; those that must be alone come last, each on its own. The outcomes have the checks'
/// order.
///
/// A server that dies is started again if it was started here, and the checks that may have done
/// it are repeated one by one, to find which one did.
///
/// Errors: the server can't be started again.
pub fn run_checks(
    subject: &mut Subject,
    checks: &[&'static Check],
    settings: Settings<'_>,
) -> Result<Vec<Outcome>> {
    let (alone, together): (Vec<_>, Vec<_>) = checks.iter().copied().partition(|check| check.alone);
    let mut outcomes = run_together(&subject.addresses(), &together, settings);
    let mut one_by_one = OneByOne { subject, settings, gone: false };
    if outcomes.iter().any(may_have_killed) && one_by_one.death()?.is_some() {
        let passed = |o: &Outcome| o.failure.is_none();
        let (kept, suspects): (Vec<_>, Vec<_>) = outcomes.into_iter().partition(passed);
        outcomes = kept;
        for outcome in suspects {
            outcomes.push(one_by_one.run(outcome.check)?);
        }
    }
    for check in alone {
        outcomes.push(one_by_one.run(check)?);
    }
    let place = |outcome: &Outcome| checks.iter().position(|c| c.name == outcome.check.name);
    outcomes.sort_by_key(place);
    Ok(outcomes)
}

/// How many exchanges may run at once, so that the server has time for each: one that works with few
/// threads, or with one, is slow beside many clients that don't go on, and that is no fault of theirs.
pub fn at_once(subject: &Subject, protocol: Protocol, settings: Settings<'_>) -> usize {
    let answers =
        |beside| answers_beside(&subject.addresses(), protocol, beside, settings.patience / 2);
    if answers(settings.at_once - 1) || !answers(0) {
        return settings.at_once;
    }
    // An exchange may have a second connection beside its own.
    [7, 3].into_iter().find(|beside| answers(*beside)).map_or(1, |beside| beside.div_ceil(2))
}

/// Whether a request is answered while so many clients have sent half of one.
fn answers_beside(
    addresses: &[SocketAddr],
    protocol: Protocol,
    beside: usize,
    within: Duration,
) -> bool {
    let name = match protocol {
        Protocol::Http => "half-request-beside",
        Protocol::JsonLines => "line-half-beside",
    };
    let mut exchange = checks::named(name).expect("it is in the table").exchanges[0].clone();
    let half = exchange.beside[0].iter().filter(|step| matches!(step, Step::Send(_))).cloned();
    exchange.beside = vec![half.collect(); beside];
    let answered = answers::all_of(protocol, &exchange, &exchange.want);
    let pace = Pace { patience: within, careful: true };
    let timeline = talk(addresses, &exchange, answered, Then::Either, |_| true, pace);
    timeline.is_ok_and(|timeline| !timeline.timed_out() && !timeline.received.is_empty())
}

/// A connection that ends tells that its server may have; one that hangs is still held by somebody.
fn may_have_killed(outcome: &Outcome) -> bool {
    outcome.failure.as_ref().is_some_and(|f| !matches!(f.seen, Seen::Silence { .. }))
}

/// Runs checks with nothing beside them, and watches whether the server survives each.
struct OneByOne<'a, 'b> {
    subject: &'a mut Subject,
    settings: Settings<'b>,
    /// It died, and can't be started from here.
    gone: bool,
}

impl OneByOne<'_, '_> {
    fn run(&mut self, check: &'static Check) -> Result<Outcome> {
        if self.gone {
            let seen = Seen::NoConnection("nobody accepts connections any more".into());
            let failure = Failure { exchange: 0, seen, timeline: Timeline::default() };
            return Ok(Outcome { check, failure: Some(failure), took: Duration::ZERO });
        }
        let settings = Settings { at_once: 1, ..self.settings };
        let mut outcome = run_together(&self.subject.addresses(), &[check], settings).remove(0);
        if may_have_killed(&outcome)
            && let Some(how) = self.death()?
            && let Some(failure) = &mut outcome.failure
        {
            failure.seen = Seen::Died(how);
        }
        Ok(outcome)
    }

    /// How the server ended, if it did; then it is started again, if that can be done here.
    fn death(&mut self) -> Result<Option<String>> {
        let how = self.subject.death();
        if how.is_some() {
            self.gone = !self.subject.revive()?;
        }
        Ok(how)
    }
}

/// Plays all exchanges of all checks, so many at once, and gives an outcome for each check.
///
/// Exchanges begin in their order, and those of a check that has failed are not begun; so the
/// failure that is told is the first one, whatever the timing.
fn run_together(
    addresses: &[SocketAddr],
    checks: &[&'static Check],
    settings: Settings<'_>,
) -> Vec<Outcome> {
    let tracks: Vec<Track> = checks.iter().map(|check| Track::new(check)).collect();
    let jobs: Vec<(&Track, usize)> = tracks
        .iter()
        .flat_map(|track| (0..track.check.exchanges.len()).map(move |exchange| (track, exchange)))
        .collect();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some((track, exchange)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            track.play(*exchange, addresses, settings);
        }
    };
    thread::scope(|scope| {
        for _ in 0..settings.at_once.min(jobs.len()) {
            scope.spawn(work);
        }
    });
    drop(jobs);
    tracks.into_iter().map(Track::outcome).collect()
}

/// A check on its way.
struct Track {
    check: &'static Check,
    failed: AtomicBool,
    played: Vec<OnceLock<Played>>,
}

impl Track {
    fn new(check: &'static Check) -> Track {
        let played = check.exchanges.iter().map(|_| OnceLock::new()).collect();
        Track { check, failed: AtomicBool::new(false), played }
    }

    fn play(&self, exchange: usize, addresses: &[SocketAddr], settings: Settings<'_>) {
        if self.failed.load(Ordering::Relaxed) {
            return;
        }
        let played = play(addresses, self.check, exchange, settings);
        self.failed.fetch_or(played.seen.is_some(), Ordering::Relaxed);
        self.played[exchange].get_or_init(|| played);
    }

    fn outcome(self) -> Outcome {
        let check = self.check;
        let played: Vec<Played> = self.played.into_iter().map_while(OnceLock::into_inner).collect();
        let times: Vec<Duration> = played.iter().map(|p| p.took).collect();
        let too_slow = check.pace.and_then(|pace| too_slow(&times, pace));
        let took = times.iter().max().copied().unwrap_or_default();
        let wrong =
            played.into_iter().enumerate().find(|(_, p)| p.seen.is_some() || too_slow.is_some());
        let failure = wrong.and_then(|(exchange, played)| {
            let seen = played.seen.or(too_slow)?;
            Some(Failure { exchange, seen, timeline: played.timeline })
        });
        Outcome { check, failure, took }
    }
}

/// Whether the last exchange took more than so many times as long as the first.
fn too_slow(times: &[Duration], pace: u32) -> Option<Seen> {
    let (first, last) = (*times.first()?, *times.last()?);
    (last > first * pace && last > NOTICEABLE).then_some(Seen::Slow {
        first: first.as_millis(),
        last: last.as_millis(),
        times: pace,
    })
}

/// One exchange of a check, played.
struct Played {
    seen: Option<Seen>,
    timeline: Timeline,
    took: Duration,
}

fn play(
    addresses: &[SocketAddr],
    check: &Check,
    exchange: usize,
    settings: Settings<'_>,
) -> Played {
    let exchange = &check.exchanges[exchange];
    let want = match &check.rfc {
        Rfc::Less(want) if settings.rfc_only => want,
        _ => &exchange.want,
    };
    let hangs = settings.known.is_some_and(|part| check.expected(part) == Some(Verdict::Hang));
    let patience = match check {
        _ if hangs => settings.patience.min(KNOWN_HANG),
        Check { slow: true, .. } => SLOW_PATIENCE,
        Check { pace: Some(_), .. } => settings.patience * 4,
        _ => settings.patience,
    };
    let began = Instant::now();
    let protocol = check.group.protocol();
    let answered = answers::all_of(protocol, exchange, want);
    let is_good = |timeline: &Timeline| good_so_far(protocol, exchange, want, timeline);
    let pace = Pace { patience, careful: settings.known.is_none() };
    let (seen, timeline) = match talk(addresses, exchange, answered, want.then, is_good, pace) {
        Ok(timeline) => (judge(protocol, exchange, want, &timeline), timeline),
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {
            (Some(Seen::Reset { answered: 0 }), Timeline::default())
        }
        Err(error) => (Some(Seen::NoConnection(error.to_string())), Timeline::default()),
    };
    Played { seen, timeline, took: began.elapsed() }
}

/// How an exchange is carried out in time.
#[derive(Clone, Copy)]
struct Pace {
    /// How long to wait for an answer or a close.
    patience: Duration,
    /// Whether connections are opened one after the other.
    careful: bool,
}

/// Carries out an exchange, with the waits that every exchange ends in; `is_good` tells from what has
/// come whether it is worth while to wait for the close.
fn talk(
    addresses: &[SocketAddr],
    exchange: &Exchange,
    answered: Option<Until>,
    then: Then,
    is_good: impl Fn(&Timeline) -> bool,
    pace: Pace,
) -> std::io::Result<Timeline> {
    let patience = pace.patience;
    let mut beside = Vec::new();
    for steps in &exchange.beside {
        let mut wire = connect(addresses, pace)?;
        steps.iter().all(|step| perform(&mut wire, step, patience));
        beside.push(wire);
    }
    let mut wire = connect(addresses, pace)?;
    let in_time = exchange.steps.iter().all(|step| perform(&mut wire, step, patience))
        && answered.is_none_or(|until| wire.wait(&until, patience));
    if in_time {
        let closes = matches!(then, Then::Closes | Then::ClosesInOrder);
        let end =
            if closes && is_good(&wire.timeline()) { Until::Closed } else { Until::Quiet(QUIET) };
        wire.wait(&end, patience);
    }
    Ok(wire.finish())
}

/// One connection after the other: a server may let few wait to be accepted, and what is refused for
/// that reason tells nothing about it.
fn connect(addresses: &[SocketAddr], pace: Pace) -> std::io::Result<Wire> {
    static DOOR: Mutex<()> = Mutex::new(());
    let options = Options { stall: pace.patience, ..Options::default() };
    if !pace.careful {
        return Wire::connect(addresses, options, None);
    }
    let door = DOOR.lock().unwrap_or_else(|e| e.into_inner());
    let wire = Wire::connect(addresses, options, None);
    thread::sleep(ACCEPTED);
    drop(door);
    wire
}

/// Carries out a step; `false` if it waited in vain.
fn perform(wire: &mut Wire, step: &Step, patience: Duration) -> bool {
    match step {
        Step::Await(until, within) if *within == PATIENCE => wire.wait(until, patience),
        step => {
            wire.step(step);
            true
        }
    }
}
