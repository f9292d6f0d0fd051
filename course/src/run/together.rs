//! Runs checks side by side: a few threads take one exchange after the other.

use std::io::ErrorKind;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::talk::{Pace, talk};
use super::{Failure, Outcome, Settings};
use crate::answers;
use crate::checks::{Check, Rfc, Verdict};
use crate::judge::{Seen, breaks_rfc, good_so_far, judge};
use crate::subject::Subject;
use crate::wire::Timeline;

/// How long a server may be silent in a check that waits for its time-outs.
const SLOW_PATIENCE: Duration = Duration::from_secs(100);

/// How long to wait for an answer that the course knows not to come.
const KNOWN_HANG: Duration = Duration::from_millis(500);

/// Bytes that are kept of each direction of an exchange that is over, and behind the first wrong one.
const KEPT_BYTES: usize = 16 << 10;

/// A slow exchange must also take at least this long, so that noise is not taken for slowness.
const NOTICEABLE: Duration = Duration::from_millis(400);

/// Plays all exchanges of all checks, so many at once, and gives an outcome for each check.
///
/// Exchanges begin in their order, and those of a check that has failed are not begun; so the
/// failure that is told is the first one, whatever the timing.
pub fn run_together(
    subject: &Subject,
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
            track.play(*exchange, subject, settings);
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

    fn play(&self, exchange: usize, subject: &Subject, settings: Settings<'_>) {
        if self.failed.load(Ordering::Relaxed) {
            return;
        }
        let played = play(subject, self.check, exchange, settings);
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
            let Played { seen, breaks_rfc, timeline, .. } = played;
            Some(Failure { exchange, seen: seen.or(too_slow)?, breaks_rfc, timeline })
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
    breaks_rfc: bool,
    timeline: Timeline,
    took: Duration,
}

fn play(subject: &Subject, check: &Check, exchange: usize, settings: Settings<'_>) -> Played {
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
    let pace = Pace::of(exchange, patience, settings.known.is_none());
    let (mut seen, mut timeline) = match talk(subject, exchange, answered, want.then, is_good, pace)
    {
        Ok(timeline) => (judge(protocol, exchange, want, &timeline), timeline),
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {
            (Some(Seen::Reset { answered: 0 }), Timeline::default())
        }
        Err(error) => (Some(Seen::NoConnection(error.to_string())), Timeline::default()),
    };
    let breaks_rfc = seen.is_some() && breaks_rfc(check, exchange, &timeline);
    seen.take_if(|_| settings.rfc_only && !breaks_rfc);
    let wrong = seen.as_ref().and_then(Seen::wrong_at).unwrap_or(0);
    timeline.shorten(KEPT_BYTES, wrong + KEPT_BYTES);
    Played { seen, breaks_rfc, timeline, took: began.elapsed() }
}
