//! Infers causes: what was observed over all checks in, one sentence per failed check out.
//!
//! The causes are a table in the order in which they are considered. A cause shows itself in the
//! outcomes of a few checks, whatever their names promise, and explains the failures that follow
//! from it.

use anyhow::Result;

use crate::checks::{self, Check, Group, Needs, Status, Verdict};
use crate::judge::Seen;
use crate::reply::{Awaiting, Mistake};
use crate::run::{Outcome, Settings, run_checks};
use crate::subject::Subject;
use crate::wire::Step;

/// Something that is wrong with a server.
pub struct Cause {
    /// A short name for programs.
    pub name: &'static str,
    /// One plain sentence.
    pub sentence: &'static str,
    /// Page of the book that explains it.
    pub page: &'static str,
    /// Whether the outcomes show it.
    shows: fn(&Evidence<'_>) -> bool,
    /// Whether it brings about this failure.
    explains: fn(&Check, &Seen) -> bool,
    /// The checks in whose outcomes it shows.
    needs: &'static [&'static str],
}

/// Why a check failed.
pub struct Explanation {
    /// The cause, if the outcomes decide it.
    pub cause: Option<&'static Cause>,
    /// One plain sentence: the cause, or what was seen.
    pub sentence: String,
    /// Causes that would explain it, and about which the outcomes say nothing.
    pub remaining: Vec<&'static Cause>,
    /// Page of the book.
    pub page: &'static str,
}

/// Explains the failure of a check by what was seen in all of them; `None` if it passed.
pub fn explain(outcome: &Outcome, all: &[Outcome]) -> Option<Explanation> {
    let evidence = Evidence { outcomes: all };
    let check = outcome.check;
    let seen = &outcome.failure.as_ref()?.seen;
    let mut candidates = CAUSES.iter().filter(|cause| (cause.explains)(check, seen));
    if let Some(cause) = candidates.clone().find(|cause| (cause.shows)(&evidence)) {
        let (sentence, page) = (cause.sentence.to_owned(), cause.page);
        return Some(Explanation { cause: Some(cause), sentence, remaining: Vec::new(), page });
    }
    let unknown =
        |cause: &&Cause| cause.needs.iter().any(|name| !evidence.ran(name) && speaks(name, check));
    let remaining = candidates.by_ref().filter(unknown).collect();
    Some(Explanation { cause: None, sentence: fact(check, seen), remaining, page: check.page })
}

/// Whether the check of this name is about the same protocol.
fn speaks(name: &str, check: &Check) -> bool {
    checks::named(name).is_some_and(|c| c.group.protocol() == check.group.protocol())
}

/// Runs those checks that tell causes apart, allowed by `may_run`, and not among the outcomes yet; gives
/// all outcomes.
///
/// If the plainest request gets no good answer, nothing more is asked: each wait would be in vain.
///
/// Errors: a server that has died can't be started again.
pub fn observe(
    subject: &mut Subject,
    settings: Settings<'_>,
    may_run: impl Fn(&Check) -> bool,
    mut outcomes: Vec<Outcome>,
) -> Result<Vec<Outcome>> {
    let needed = |check: &&Check| CAUSES.iter().any(|cause| cause.needs.contains(&check.name));
    let plain =
        |check: &&Check| is(check, &["one-segment", "half-close", "greeting", "end-after-line"]);
    let (first, rest): (Vec<_>, Vec<_>) =
        checks::all().iter().filter(needed).filter(|c| may_run(c)).partition(plain);
    for checks in [first, rest] {
        let ran = |check: &&Check| outcomes.iter().any(|o| o.check.name == check.name);
        let missing: Vec<_> = checks.into_iter().filter(|check| !ran(check)).collect();
        outcomes.extend(run_checks(subject, &missing, settings)?);
        let failed = |o: &Outcome| is(o.check, &["one-segment", "greeting"]) && o.failure.is_some();
        if outcomes.iter().any(failed) {
            break;
        }
    }
    Ok(outcomes)
}

/// The cause of this name.
pub fn cause(name: &str) -> Option<&'static Cause> {
    CAUSES.iter().find(|cause| cause.name == name)
}

/// What was seen, as a fact about who does what.
fn fact(check: &Check, seen: &Seen) -> String {
    match seen {
        Seen::Silence { answered: 0, awaiting: Awaiting::Reply } => {
            "The client has sent a whole request and waits for the answer, the server waits for \
             something else; nobody will move."
                .into()
        }
        Seen::Silence { awaiting, .. } => {
            format!(
                "The client waits for {awaiting}, the server has nothing more to say; nobody will move."
            )
        }
        Seen::Status { got: 200..300, .. } | Seen::ExtraAnswer { .. }
            if check.group == Group::Refusal =>
        {
            format!("The server served what it should refuse: {seen}.")
        }
        Seen::Status { got: 400.., want: Status::Success | Status::Understood, .. } => {
            format!("The server refused what it should serve: {seen}.")
        }
        _ => {
            let text = seen.to_string();
            let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
            format!("{}{rest}.", first.to_uppercase())
        }
    }
}

/// What the outcomes of the checks tell.
struct Evidence<'a> {
    outcomes: &'a [Outcome],
}

