//! The answer to a GET for one file: all of it, parts of it, or that the client has it already.
//!
//! In: an open file, and what the request says of versions and ranges. Out: a response whose body is read
//! from the file while it is sent. It refuses to know where the file stands.

use std::fs::{File, Metadata};
use std::ops::Range;
use std::time::SystemTime;

use crate::message::RequestHead;
use crate::multipart::{self, content_range};
use crate::pieces::{Piece, Pieces};
use crate::precondition::{Verdict, allows_range, verdict};
use crate::range::{Wanted, wanted};
use crate::response::Response;
use crate::status::Status;
use crate::validators::Validators;

/// Answers GET; the answer to HEAD is the same, and its body isn't sent. `name`: says what kind of file it is.
pub fn answer(file: File, metadata: &Metadata, name: &str, head: &RequestHead) -> Response {
    let validators = Validators::of(metadata, SystemTime::now());
    let mut response = match verdict(head, Some(&validators)) {
        Verdict::Perform => content(file, metadata.len(), media_type(name), head, &validators),
        Verdict::NotModified => Response::sentence(Status::NotModified, ""),
        Verdict::Failed => {
            Response::sentence(Status::PreconditionFailed, "There is another version.")
        }
    };
    response.fields.extend([
        ("Accept-Ranges", "bytes".into()),
        ("Last-Modified", validators.last_modified().into()),
        ("ETag", validators.etag.into()),
        // Nobody should take an uploaded text for a page because it looks like one.
        ("X-Content-Type-Options", "nosniff".into()),
    ]);
    response
}

/// All of the file, or those parts that are asked for.
fn content(
    file: File,
    length: u64,
    media_type: String,
    head: &RequestHead,
    validators: &Validators,
) -> Response {
    match ranges(head, validators, length) {
        Wanted::Whole => {}
        Wanted::Parts(parts) => return partial(file, &parts, length, media_type),
        Wanted::Nothing => return out_of_range(length),
    }
    stream(Status::Ok, media_type, Pieces::new(file, [Piece::Span(0..length)]))
}

fn stream(status: Status, media_type: String, pieces: Pieces) -> Response {
    let length = Some(pieces.left());
    Response { status, ..Response::stream(media_type.into_bytes(), pieces, length) }
}

/// The media type by the name's extension. Texts are taken to be UTF-8.
fn media_type(name: &str) -> String {
    let guess = mime_guess::from_path(name).first_raw().unwrap_or("application/octet-stream");
    let charset = if guess.starts_with("text/") { "; charset=utf-8" } else { "" };
    format!("{guess}{charset}")
}

/// What of the file is wanted. Only GET has ranges (RFC 9110 §14.2).
fn ranges(head: &RequestHead, validators: &Validators, length: u64) -> Wanted {
    let mut values = head.fields.all("range");
    match (values.next(), values.next()) {
        (Some(value), None) if head.method() == "GET" && allows_range(&head.fields, validators) => {
            wanted(value, length)
        }
        _ => Wanted::Whole,
    }
}

/// RFC 9110 §15.3.7: one part as it is, several ones in a multipart body.
fn partial(file: File, parts: &[Range<u64>], length: u64, media_type: String) -> Response {
    if let [part] = parts {
        let pieces = Pieces::new(file, [Piece::Span(part.clone())]);
        let mut response = stream(Status::PartialContent, media_type, pieces);
        response.fields.push(("Content-Range", content_range(part, length).into()));
        return response;
    }
    let boundary = multipart::boundary();
    let pieces = Pieces::new(file, multipart::pieces(parts, length, &media_type, &boundary));
    let media_type = format!("multipart/byteranges; boundary={boundary}");
    stream(Status::PartialContent, media_type, pieces)
}

/// RFC 9110 §15.5.17: the answer says how long the file is.
fn out_of_range(length: u64) -> Response {
    let sentence = format!("The file has {length} bytes, and none of those asked for.");
    let mut response = Response::sentence(Status::RangeNotSatisfiable, &sentence);
    response.fields.push(("Content-Range", format!("bytes */{length}").into()));
    response
}
