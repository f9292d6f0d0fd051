//! What holds for every input, not only for those that somebody thought of.

use echo_json::app::answer;
use echo_json::buffer::RecvBuffer;
use echo_json::frame::Framing;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Longest message in these tests.
const MAX: usize = 64;

/// All messages of a stream that comes in these pieces.
fn receive(framing: Framing, pieces: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut input = RecvBuffer::default();
    let mut messages = Vec::new();
    for piece in pieces {
        input.push(piece);
        while let Ok(Some(frame)) = framing.next(&mut input, MAX) {
            messages.push(input.unread()[frame.message].to_vec());
            input.consume(frame.length);
        }
    }
    messages
}

/// Cuts a stream at these places, wherever they fall in it.
fn pieces<'a>(stream: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut cuts: Vec<_> = cuts.iter().map(|cut| cut % (stream.len() + 1)).collect();
    cuts.extend([0, stream.len()]);
    cuts.sort_unstable();
    cuts.windows(2).map(|ends| &stream[ends[0]..ends[1]]).collect()
}

fn answered(message: &[u8]) -> Value {
    let mut output = Vec::new();
    answer(message, &mut output);
    serde_json::from_slice(&output).expect("an answer is JSON")
}

/// Any JSON value, in the form that `Value` has for it.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((any::<String>(), inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_split_gives_the_same_messages(
        messages in vec(vec(any::<u8>(), 0..MAX), 0..8),
        cuts in vec(any::<usize>(), 0..16),
    ) {
        for framing in [Framing::Lines, Framing::Length] {
            let mut stream = Vec::new();
            for message in &messages {
                framing.put(&mut stream, |output| output.extend_from_slice(message));
            }
            let whole = receive(framing, &[&stream]);
            if framing == Framing::Length {
                prop_assert_eq!(&whole, &messages);
            }
            prop_assert_eq!(receive(framing, &pieces(&stream, &cuts)), whole);
        }
    }

    #[test]
    fn any_bytes_in_any_split_give_the_same_messages(
        stream in vec(prop_oneof![Just(b'\n'), Just(b'\r'), Just(0), any::<u8>()], 0..200),
        cuts in vec(any::<usize>(), 0..16),
    ) {
        for framing in [Framing::Lines, Framing::Length] {
            let whole = receive(framing, &[&stream]);
            prop_assert_eq!(receive(framing, &pieces(&stream, &cuts)), whole);
        }
    }

    #[test]
    fn whatever_comes_the_answer_is_json(message in vec(any::<u8>(), 0..MAX)) {
        let answer = answered(&message);
        prop_assert!(answer["status"] == "OK" || answer["status"] == "ERROR");
    }

    #[test]
    fn whatever_json_comes_the_answer_is_json(message in any_json()) {
        let answer = answered(message.to_string().as_bytes());
        prop_assert_eq!(&answer["status"], "ERROR");
    }

    #[test]
    fn an_echo_is_the_same_json(payload in any_json()) {
        let message = format!(r#"{{"payload": {payload}, "type": "ECHO"}}"#);
        let mut output = Vec::new();
        answer(message.as_bytes(), &mut output);
        let expected = format!(r#"{{"status":"OK","payload":{payload}}}"#);
        prop_assert_eq!(String::from_utf8_lossy(&output), expected);
    }

    #[test]
    fn a_greeting_says_the_name(name: String) {
        let message = json!({"type": "GREETING", "name": name.clone()}).to_string();
        let reply = format!("Hello, {name}!");
        prop_assert_eq!(answered(message.as_bytes()), json!({"status": "OK", "reply": reply}));
    }

    #[test]
    fn a_sum_of_integers_is_exact_or_an_error(a: i64, b: i64) {
        let answer = answered(json!({"type": "SUM", "a": a, "b": b}).to_string().as_bytes());
        match a.checked_add(b) {
            Some(sum) => prop_assert_eq!(answer, json!({"status": "OK", "result": sum})),
            None => prop_assert_eq!(&answer["status"], "ERROR"),
        }
    }
}
