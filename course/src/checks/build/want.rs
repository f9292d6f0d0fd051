//! What must come back.

use std::borrow::Cow;

use crate::checks::{Answer, Body, Status, Then, Want};

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

/// An answer with one of these codes.
pub fn status(codes: &'static [u16]) -> Answer {
    answer(Status::OneOf(codes))
}

/// One answer with this body.
pub fn echoed(body: impl AsRef<[u8]>) -> Want {
    want(vec![answer(Status::Success).body(body)])
}

/// One answer with one of these codes, and the connection closes with nothing more on it.
pub fn refused(codes: &'static [u16]) -> Want {
    want(vec![status(codes)]).closes()
}

/// The same for a body that is sent to `/echo`: a server that doesn't have that may say so instead.
pub fn not_echoed(codes: &'static [u16]) -> Want {
    want(vec![answer(Status::NotEchoed(codes))]).closes()
}

/// No answer: the connection closes without a byte.
pub fn silence() -> Want {
    want(Vec::new()).closes()
}

/// An answer with such a status.
pub fn answer(status: Status) -> Answer {
    Answer {
        status,
        body: Body::Any,
        continues: false,
        field: None,
        lacks: None,
        only_of: None,
        mentions: None,
    }
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

    /// With a text that has these words in it.
    pub fn says(mut self, words: &'static str) -> Answer {
        self.body = Body::Mentions(words);
        self
    }

    /// With a text that doesn't have these words in it.
    pub fn lacks_words(mut self, words: &'static str) -> Answer {
        self.body = Body::Lacks(words);
        self
    }

    /// With so many bytes of the body before, from here, or else the last ones.
    pub fn part(mut self, from: Option<usize>, bytes: usize) -> Answer {
        self.body = Body::Part { from, bytes };
        self
    }

    /// The demands on field and body hold for this status only.
    pub fn only_of(mut self, status: u16) -> Answer {
        self.only_of = Some(status);
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

    /// Without this field.
    pub fn lacks(mut self, field: &'static str) -> Answer {
        self.lacks = Some(field);
        self
    }
}
