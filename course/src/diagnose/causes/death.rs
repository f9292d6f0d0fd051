//! What a server dies of.

use crate::diagnose::Cause;
use crate::judge::Seen;

/// In the order in which they are considered.
pub const CAUSES: &[Cause] = &[
    Cause {
        name: "dies-on-close",
        sentence: "The server dies when a client connects and leaves without a word: a read of 0 bytes is the end of \
                   that connection, not of the server.",
        page: "part1-naive",
        shows: |e| e.died("connect-and-close"),
        explains: |_, seen| matches!(seen, Seen::Died(_) | Seen::NoConnection(_)),
        needs: &["connect-and-close"],
    },
    Cause {
        name: "dies-on-bad-bytes",
        sentence: "The server dies of bytes that are no text: what a peer sends may be anything, and an error in it \
                   ends one connection at most.",
        page: "part3-5-refusals-and-limits",
        shows: |e| {
            ["garbage", "any-bytes", "bytes-in-values", "control-bytes"]
                .iter()
                .any(|name| e.died(name))
        },
        explains: |_, seen| matches!(seen, Seen::Died(_) | Seen::NoConnection(_)),
        needs: &["garbage", "any-bytes", "bytes-in-values", "control-bytes"],
    },
    Cause {
        name: "dies-on-reset",
        sentence: "The server dies when a client resets its connection: an error of one connection ends that \
                   connection, not the server.",
        page: "part1-naive",
        shows: |e| e.died("reset-midway") || e.died("reset-after-request"),
        explains: |_, seen| matches!(seen, Seen::Died(_) | Seen::NoConnection(_)),
        needs: &["reset-midway", "reset-after-request"],
    },
    Cause {
        name: "dies",
        sentence: "The server dies of this request.",
        page: "part1-naive",
        shows: |_| true,
        explains: |_, seen| matches!(seen, Seen::Died(_)),
        needs: &[],
    },
];
