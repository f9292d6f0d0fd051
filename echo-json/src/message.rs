//! From the bytes of one message to a request.
//!
//! In: bytes. Out: a request that borrows from them, or the client's mistake. No tree of values is
//! built in between, and nothing recurses: no text can exhaust the stack.

use std::borrow::Cow;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::error::RequestError;
use crate::number::Number;

/// Deepest nesting of arrays and objects in a message. We could pass on any depth, but whoever gets the
/// answer may recurse.
const MAX_DEPTH: usize = 128;

/// What a client asks for.
#[derive(Debug, PartialEq)]
pub enum Request<'a> {
    /// To greet this name. It is what stands between the quotes, still escaped: so it may stand
    /// between other quotes as it is.
    Greeting(&'a str),
    /// To add these.
    Sum(Number, Number),
    /// To send this JSON text back.
    Echo(&'a str),
}

/// The fields that we know, each as the JSON text that came; others are skipped.
#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(rename = "type", borrow, default, deserialize_with = "present")]
    kind: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    name: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    a: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    b: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    payload: Option<&'a RawValue>,
}

/// Left to itself, serde takes `null` for a field that isn't there. `null` is a payload.
fn present<'de, D: Deserializer<'de>>(value: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(value).map(Some)
}

impl<'a> Request<'a> {
    /// Reads one message, without its frame.
    ///
    /// Errors: the first mistake in it.
    pub fn parse(message: &'a [u8]) -> Result<Request<'a>, RequestError> {
        // Once for the whole message; the parser then needn't look at each string.
        let text = std::str::from_utf8(message).map_err(|_| RequestError::InvalidUtf8)?;
        let fields = fields(text)?;
        let number = |name, field| Number::parse(name, value(name, field)?);
        match &*unescape(string("type", fields.kind)?) {
            "GREETING" => Ok(Request::Greeting(string("name", fields.name)?)),
            "SUM" => Ok(Request::Sum(number("a", fields.a)?, number("b", fields.b)?)),
            "ECHO" => Ok(Request::Echo(value("payload", fields.payload)?)),
            _ => Err(RequestError::UnknownType),
        }
    }
}

fn fields(text: &str) -> Result<Fields<'_>, RequestError> {
    // For serde an array can be a struct as well, its values in the order of the fields.
    let is_object = text.trim_start().starts_with('{');
    let error = match serde_json::from_str(text) {
        Ok(_) if is_too_deep(text) => RequestError::TooDeep,
        Ok(fields) if is_object => return Ok(fields),
        Err(error) if is_object && error.is_data() => RequestError::Duplicate,
        _ if is_object => RequestError::InvalidJson,
        _ => RequestError::NotAnObject,
    };
    // The first thing wrong with the fields may not be the worst: is the rest JSON at all?
    let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
    Err(if is_json { error } else { RequestError::InvalidJson })
}

/// Whether a JSON text nests more than `MAX_DEPTH` deep.
fn is_too_deep(json: &str) -> bool {
    // Each level takes two bytes, so that most messages needn't be looked at.
    if json.len() <= 2 * MAX_DEPTH {
        return false;
    }
    let (mut depth, mut in_string, mut is_escaped) = (0, false, false);
    json.bytes().any(|byte| {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth -= 1,
            _ => {}
        }
        depth > MAX_DEPTH
    })
}

fn value<'a>(name: &'static str, field: Option<&'a RawValue>) -> Result<&'a str, RequestError> {
    Ok(field.ok_or(RequestError::Missing(name))?.get())
}

/// What stands between the quotes, still escaped.
fn string<'a>(name: &'static str, field: Option<&'a RawValue>) -> Result<&'a str, RequestError> {
    let text = value(name, field)?;
    text.strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .ok_or(RequestError::NotAString(name))
}

/// What an escaped string means; the same text if it is nonsense, such as half a surrogate pair.
fn unescape(text: &str) -> Cow<'_, str> {
    let unescaped = || serde_json::from_str(&format!("\"{text}\"")).ok().map(Cow::Owned);
    text.contains('\\').then(unescaped).flatten().unwrap_or(Cow::Borrowed(text))
}
