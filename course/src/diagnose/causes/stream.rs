//! What goes wrong with pieces, and with clients beside each other.

use crate::diagnose::Cause;
use crate::diagnose::evidence::{in_pieces, joined};
use crate::judge::Seen;

/// In the order in which they are considered.
pub const CAUSES: &[Cause] = &[
    Cause {
        name: "one-at-a-time",
        sentence: "The server serves one connection at a time: while somebody is connected and says nothing, nobody else \
                   is answered.",
        page: "part1-naive",
        shows: |e| e.hung("silent-beside") && e.passed("one-segment"),
        explains: |check, seen| {
            matches!(seen, Seen::Silence { .. } | Seen::NoConnection(_))
                && check.name.ends_with("-beside")
        },
        needs: &["silent-beside", "one-segment"],
    },
    Cause {
        name: "slow-client-holds",
        sentence: "A client that stops in the middle of its request holds the whole server: nobody else is answered until \
                   it goes on.",
        page: "part4-keepalive",
        shows: |e| e.hung("half-request-beside") && e.passed("silent-beside"),
        explains: |check, seen| {
            matches!(seen, Seen::Silence { .. } | Seen::NoConnection(_))
                && check.name.ends_with("-beside")
        },
        needs: &["half-request-beside", "silent-beside"],
    },
    Cause {
        name: "one-read",
        sentence: "The server takes one read for one request: it acts on what the first segment brought, and a stream may \
                   bring a request in any number of pieces.",
        page: "part2-buffering",
        shows: |e| e.passed("one-segment") && e.seen("two-segments").is_some_and(acts_on_a_piece),
        explains: |check, seen| matches!(seen, Seen::Early { .. }) || in_pieces(check),
        needs: &["one-segment", "two-segments"],
    },
    Cause {
        name: "one-read-one-line",
        sentence: "The server takes one read for one line: a read brings what has come, a piece of a line or several lines.",
        page: "echo-json-framing",
        shows: |e| e.passed("greeting") && e.seen("line-cut").is_some_and(acts_on_a_piece),
        explains: |check, seen| {
            matches!(seen, Seen::Early { .. }) || in_pieces(check) || joined(check)
        },
        needs: &["greeting", "line-cut"],
    },
    Cause {
        name: "forgets-pieces",
        sentence: "The server takes each read for a request of its own and forgets what came before: pieces must be kept \
                   until they are whole.",
        page: "part2-buffering",
        shows: |e| {
            (e.passed("one-segment") && e.failed("two-segments"))
                || (e.passed("greeting") && e.failed("line-cut"))
        },
        explains: |check, _| in_pieces(check),
        needs: &["one-segment", "two-segments", "greeting", "line-cut"],
    },
];

/// Whether the server acted before all had come.
fn acts_on_a_piece(seen: &Seen) -> bool {
    matches!(seen, Seen::Early { .. } | Seen::Closed { .. } | Seen::Reset { .. })
}
