//! A handler that panics.

use super::{NAME, add, all};
use crate::client::{Client, logged, start, text};

const PANIC: &str = "GET /panic HTTP/1.1\r\nHost: h\r\n\r\n";
const GET: &str = "GET /api/users HTTP/1.1\r\nHost: h\r\n\r\n";

#[test]
fn a_panic_costs_its_own_request_and_the_connection_goes_on() {
    let mut server = start(NAME);
    add(&server, "Ada");
    let mut beside = Client::of(&server);
    beside.send(GET);
    beside.reply("GET");
    let mut client = Client::of(&server);
    client.send([PANIC, GET, PANIC, GET].concat());
    let replies = client.replies(&["GET"; 4]);
    let statuses: Vec<_> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, [500, 200, 500, 200]);
    // What went wrong inside is for the log, not for the client.
    assert_eq!(text(&replies[0]), "The server has a bug.\n");
    logged(&server, "a handler has a bug");
    logged(&server, "warning: #3 a handler panicked");
    beside.send(GET);
    assert_eq!(beside.replies(&["GET"; 2])[1].status, 200);
    client.half_close();
    client.last_replies(&["GET"; 4]);
    logged(&server, "#3 closed, 4 answered: the client ended the stream");
    assert_eq!(all(&server).len(), 1);
    assert_eq!(server.process().exited().expect("it is ours"), None);
}
