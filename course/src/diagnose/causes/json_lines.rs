//! What goes wrong with lines of JSON.

use crate::diagnose::Cause;
use crate::diagnose::evidence::{is, joined};
use crate::judge::Seen;

/// In the order in which they are considered.
pub const CAUSES: &[Cause] = &[
    Cause {
        name: "forgets-joined-lines",
        sentence: "The server answers one line of those that came in one read and forgets the rest: a read may bring any \
                   number of lines.",
        page: "echo-json-framing",
        shows: |e| {
            e.passed("greeting")
                && matches!(
                    e.seen("lines-joined"),
                    Some(Seen::Silence { answered: 1.., .. } | Seen::Member { .. })
                )
        },
        explains: |check, seen| {
            joined(check)
                && matches!(seen, Seen::Silence { .. } | Seen::Member { .. } | Seen::Closed { .. })
        },
        needs: &["greeting", "lines-joined"],
    },
    Cause {
        name: "adds-floats",
        sentence: "The server adds integers as floating-point numbers, which don't hold every integer above 2^53.",
        page: "echo-json",
        shows: |e| e.passed("sum") && e.failed("sum-exactly"),
        explains: |check, _| is(check, &["sum-exactly", "sum-overflow"]),
        needs: &["sum", "sum-exactly"],
    },
];
