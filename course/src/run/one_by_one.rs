//! Runs checks with nothing beside them, and watches whether the server survives each.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::{Failure, Outcome, Settings, run_together};
use crate::checks::Check;
use crate::judge::{Death, Seen};
use crate::subject::{GONE, Subject};
use crate::wire::Timeline;

/// After a check: time for the server to see that its connections have ended.
const SETTLED: Duration = Duration::from_millis(20);

/// A connection that ends tells that its server may have; one that hangs is still held by somebody.
pub fn may_have_killed(outcome: &Outcome) -> bool {
    outcome.failure.as_ref().is_some_and(|f| !matches!(f.seen, Seen::Silence { .. }))
}

/// Runs checks with nothing beside them, and watches whether the server survives each.
pub struct OneByOne<'a, 'b> {
    /// The server.
    pub subject: &'a mut Subject,
    /// How to run.
    pub settings: Settings<'b>,
    /// It died, and can't be started from here.
    pub gone: bool,
}

impl OneByOne<'_, '_> {
    /// Runs one check; one that needs a process of its own gets it, and leaves a new one behind.
    ///
    /// Errors: a server can't be started, or not from here.
    pub fn run(&mut self, check: &'static Check) -> Result<Outcome> {
        let Some(variables) = check.process else { return self.beside_nothing(check) };
        ensure!(
            self.subject.restart(variables)?,
            "{} needs a server that is started here",
            check.name
        );
        let outcome = self.beside_nothing(check);
        self.subject.restart(&[])?;
        outcome
    }

    fn beside_nothing(&mut self, check: &'static Check) -> Result<Outcome> {
        // The check before may have passed, and ended the server with its last connection.
        if !self.gone && self.subject.ends(SETTLED) {
            self.gone = !self.subject.restart(&[])?;
        }
        self.subject.forget_output();
        if self.gone {
            let seen = Seen::NoConnection(GONE.into());
            let timeline = Timeline::default();
            let failure = Failure { exchange: 0, seen, breaks_rfc: true, timeline };
            return Ok(Outcome { check, failure: Some(failure), took: Duration::ZERO });
        }
        let settings = Settings { at_once: 1, ..self.settings };
        let run = |subject: &Subject| run_together(subject, &[check], settings).remove(0);
        let mut outcome = run(self.subject);
        if outcome.failure.as_ref().is_some_and(|f| matches!(f.seen, Seen::Slow { .. })) {
            // A busy machine makes slow, and never fast.
            outcome = run(self.subject);
        }
        // Whoever was told to stop may end.
        if !check.stops()
            && may_have_killed(&outcome)
            && let Some(death) = self.death()?
            && let Some(failure) = &mut outcome.failure
        {
            failure.seen = Seen::Died(death);
        }
        Ok(outcome)
    }

    /// How the server ended, if it did; then it is started again, if that can be done here.
    pub fn death(&mut self) -> Result<Option<Death>> {
        let death = self.subject.death();
        if death.is_some() {
            self.gone = !self.subject.restart(&[])?;
        }
        Ok(death)
    }
}
