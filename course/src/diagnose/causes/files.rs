//! What goes wrong with methods of a path, with versions and with parts of files.

use crate::checks::{Group, Status};
use crate::diagnose::Cause;
use crate::diagnose::evidence::{Evidence, is, served};
use crate::judge::Seen;

/// In the order in which they are considered.
pub const CAUSES: &[Cause] = &[
    Cause {
        name: "answers-every-path",
        sentence: "The server answers a path that leads nowhere as if something were there: 404 tells who made the link that \
                   it is wrong.",
        page: "part5-routing",
        shows: |e| e.served("unknown-path"),
        explains: |check, seen| {
            is(check, &["unknown-path", "head-of-unknown-path", "goes-on-after-404"])
                && served(seen)
        },
        needs: &["unknown-path"],
    },
    Cause {
        name: "path-or-method",
        sentence: "The server doesn't tell a path that isn't there from a method that the path doesn't have: the one is 404, \
                   the other 405, with the methods that there are in Allow.",
        page: "part5-routing",
        shows: |e| failed_in(e, "wrong-method", 0) && !field(e.seen("wrong-method")),
        explains: |check, seen| is(check, &["wrong-method"]) && !field(Some(seen)),
        needs: &["wrong-method"],
    },
    Cause {
        name: "no-allow",
        sentence: "The server answers 405 without Allow: the client has to learn there which methods the path has.",
        page: "part5-routing",
        shows: |e| failed_in(e, "wrong-method", 0),
        explains: |check, seen| is(check, &["wrong-method"]) && field(Some(seen)),
        needs: &["wrong-method"],
    },
    Cause {
        name: "takes-broken-percent",
        sentence: "The server takes a percent-encoding that isn't whole, such as \"%zz\", for itself: others read it otherwise, \
                   so 400 is the only answer on which all agree.",
        page: "part5-2-paths-and-queries",
        shows: |_| true,
        explains: |check, seen| {
            is(check, &["percent-encoding", "percent-in-query"])
                && matches!(
                    seen,
                    Seen::Status { got: 200 | 404 | 405, want: Status::OneOf([400]), .. }
                )
        },
        needs: &[],
    },
    Cause {
        name: "compares-undecoded",
        sentence: "The server compares the path as it was sent: \"/ech%6F\" is \"/echo\", and a client may write it so. Decode \
                   first, then look for the route.",
        page: "part5-2-paths-and-queries",
        shows: |e| e.passed("length"),
        explains: |check, seen| {
            is(check, &["encoded-letters"]) && matches!(seen, Seen::Status { got: 404 | 405, .. })
        },
        needs: &["length"],
    },
    Cause {
        name: "leaves-root",
        sentence: "The server serves files from outside its root: who asks gets whatever its process may read. Walk from the \
                   root down, name by name, and let no name lead up or through a link.",
        page: "part6-3-files-below-a-root",
        shows: |e| e.failed("stays-below-root"),
        explains: |check, seen| {
            is(check, &["stays-below-root"]) && matches!(seen, Seen::Member { .. })
        },
        needs: &["stays-below-root"],
    },
    Cause {
        name: "kept-in-memory",
        sentence: "The server refuses an upload for its length: what is kept in memory until it is whole must be short. \
                   What goes into a file piece by piece may be as long as the disk allows.",
        page: "part6-7-uploads",
        shows: |_| true,
        explains: |check, seen| {
            is(check, &["larger-than-memory"]) && matches!(seen, Seen::Status { got: 413, .. })
        },
        needs: &[],
    },
    Cause {
        name: "ignores-if-none-match",
        sentence: "The server sends everything again to who has it already: if one of the tags in If-None-Match is that of \
                   the file, or \"*\" stands there, the answer is 304.",
        page: "part6-5-versions",
        shows: |e| matches!(e.seen("not-modified"), Some(Seen::Status { got: 200, .. })),
        explains: |check, seen| {
            is(check, &["not-modified", "condition-before-range"])
                && matches!(seen, Seen::Status { want: Status::OneOf([304]), .. })
        },
        needs: &["not-modified"],
    },
    Cause {
        name: "ignores-if-match",
        sentence: "The server does what it is asked though the version is another than the one that If-Match names: the \
                   client would act on what it has never seen. The answer is 412.",
        page: "part6-5-versions",
        shows: |e| e.served("precondition-failed"),
        explains: |check, seen| {
            is(check, &["precondition-failed", "condition-before-range"])
                && matches!(seen, Seen::Status { want: Status::OneOf([412]), .. })
        },
        needs: &["precondition-failed"],
    },
    Cause {
        name: "date-counts-too",
        sentence: "The server looks at If-Modified-Since though If-None-Match says that the version is another: where both \
                   are sent, only the tag counts.",
        page: "part6-5-versions",
        shows: |e| failed_in(e, "condition-ignored", 0),
        explains: |check, seen| {
            is(check, &["condition-ignored"]) && matches!(seen, Seen::Status { got: 304, .. })
        },
        needs: &["condition-ignored"],
    },
    Cause {
        name: "no-ranges",
        sentence: "The server sends the whole to who asks for a part: it may, but nobody can seek in its files, or go on with \
                   a download.",
        page: "part6-6-ranges",
        shows: |e| whole_for_part(e.seen("range")),
        explains: |check, seen| {
            check.group == Group::Files && whole_for_part(Some(seen))
                || is(check, &["range-not-satisfiable"])
                    && matches!(seen, Seen::Status { got: 200, .. })
        },
        needs: &["range"],
    },
    Cause {
        name: "no-suffix-range",
        sentence: "The server misreads a range without a first byte: \"bytes=-3\" asks for the last three.",
        page: "part6-6-ranges",
        shows: |e| !e.failed("range") && e.failed("last-bytes"),
        explains: |check, _| is(check, &["last-bytes"]),
        needs: &["range", "last-bytes"],
    },
    Cause {
        name: "knows-every-unit",
        sentence: "The server minds a Range whose unit it doesn't know: such a field is as good as none, and the answer is the \
                   whole.",
        page: "part6-6-ranges",
        shows: |e| failed_in(e, "range-ignored", 0),
        explains: |check, seen| {
            is(check, &["range-ignored"]) && matches!(seen, Seen::Status { .. })
        },
        needs: &["range-ignored"],
    },
    Cause {
        name: "part-of-a-head",
        sentence: "The server answers a HEAD with the head of a part: a range is for GET alone, and HEAD tells of the whole.",
        page: "part6-6-ranges",
        shows: |e| failed_in(e, "range-ignored", 1),
        explains: |check, seen| {
            is(check, &["range-ignored"]) && matches!(seen, Seen::Status { got: 206, .. })
        },
        needs: &["range-ignored"],
    },
    Cause {
        name: "ignores-if-range",
        sentence: "The server ignores If-Range: the client has a part of another version, and would put together bytes of \
                   two. If the tag isn't that of the file, the whole is the answer.",
        page: "part6-5-versions",
        shows: |e| matches!(e.seen("if-range"), Some(Seen::Status { got: 206, .. })),
        explains: |check, _| is(check, &["if-range"]),
        needs: &["if-range"],
    },
];

fn field(seen: Option<&Seen>) -> bool {
    matches!(seen, Some(Seen::Field { .. }))
}

fn whole_for_part(seen: Option<&Seen>) -> bool {
    matches!(seen, Some(Seen::Status { got: 200, want: Status::OneOf([206]), .. }))
}

/// Whether a check failed in this one of its exchanges.
fn failed_in(e: &Evidence<'_>, name: &str, exchange: usize) -> bool {
    let failure = e.of(name).and_then(|outcome| outcome.failure.as_ref());
    failure.is_some_and(|failure| failure.exchange == exchange)
}
