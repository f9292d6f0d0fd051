//! A stream of JSON messages, in both framings. However it is cut, the same messages come out; and each
//! answer is one line of JSON.

#![no_main]

use echo_json::app;
use echo_json::buffer::RecvBuffer;
use echo_json::frame::{Framing, TooLong};
use fuzz::cut;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// Small, so that the limit is met.
const LONGEST: usize = 1000;

fuzz_target!(|input: &[u8]| {
    for framing in [Framing::Lines, Framing::Length] {
        let whole = receive(framing, [input]);
        let (first, second) = input.split_at(cut(input));
        assert_eq!(receive(framing, [first, second]), whole);
        assert_eq!(receive(framing, input.chunks(1)), whole);
        for message in &whole.0 {
            check_answer(message);
        }
        check_round_trip(framing, &whole.0);
    }
});

type Received = (Vec<Vec<u8>>, Result<bool, TooLong>);

/// The messages, and whether the stream may end after them.
fn receive<'a>(framing: Framing, pieces: impl IntoIterator<Item = &'a [u8]>) -> Received {
    let mut buffer = RecvBuffer::default();
    let mut messages = Vec::new();
    for piece in pieces {
        buffer.push(piece);
        loop {
            match framing.next(&mut buffer, LONGEST) {
                Ok(Some(frame)) => {
                    messages.push(buffer.unread()[frame.message].to_vec());
                    buffer.consume(frame.length);
                }
                Ok(None) => break,
                Err(error) => return (messages, Err(error)),
            }
        }
    }
    (messages, Ok(framing.may_end(&buffer)))
}

fn check_answer(message: &[u8]) {
    let mut answer = Vec::new();
    app::answer(message, &mut answer);
    assert!(!answer.contains(&b'\n'));
    // An echo keeps numbers that no float can hold and halves of surrogate pairs, which are JSON and
    // which serde_json doesn't take for values. Anything else is a value.
    if !answer.starts_with(br#"{"status":"OK","payload":"#) {
        let value: Value = serde_json::from_slice(&answer).expect("an answer is JSON");
        assert!(value["status"].is_string());
    }
}

/// What is framed and received again is the same; but a CR at the end of a line is a part of its end.
fn check_round_trip(framing: Framing, messages: &[Vec<u8>]) {
    let mut stream = Vec::new();
    let mut messages = messages.to_vec();
    messages.retain(|message| framing == Framing::Length || !message.ends_with(b"\r"));
    for message in &messages {
        framing.put(&mut stream, |out| out.extend_from_slice(message));
    }
    assert_eq!(receive(framing, [stream.as_slice()]), (messages, Ok(true)));
}
