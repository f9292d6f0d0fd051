//! One conversation: what the client does, and what must come back.

use std::borrow::Cow;
use std::time::Duration;

use crate::wire::Step;

/// One conversation with the server, and how it must go.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// Connections that are opened before and stay open meanwhile.
    pub beside: Vec<Vec<Step>>,
    /// What the client does. Waits of [`PATIENCE`] last as long as the runner is told to wait.
    pub steps: Vec<Step>,
    /// If the server is told to stop then: what the client does afterwards.
    pub stopped: Option<Vec<Step>>,
    /// The methods of the requests that must be answered; only HTTP has methods.
    pub methods: Vec<&'static str>,
    /// What must come back.
    pub want: Want,
    /// Whether it is wrong to answer before the head was sent, and to end the answer before the last byte was.
    pub early_is_wrong: bool,
}

/// In a step: as long as the runner is told to wait.
pub const PATIENCE: Duration = Duration::MAX;

/// What must come back in an exchange.
#[derive(Clone, Debug)]
pub struct Want {
    /// The answers, in order.
    pub answers: Vec<Answer>,
    /// What the connection does afterwards.
    pub then: Then,
    /// Whether an answer that says `Connection: close` may be the last.
    pub may_close: bool,
}

/// What one answer must be.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: Status,
    /// Its body.
    pub body: Body,
    /// Whether `100 Continue` must come first.
    pub continues: bool,
    /// A field that it must have: name, and a member of its list.
    pub field: Option<(&'static str, &'static str)>,
    /// A field that it must not have.
    pub lacks: Option<&'static str>,
    /// The status for which field and body are demanded, if not for each.
    pub only_of: Option<u16>,
    /// A word that the member `message` of its JSON body must have.
    pub mentions: Option<&'static str>,
}

/// Which status codes are right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// 2xx.
    Success,
    /// 2xx, or this one.
    SuccessOr(u16),
    /// Anything that shows that the request was understood: 2xx, 3xx, 404, 405, 421.
    Understood,
    /// One of these.
    OneOf(&'static [u16]),
    /// One of these; or 404, 405, 501: who has no `/echo` may say so before it says what is wrong with the request.
    NotEchoed(&'static [u16]),
    /// 4xx or 5xx, or no whole answer at all.
    RefusedOrNothing,
    /// Any.
    Any,
}

/// Which body is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Any.
    Any,
    /// These bytes.
    Exactly(Vec<u8>),
    /// Text with these words in it.
    Mentions(&'static str),
    /// Text without these words in it.
    Lacks(&'static str),
    /// Part of the body of the answer before, and `Content-Range` says which.
    Part {
        /// Where it begins; without, it is the last bytes.
        from: Option<usize>,
        /// How many bytes it has, if there are as many.
        bytes: usize,
    },
    /// A JSON object with these members, as JSON.
    Json(Cow<'static, str>),
}

/// What the connection does after the answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Anything but more bytes.
    Either,
    /// Anything but more bytes and a reset.
    NotReset,
    /// It closes, in good order or by a reset.
    Closes,
    /// It closes in good order: a reset can destroy the answer on its way.
    ClosesInOrder,
}
