//! What spoils even the plainest request: a server that sends something else, or never gets to an answer.

use crate::diagnose::Cause;
use crate::diagnose::evidence::malformed;
use crate::judge::Seen;
use crate::reply::{Awaiting, Mistake};

/// In the order in which they are considered.
pub const CAUSES: &[Cause] = &[
    Cause {
        name: "floods",
        sentence: "The server sends without end; an answer says where it ends.",
        page: "part3-6-server",
        shows: |e| matches!(e.seen("one-segment"), Some(Seen::Flood)),
        explains: |_, _| true,
        needs: &["one-segment"],
    },
    Cause {
        name: "not-http",
        sentence: "What the server sends is no HTTP: an answer begins with a status line, \"HTTP/1.1 200 OK\" and CRLF.",
        page: "part1-naive",
        shows: |e| e.malformed("one-segment", Mistake::NotHttp),
        explains: |_, _| true,
        needs: &["one-segment"],
    },
    Cause {
        name: "closes-at-once",
        sentence: "The server closes each connection without a byte of an answer.",
        page: "part1-naive",
        shows: |e| {
            [e.seen("one-segment"), e.seen("half-close")]
                == [Some(&Seen::Closed { answered: 0 }); 2]
        },
        explains: |_, seen| {
            matches!(
                seen,
                Seen::Closed { answered: 0 } | Seen::Reset { answered: 0 } | Seen::Early { .. }
            )
        },
        needs: &["one-segment", "half-close"],
    },
    Cause {
        name: "resets-at-once",
        sentence: "The server resets each connection before an answer.",
        page: "part1-naive",
        shows: |e| {
            [e.seen("one-segment"), e.seen("half-close")] == [Some(&Seen::Reset { answered: 0 }); 2]
        },
        explains: |_, seen| {
            matches!(seen, Seen::Closed { answered: 0 } | Seen::Reset { answered: 0 })
        },
        needs: &["one-segment", "half-close"],
    },
    Cause {
        name: "silent",
        sentence: "The server accepts connections and never says anything, whatever it is sent.",
        page: "who-waits",
        shows: |e| {
            let silent = |name| e.waits_for(name, |w| *w == Awaiting::Reply);
            (silent("one-segment") && e.failed("half-close"))
                || (silent("greeting") && e.failed("end-after-line"))
        },
        explains: |_, seen| {
            matches!(seen, Seen::Silence { .. } | Seen::StaysOpen | Seen::Closed { answered: 0 })
        },
        needs: &["one-segment", "half-close", "greeting", "end-after-line"],
    },
    Cause {
        name: "waits-for-eof",
        sentence: "The server waits for the end of the stream; the client has sent a whole request and waits for the \
                   answer; nobody will move. A request ends at the blank line after its head, or where its length says; \
                   a line ends at its newline.",
        page: "part2-buffering",
        shows: |e| {
            let silent = |name| e.waits_for(name, |w| *w == Awaiting::Reply);
            (silent("one-segment") && e.passed("half-close"))
                || (silent("greeting") && e.passed("end-after-line"))
        },
        explains: |_, seen| matches!(seen, Seen::Silence { .. } | Seen::StaysOpen),
        needs: &["one-segment", "half-close", "greeting", "end-after-line"],
    },
    Cause {
        name: "bare-lf",
        sentence: "The lines of the answer's head end in a bare LF: HTTP ends them in CRLF, \"\\r\\n\".",
        page: "part3-6-server",
        shows: |e| e.malformed("one-segment", Mistake::BareLf),
        explains: |_, seen| malformed(seen, &[Mistake::BareLf]),
        needs: &["one-segment"],
    },
    Cause {
        name: "length-too-long",
        sentence: "The answer's Content-Length is larger than its body, so the client waits for bytes that never come: \
                   count bytes, and count the body only.",
        page: "part3-6-server",
        shows: |e| {
            e.waits_for("one-segment", |w| matches!(w, Awaiting::Body { .. }))
                || e.malformed("one-segment", Mistake::Ended)
        },
        explains: |_, seen| {
            matches!(seen, Seen::Silence { awaiting: Awaiting::Body { .. }, .. })
                || !matches!(seen, Seen::Silence { .. })
        },
        needs: &["one-segment"],
    },
    Cause {
        name: "length-too-short",
        sentence: "The answer's Content-Length is smaller than its body, so the rest of it is taken for the next answer: \
                   count bytes, not characters.",
        page: "part3-6-server",
        shows: |e| e.malformed("one-segment", Mistake::Extra),
        explains: |_, seen| {
            malformed(seen, &[Mistake::Extra, Mistake::NotHttp])
                || matches!(seen, Seen::Body { .. })
        },
        needs: &["one-segment"],
    },
    Cause {
        name: "unfinished-answer",
        sentence: "The server begins an answer and doesn't end its head: a blank line, CRLF alone, ends it.",
        page: "part3-6-server",
        shows: |e| {
            e.waits_for("one-segment", |w| {
                matches!(w, Awaiting::StatusLine | Awaiting::Fields | Awaiting::LineEnd)
            })
        },
        explains: |_, seen| {
            matches!(seen, Seen::Silence { .. } | Seen::Early { .. } | Seen::StaysOpen)
        },
        needs: &["one-segment"],
    },
    Cause {
        name: "no-framing",
        sentence: "The answer has neither Content-Length nor chunks and the connection stays open, so no client can know \
                   where it ends.",
        page: "part3-6-server",
        shows: |e| e.waits_for("one-segment", |w| *w == Awaiting::Close),
        explains: |_, seen| {
            matches!(seen, Seen::Silence { awaiting: Awaiting::Close, .. } | Seen::StaysOpen)
        },
        needs: &["one-segment"],
    },
];
