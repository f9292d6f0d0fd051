//! Production: many slow clients at once, and what the server tells of itself.

use super::build::*;
use super::{Check, Exchange, Group, Status, Verdict};
use crate::wire::Step;

use Verdict::{Fail, Hang, Pass};

const STOP: &str = "part7-production";
const LIMITS: &str = "part7-2-limits-and-rates";
const THREADS: &str = "part7-5-threads";
const TOLD: &str = "part7-3-log-and-metrics";

/// A server that reads to the end of the stream waits for each of them.
const NOT_2: &[Verdict] = &[Pass, Hang, Pass];

/// The first part that tells of itself.
const SINCE_7: &[Verdict] = &[Fail, Hang, Fail, Fail, Fail, Fail, Pass];

/// More than any fixed number of threads that is small.
const MANY: usize = 100;

/// The checks of this group.
pub fn checks() -> Vec<Check> {
    vec![
        production("many-halves-beside", "A hundred half-sent heads hold up nobody else.")
            .see("RFC 9112 §9.5", THREADS)
            .parts(NOT_2)
            .alone()
            .ours()
            .with(beside_many(vec![Step::Send(b"GET / HTTP/1.1\r\nHo".to_vec())])),
        production("many-silent-beside", "A hundred connections that say nothing hold up nobody.")
            .see("RFC 9112 §9.4", THREADS)
            .parts(NOT_2)
            .alone()
            .ours()
            .with(beside_many(Vec::new())),
        production("trickling-upload", "An upload that comes a byte at a time is given up: 408.")
            .see("RFC 9112 §9.5", LIMITS)
            .since(6)
            .our_app()
            .ours()
            .slow()
            .with(trickling_upload()),
        production(
            "stopped-midway",
            "Told to stop, it answers the request under way, and says that it is the last.",
        )
        .see("RFC 9112 §9.6", STOP)
        .ours()
        .process(&[])
        .with(stopped_midway()),
        production("stopped-idle", "Told to stop, it closes a connection that has no request.")
            .see("RFC 9112 §9.6", STOP)
            .since(7)
            .ours()
            .process(&[])
            .with(whole(GET).then(answers_to(&["GET"])).stopped(vec![]).wants(success().closes())),
        production("one-too-many", "A client with more connections than it may have is told so.")
            .see("RFC 9110 §15.6.4", LIMITS)
            .our_app()
            .process(&[("PART7_PER_ADDRESS", "1")])
            .with(
                whole(GET)
                    .beside(vec![Step::Send(GET.to_vec()), answers_to(&["GET"])])
                    .wants(want(vec![status(&[503]).has("retry-after", "")]).closes()),
            ),
        production("healthz", "It says that it is well, and GET and HEAD agree.")
            .see("RFC 9110 §9.3.2", TOLD)
            .our_app()
            .with(asks("GET /healthz", "", want(vec![status(&[200]).says("All is well.")])))
            .with(asks(
                "HEAD /healthz",
                "",
                want(vec![status(&[200]).has("content-type", "text/plain; charset=utf-8")]),
            )),
        production("metrics", "It tells what it counts in the text format of Prometheus.")
            .see("RFC 9110 §8.3", TOLD)
            .our_app()
            .with(asks(
                "GET /metrics",
                "",
                want(vec![
                    status(&[200])
                        .has("content-type", "text/plain; version=0.0.4; charset=utf-8")
                        .says("# TYPE http_requests_total counter"),
                ]),
            )),
    ]
}

fn production(name: &'static str, promise: &'static str) -> Check {
    check(Group::Production, name, promise).parts(SINCE_7)
}

/// It is far from whole in the end: nothing is stored.
fn trickling_upload() -> Exchange {
    let head = "PUT /files/trickling.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n";
    trickling(head, 19).then(Step::HalfClose).methods(&["PUT"]).wants(refused(&[408]))
}

/// The second request has begun for sure: it came with the first one, which is answered.
fn stopped_midway() -> Exchange {
    let (begun, rest) = GET.split_at(GET.len() / 2);
    let last = answer(Status::Success).has("connection", "close");
    whole([GET, begun].concat())
        .then(answers_to(&["GET"]))
        .stopped(vec![Step::Send(rest.to_vec())])
        .methods(&["GET"; 2])
        .wants(want(vec![answer(Status::Success), last]).closes())
}

/// A request while many others have got as far as these steps.
fn beside_many(steps: Vec<Step>) -> Exchange {
    (0..MANY).fold(whole(GET), |exchange, _| exchange.beside(steps.clone()))
}
