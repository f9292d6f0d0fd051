//! Files: versions, parts, what has no length yet, uploads.

use super::build::*;
use super::{Answer, Check, Exchange, Group, PATIENCE, Status, Verdict, Want};
use crate::wire::{Step, Until};

use Verdict::{Fail, Hang, Pass};

const SENDING: &str = "part6-2-sending";
const ROOT: &str = "part6-3-files-below-a-root";
const DIRECTORIES: &str = "part6-4-directories";
const VERSIONS: &str = "part6-5-versions";
const RANGES: &str = "part6-6-ranges";
const UPLOADS: &str = "part6-7-uploads";

/// The first part that has files.
const SINCE_6: &[Verdict] = &[Fail, Hang, Fail, Fail, Fail, Pass];

/// The checks of this group.
pub fn checks() -> Vec<Check> {
    let mut checks = streams();
    checks.extend(paths());
    checks.extend(versions());
    checks.extend(ranges());
    checks.extend(uploads());
    checks
}

fn streams() -> Vec<Check> {
    vec![
        files(
            "unknown-length",
            "An answer whose length nobody knows goes in chunks; the close ends it for HTTP/1.0.",
        )
        .see("RFC 9112 §6.3", SENDING)
        .our_app()
        .with(asks("HEAD /clock", "", field(&[200], "transfer-encoding", "chunked")))
        .with(
            whole("HEAD /clock HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                .methods(&["HEAD"])
                .wants(field(&[200], "connection", "close").closes()),
        ),
        files("no-chunks-for-1.0", "A client of HTTP/1.0, which knows no chunks, gets none.")
            .see("RFC 9112 §6.1", SENDING)
            .parts(ALWAYS)
            .since(6)
            .with(
                whole("GET / HTTP/1.0\r\nHost: a\r\n\r\n")
                    .wants(want(vec![answer(Status::Any).lacks("transfer-encoding")])),
            ),
        files("clock", "It arrives while it is made, and the connection goes on behind it.")
            .see("RFC 9112 §7.1", SENDING)
            .our_app()
            .slow()
            .with(
                whole([&b"GET /clock HTTP/1.1\r\nHost: a\r\n\r\n"[..], GET].concat())
                    .methods(&["GET"; 2])
                    .wants(want(vec![
                        answer(Status::Success).says("tick 10 of 10"),
                        answer(Status::Success),
                    ])),
            ),
    ]
}

fn paths() -> Vec<Check> {
    vec![
        files("file", "A path leads to a file, and its name says what it is.")
            .see("RFC 9110 §8.3", ROOT)
            .our_app()
            .with(asks(
                "GET /style.css",
                "",
                field(&[200], "content-type", "text/css; charset=utf-8"),
            ))
            .with(asks("HEAD /melody.wav", "", field(&[200], "content-type", "audio/wav")))
            .with(asks("GET /%73tyle.css", "", field(&[200], "x-content-type-options", "nosniff"))),
        files("stays-below-root", "No spelling of a path leads to /etc/passwd.")
            .see("RFC 9110 §17.3", ROOT)
            .parts(ALWAYS)
            .since(6)
            .ours()
            .each(TO_PASSWD.map(|path| {
                let nothing_of_it = answer(Status::Any).lacks_words("root:");
                asks(&format!("GET {path}"), "", want(vec![nothing_of_it]))
            })),
        files("no-way-out", "No spelling of a path leads out of the root.")
            .see("RFC 9110 §17.3", ROOT)
            .our_app()
            .with(asks("GET /style.css", "", codes(&[200])))
            .each(WAYS_OUT.map(|path| asks(&format!("GET {path}"), "", codes(&[400, 403, 404])))),
        files("directory", "A directory without its slash is redirected; with it, it is listed.")
            .see("RFC 9110 §15.4.2", DIRECTORIES)
            .our_app()
            .with(asks("GET /names", "", field(&[301], "location", "/names/")))
            .with(asks("GET /names/", "", says("two%20words.txt")))
            .with(asks("GET /", "", says("<!doctype html>"))),
        files("download", "A file that is to be kept has its name, in any script.")
            .see("RFC 8187 §3.2", DIRECTORIES)
            .our_app()
            .with(asks(
                "GET /names/Gr%C3%BC%C3%9Fe.txt?download",
                "",
                field(
                    &[200],
                    "content-disposition",
                    "attachment; filename=\"Gr__e.txt\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt",
                ),
            )),
    ]
}

const WAYS_OUT: [&str; 9] = [
    "/../Cargo.toml",
    "/%2e%2e/Cargo.toml",
    "/%2e%2e%2fCargo.toml",
    "/%252e%252e%252fCargo.toml",
    "/..%5cCargo.toml",
    "/x/../../Cargo.toml",
    "//etc/passwd",
    "/%2fetc%2fpasswd",
    "/x.html%00.png",
];

/// Up from any root that is less than ten directories deep.
const TO_PASSWD: [&str; 6] = [
    "/../../../../../../../../../../etc/passwd",
    "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/x/../../../../../../../../../../../etc/passwd",
    "//etc/passwd",
    "/%2fetc%2fpasswd",
];

fn versions() -> Vec<Check> {
    vec![
        files("validators", "An answer says which version it is, to HEAD as to GET.")
            .see("RFC 9110 §8.8", VERSIONS)
            .ours()
            .each(
                ["GET", "HEAD"]
                    .map(|method| asks(&format!("{method} /"), "", field(&[200], "etag", ""))),
            )
            .with(asks("GET /", "", field(&[200], "last-modified", ""))),
        files("not-modified", "What the client has already isn't sent again: 304.")
            .see("RFC 9110 §13.1.2", VERSIONS)
            .rfc(codes(&[304]))
            .each(["GET", "HEAD"].map(|method| {
                asks(&format!("{method} /"), "If-None-Match: *\r\n", field(&[304], "etag", ""))
            })),
        files(
            "condition-ignored",
            "If-None-Match alone counts beside If-Modified-Since, and a date that is none doesn't.",
        )
        .see("RFC 9110 §13.1.3", VERSIONS)
        .parts(ALWAYS)
        .since(6)
        .each(
            [
                "If-None-Match: \"no such tag\"\r\nIf-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT\r\n",
                "If-Modified-Since: yesterday\r\n",
            ]
            .map(|fields| asks("GET /", fields, codes(&[200]))),
        ),
        files("precondition-failed", "Who asks for a version that isn't there any more gets 412.")
            .see("RFC 9110 §13.1.1", VERSIONS)
            .with(asks("GET /", "If-Match: \"no such tag\"\r\n", codes(&[412]))),
        files("unmodified-since", "Who knows only an older version gets 412.")
            .see("RFC 9110 §13.1.4", VERSIONS)
            .ours()
            .with(asks(
                "GET /",
                "If-Unmodified-Since: Sat, 01 Jan 2000 00:00:00 GMT\r\n",
                codes(&[412]),
            )),
    ]
}

fn ranges() -> Vec<Check> {
    vec![
        files("range", "A part that is asked for comes alone, and says what part it is: 206.")
            .see("RFC 9110 §15.3.7.1", RANGES)
            .rfc(whole_and(status(&[200, 206]).part(Some(1), 4).only_of(206)).or_says_close())
            .with(after_whole("1-4").wants(whole_and(status(&[206]).part(Some(1), 4)))),
        files("last-bytes", "The last bytes are a part, too, wherever they begin.")
            .see("RFC 9110 §15.3.7.1", RANGES)
            .rfc(whole_and(status(&[200, 206]).part(None, 3).only_of(206)).or_says_close())
            .with(after_whole("-3").wants(whole_and(status(&[206]).part(None, 3)))),
        files("range-ignored", "A unit that nobody knows is ignored, and so is a part of a HEAD.")
            .see("RFC 9110 §14.2", RANGES)
            .parts(ALWAYS)
            .since(6)
            .with(asks("GET /", "Range: lines=0-4\r\n", codes(&[200])))
            .with(asks("HEAD /", "Range: bytes=0-4\r\n", codes(&[200]))),
        files("if-range", "Of a version that isn't there any more no part is sent, but the whole.")
            .see("RFC 9110 §13.1.5", RANGES)
            .parts(ALWAYS)
            .since(6)
            .with(asks(
                "GET /",
                "If-Range: \"no such tag\"\r\nRange: bytes=0-4\r\n",
                codes(&[200]),
            )),
        files(
            "range-not-satisfiable",
            "A part that isn't there is 416, and the answer says how long it is.",
        )
        .see("RFC 9110 §15.5.17", RANGES)
        .ours()
        .with(asks(
            "GET /",
            "Range: bytes=99999999999-\r\n",
            field(&[416], "content-range", ""),
        )),
        files("several-ranges", "Several parts come in one body, each with its own head.")
            .see("RFC 9110 §14.6", RANGES)
            .our_app()
            .with(asks(
                "GET /style.css",
                "Range: bytes=0-0, -2\r\n",
                want(vec![status(&[206]).says("Content-Range: bytes 0-0/")]),
            )),
        files("condition-before-range", "Conditions are weighed before ranges.")
            .see("RFC 9110 §13.2.2", RANGES)
            .ours()
            .with(asks("GET /", "If-None-Match: *\r\nRange: bytes=0-4\r\n", codes(&[304])))
            .with(asks(
                "GET /",
                "If-None-Match: \"no such tag\"\r\nRange: bytes=0-4\r\n",
                codes(&[206]),
            ))
            .with(asks(
                "GET /",
                "If-Match: \"no such tag\"\r\nRange: bytes=99999999999-\r\n",
                codes(&[412]),
            )),
    ]
}

/// None of them stores anything: who runs these checks keeps his files.
fn uploads() -> Vec<Check> {
    let put = |path: &str, fields: &str| {
        whole(format!(
            "PUT {path} HTTP/1.1\r\nHost: a\r\n{fields}Content-Length: 9\r\n\r\nnot taken"
        ))
        .methods(&["PUT"])
    };
    vec![
        files("larger-than-memory", "An upload may be larger than what is kept in memory.")
            .see("RFC 9110 §9.3.4", UPLOADS)
            .our_app()
            .with(larger_than_memory()),
        files("upload-condition", "Who means to make a file doesn't overwrite one: 412.")
            .see("RFC 9110 §13.1.2", UPLOADS)
            .our_app()
            .with(put("/files/hello.txt", "If-None-Match: *\r\n").wants(codes(&[412])))
            .with(put("/files/no-such-file", "If-Match: *\r\n").wants(codes(&[412]))),
        files("upload-of-a-part", "A part isn't taken for the whole: 400.")
            .see("RFC 9110 §14.5", UPLOADS)
            .our_app()
            .with(put("/files/hello.txt", "Content-Range: bytes 0-8/20\r\n").wants(codes(&[400]))),
        files("upload-name", "A name is one name, and leads nowhere.")
            .see("RFC 9110 §17.3", UPLOADS)
            .our_app()
            .each(
                ["..", "%2e%2e", "..%2fx", "a%2fb"]
                    .map(|name| put(&format!("/files/{name}"), "").wants(codes(&[400]))),
            ),
        files("uploaded-page", "What was uploaded doesn't act in the name of our pages.")
            .see("the CSP standard, sandbox", UPLOADS)
            .our_app()
            .with(asks(
                "GET /files/hello.txt",
                "",
                field(&[200], "content-security-policy", "sandbox"),
            )),
    ]
}

/// The server bids it come, takes more than it keeps of other bodies, and stores nothing: the end comes too early.
fn larger_than_memory() -> Exchange {
    let head = "PUT /files/larger.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 8000000\r\n\
                Expect: 100-continue\r\n\r\n";
    whole(head)
        .then(Step::Await(Until::Bytes(1), PATIENCE))
        .then(Step::Send(vec![b'x'; 2 << 20]))
        .then(Step::HalfClose)
        .methods(&["PUT"])
        .wants(want(vec![status(&[400]).continued()]).closes())
}

fn files(name: &'static str, promise: &'static str) -> Check {
    check(Group::Files, name, promise).parts(SINCE_6)
}

/// `GET /`, and then this part of it.
fn after_whole(range: &str) -> Exchange {
    let part = format!("GET / HTTP/1.1\r\nHost: a\r\nRange: bytes={range}\r\n\r\n");
    turns(&[GET, part.as_bytes()])
}

/// The whole, and then this answer to the request for a part.
fn whole_and(part: Answer) -> Want {
    want(vec![status(&[200]), part])
}

/// One answer with one of these codes.
fn codes(codes: &'static [u16]) -> Want {
    want(vec![status(codes)])
}

/// The same, with a field whose list has this member.
fn field(codes: &'static [u16], name: &'static str, member: &'static str) -> Want {
    want(vec![status(codes).has(name, member)])
}

/// 200 with these words.
fn says(words: &'static str) -> Want {
    want(vec![status(&[200]).says(words)])
}
