//! Runs checks with nothing beside them, and watches whether the server survives each.

use std::time::Duration;

use anyhow::Result;

use super::{Failure, Outcome, Settings, run_together};
use crate::checks::Check;
use crate::judge::Seen;
use crate::subject::Subject;
use crate::wire::Timeline;

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
    /// Runs one check.
    pub fn run(&mut self, check: &'static Check) -> Result<Outcome> {
        if self.gone {
            let seen = Seen::NoConnection("nobody accepts connections any more".into());
            let timeline = Timeline::default();
            let failure = Failure { exchange: 0, seen, breaks_rfc: true, timeline };
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
    pub fn death(&mut self) -> Result<Option<String>> {
        let how = self.subject.death();
        if how.is_some() {
            self.gone = !self.subject.revive()?;
        }
        Ok(how)
    }
}
