//! What a connection waits for, and until when.
//!
//! In: the phase that a connection is in, and the time. Out: its deadline. A deadline belongs to a
//! phase: bytes that trickle in don't move it.

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
}

/// `Duration::MAX` is a limit, but no time that can be added to now.
const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// The current phase, and when it ends at the latest.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    phase: Phase,
    at: Instant,
}

impl Deadline {
    /// The deadline of a phase that begins now.
    pub fn new(phase: Phase, now: Instant, limits: &Limits) -> Deadline {
        Deadline { phase, at: now + phase.time(limits).min(FOR_EVER) }
    }

    /// Goes on to a phase. Its time begins now, unless it is the current one.
    pub fn enter(&mut self, phase: Phase, now: Instant, limits: &Limits) {
        if self.phase != phase {
            *self = Deadline::new(phase, now, limits);
        }
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
