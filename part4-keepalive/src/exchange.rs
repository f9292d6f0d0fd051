//! What is remembered of a request until it is answered.
//!
//! In: a head. Out: whether the connection goes on after the answer (RFC 9112 §9.3), and how the answer
//! has to look.

use crate::message::{RequestHead, Version};

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
        // After CONNECT a client takes what follows for a tunnel, so nothing there can be a request.
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
    /// False for HEAD.
    pub with_body: bool,
    /// The client waits for `100 Continue`, and nothing of the body has come.
    pub awaits_continue: bool,
    /// Its body has come to its end.
    pub is_whole: bool,
}

impl Exchange {
    /// The exchange that a head begins.
    pub fn new(head: &RequestHead) -> Exchange {
        Exchange {
            persistence: Persistence::of(head),
            with_body: head.method() != "HEAD",
            awaits_continue: head.expects_continue(),
            is_whole: false,
        }
    }

    /// What becomes of the connection if the answer is given now. Before the end of the body it ends:
    /// the rest would have to be read to find the next request.
    pub fn persistence(&self) -> Persistence {
        if self.is_whole { self.persistence } else { Persistence::Close }
    }
}

/// Whether a Connection field has this member, whatever its case (RFC 9110 §7.6.1).
fn has_option(head: &RequestHead, option: &[u8]) -> bool {
    let mut members =
        head.fields.all("connection").flat_map(|value| value.split(|&byte| byte == b','));
    members.any(|member| member.trim_ascii().eq_ignore_ascii_case(option))
}
