//! What a server dies of.

use crate::diagnose::Cause;
use crate::diagnose::evidence::is;
use crate::judge::Seen;

/// Checks in which a server gets bytes that are no text.
const BAD_BYTES: [&str; 4] = ["garbage", "any-bytes", "bytes-in-values", "control-bytes"];

/// Checks in which a client resets its connection.
const RESETS: [&str; 2] = ["reset-midway", "reset-after-request"];

/// In the order in which they are considered.
pub const CAUSES: &[Cause] = &[
    Cause {
        name: "dies-on-close",
        sentence: "The server dies when a client connects and leaves without a word: a read of 0 bytes is the end of \
                   that connection, not of the server.",
        page: "part1-naive",
        shows: |e| e.died("connect-and-close"),
        explains: |check, seen| dies(seen, is(check, &["connect-and-close"])),
        needs: &["connect-and-close"],
    },
    Cause {
        name: "dies-on-bad-bytes",
        sentence: "The server dies of bytes that are no text: what a peer sends may be anything, and an error in it \
                   ends one connection at most.",
        page: "part3-5-refusals-and-limits",
        shows: |e| BAD_BYTES.iter().any(|name| e.died(name)),
        explains: |check, seen| dies(seen, is(check, &BAD_BYTES)),
        needs: &BAD_BYTES,
    },
    Cause {
        name: "dies-on-reset",
        sentence: "The server dies when a client resets its connection: an error of one connection ends that \
                   connection, not the server.",
        page: "part1-naive",
        shows: |e| RESETS.iter().any(|name| e.died(name)),
        explains: |check, seen| dies(seen, is(check, &RESETS)),
        needs: &RESETS,
    },
    Cause {
        name: "dies",
        sentence: "The server dies in this exchange, and with it all other connections: a mistake in one connection ends \
                   that connection, not the server.",
        page: "part1-naive",
        shows: |_| true,
        explains: |_, seen| matches!(seen, Seen::Died(_)),
        needs: &[],
    },
];

/// Whether it died here, in such a check, or is gone since.
fn dies(seen: &Seen, in_such_a_check: bool) -> bool {
    match seen {
        Seen::Died(_) => in_such_a_check,
        Seen::NoConnection(_) => true,
        _ => false,
    }
}
