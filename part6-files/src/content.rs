//! What a body says, as far as its Content-Type is one that we read.
//!
//! In: a request. Out: fields by name; or 413 (too long), 415 (another type), 400 (not what its type
//! promises) or 422 (a field is missing or wrong, and the answer names it).

use serde_json::{Map, Value};

use crate::error::HttpError;
use crate::message::{Request, RequestHead};
use crate::response::Response;
use crate::status::Status;
use crate::uri::{self, Pairs};

/// The types that are read.
const TYPES: &str = "application/json, application/x-www-form-urlencoded";

/// Longest body that is read, in bytes. What it holds can take a hundred times as much memory.
const CONTENT_BYTES: usize = 16 * 1024;

/// Most bytes of a text in a field.
const TEXT_BYTES: usize = 200;

/// The fields of a body.
#[derive(Debug)]
pub enum Content {
    /// A JSON object.
    Json(Map<String, Value>),
    /// The fields of a form, in the order sent.
    Form(Pairs),
}

impl Content {
    /// Reads a body by its Content-Type.
    ///
    /// Errors: 413; 415; 400, for JSON with line and column; 422 for JSON that is no object.
    pub fn of(request: &Request) -> Result<Content, Response> {
        if request.body.len() > CONTENT_BYTES {
            return Err(Response::refusal(HttpError::BodyTooLarge));
        }
        match media_type(&request.head).as_deref() {
            Some("application/json") => json(&request.body),
            Some("application/x-www-form-urlencoded") => {
                Ok(Content::Form(uri::form(&request.body)?))
            }
            _ => Err(unsupported()),
        }
    }

    /// The text in a field.
    ///
    /// Errors: 422, which names the field.
    pub fn text(&self, name: &str) -> Result<String, Response> {
        let why = match self.find(name) {
            Ok(text) if (1..=TEXT_BYTES).contains(&text.len()) => return Ok(text.to_owned()),
            Ok(_) => format!("must have 1 to {TEXT_BYTES} bytes"),
            Err(why) => why.to_owned(),
        };
        Err(unprocessable(&format!("The field {name:?} {why}.")))
    }

    fn find(&self, name: &str) -> Result<&str, &'static str> {
        match self {
            Content::Json(object) => match object.get(name) {
                Some(value) => value.as_str().ok_or("must be text"),
                None => Err("is missing"),
            },
            Content::Form(pairs) => {
                let mut named = pairs.iter().filter(|(other, _)| other == name.as_bytes());
                match (named.next(), named.next()) {
                    (Some((_, value)), None) => {
                        str::from_utf8(value).map_err(|_| "must be text in UTF-8")
                    }
                    (None, _) => Err("is missing"),
                    (Some(_), Some(_)) => Err("is there more than once"),
                }
            }
        }
    }
}

/// Type and subtype, in lower case; `None` where there is not exactly one, or where the bytes are not
/// the plain text of that type: encoded (RFC 9110 §8.4), or in another charset than UTF-8.
fn media_type(head: &RequestHead) -> Option<String> {
    let mut types = head.fields.all("content-type");
    let (Some(value), None) = (types.next(), types.next()) else { return None };
    let mut parts = str::from_utf8(value).ok()?.split(';').map(str::trim_ascii);
    let media_type = parts.next()?.to_ascii_lowercase();
    let mut parameters = parts.filter_map(|parameter| parameter.split_once('='));
    let is_plain = parameters.all(|(name, value)| {
        !name.trim_ascii().eq_ignore_ascii_case("charset")
            || unquoted(value).eq_ignore_ascii_case("utf-8")
    });
    let is_encoded = head.fields.members("content-encoding").next().is_some();
    (is_plain && !is_encoded).then_some(media_type)
}

/// What stands between two quotes, or the text as it is where there are none.
fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

fn json(body: &[u8]) -> Result<Content, Response> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(Content::Json(object)),
        Ok(_) => Err(unprocessable("The body must be a JSON object.")),
        Err(error) => {
            let sentence = format!("The body is no JSON: {error}.");
            Err(Response::sentence(Status::BadRequest, &sentence))
        }
    }
}

/// RFC 9110 §15.5.16: a 415 may say in `Accept` what would be read.
fn unsupported() -> Response {
    let sentence = format!("Send one of: {TYPES}; as UTF-8, and without a Content-Encoding.");
    Response {
        fields: vec![("Accept", TYPES.into())],
        ..Response::sentence(Status::UnsupportedMediaType, &sentence)
    }
}

fn unprocessable(sentence: &str) -> Response {
    Response::sentence(Status::UnprocessableContent, sentence)
}
