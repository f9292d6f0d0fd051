//! The checks as data: what is sent when, and which answers are right.
//!
//! One table per group. A check also says how it ends for each chapter of the course, so adding a
//! check is adding one entry. Nothing here knows a socket.

mod body;
mod build;
mod exchange;
mod files;
mod json_lines;
mod message;
mod persistence;
mod production;
mod refusal;
mod rfc;
mod routing;
mod stream;

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::OnceLock;

use crate::lesson::Lesson;

pub use exchange::{Answer, Body, Exchange, PATIENCE, Status, Then, Want};
pub use rfc::Rfc;

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Bytes arrive in any pieces, and connections begin and end in any way.
    Stream,
    /// Request line and field lines.
    Message,
    /// Where the body ends.
    Body,
    /// What must not be served.
    Refusal,
    /// More than one request on a connection.
    Persistence,
    /// Which handler a request leads to, and what a handler answers.
    Routing,
    /// Versions and parts of files, answers of unknown length, uploads.
    Files,
    /// Many slow clients, and what the server tells of itself.
    Production,
    /// The messages of echo-json, which is another protocol.
    JsonLines,
}

impl Group {
    /// All groups in reading order.
    pub const ALL: [Group; 9] = [
        Group::Stream,
        Group::Message,
        Group::Body,
        Group::Refusal,
        Group::Persistence,
        Group::Routing,
        Group::Files,
        Group::Production,
        Group::JsonLines,
    ];

    /// The protocol that its checks speak.
    pub fn protocol(self) -> Protocol {
        match self {
            Group::JsonLines => Protocol::JsonLines,
            _ => Protocol::Http,
        }
    }

    /// The name that `--only` takes.
    pub fn name(self) -> &'static str {
        match self {
            Group::Stream => "stream",
            Group::Message => "message",
            Group::Body => "body",
            Group::Refusal => "refusal",
            Group::Persistence => "persistence",
            Group::Routing => "routing",
            Group::Files => "files",
            Group::Production => "production",
            Group::JsonLines => "json-lines",
        }
    }
}

/// What a server speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/1.1.
    Http,
    /// A JSON object a line, an answer a line.
    JsonLines,
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The chapter that speaks JSON lines.
const JSON_LINES: &str = "echo-json";

/// How a check ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should.
    Pass,
    /// Otherwise.
    Fail,
    /// The client waited for an answer until its deadline.
    Hang,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Verdict::Pass => "pass",
            Verdict::Fail => "fail",
            Verdict::Hang => "hang",
        })
    }
}

/// What a check asks of the server besides HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// `GET /` answers 2xx.
    Root,
    /// `/echo` gives the body back.
    Echo,
    /// The application of the course's own servers.
    OurApp,
}

/// A check.
#[derive(Clone, Debug)]
pub struct Check {
    /// Its name, as `--only` and `lesson.toml` know it.
    pub name: &'static str,
    /// Its group.
    pub group: Group,
    /// One line: what a server that passes can do.
    pub promise: &'static str,
    /// Where that is written.
    pub source: &'static str,
    /// Page of the book that explains it.
    pub page: &'static str,
    /// How it ends for parts 1, 2, 3 …; the last entry holds for all later parts.
    pub parts: &'static [Verdict],
    /// The parts that it is about: an earlier one has nothing like it, a later one may have another application.
    pub about: RangeInclusive<u32>,
    /// What it needs of the server.
    pub needs: Needs,
    /// How much of it the RFC demands.
    pub rfc: Rfc,
    /// Whether it waits for time-outs of the server.
    pub slow: bool,
    /// Whether it must run with no other beside it: it measures time, or may end a bad server.
    pub alone: bool,
    /// What a process of its own finds in its environment; without, it is played to the server that all others use.
    pub process: Option<&'static [(&'static str, &'static str)]>,
    /// How many times as long as the first exchange the last one may take.
    pub pace: Option<u32>,
    /// Its conversations, each on a connection of its own; the first wrong one decides.
    pub exchanges: Vec<Exchange>,
}

impl Check {
    /// Whether it tells the server to stop.
    pub fn stops(&self) -> bool {
        self.exchanges.iter().any(|exchange| exchange.stopped.is_some())
    }

    /// Whether this system has what it takes: a signal, for those that tell the server to stop.
    pub fn can_run(&self) -> bool {
        cfg!(unix) || !self.stops()
    }

    /// How it ends for a chapter; `None` if it is about a protocol or an application that the
    /// chapter doesn't have.
    pub fn expected(&self, lesson: &Lesson) -> Option<Verdict> {
        if self.group == Group::JsonLines {
            return (lesson.package == JSON_LINES).then(|| self.parts[0]);
        }
        let number = lesson.number.filter(|number| self.about.contains(number))?;
        let number = usize::try_from(number).ok()?;
        self.parts.get(number.clamp(1, self.parts.len()) - 1).copied()
    }
}

/// All checks, in reading order.
pub fn all() -> &'static [Check] {
    static ALL: OnceLock<Vec<Check>> = OnceLock::new();
    ALL.get_or_init(|| {
        let groups = [
            stream::checks(),
            message::checks(),
            body::checks(),
            refusal::checks(),
            persistence::checks(),
            routing::checks(),
            files::checks(),
            production::checks(),
            json_lines::checks(),
        ];
        groups.into_iter().flatten().collect()
    })
}

/// The check of this name.
pub fn named(name: &str) -> Option<&'static Check> {
    all().iter().find(|check| check.name == name)
}
