//! What the client does.

use std::time::Duration;

use super::want::{all_succeed, silence, success};
use crate::checks::{Exchange, PATIENCE, Want};
use crate::wire::{Step, Until};

/// Between two pieces: long enough that a server on this machine reads the first one alone.
pub const GAP: Duration = Duration::from_millis(100);

/// Between two single bytes.
const BYTE_GAP: Duration = Duration::from_millis(4);

/// Between two bytes that trickle.
const TRICKLE: Duration = Duration::from_secs(5);

/// An exchange with nothing in it yet; wants one successful answer.
fn exchange(steps: Vec<Step>) -> Exchange {
    Exchange {
        beside: Vec::new(),
        steps,
        stopped: None,
        methods: vec!["GET"],
        want: success(),
        early_is_wrong: false,
    }
}

/// One write, then the wait for what is wanted.
pub fn whole(bytes: impl AsRef<[u8]>) -> Exchange {
    exchange(vec![Step::Send(bytes.as_ref().to_vec())])
}

/// A request with this method and target, and with these field lines; it has no body.
pub fn asks(line: &str, fields: &str, want: Want) -> Exchange {
    let methods: &[&str] = if line.starts_with("HEAD ") { &["HEAD"] } else { &["GET"] };
    whole(format!("{line} HTTP/1.1\r\nHost: a\r\n{fields}\r\n")).methods(methods).wants(want)
}

/// Pieces with gaps, then the wait; a whole answer before the last piece is wrong.
pub fn pieces(pieces: &[&[u8]]) -> Exchange {
    let mut steps = Vec::new();
    for piece in pieces {
        steps.extend([Step::Send(piece.to_vec()), Step::Pause(GAP)]);
    }
    steps.pop();
    Exchange { early_is_wrong: true, ..exchange(steps) }
}

/// Every byte on its own, then the wait; a whole answer before the last byte is wrong.
pub fn each_byte(bytes: &[u8]) -> Exchange {
    let mut steps = Vec::new();
    for byte in bytes {
        steps.extend([Step::Send(vec![*byte]), Step::Pause(BYTE_GAP)]);
    }
    steps.pop();
    Exchange { early_is_wrong: true, ..exchange(steps) }
}

/// These bytes, and then so many single ones, slowly: the client is never silent for long.
pub fn trickling(begins: impl AsRef<[u8]>, count: usize) -> Exchange {
    let byte = [Step::Await(Until::Quiet(TRICKLE), TRICKLE), Step::Send(b"x".to_vec())];
    let mut steps = vec![Step::Send(begins.as_ref().to_vec())];
    steps.extend(byte.iter().cycle().take(2 * count).cloned());
    exchange(steps)
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

    /// The server is told to stop; then this.
    pub fn stopped(mut self, steps: Vec<Step>) -> Exchange {
        self.stopped = Some(steps);
        self
    }

    /// A connection that is opened before.
    pub fn beside(mut self, steps: Vec<Step>) -> Exchange {
        self.beside.push(steps);
        self
    }
}
