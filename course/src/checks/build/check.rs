//! The check itself, and how it ends for the parts.

use crate::checks::{Check, Exchange, Group, Needs, Rfc, Verdict, Want};

use Verdict::{Fail, Hang, Pass};

/// Part 1 answers one read, part 2 waits for the end of the stream, part 3 does it right.
pub const SINCE_3: &[Verdict] = &[Fail, Hang, Pass];
/// The same, with an answer of part 1 that happens to be right.
pub const NOT_2: &[Verdict] = &[Pass, Hang, Pass];
/// One request per connection is not enough.
pub const SINCE_4: &[Verdict] = &[Fail, Hang, Fail, Pass];
/// Parts 1 to 4 answer every path alike.
pub const SINCE_5: &[Verdict] = &[Fail, Hang, Fail, Fail, Pass];
/// Every part does it right.
pub const ALWAYS: &[Verdict] = &[Pass];
/// Part 1 doesn't, all others do.
pub const SINCE_2: &[Verdict] = &[Fail, Pass];

/// A check that every server must pass, until it is told otherwise.
pub fn check(group: Group, name: &'static str, promise: &'static str) -> Check {
    Check {
        name,
        group,
        promise,
        source: "",
        page: "",
        parts: SINCE_3,
        about: 1..=u32::MAX,
        needs: Needs::Root,
        rfc: Rfc::Same,
        slow: false,
        alone: false,
        process: None,
        pace: None,
        exchanges: Vec::new(),
    }
}

impl Check {
    /// Where its demand is written, and the page that explains it.
    pub fn see(mut self, source: &'static str, page: &'static str) -> Check {
        (self.source, self.page) = (source, page);
        self
    }

    /// How it ends for the parts.
    pub fn parts(mut self, parts: &'static [Verdict]) -> Check {
        self.parts = parts;
        self
    }

    /// It is about no part behind this one.
    pub fn until(mut self, part: u32) -> Check {
        self.about = 1..=part;
        self
    }

    /// It is about no part before this one.
    pub fn since(mut self, part: u32) -> Check {
        self.about = part..=u32::MAX;
        self
    }

    /// It needs `/echo`.
    pub fn echo(mut self) -> Check {
        self.needs = Needs::Echo;
        self
    }

    /// It needs the course's own application.
    pub fn our_app(mut self) -> Check {
        self.needs = Needs::OurApp;
        self
    }

    /// The RFC demands nothing of it.
    pub fn ours(mut self) -> Check {
        self.rfc = Rfc::Nothing;
        self
    }

    /// By the RFC a server may also refuse with this status.
    pub fn or_refused(mut self, status: u16) -> Check {
        self.rfc = Rfc::OrRefused(status);
        self
    }

    /// The RFC demands less.
    pub fn rfc(mut self, want: Want) -> Check {
        self.rfc = Rfc::Less(want);
        self
    }

    /// It waits for time-outs of the server.
    pub fn slow(mut self) -> Check {
        self.slow = true;
        self
    }

    /// No other check runs beside it.
    pub fn alone(mut self) -> Check {
        self.alone = true;
        self
    }

    /// It is played to a process of its own, with these variables in its environment.
    pub fn process(mut self, variables: &'static [(&'static str, &'static str)]) -> Check {
        self.process = Some(variables);
        self.alone()
    }

    /// The last exchange takes at most that many times as long as the first.
    pub fn pace(mut self, times: u32) -> Check {
        self.pace = Some(times);
        self
    }

    /// One more exchange.
    pub fn with(mut self, exchange: Exchange) -> Check {
        self.exchanges.push(exchange);
        self
    }

    /// More exchanges.
    pub fn each(mut self, exchanges: impl IntoIterator<Item = Exchange>) -> Check {
        self.exchanges.extend(exchanges);
        self
    }
}
