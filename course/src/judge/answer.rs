//! Judges one answer whose status is right: interim reply, fields, body.

use serde_json::Value;

use super::Seen;
use crate::checks::{Answer, Body};
use crate::reply::{Framing, Reply};

/// What is wrong with an answer, if anything is. `before` is the body of the answer before.
pub fn one(index: usize, reply: &Reply, want: &Answer, before: &[u8]) -> Option<Seen> {
    if want.continues && !reply.interim.contains(&100) {
        return Some(Seen::NoContinue);
    }
    if want.only_of.is_some_and(|status| status != reply.status) {
        return None;
    }
    if let Some(name) = want.lacks
        && reply.values(name).next().is_some()
    {
        let what = format!("there is a {name} field");
        return Some(Seen::Member { index, what, at: reply.span.start });
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
    body(index, reply, want, before)
}

fn body(index: usize, reply: &Reply, answer: &Answer, before: &[u8]) -> Option<Seen> {
    let says = |words| String::from_utf8_lossy(&reply.body).contains(words);
    let member = |what| Seen::Member { index, what, at: reply.body_start };
    match &answer.body {
        Body::Any => None,
        Body::Exactly(want) => exactly(index, reply, want),
        Body::Mentions(words) => {
            (!says(*words)).then(|| member(format!("the body doesn't say {words:?}")))
        }
        Body::Lacks(words) => says(*words).then(|| member(format!("the body says {words:?}"))),
        Body::Part { from, bytes } => part(index, reply, before, *from, *bytes),
        Body::Json(members) => {
            let what = json(&reply.body, members, answer.mentions)?;
            Some(Seen::Member { index, what, at: reply.body_start })
        }
    }
}

fn exactly(index: usize, reply: &Reply, want: &[u8]) -> Option<Seen> {
    let same = reply.body.iter().zip(want).take_while(|(a, b)| a == b).count();
    let at = match reply.framing {
        Framing::Chunked => reply.body_start,
        _ => reply.body_start + same,
    };
    let (got, want) = (reply.body.clone(), want.to_vec());
    (got != want).then_some(Seen::Body { index, got, want, at })
}

/// RFC 9110 §15.3.7.1: a part says which it is; who doesn't tell how long the whole is writes `*`.
fn part(
    index: usize,
    reply: &Reply,
    whole: &[u8],
    from: Option<usize>,
    bytes: usize,
) -> Option<Seen> {
    let first = from.unwrap_or(whole.len().saturating_sub(bytes)).min(whole.len());
    let end = (first + bytes).min(whole.len());
    let range = format!("bytes {first}-{}/", end.saturating_sub(1));
    let told = reply.values("content-range").next().map(String::from_utf8_lossy);
    let is_told = |told: &str| {
        let length = told.strip_prefix(&range);
        length.is_some_and(|length| length == "*" || length == whole.len().to_string())
    };
    let what = match told {
        Some(told) if is_told(&told) => {
            let wrong = Seen::Member {
                index,
                what: "the body is not this part of the one before".into(),
                at: reply.body_start,
            };
            return (reply.body != whole[first..end]).then_some(wrong);
        }
        Some(told) => format!("Content-Range is {told:?}, not \"{range}{}\"", whole.len()),
        None => format!("Content-Range is missing; it should be \"{range}{}\"", whole.len()),
    };
    Some(Seen::Member { index, what, at: reply.span.start })
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
