//! Judges one answer whose status is right: interim reply, fields, body.

use serde_json::Value;

use super::Seen;
use crate::checks::{Answer, Body};
use crate::reply::{Framing, Reply};

/// What is wrong with an answer, if anything is.
pub fn one(index: usize, reply: &Reply, want: &Answer) -> Option<Seen> {
    if want.continues && !reply.interim.contains(&100) {
        return Some(Seen::NoContinue);
    }
    if let Some((name, member)) = want.field {
        let there = match member {
            "" => reply.values(name).next().is_some(),
            _ => reply.lists(name, member),
        };
        if !there {
            return Some(Seen::Field { index, name, member });
        }
    }
    body(index, reply, want)
}

fn body(index: usize, reply: &Reply, answer: &Answer) -> Option<Seen> {
    match &answer.body {
        Body::Any => None,
        Body::Exactly(want) if reply.body == *want => None,
        Body::Exactly(want) => {
            let same = reply.body.iter().zip(want).take_while(|(a, b)| a == b).count();
            let at = match reply.framing {
                Framing::Chunked => reply.body_start,
                _ => reply.body_start + same,
            };
            Some(Seen::Body { index, got: reply.body.clone(), want: want.clone(), at })
        }
        Body::Mentions(words) => {
            let is_said = String::from_utf8_lossy(&reply.body).contains(words);
            let what = format!("the body doesn't say {words:?}");
            (!is_said).then_some(Seen::Member { index, what, at: reply.body_start })
        }
        Body::Json(members) => {
            let what = json(&reply.body, members, answer.mentions)?;
            Some(Seen::Member { index, what, at: reply.body_start })
        }
    }
}

/// The first member that differs from the wanted ones.
fn json(body: &[u8], members: &str, mentions: Option<&str>) -> Option<String> {
    let want: Value = serde_json::from_str(members).expect("the table holds JSON");
    let Ok(got) = serde_json::from_slice::<Value>(body) else {
        return Some("the answer is no JSON".into());
    };
    let want = want.as_object().expect("the table holds JSON objects");
    let differs =
        |(name, value): &(&String, &Value)| !got.get(name).is_some_and(|v| same(v, value));
    if let Some((name, value)) = want.iter().find(differs) {
        let value = shortened(value);
        return Some(match got.get(name) {
            Some(other) => format!("the member {name:?} is {}, not {value}", shortened(other)),
            None => format!("the member {name:?} is missing; it should be {value}"),
        });
    }
    let word = mentions?;
    let message = got.get("message").and_then(Value::as_str).unwrap_or_default();
    (!message.contains(word)).then(|| format!("the message {message:?} doesn't name {word:?}"))
}

/// Whether two values are the same; 30.0 is 30.
fn same(a: &Value, b: &Value) -> bool {
    // From here on a float doesn't hold every integer.
    let exact = |n: f64| n.abs() < 9_007_199_254_740_992.0;
    a == b || a.as_f64().is_some_and(|n| exact(n) && b.as_f64() == Some(n))
}

fn shortened(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
