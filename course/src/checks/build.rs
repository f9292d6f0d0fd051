//! Short ways to write a check down.

use std::borrow::Cow;
use std::time::Duration;

use super::{
    Answer, Body, Check, Exchange, Group, Needs, PATIENCE, Rfc, Status, Then, Verdict, Want,
};
use crate::wire::{Step, Until};

use Verdict::{Fail, Hang, Pass};

/// Part 1 answers one read, part 2 waits for the end of the stream, part 3 does it right.
pub const SINCE_3: &[Verdict] = &[Fail, Hang, Pass];
/// The same, with an answer of part 1 that happens to be right.
pub const NOT_2: &[Verdict] = &[Pass, Hang, Pass];
/// One request per connection is not enough.
pub const SINCE_4: &[Verdict] = &[Fail, Hang, Fail, Pass];
/// Every part does it right.
pub const ALWAYS: &[Verdict] = &[Pass];
/// Part 1 doesn't, all others do.
pub const SINCE_2: &[Verdict] = &[Fail, Pass];

/// A plain request.
pub const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// Between two pieces: long enough that a server on this machine reads the first one alone.
pub const GAP: Duration = Duration::from_millis(100);

/// Between two single bytes.
const BYTE_GAP: Duration = Duration::from_millis(4);

/// A check that every server must pass, until it is told otherwise.
pub fn check(group: Group, name: &'static str, promise: &'static str) -> Check {
    Check {
        name,
        group,
        promise,
        source: "",
        page: "",
        parts: SINCE_3,
        needs: Needs::Root,
        rfc: Rfc::Same,
        slow: false,
        alone: false,
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

/// An exchange with nothing in it yet; wants one successful answer.
fn exchange(steps: Vec<Step>) -> Exchange {
    Exchange {
        beside: Vec::new(),
        steps,
        methods: vec!["GET"],
        want: success(),
        early_is_wrong: false,
    }
}

/// One write, then the wait for what is wanted.
pub fn whole(bytes: impl AsRef<[u8]>) -> Exchange {
    exchange(vec![Step::Send(bytes.as_ref().to_vec())])
}

/// Pieces with gaps, then the wait; an answer before the last piece is wrong.
pub fn pieces(pieces: &[&[u8]]) -> Exchange {
    let mut steps = Vec::new();
    for piece in pieces {
        steps.extend([Step::Send(piece.to_vec()), Step::Pause(GAP)]);
    }
    steps.pop();
    Exchange { early_is_wrong: true, ..exchange(steps) }
}

/// Every byte on its own, then the wait; an answer before the last byte is wrong.
pub fn each_byte(bytes: &[u8]) -> Exchange {
    let mut steps = Vec::new();
    for byte in bytes {
        steps.extend([Step::Send(vec![*byte]), Step::Pause(BYTE_GAP)]);
    }
    steps.pop();
    Exchange { early_is_wrong: true, ..exchange(steps) }
}

/// One exchange for every place where the bytes can be cut in two.
pub fn every_cut(bytes: &[u8]) -> impl Iterator<Item = Exchange> {
    (1..bytes.len()).map(|cut| pieces(&[&bytes[..cut], &bytes[cut..]]))
}

/// These steps, for which no byte may come back.
pub fn unanswered(steps: Vec<Step>) -> Exchange {
    exchange(steps).methods(&[]).wants(silence())
}

/// Requests one after the other, each when the one before is answered.
pub fn turns(requests: &[&[u8]]) -> Exchange {
    let mut steps = Vec::new();
    for (before, request) in requests.iter().enumerate() {
        if before > 0 {
            steps.push(answers_to(&vec!["GET"; before]));
        }
        steps.push(Step::Send(request.to_vec()));
    }
    exchange(steps).methods(&vec!["GET"; requests.len()]).wants(all_succeed(requests.len()))
}

/// Waits for the answers to requests with these methods.
pub fn answers_to(methods: &[&'static str]) -> Step {
    Step::Await(Until::Replies(methods.to_vec()), PATIENCE)
}

impl Exchange {
    /// What must come back.
    pub fn wants(mut self, want: Want) -> Exchange {
        self.want = want;
        self
    }

    /// The methods of the requests.
    pub fn methods(mut self, methods: &[&'static str]) -> Exchange {
        self.methods = methods.to_vec();
        self
    }

    /// One more step.
    pub fn then(mut self, step: Step) -> Exchange {
        self.steps.push(step);
        self
    }

    /// A connection that is opened before.
    pub fn beside(mut self, steps: Vec<Step>) -> Exchange {
        self.beside.push(steps);
        self
    }
}

/// One successful answer.
pub fn success() -> Want {
    all_succeed(1)
}

/// That many successful answers.
pub fn all_succeed(count: usize) -> Want {
    want(vec![answer(Status::Success); count])
}

/// These answers; the connection may stay or close.
pub fn want(answers: Vec<Answer>) -> Want {
    Want { answers, then: Then::Either, may_close: false }
}

/// One answer with this body.
pub fn echoed(body: impl AsRef<[u8]>) -> Want {
    want(vec![answer(Status::Success).body(body)])
}

/// One answer with one of these codes, and the connection closes with nothing more on it.
pub fn refused(codes: &'static [u16]) -> Want {
    want(vec![answer(Status::OneOf(codes))]).closes()
}

/// No answer: the connection closes without a byte.
pub fn silence() -> Want {
    want(Vec::new()).closes()
}

/// An answer with such a status.
pub fn answer(status: Status) -> Answer {
    Answer { status, body: Body::Any, continues: false, field: None, mentions: None }
}

impl Want {
    /// And then the connection closes.
    pub fn closes(mut self) -> Want {
        self.then = Then::Closes;
        self
    }

    /// And the connection isn't reset.
    pub fn is_not_reset(mut self) -> Want {
        self.then = Then::NotReset;
        self
    }

    /// And then the connection closes, not by a reset.
    pub fn closes_in_order(mut self) -> Want {
        self.then = Then::ClosesInOrder;
        self
    }

    /// Fewer answers are right if the last one says `Connection: close`.
    pub fn or_says_close(mut self) -> Want {
        self.may_close = true;
        self
    }
}

impl Answer {
    /// With this body.
    pub fn body(mut self, body: impl AsRef<[u8]>) -> Answer {
        self.body = Body::Exactly(body.as_ref().to_vec());
        self
    }

    /// With a JSON object that has these members.
    pub fn json(mut self, members: impl Into<Cow<'static, str>>) -> Answer {
        self.body = Body::Json(members.into());
        self
    }

    /// With a `message` that has this word.
    pub fn mentions(mut self, word: &'static str) -> Answer {
        self.mentions = Some(word);
        self
    }

    /// After `100 Continue`.
    pub fn continued(mut self) -> Answer {
        self.continues = true;
        self
    }

    /// With a field whose list has this member.
    pub fn has(mut self, field: &'static str, member: &'static str) -> Answer {
        self.field = Some((field, member));
        self
    }
}

/// `POST /echo` with a counted body.
pub fn post(body: &[u8]) -> Vec<u8> {
    post_with(&format!("Content-Length: {}\r\n", body.len()), body)
}

/// `POST /echo` with these field lines and these bytes after the head.
pub fn post_with(fields: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("POST /echo HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
    [head.as_bytes(), body].concat()
}

/// `POST /echo` with a chunked body.
pub fn chunked(body: &[u8]) -> Vec<u8> {
    post_with("Transfer-Encoding: chunked\r\n", body)
}
