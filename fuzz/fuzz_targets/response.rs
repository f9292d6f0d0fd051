//! Responses of all kinds. What is written, httparse reads, and it is what was meant.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use part4_keepalive::error::HttpError;
use part4_keepalive::head::is_field_value;
use part4_keepalive::response::Response;
use part4_keepalive::status::Status;

#[derive(Debug, Arbitrary)]
struct Input {
    status: u8,
    content_type: Vec<u8>,
    body: Vec<u8>,
    keeps_alive: Option<bool>,
    with_body: bool,
}

const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

const STATUSES: [Status; 6] = [
    Status::Ok,
    Status::NoContent,
    Status::BadRequest,
    Status::ContentTooLarge,
    Status::InternalServerError,
    Status::HttpVersionNotSupported,
];

fuzz_target!(|input: Input| {
    // `Content-Type` comes from a request, where it was checked and trimmed.
    let content_type = input.content_type.trim_ascii().to_vec();
    if !is_field_value(&content_type) {
        return;
    }
    let response = Response {
        status: STATUSES[usize::from(input.status) % STATUSES.len()],
        ..Response::ok(content_type, input.body)
    };
    check(&response, input.keeps_alive, input.with_body);
    check(&Response::refusal(HttpError::BareLf), input.keeps_alive, input.with_body);
});

fn check(response: &Response, keeps_alive: Option<bool>, with_body: bool) {
    let connection = keeps_alive.map(|keeps| if keeps { "keep-alive" } else { "close" });
    let mut out = b"before".to_vec();
    response.write_to(&mut out, DATE, connection, with_body);
    let out = out.strip_prefix(b"before").expect("it is appended");
    let mut fields = [httparse::EMPTY_HEADER; 16];
    let mut read = httparse::Response::new(&mut fields);
    let head = read.parse(out).expect("a response").unwrap();
    let all = |name: &str| -> Vec<&[u8]> {
        let named = read.headers.iter().filter(|field| field.name.eq_ignore_ascii_case(name));
        named.map(|field| field.value).collect()
    };
    let has_content = response.status != Status::NoContent;
    let length = response.body.len().to_string();
    let text = format!("{} {}", read.code.unwrap(), read.reason.unwrap());
    assert_eq!(text, response.status.text());
    assert_eq!(all("date"), [DATE.as_bytes()]);
    assert_eq!(all("server").len(), 1);
    assert_eq!(all("connection"), connection.map(str::as_bytes).as_slice());
    assert_eq!(all("content-type").first(), has_content.then_some(&&*response.content_type));
    assert_eq!(all("content-length").first(), has_content.then_some(&length.as_bytes()));
    let body = if has_content && with_body { &*response.body } else { b"" };
    assert_eq!(&out[head..], body);
}