impl Evidence<'_> {
    fn of(&self, name: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.check.name == name)
    }

    fn ran(&self, name: &str) -> bool {
        self.of(name).is_some()
    }

    fn passed(&self, name: &str) -> bool {
        self.of(name).is_some_and(|outcome| outcome.verdict() == Verdict::Pass)
    }

    fn seen(&self, name: &str) -> Option<&Seen> {
        Some(&self.of(name)?.failure.as_ref()?.seen)
    }

    fn failed(&self, name: &str) -> bool {
        self.seen(name).is_some()
    }

    fn hung(&self, name: &str) -> bool {
        self.of(name).is_some_and(|outcome| outcome.verdict() == Verdict::Hang)
    }

    fn malformed(&self, name: &str, why: Mistake) -> bool {
        matches!(self.seen(name), Some(Seen::Malformed(wrong)) if wrong.why == why)
    }

    fn waits_for(&self, name: &str, what: fn(&Awaiting) -> bool) -> bool {
        matches!(self.seen(name), Some(Seen::Silence { awaiting, .. }) if what(awaiting))
    }

    /// Whether it was served though it should have been refused.
    fn served(&self, name: &str) -> bool {
        let served = |seen: &Seen| {
            matches!(
                seen,
                Seen::Status { got: 200..400 | 404 | 405, .. } | Seen::ExtraAnswer { .. }
            )
        };
        self.seen(name).is_some_and(served)
    }

    fn died(&self, name: &str) -> bool {
        matches!(self.seen(name), Some(Seen::Died(_)))
    }
}

fn is(check: &Check, names: &[&str]) -> bool {
    names.contains(&check.name)
}

/// Whether a server may need several reads for one of the requests.
fn in_pieces(check: &Check) -> bool {
    let size = |step: &Step| if let Step::Send(bytes) = step { bytes.len() } else { 0 };
    check.exchanges.iter().any(|exchange| {
        let sent: Vec<_> = exchange.steps.iter().map(size).filter(|size| *size > 0).collect();
        sent.len() > 1 || sent.iter().any(|size| *size > 1000)
    })
}

fn malformed(seen: &Seen, mistakes: &[Mistake]) -> bool {
    matches!(seen, Seen::Malformed(wrong) if mistakes.contains(&wrong.why))
}

/// In the order in which they are considered: first what spoils every answer, then what spoils some.
const CAUSES: &[Cause] = &[
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
    Cause {
        name: "floods",
        sentence: "The server sends without end; an answer says where it ends.",
        page: "part3-6-server",
        shows: |e| matches!(e.seen("one-segment"), Some(Seen::Flood)),
        explains: |_, _| true,
        needs: &["one-segment"],
    },
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
        shows: |e| {
            let acts = |seen: &Seen| {
                matches!(seen, Seen::Early { .. } | Seen::Closed { .. } | Seen::Reset { .. })
            };
            let acts_on_a_piece = |whole, cut| e.passed(whole) && e.seen(cut).is_some_and(acts);
            acts_on_a_piece("one-segment", "two-segments")
                || acts_on_a_piece("greeting", "line-cut")
        },
        explains: |check, seen| matches!(seen, Seen::Early { .. }) || in_pieces(check),
        needs: &["one-segment", "two-segments", "greeting", "line-cut"],
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
    Cause {
        name: "ignores-length",
        sentence: "The server ignores Content-Length: the bytes of a body are taken for the next request.",
        page: "part3-3-content-length",
        shows: |e| {
            matches!(e.seen("body-is-no-request"), Some(Seen::ExtraAnswer { .. }))
                || matches!(
                    e.seen("get-with-body"),
                    Some(Seen::Status { index: 1.., .. } | Seen::ExtraAnswer { .. })
                )
        },
        explains: |check, _| {
            check.needs == Needs::Echo
                || is(check, &["get-with-body", "length-not-digits", "length-and-encoding"])
        },
        needs: &["body-is-no-request", "get-with-body"],
    },
    Cause {
        name: "garbage-served",
        sentence: "The server answers 200 to bytes that are no request: who can send anything can send what a proxy in \
                   front of it reads differently.",
        page: "part3-2-request-line-and-fields",
        shows: |e| e.served("garbage"),
        explains: |check, seen| {
            check.group == Group::Refusal
                && matches!(seen, Seen::Status { got: 200..400, .. } | Seen::ExtraAnswer { .. })
        },
        needs: &["garbage"],
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
        name: "no-chunks",
        sentence: "The server knows no chunked bodies: a request with Transfer-Encoding has a body, and its chunks are not \
                   the next request.",
        page: "part3-4-chunked",
        shows: |e| e.passed("length") && e.failed("chunked") && !e.hung("chunked"),
        explains: |check, _| check.group == Group::Body && check.page == "part3-4-chunked",
        needs: &["length", "chunked"],
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
        explains: |check, seen| {
            check.group == Group::Persistence
                && matches!(seen, Seen::Closed { answered: 1.. } | Seen::Reset { answered: 1.. })
        },
        needs: &["keep-alive"],
    },
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
            check.group == Group::JsonLines
                && matches!(seen, Seen::Silence { .. } | Seen::Member { .. })
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
        name: "no-continue",
        sentence: "The client asked with \"Expect: 100-continue\" whether to send its body and waits for the answer, the \
                   server waits for the body; nobody will move.",
        page: "part4-keepalive",
        shows: |e| e.hung("expect") && e.passed("length"),
        explains: |check, _| is(check, &["expect"]),
        needs: &["expect", "length"],
    },
    Cause {
        name: "lenient-length",
        sentence: "The server takes \"+5\" or \"0x5\" for a length, as many number parsers do: a proxy that reads it \
                   differently sees other requests.",
        page: "part3-3-content-length",
        shows: |e| e.served("length-not-digits"),
        explains: |check, _| is(check, &["length-not-digits", "length-empty", "length-overflow"]),
        needs: &["length-not-digits"],
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

/// Whether a body is another one of those that were sent in the check of order.
fn another_body(got: &[u8]) -> bool {
    let check = checks::named("pipelined-order").expect("this check is in the table");
    let answers = &check.exchanges[0].want.answers;
    answers.iter().any(|answer| answer.body == checks::Body::Exactly(got.to_vec()))
}
