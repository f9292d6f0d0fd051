//! Persistence: more than one request on a connection, and how a connection ends.

use std::time::Duration;

use super::build::*;
use super::{Answer, Check, Exchange, Group, PATIENCE, Status, Verdict};
use crate::wire::{Step, Until};

use Verdict::{Fail, Hang, Pass};

const PAGE: &str = "part4-keepalive";
const CLOSING: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
const HEAD: &[u8] = b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
const OLD_KEEP_ALIVE: &[u8] = b"GET / HTTP/1.0\r\nHost: a\r\nConnection: Keep-Alive\r\n\r\n";
const EXPECT: &[u8] =
    b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n";

/// How many single bytes trickle: longer than any server should bear.
const TRICKLED: usize = 19;

/// The checks of this group.
pub fn checks() -> Vec<Check> {
    vec![
        persistence(
            "keep-alive",
            "A connection stays open after an answer, and serves the next request.",
        )
        .see("RFC 9112 §9.3", PAGE)
        .rfc(all_succeed(2).or_says_close())
        .with(turns(&[GET, GET])),
        persistence("two-requests-one-write", "Two requests in one write get two answers.")
            .see("RFC 9112 §9.3.2", PAGE)
            .rfc(all_succeed(2).or_says_close())
            .with(together(GET.repeat(2), 2)),
        persistence(
            "second-request-cut",
            "A second request that begins in the first one's segment is whole.",
        )
        .see("RFC 9112 §9.3.2", PAGE)
        .rfc(all_succeed(2).or_says_close())
        .each([3, GET.len() - 2].map(|cut| {
            let both = GET.repeat(2);
            let mut exchange = pieces(&[&both[..GET.len() + cut], &both[GET.len() + cut..]]);
            exchange.early_is_wrong = false;
            exchange.methods(&["GET"; 2]).wants(all_succeed(2))
        })),
        persistence("pipelined-100", "A hundred requests in one write get a hundred answers.")
            .see("RFC 9112 §9.3.2", PAGE)
            .rfc(all_succeed(100).or_says_close())
            .with(together(GET.repeat(100), 100)),
        persistence(
            "pipelined-order",
            "Pipelined requests are answered in their order, whichever is done first.",
        )
        .see("RFC 9112 §9.3.2", PAGE)
        .echo()
        .rfc(want(ordered()).or_says_close())
        .with(
            whole(bodies().iter().flat_map(|body| post(body)).collect::<Vec<u8>>())
                .methods(&["POST"; 5])
                .wants(want(ordered())),
        ),
        persistence("get-with-body", "The body of a GET is not the next request.")
            .see("RFC 9112 §6.3", "part3-3-content-length")
            .rfc(want(vec![answer(Status::Any), answer(Status::Success)]).or_says_close())
            .with(together(
                [&b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"[..], GET].concat(),
                2,
            )),
        persistence("next-is-fresh", "Nothing of one request is left in the next one.")
            .see("RFC 9112 §9.3", PAGE)
            .echo()
            .rfc(want(fresh()).or_says_close())
            .with(
                turns(&[&post(b"first body"), &post(b"2"), &post_with("", b""), GET])
                    .wants(want(fresh())),
            ),
        persistence("nothing-extra", "Nothing comes after an answer that was not asked for.")
            .see("RFC 9112 §9.2", PAGE)
            .parts(NOT_2)
            .with(whole(GET).then(answers_to(&["GET"])).then(Step::Await(
                Until::Quiet(Duration::from_millis(300)),
                Duration::from_millis(400),
            ))),
        persistence("close-honoured", "After Connection: close the server answers and closes.")
            .see("RFC 9112 §9.6", PAGE)
            .parts(NOT_2)
            .with(whole(CLOSING).wants(success().closes())),
        persistence(
            "close-in-a-list",
            "close is one member of a list, in any case, in any of several fields.",
        )
        .see("RFC 9110 §7.6.1", PAGE)
        .parts(NOT_2)
        .each(
            ["Connection: x, Close", "connection:CLOSE", "Connection: x\r\nConnection: close"].map(
                |field| {
                    whole(format!("GET / HTTP/1.1\r\nHost: a\r\n{field}\r\n\r\n"))
                        .wants(success().closes())
                },
            ),
        ),
        persistence("close-is-said", "The last answer on a connection says so.")
            .see("RFC 9112 §9.6", PAGE)
            .parts(NOT_2)
            .ours()
            .with(whole(CLOSING).wants(says("close").closes())),
        persistence("nothing-after-close", "A request behind Connection: close is not served.")
            .see("RFC 9112 §9.6", PAGE)
            .parts(NOT_2)
            .rfc(want(vec![answer(Status::Any)]).closes())
            .with(whole([CLOSING, GET].concat()).wants(success().closes())),
        persistence("http10-closes", "After an HTTP/1.0 request the connection closes.")
            .see("RFC 9112 §9.3", PAGE)
            .parts(NOT_2)
            .rfc(want(vec![answer(Status::Any)]).closes())
            .with(
                whole("GET / HTTP/1.0\r\nHost: a\r\n\r\n")
                    .wants(want(vec![answer(Status::SuccessOr(505))]).closes()),
            ),
        persistence(
            "http10-keep-alive",
            "An HTTP/1.0 client that asks for keep-alive gets it, and is told so.",
        )
        .see("RFC 9112 §9.3", PAGE)
        .ours()
        .with(turns(&[OLD_KEEP_ALIVE; 2]).wants(want(vec![
            answer(Status::Success).has(
                "connection",
                "keep-alive"
            );
            2
        ]))),
        persistence("knows-head", "HEAD is known: GET and HEAD are what every server has.")
            .see("RFC 9110 §9.1", "part3-6-server")
            .parts(SINCE_3)
            .with(whole(HEAD).methods(&["HEAD"])),
        persistence("head", "HEAD is answered like GET, without the body.")
            .see("RFC 9110 §9.3.2", "part3-6-server")
            .parts(SINCE_3)
            // Whether it is known at all is for `knows-head` to say.
            .with(whole(HEAD).methods(&["HEAD"]).wants(want(vec![answer(Status::Any)]))),
        persistence("head-then-get", "The answer after the one to HEAD is read where it begins.")
            .see("RFC 9110 §9.3.2", PAGE)
            .rfc(all_succeed(2).or_says_close())
            .with(together([HEAD, GET].concat(), 2).methods(&["HEAD", "GET"])),
        persistence("expect", "A client that asks before it sends its body gets 100 Continue.")
            .see("RFC 9110 §10.1.1", PAGE)
            .echo()
            .parts(&[Fail, Hang, Hang, Pass])
            .rfc(echoed("hello"))
            .with(
                whole(EXPECT)
                    .then(Step::Await(Until::Bytes(1), PATIENCE))
                    .then(Step::Send(b"hello".to_vec()))
                    .wants(want(vec![answer(Status::Success).continued().body("hello")])),
            ),
        persistence(
            "expect-with-body",
            "A client that asks and sends its body at once is answered.",
        )
        .see("RFC 9110 §10.1.1", PAGE)
        .echo()
        .parts(SINCE_3)
        .with(whole([EXPECT, b"hello"].concat()).wants(echoed("hello"))),
        persistence("expect-refused", "A body that would be refused is refused before it is sent.")
            .see("RFC 9110 §10.1.1", PAGE)
            .parts(SINCE_3)
            .ours()
            .with(
                whole(post_with("Content-Length: 99999999999\r\nExpect: 100-continue\r\n", b""))
                    .wants(not_echoed(&[413])),
            ),
        persistence("expect-unknown", "An expectation that nobody knows is refused with 417.")
            .see("RFC 9110 §10.1.1", PAGE)
            .parts(SINCE_3)
            .ours()
            .with(
                whole([&post_with("Content-Length: 5\r\nExpect: tea\r\n", b"hello"), GET].concat())
                    .wants(not_echoed(&[417])),
            ),
        waiting("silent-is-closed", "A client that never says anything is closed without a word.")
            .parts(&[Fail, Fail, Fail, Pass])
            .with(unanswered(Vec::new())),
        waiting(
            "idle-is-closed",
            "A client that has its answer and says nothing more is closed without a word.",
        )
        .parts(NOT_2)
        .with(whole(GET).wants(success().closes())),
        waiting(
            "slow-head",
            "A head that isn't whole in time is answered with 408, even if it trickles.",
        )
        .parts(&[Fail, Hang, Hang, Pass])
        .with(whole("GET / HTTP/1.1\r\nHo").wants(refused(&[408])))
        .with(trickled().wants(refused(&[408]))),
        waiting("slow-body", "A body that isn't whole in time is answered with 408.")
            .parts(&[Fail, Hang, Hang, Pass])
            .echo()
            .with(whole(post_with("Content-Length: 5\r\n", b"hel")).wants(refused(&[408]))),
        waiting("trickling-body", "A body that comes a byte at a time is answered with 408.")
            .echo()
            .with(trickling_body().wants(refused(&[408]))),
    ]
}

/// A check that waits for a time-out of the server.
fn waiting(name: &'static str, promise: &'static str) -> Check {
    persistence(name, promise).see("RFC 9112 §9.5", PAGE).ours().slow()
}

/// A head that is never silent for long, and whole in the end. A time-out for each read lets it pass.
fn trickled() -> Exchange {
    let trickles = trickling("GET / HTTP/1.1\r\nHost: a\r\nX: ", TRICKLED);
    trickles.then(Step::Send(b"\r\n\r\n".to_vec()))
}

/// The same with a body.
fn trickling_body() -> Exchange {
    trickling(post_with(&format!("Content-Length: {TRICKLED}\r\n"), b""), TRICKLED)
}

fn persistence(name: &'static str, promise: &'static str) -> Check {
    check(Group::Persistence, name, promise).parts(SINCE_4)
}

fn together(bytes: Vec<u8>, count: usize) -> Exchange {
    whole(bytes).methods(&vec!["GET"; count]).wants(all_succeed(count))
}

/// The first body is the longest, so that a server that works side by side is done with it last.
fn bodies() -> Vec<Vec<u8>> {
    let long = b"one ".repeat(20_000);
    vec![long, b"two".to_vec(), b"three".to_vec(), b"four".to_vec(), b"five".to_vec()]
}

fn ordered() -> Vec<Answer> {
    bodies().iter().map(|body| answer(Status::Success).body(body)).collect()
}

fn fresh() -> Vec<Answer> {
    let echoed = ["first body", "2", ""].map(|body| answer(Status::Success).body(body));
    echoed.into_iter().chain([answer(Status::Success)]).collect()
}

fn says(option: &'static str) -> super::Want {
    want(vec![answer(Status::Success).has("connection", option)])
}
