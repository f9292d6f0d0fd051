//! What goes wrong with single requests: their fields, their bodies, and what should be refused.

use crate::checks::{Group, Needs};
use crate::diagnose::Cause;
use crate::diagnose::evidence::{is, sends, served};
use crate::judge::Seen;
use crate::reply::ReplyReader;
use crate::run::Outcome;

/// In the order in which they are considered.
pub const CAUSES: &[Cause] = &[
    Cause {
        name: "ignores-length",
        sentence: "The server ignores Content-Length: the bytes of a body are taken for the next request.",
        page: "part3-3-content-length",
        shows: |e| {
            let body_served = |name| e.seen(name).is_some_and(serves_a_body);
            !e.passed("length")
                && (body_served("body-is-no-request") || body_served("get-with-body"))
        },
        explains: |check, seen| {
            (check.needs == Needs::Echo && sends(check, "Content-Length"))
                || (is(check, &["get-with-body"]) && serves_a_body(seen))
                || (is(check, &["length-not-digits", "length-and-encoding"]) && served(seen))
        },
        needs: &["length", "body-is-no-request", "get-with-body"],
    },
    Cause {
        name: "length-by-method",
        sentence: "The server looks for a body behind some methods only, and takes the body of a GET for the next \
                   request: whether there is one is told by its length, and not by the method.",
        page: "part3-3-content-length",
        shows: |e| e.passed("length") && e.seen("get-with-body").is_some_and(serves_a_body),
        explains: |check, seen| is(check, &["get-with-body"]) && serves_a_body(seen),
        needs: &["length", "get-with-body"],
    },
    Cause {
        name: "lenient-length",
        sentence: "The server takes for a length what isn't digits alone, such as \"+5\" or \"0x5\", as many number \
                   parsers do: a proxy that reads it differently sees other requests.",
        page: "part3-3-content-length",
        shows: |e| e.of("length-not-digits").is_some_and(took_five),
        explains: |check, seen| is(check, &["length-not-digits", "length-empty"]) && served(seen),
        needs: &["length-not-digits"],
    },
    Cause {
        name: "garbage-served",
        sentence: "The server answers bytes that are no request as if they were one: who can send anything can send what a \
                   proxy in front of it reads differently.",
        page: "part3-2-request-line-and-fields",
        shows: |e| e.served("garbage"),
        explains: |check, seen| check.group == Group::Refusal && served(seen),
        needs: &["garbage"],
    },
    Cause {
        name: "close-is-a-word",
        sentence: "The server takes the value of Connection for one word: it is a list, and \"x, close\" asks for the end \
                   of the connection as well.",
        page: "part4-keepalive",
        shows: |e| {
            let first =
                |outcome: &Outcome| outcome.failure.as_ref().is_some_and(|f| f.exchange == 0);
            e.passed("close-honoured") && e.of("close-in-a-list").is_some_and(first)
        },
        explains: |check, seen| is(check, &["close-in-a-list"]) && matches!(seen, Seen::StaysOpen),
        needs: &["close-honoured", "close-in-a-list"],
    },
    Cause {
        name: "case-sensitive",
        sentence: "The server compares field names with their case: \"content-length\" and \"Content-Length\" are one name.",
        page: "part3-2-request-line-and-fields",
        shows: |e| e.passed("length") && e.seen("field-names-any-case").is_some(),
        explains: |check, _| is(check, &["field-names-any-case", "close-in-a-list"]),
        needs: &["length", "field-names-any-case"],
    },
    Cause {
        name: "answers-before-body",
        sentence: "The server answers before it has read the body, and closing with unread bytes makes the kernel send a \
                   reset, which can destroy the answer.",
        page: "part3-3-content-length",
        shows: |e| {
            matches!(e.seen("body-in-later-segment"), Some(Seen::Early { .. } | Seen::Reset { .. }))
        },
        explains: |check, seen| {
            check.needs == Needs::Echo || matches!(seen, Seen::Early { .. } | Seen::Reset { .. })
        },
        needs: &["body-in-later-segment", "two-segments"],
    },
    Cause {
        name: "splits-utf8",
        sentence: "The server turns each piece of the body into text by itself, so a character that is cut by a segment's \
                   end is lost: join bytes first, decode once.",
        page: "part3-3-content-length",
        shows: |e| {
            let lost = |text: &[u8]| {
                text.windows(3).any(|w| w == "\u{fffd}".as_bytes()) || text.contains(&b'?')
            };
            match (e.seen("utf8-cut"), e.of("line-utf8-cut").and_then(|o| o.failure.as_ref())) {
                (Some(Seen::Body { got, .. }), _) => lost(got),
                (_, Some(failure)) => lost(&failure.timeline.received),
                _ => false,
            }
        },
        explains: |check, _| is(check, &["utf8-cut", "any-bytes", "line-utf8-cut"]),
        needs: &["utf8-cut", "line-utf8-cut"],
    },
    Cause {
        name: "no-chunks",
        sentence: "The server knows no chunked bodies: a request with Transfer-Encoding has a body, and its chunks are not \
                   the next request.",
        page: "part3-4-chunked",
        shows: |e| e.passed("length") && e.failed("chunked") && !e.hung("chunked"),
        explains: |check, _| check.group == Group::Body && sends(check, "Transfer-Encoding"),
        needs: &["length", "chunked"],
    },
    Cause {
        name: "length-and-encoding",
        sentence: "The server accepts Transfer-Encoding together with Content-Length: whoever believes the other one sees \
                   other requests, which is how requests are smuggled.",
        page: "part3-4-chunked",
        shows: |e| e.served("length-and-encoding"),
        explains: |check, _| is(check, &["length-and-encoding"]),
        needs: &["length-and-encoding"],
    },
    Cause {
        name: "quadratic",
        sentence: "The server's work grows with the square of what it is sent: it looks at everything again for each new piece.",
        page: "part3-1-end-of-head",
        shows: |e| {
            matches!(e.seen("linear-time"), Some(Seen::Slow { .. }))
                || e.of("linear-time")
                    .and_then(|o| o.failure.as_ref())
                    .is_some_and(|f| f.exchange == 1)
        },
        explains: |check, seen| {
            is(check, &["linear-time"])
                || is(check, &["large-body", "pipelined-order"])
                    && matches!(seen, Seen::Silence { .. })
        },
        needs: &["linear-time"],
    },
];

/// Whether the bytes of a body were answered as a request of their own.
fn serves_a_body(seen: &Seen) -> bool {
    matches!(seen, Seen::Status { index: 1.., .. } | Seen::ExtraAnswer { .. })
}

/// Whether a length that is none was read as the five bytes of body that follow: they came back, or what is behind them
/// was served.
fn took_five(outcome: &Outcome) -> bool {
    let Some(failure) = &outcome.failure else { return false };
    let replies = ReplyReader::read(&["POST", "GET"], &failure.timeline.received, true);
    match replies.replies() {
        [first, rest @ ..] if (200..300).contains(&first.status) => {
            first.body == b"hello" || rest.iter().any(|next| (200..300).contains(&next.status))
        }
        _ => false,
    }
}
