//! What costs requests when a server is stopped, and what one client can take from all others.

use crate::diagnose::Cause;
use crate::diagnose::evidence::is;
use crate::judge::Seen;

/// In the order in which they are considered.
pub const CAUSES: &[Cause] = &[
    Cause {
        name: "stops-at-once",
        sentence: "SIGTERM ends the server in the middle of a request, as it ends every program that doesn't handle it: the \
                   client can't know whether it was served. Let nobody in any more, finish what is under way, then end.",
        page: "part7-production",
        shows: |e| e.passed("one-segment"),
        explains: |check, seen| {
            is(check, &["stopped-midway"])
                && matches!(seen, Seen::Closed { answered: 1 } | Seen::Reset { answered: 1 })
        },
        needs: &["one-segment"],
    },
    Cause {
        name: "goes-on",
        sentence: "The server was told to stop, and goes on: an answer without \"Connection: close\" invites the next \
                   request, and a connection that stays open keeps the process from its end.",
        page: "part7-production",
        shows: |_| true,
        explains: |check, seen| {
            is(check, &["stopped-midway", "stopped-idle"])
                && matches!(seen, Seen::Field { .. } | Seen::StaysOpen)
        },
        needs: &[],
    },
    Cause {
        name: "counts-nobody",
        sentence: "The server lets in more connections of one client than PART7_PER_ADDRESS says: it doesn't count them, or doesn't \
                   look there. One client could take them all, and nobody else would be let in.",
        page: "part7-2-limits-and-rates",
        shows: |_| true,
        explains: |check, seen| {
            is(check, &["one-too-many"]) && matches!(seen, Seen::Status { got: 200..300, .. })
        },
        needs: &[],
    },
];
