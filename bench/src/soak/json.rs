//! What the clients of echo-json say.

use std::io::{self, BufRead};

use crate::lines::{ANSWER, LINE};
use crate::soak::clients::Protocol;

/// A line, a message.
pub const PROTOCOL: Protocol = Protocol {
    good,
    is_answer,
    broken: &[
        b"nonsense\n",
        b"{\n",
        b"{}\n",
        b"[]\n",
        b"{\"type\":\"SUM\",\"a\":1}\n",
        b"{\"type\":\"NONE\"}\n",
        b"{\"type\":\"GREETING\",\"name\":\"\xff\"}\n",
        b"{\"type\":\"GREETING\",\"name\":\"Alice\"}",
    ],
    refusals: &[b"{\"status\":\"ERROR\""],
};

fn good(random: &mut fastrand::Rng, longest: usize) -> Vec<u8> {
    if random.bool() {
        return LINE.into();
    }
    let letters = "x".repeat(random.usize(0..=longest));
    format!("{{\"type\":\"ECHO\",\"payload\":\"{letters}\"}}\n").into_bytes()
}

fn is_answer(request: &[u8], answers: &mut dyn BufRead) -> io::Result<bool> {
    let request = String::from_utf8_lossy(request);
    let expected = match request.split_once("\"payload\":") {
        Some((_, payload)) => format!("{{\"status\":\"OK\",\"payload\":{payload}"),
        None => ANSWER.into(),
    };
    let mut line = String::new();
    answers.read_line(&mut line)?;
    Ok(line == expected)
}
