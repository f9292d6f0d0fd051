//! Every size and duration that a peer can push against, with its unit and its reason.

use std::time::Duration;

/// What a client may cost us before it is refused or cut.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest message, in bytes, without its frame. It is kept until all of it has come.
    pub message_bytes: usize,
    /// Answers are written when they have this many bytes, even if more messages are there. So what
    /// waits for a slow reader is this, and one answer, at the most.
    pub batch_bytes: usize,
    /// Longest time without a whole message. The connection holds a thread and a descriptor meanwhile.
    pub idle: Duration,
    /// Longest wait for a client that reads nothing of what we send.
    pub stall: Duration,
    /// Most bytes read and dropped after the last answer. A client that is still sending should see
    /// that answer, and must not be read for ever.
    pub drain_bytes: usize,
    /// Longest time spent on that.
    pub drain_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            message_bytes: 1024 * 1024,
            batch_bytes: 64 * 1024,
            idle: Duration::from_secs(5 * 60),
            stall: Duration::from_secs(60),
            drain_bytes: 8 * 1024 * 1024,
            drain_time: Duration::from_secs(2),
        }
    }
}
