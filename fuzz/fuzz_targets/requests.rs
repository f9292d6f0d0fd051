//! Requests as they stand on the wire. However they are cut, the same comes out; and what comes out,
//! httparse reads in the same way.

#![no_main]

use fuzz::{cut, feed};
use libfuzzer_sys::fuzz_target;
use part3_parser::message::{RequestHead, Version};

fuzz_target!(|input: &[u8]| {
    let whole = feed([input]);
    let (first, second) = input.split_at(cut(input));
    assert_eq!(feed([first, second]), whole);
    assert_eq!(feed(input.chunks(1)), whole);
    if let Some(head) = whole.heads.first() {
        compare(head, input);
    }
});

fn compare(head: &RequestHead, input: &[u8]) {
    let mut fields = [httparse::EMPTY_HEADER; 100];
    let mut theirs = httparse::Request::new(&mut fields);
    match theirs.parse(input) {
        // RFC 9110 §2.5: a minor version that nobody knows is served as 1.1. httparse refuses it.
        Err(httparse::Error::Version) => return,
        result => assert!(result.is_ok_and(|status| status.is_complete()), "{result:?}"),
    }
    assert_eq!(theirs.method, Some(head.method()));
    assert_eq!(theirs.path, Some(head.target()));
    assert_eq!(theirs.version == Some(1), head.version() == Version::Http11);
    let fields = theirs.headers.iter().map(|field| (field.name, field.value));
    assert!(fields.eq(head.fields.iter()));
}
