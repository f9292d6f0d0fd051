//! What goes wrong when a connection carries more than one request.

use crate::checks::Group;
use crate::diagnose::Cause;
use crate::diagnose::evidence::{another_body, is, malformed};
use crate::judge::Seen;
use crate::reply::Mistake;
use crate::run::Outcome;

/// Checks whose body comes a byte at a time.
const TRICKLES: [&str; 2] = ["trickling-body", "trickling-upload"];

/// In the order in which they are considered.
pub const CAUSES: &[Cause] = &[
    Cause {
        name: "out-of-order",
        sentence: "The server answers pipelined requests in another order than they came: the client takes each answer for \
                   the wrong request.",
        page: "part4-keepalive",
        shows: |e| match e.seen("pipelined-order") {
            Some(Seen::Body { got, .. }) => another_body(got),
            _ => false,
        },
        explains: |check, seen| {
            check.group == Group::Persistence && matches!(seen, Seen::Body { .. })
        },
        needs: &["pipelined-order"],
    },
    Cause {
        name: "no-head",
        sentence: "The server refuses HEAD: GET and HEAD are the two methods that every server must have.",
        page: "part3-6-server",
        shows: |e| matches!(e.seen("knows-head"), Some(Seen::Status { got: 405 | 501, .. })),
        explains: |check, seen| {
            is(check, &["knows-head", "head-then-get"])
                && matches!(seen, Seen::Status { got: 405 | 501, .. })
        },
        needs: &["knows-head"],
    },
    Cause {
        name: "body-on-head",
        sentence: "The server sends a body after the head of its answer to HEAD: the client takes it for the next answer.",
        page: "part3-6-server",
        shows: |e| e.malformed("head", Mistake::BodyNotAllowed),
        explains: |_, seen| malformed(seen, &[Mistake::BodyNotAllowed]),
        needs: &["head"],
    },
    Cause {
        name: "closes-always",
        sentence: "The server closes the connection after each answer: in HTTP/1.1 it stays open for the next request \
                   unless somebody says close.",
        page: "part4-keepalive",
        shows: |e| {
            matches!(
                e.seen("keep-alive"),
                Some(Seen::Closed { answered: 1 } | Seen::Reset { answered: 1 })
            )
        },
        explains: |_, seen| {
            matches!(seen, Seen::Closed { answered: 1.. } | Seen::Reset { answered: 1.. })
        },
        needs: &["keep-alive"],
    },
    Cause {
        name: "forgets-pipelined",
        sentence: "The server forgets bytes that came behind a request in the same read: they are the next request, and \
                   nobody sends them again.",
        page: "part4-keepalive",
        shows: |e| {
            e.passed("keep-alive")
                && matches!(
                    e.seen("two-requests-one-write"),
                    Some(Seen::Silence { answered: 1.., .. })
                )
        },
        explains: |_, seen| matches!(seen, Seen::Silence { answered: 1.., .. }),
        needs: &["keep-alive", "two-requests-one-write"],
    },
    Cause {
        name: "never-closes",
        sentence: "The server ignores \"Connection: close\": the client asked for the end of the connection and waits for it.",
        page: "part4-keepalive",
        shows: |e| {
            matches!(e.seen("close-honoured"), Some(Seen::StaysOpen | Seen::ExtraAnswer { .. }))
        },
        explains: |check, seen| {
            check.group == Group::Persistence
                && matches!(seen, Seen::StaysOpen | Seen::ExtraAnswer { .. } | Seen::Field { .. })
        },
        needs: &["close-honoured"],
    },
    Cause {
        name: "state-leaks",
        sentence: "Something of one request is left in the next one on the same connection: each request begins with nothing.",
        page: "part4-keepalive",
        shows: |e| matches!(e.seen("next-is-fresh"), Some(Seen::Body { index: 1.., .. })),
        explains: |check, seen| {
            check.group == Group::Persistence && matches!(seen, Seen::Body { .. })
        },
        needs: &["next-is-fresh"],
    },
    Cause {
        name: "timeout-each-read",
        sentence: "The server's time-out begins again with each read: a client that sends a byte now and then holds the \
                   connection for as long as it likes. A deadline is for the whole head.",
        page: "part4-4-deadlines",
        shows: |e| {
            let second =
                |outcome: &Outcome| outcome.failure.as_ref().is_some_and(|f| f.exchange == 1);
            e.of("slow-head").is_some_and(second)
        },
        explains: |check, seen| {
            is(check, &["slow-head"])
                && matches!(seen, Seen::Status { got: 200..300, .. } | Seen::Silence { .. })
        },
        needs: &["slow-head"],
    },
    Cause {
        name: "no-rate",
        sentence: "The server waits for a body as long as a byte comes now and then: a few such clients hold all its threads. \
                   A body needs a deadline of its own, or a rate below which it is given up.",
        page: "part7-2-limits-and-rates",
        shows: |e| TRICKLES.iter().any(|name| e.seen(name).is_some_and(read_on)),
        explains: |check, seen| is(check, &TRICKLES) && read_on(seen),
        needs: &TRICKLES,
    },
    Cause {
        name: "no-continue",
        sentence: "The client asked with \"Expect: 100-continue\" whether to send its body and waits for the answer, the \
                   server waits for the body; nobody will move.",
        page: "part4-keepalive",
        shows: |e| e.hung("expect") && e.passed("length"),
        explains: |check, _| is(check, &["expect"]),
        needs: &["expect", "length"],
    },
];

/// Whether the server waited for the last of the bytes, and served them or found the rest missing.
fn read_on(seen: &Seen) -> bool {
    matches!(seen, Seen::Status { got: 200..300 | 400, .. })
}
