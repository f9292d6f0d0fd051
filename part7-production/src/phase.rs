//! What a connection waits for, and until when.
//!
//! In: the phase that a connection is in, and the time. Out: its deadline. A deadline belongs to a
//! phase: bytes that trickle in don't move it. Where bytes may move it, they buy time at a fixed price.

use std::time::{Duration, Instant};

use crate::limits::Limits;

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The first byte of a new connection. Too late: close.
    FirstByte,
    /// The first byte of a further request. Too late: half-close, and drain.
    NextRequest,
    /// The rest of a head. Too late: 408.
    Head,
    /// The rest of a body. Too late: 408.
    Body,
    /// Room to write. Too late: close.
    Writing,
    /// The client to see the last answer, and to close. Too late: close.
    Draining,
}

impl Phase {
    fn time(self, limits: &Limits) -> Duration {
        match self {
            Phase::FirstByte => limits.first_byte_time,
            Phase::NextRequest => limits.next_request_time,
            Phase::Head => limits.head_time,
            Phase::Body => limits.body_time,
            Phase::Writing => limits.write_stall_time,
            Phase::Draining => limits.drain_time,
        }
    }

    /// The longest that bytes can make it.
    fn total(self, limits: &Limits) -> Duration {
        match self {
            Phase::Body => limits.upload_time,
            _ => FOR_EVER,
        }
    }
}

/// `Duration::MAX` is a limit, but no time that can be added to now.
const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// The current phase, and when it ends at the latest.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    phase: Phase,
    at: Instant,
    latest: Instant,
}

impl Deadline {
    /// The deadline of a phase that begins now.
    pub fn new(phase: Phase, now: Instant, limits: &Limits) -> Deadline {
        let at = now + phase.time(limits).min(FOR_EVER);
        Deadline { phase, at, latest: now + phase.total(limits).min(FOR_EVER) }
    }

    /// Goes on to a phase. Its time begins now, unless it is the current one.
    pub fn enter(&mut self, phase: Phase, now: Instant, limits: &Limits) {
        if self.phase != phase {
            *self = Deadline::new(phase, now, limits);
        }
    }

    /// Bytes have moved, and buy time: a second for as many as `rate`. What is left is never more than at the phase's
    /// begin: whoever was fast must not rest for long.
    pub fn moved(&mut self, bytes: usize, rate: u32, now: Instant, limits: &Limits) {
        let bought = Duration::from_secs_f64(bytes as f64 / f64::from(rate));
        let full = now + self.phase.time(limits).min(FOR_EVER);
        self.at = (self.at + bought).min(full).min(self.latest);
    }

    /// The current phase.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// When it ends at the latest.
    pub fn at(&self) -> Instant {
        self.at
    }

    /// Whether its time is over.
    pub fn is_over(&self, now: Instant) -> bool {
        now >= self.at
    }
}
