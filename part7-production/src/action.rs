//! What a connection asks of its driver, and why it ends.

use std::fmt;

use crate::error::HttpError;
use crate::message::{Fields, RequestHead};

/// What the driver does next.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Read, until the deadline; tell `received` or `received_eof` if something came; poll again.
    Read,
    /// Write some of `output`, until the deadline; tell `wrote` if something went; poll again.
    Write,
    /// Read some of the content into `room`; tell `filled` or `cut_short`; poll again.
    Fill,
    /// A request has begun. Poll for its body, or `respond` at once and give up the connection.
    Head(RequestHead),
    /// The next so many `unread` bytes are data of the body: use them, then `consume` them.
    Data(usize),
    /// The request is over.
    End(Fields),
    /// The request under way waits for its answer: `respond`.
    Respond,
    /// Tell the client that nothing more comes, and poll again.
    HalfClose,
    /// Close the connection with a reset.
    Abort(CloseReason),
    /// Close the connection.
    Close(CloseReason),
}

/// Why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// The client ended the stream between two requests.
    ClientDone,
    /// No request began in time.
    Idle,
    /// The last request said so, or could not be followed by another one.
    LastAnswer,
    /// A request was refused.
    Refused(HttpError),
    /// The server is told to stop, and no request has begun.
    ServerDone,
    /// The client was turned away before it could ask.
    TurnedAway,
    /// What the client sent is not TLS as this server speaks it.
    TlsFailed,
    /// The client didn't read its answers in time.
    WriteStalled,
    /// Less content came than the answer's head had announced.
    ContentCutShort,
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CloseReason::ClientDone => f.write_str("the client ended the stream"),
            CloseReason::Idle => f.write_str("no request began in time"),
            CloseReason::LastAnswer => f.write_str("that was the last request on this connection"),
            CloseReason::Refused(error) => write!(f, "refused: {error}"),
            CloseReason::ServerDone => f.write_str("the server stops"),
            CloseReason::TurnedAway => f.write_str("it was turned away"),
            CloseReason::TlsFailed => f.write_str("TLS failed"),
            CloseReason::WriteStalled => f.write_str("the client doesn't read its answers"),
            CloseReason::ContentCutShort => f.write_str("the content ended before its time"),
        }
    }
}
