//! What the checks need of the application behind a server.

use crate::checks::{Needs, Status};
use crate::diagnose::Cause;
use crate::judge::Seen;

/// In the order in which they are considered.
pub const CAUSES: &[Cause] = &[
    Cause {
        name: "no-root",
        sentence: "The checks need a server that answers GET / with a 2xx status, whatever the body.",
        page: "start",
        shows: |e| matches!(e.seen("one-segment"), Some(Seen::Status { got: 300.., .. })),
        explains: |check, seen| {
            check.needs == Needs::Root
                && matches!(seen, Seen::Status { got: 300.., want: Status::Success, .. })
        },
        needs: &["one-segment"],
    },
    Cause {
        name: "no-echo",
        sentence: "The checks of bodies need POST /echo, which gives back the body it gets; --no-echo leaves them out.",
        page: "start",
        shows: |e| {
            e.passed("one-segment")
                && matches!(e.seen("length"), Some(Seen::Status { got: 404 | 405 | 501, .. }))
        },
        explains: |check, seen| {
            check.needs == Needs::Echo && matches!(seen, Seen::Status { got: 404 | 405 | 501, .. })
        },
        needs: &["one-segment", "length"],
    },
];
