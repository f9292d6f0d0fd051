//! A slow handler blocks its own connection and no other.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use echo_json::limits::Limits;

use crate::program::{PATIENCE, serve};
use crate::wire::Wire;

#[test]
fn a_slow_handler_blocks_its_own_connection_and_no_other() {
    let (begun, has_begun) = channel();
    let (open, gate) = channel();
    let gate = Arc::new(Mutex::new(gate));
    let address = serve(Limits::default(), true, move |message, output| {
        if message == b"slow" {
            begun.send(()).expect("the test waits for it");
            gate.lock().expect("one at a time").recv().expect("the test opens it");
        }
        output.extend_from_slice(message);
    });

    let mut slow = Wire::connect(&address);
    let mut quick = Wire::connect(&address);
    slow.send("slow\nafter\n");
    has_begun.recv_timeout(PATIENCE).expect("the handler runs");
    quick.send("quick\n");
    quick.expect("quick\n");
    slow.expect_nothing_yet();
    open.send(()).expect("the handler waits for it");
    slow.expect("slow\nafter\n");
}
