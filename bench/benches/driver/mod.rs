//! What part 4's driver does, without a socket.

use std::hint::black_box;
use std::mem;

use part4_keepalive::action::Action;
use part4_keepalive::app;
use part4_keepalive::clock::Now;
use part4_keepalive::connection::Connection;
use part4_keepalive::message::{Fields, Request};

/// Between one read and the next: whole requests without a body, answered.
pub fn exchange(connection: &mut Connection, now: &mut Now, request: &[u8]) {
    let (mut head, mut trailers) = (None, Fields::default());
    connection.received(request);
    now.update();
    loop {
        match connection.poll(now) {
            Action::Read => return,
            Action::Write => {
                let n = black_box(connection.output()).len();
                connection.wrote(n, now);
            }
            Action::Head(received) => head = Some(received),
            Action::End(received) => trailers = received,
            Action::Respond => {
                let head = head.take().expect("a request begins before it ends");
                let trailers = mem::take(&mut trailers);
                let request = Request { head, body: Vec::new(), trailers };
                connection.respond(&app::answer(request), now);
            }
            action => panic!("not in answer to this: {action:?}"),
        }
    }
}
