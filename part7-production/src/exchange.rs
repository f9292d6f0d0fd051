//! What is remembered of a request until it is answered.
//!
//! In: a head. Out: whether the connection goes on after the answer (RFC 9112 §9.3), and how the answer
//! has to look.

use crate::message::{RequestHead, Version};
use crate::response::{Body, Response};
use crate::sending::Sending;

/// What becomes of the connection after the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persistence {
    /// It goes on, as is usual in HTTP/1.1.
    Persist,
    /// It goes on, and the answer says so: an HTTP/1.0 client asked for it.
    KeepAlive,
    /// It ends.
    Close,
}

impl Persistence {
    /// Decides by version and by the members of every Connection field.
    pub fn of(head: &RequestHead) -> Persistence {
        // After CONNECT a client may already have sent bytes for the tunnel: they are no request.
        if has_option(head, b"close") || head.method() == "CONNECT" {
            return Persistence::Close;
        }
        match head.version() {
            Version::Http11 => Persistence::Persist,
            Version::Http10 if has_option(head, b"keep-alive") => Persistence::KeepAlive,
            Version::Http10 => Persistence::Close,
        }
    }

    /// The value of the answer's Connection field, if it has one.
    pub fn field(self) -> Option<&'static str> {
        match self {
            Persistence::Persist => None,
            Persistence::KeepAlive => Some("keep-alive"),
            Persistence::Close => Some("close"),
        }
    }
}

/// A request that has begun and is not answered.
#[derive(Debug)]
pub struct Exchange {
    persistence: Persistence,
    version: Version,
    with_body: bool,
    awaits_continue: bool,
    is_whole: bool,
}

impl Exchange {
    /// The exchange that a head begins. `is_ahead`: bytes have come behind the head already.
    pub fn new(head: &RequestHead, is_ahead: bool) -> Exchange {
        Exchange {
            persistence: Persistence::of(head),
            version: head.version(),
            with_body: head.method() != "HEAD",
            // RFC 9110 §10.1.1: none is owed once some of the body has come.
            awaits_continue: head.expects_continue() && !is_ahead,
            is_whole: false,
        }
    }

    /// More bytes have come.
    pub fn received(&mut self) {
        self.awaits_continue = false;
    }

    /// Whether the client has to be told to send the body; true once.
    pub fn take_continue(&mut self) -> bool {
        std::mem::take(&mut self.awaits_continue)
    }

    /// The body has come to its end.
    pub fn ended(&mut self) {
        self.is_whole = true;
    }

    /// Whether the whole request has come, and waits for its answer.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Whether the answer has a body: not in answer to HEAD.
    pub fn with_body(&self) -> bool {
        self.with_body
    }

    /// How the content of a streamed answer is framed; `None` if the answer has none, or none that is streamed.
    pub fn sending(&self, response: &Response) -> Option<Sending> {
        match response.body {
            Body::Stream(_, length) if response.status.has_content() => {
                Some(Sending::new(length, self.version))
            }
            _ => None,
        }
    }

    /// What becomes of the connection if the answer is given now. Before the end of the body it ends:
    /// the rest would have to be read to find the next request. And it ends if that ends the content.
    pub fn persistence(&self, sending: Option<Sending>) -> Persistence {
        let goes_on = self.is_whole && sending != Some(Sending::UntilClose);
        if goes_on { self.persistence } else { Persistence::Close }
    }
}

/// Whether a Connection field has this member, whatever its case (RFC 9110 §7.6.1).
fn has_option(head: &RequestHead, option: &[u8]) -> bool {
    head.fields.members("connection").any(|member| member.eq_ignore_ascii_case(option))
}
