//! Carries out one exchange.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use crate::checks::{Exchange, PATIENCE, Then};
use crate::subject::Subject;
use crate::wire::{Options, Step, Timeline, Until, Wire};

/// After the last answer: how long to look for bytes that nobody asked for.
const QUIET: Duration = Duration::from_millis(30);

/// After connecting: time for the server to accept, of which a client learns nothing.
const ACCEPTED: Duration = Duration::from_millis(2);

/// The longest answer to a plain request that is read to its end.
const PAGE_BYTES: usize = 512 << 10;

/// How an exchange is carried out.
#[derive(Clone, Copy)]
pub struct Pace {
    /// How long to wait for an answer or a close.
    pub patience: Duration,
    /// Whether connections are opened one after the other.
    pub careful: bool,
    /// Most bytes to take from the server.
    pub received_bytes: usize,
}

impl Pace {
    /// For an exchange: a server may send as much as it got, and a page.
    pub fn of(exchange: &Exchange, patience: Duration, careful: bool) -> Pace {
        let size = |step: &Step| if let Step::Send(bytes) = step { bytes.len() } else { 0 };
        let sent: usize = exchange.steps.iter().map(size).sum();
        Pace { patience, careful, received_bytes: PAGE_BYTES + 2 * sent }
    }
}

/// Carries out an exchange, with the waits that every exchange ends in; `is_good` tells from what has
/// come whether it is worth while to wait for the close.
pub fn talk(
    subject: &Subject,
    exchange: &Exchange,
    answered: Option<Until>,
    then: Then,
    is_good: impl Fn(&Timeline) -> bool,
    pace: Pace,
) -> std::io::Result<Timeline> {
    let patience = pace.patience;
    let addresses = &subject.addresses();
    let mut beside = Vec::new();
    for steps in &exchange.beside {
        let mut wire = connect(addresses, pace)?;
        steps.iter().all(|step| perform(&mut wire, step, patience));
        beside.push(wire);
    }
    let mut wire = connect(addresses, pace)?;
    let mut in_time = exchange.steps.iter().all(|step| perform(&mut wire, step, patience));
    if in_time && let Some(steps) = &exchange.stopped {
        wire.tell_to_stop();
        subject.stop(patience)?;
        in_time = steps.iter().all(|step| perform(&mut wire, step, patience));
    }
    in_time = in_time && answered.is_none_or(|until| wire.wait(&until, patience));
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
    let options =
        Options { stall: pace.patience, received_bytes: pace.received_bytes, ..Options::default() };
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
