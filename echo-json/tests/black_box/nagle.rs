//! What TCP_NODELAY changes: a second small answer does not wait for the first one's acknowledgement.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use echo_json::limits::Limits;

use crate::program::{PATIENCE, serve};
use crate::wire::Wire;

/// How long the second of two answers takes that the server writes one after the other.
fn second_answer(nodelay: bool) -> Duration {
    let (begun, has_begun) = channel();
    let (open, gate) = channel();
    let gate = Arc::new(Mutex::new(gate));
    let address = serve(Limits::default(), nodelay, move |message, output| {
        if message == b"first" {
            begun.send(()).expect("the test waits for it");
            gate.lock().expect("one at a time").recv().expect("the test opens it");
        }
        output.extend_from_slice(message);
    });
    let mut client = Wire::connect(&address);
    // A kernel acknowledges at once until it believes in a conversation.
    for _ in 0..20 {
        client.send("hello\n");
        client.expect("hello\n");
    }
    client.send("first\n");
    has_begun.recv_timeout(PATIENCE).expect("the handler runs");
    // This one comes while the first is worked on, so that the two answers are two writes.
    client.send("second\n");
    open.send(()).expect("the handler waits for it");
    client.expect("first\n");
    let start = Instant::now();
    client.expect("second\n");
    start.elapsed()
}

#[test]
fn without_nodelay_the_second_answer_waits() {
    let shortest = |nodelay| (0..5).map(|_| second_answer(nodelay)).min().unwrap_or_default();
    let (at_once, held_back) = (shortest(true), shortest(false));
    assert!(at_once < Duration::from_millis(20), "{at_once:?}");
    assert!(held_back > Duration::from_millis(20), "{held_back:?}");
}
