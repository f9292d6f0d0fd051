//! Ranges (RFC 9110 §14).

use course::reply::Reply;
use part6_files::range::{Wanted, wanted};

use super::{Site, ask, get};
use crate::client::{field, text};

const TEXT: &str = "0123456789abcdefghij";

#[test]
fn a_range_is_what_was_asked_for_as_far_as_the_file_goes() {
    use Wanted::{Nothing, Whole};
    let parts = |parts: &[(u64, u64)]| {
        Wanted::Parts(parts.iter().map(|&(start, end)| start..end).collect())
    };
    for (value, expected) in [
        ("bytes=0-0", parts(&[(0, 1)])),
        ("bytes=5-9", parts(&[(5, 10)])),
        ("Bytes=5-9", parts(&[(5, 10)])),
        ("bytes=5-", parts(&[(5, 20)])),
        ("bytes=0-", parts(&[(0, 20)])),
        ("bytes=-5", parts(&[(15, 20)])),
        ("bytes=-20", parts(&[(0, 20)])),
        ("bytes=-999", parts(&[(0, 20)])),
        ("bytes=19-19", parts(&[(19, 20)])),
        ("bytes=15-999", parts(&[(15, 20)])),
        ("bytes=15-99999999999999999999999", parts(&[(15, 20)])),
        ("bytes=-99999999999999999999999", parts(&[(0, 20)])),
        ("bytes=0-18446744073709551615", parts(&[(0, 20)])),
        ("bytes=000-0001", parts(&[(0, 2)])),
        ("bytes=0-1,3-4", parts(&[(0, 2), (3, 5)])),
        ("bytes=3-4 ,\t0-1", parts(&[(3, 5), (0, 2)])),
        ("bytes=,0-1,,3-4,", parts(&[(0, 2), (3, 5)])),
        ("bytes=0-1,99-", parts(&[(0, 2)])),
        ("bytes=0-9,10-19", parts(&[(0, 10), (10, 20)])),
        ("bytes=0-4,3-6", parts(&[(0, 5), (3, 7)])),
        // Nothing of it is there.
        ("bytes=20-", Nothing),
        ("bytes=20-30", Nothing),
        ("bytes=-0", Nothing),
        ("bytes=20-,30-,-0", Nothing),
        ("bytes=99999999999999999999999-", Nothing),
        // Malformed, or of another unit.
        ("bytes=", Whole),
        ("bytes=,", Whole),
        ("bytes=-", Whole),
        ("bytes=5", Whole),
        ("bytes=a-b", Whole),
        ("bytes=5-4", Whole),
        ("bytes=0-1,5-4", Whole),
        ("bytes=+0-1", Whole),
        ("bytes=0-+1", Whole),
        ("bytes=--5", Whole),
        ("bytes=0 - 1", Whole),
        ("bytes=0-1;2-3", Whole),
        ("bytes =0-1", Whole),
        ("bytes 0-1", Whole),
        ("lines=0-1", Whole),
        ("=0-1", Whole),
        ("", Whole),
        // More than the whole file.
        ("bytes=0-,0-", Whole),
        ("bytes=0-,-1", Whole),
    ] {
        assert_eq!(wanted(value.as_bytes(), 20), expected, "{value}");
    }
    assert_eq!(wanted(b"bytes=0-", 0), Nothing);
    assert_eq!(wanted(b"bytes=-0", 0), Nothing);
    assert_eq!(wanted(b"bytes=-5", 0), Whole);
    assert_eq!(wanted(b"bytes=0-", u64::MAX), parts(&[(0, u64::MAX)]));
    assert_eq!(wanted(b"bytes=0-,0-", u64::MAX), Whole);
}

#[test]
fn a_short_request_draws_no_more_than_the_file() {
    let many = |count: usize| (0..count).map(|n| format!("{n}-{n}")).collect::<Vec<_>>().join(",");
    assert!(matches!(wanted(format!("bytes={}", many(16)).as_bytes(), 1000), Wanted::Parts(_)));
    assert_eq!(wanted(format!("bytes={}", many(17)).as_bytes(), 1000), Wanted::Whole);
    let overlapping = vec!["0-"; 16].join(",");
    assert_eq!(wanted(format!("bytes={overlapping}").as_bytes(), 1 << 40), Wanted::Whole);
}

#[test]
fn one_range_is_sent_as_it_is() {
    let site = Site::new();
    site.write("a.txt", TEXT);
    for (range, part, of) in [
        ("0-4", "01234", "bytes 0-4/20"),
        ("18-", "ij", "bytes 18-19/20"),
        ("-3,99-", "hij", "bytes 17-19/20"),
    ] {
        let reply = get(site.address, "/a.txt", &format!("Range: bytes={range}\r\n"));
        assert_eq!((reply.status, text(&reply)), (206, part), "{range}");
        assert_eq!(field(&reply, "Content-Range"), of, "{range}");
        assert_eq!(field(&reply, "Content-Length"), part.len().to_string(), "{range}");
        assert_eq!(field(&reply, "Content-Type"), "text/plain; charset=utf-8", "{range}");
    }
}

#[test]
fn several_ranges_are_parts_of_one_body() {
    let site = Site::new();
    site.write("a.txt", TEXT);
    let reply = get(site.address, "/a.txt", "Range: bytes=0-4,-3,7-7\r\n");
    assert_eq!((reply.status, reply.values("Content-Range").count()), (206, 0));
    assert_eq!(
        parts(&reply),
        [
            ("bytes 0-4/20".to_owned(), "01234".to_owned()),
            ("bytes 17-19/20".to_owned(), "hij".to_owned()),
            ("bytes 7-7/20".to_owned(), "7".to_owned()),
        ]
    );
}

/// The parts of a `multipart/byteranges` body, read strictly (RFC 2046 §5.1).
fn parts(reply: &Reply) -> Vec<(String, String)> {
    let boundary = field(reply, "Content-Type")
        .strip_prefix("multipart/byteranges; boundary=")
        .expect("it is a body of several parts");
    let body = text(reply).strip_prefix(&format!("--{boundary}\r\n")).expect("it begins");
    let body = body.strip_suffix(&format!("\r\n--{boundary}--\r\n")).expect("it ends");
    let part = |part: &str| {
        let (head, content) = part.split_once("\r\n\r\n").expect("a part has a head");
        let (content_type, range) = head.split_once("\r\n").expect("its head has two fields");
        assert_eq!(content_type, "Content-Type: text/plain; charset=utf-8");
        let range = range.strip_prefix("Content-Range: ").expect("the other is its range");
        (range.to_owned(), content.to_owned())
    };
    body.split(&format!("\r\n--{boundary}\r\n")).map(part).collect()
}

#[test]
fn a_range_that_is_not_there_says_how_long_the_file_is() {
    let site = Site::new();
    site.write("a.txt", TEXT);
    site.write("empty.txt", "");
    for (target, of) in [("/a.txt", "bytes */20"), ("/empty.txt", "bytes */0")] {
        let reply = get(site.address, target, "Range: bytes=20-\r\n");
        assert_eq!((reply.status, field(&reply, "Content-Range")), (416, of));
    }
}

#[test]
fn a_range_is_for_get_and_stands_alone() {
    let site = Site::new();
    site.write("a.txt", TEXT);
    let head = ask(site.address, "HEAD", "/a.txt", "Range: bytes=0-4\r\n");
    assert_eq!((head.status, field(&head, "Content-Length")), (200, "20"));
    let twice = get(site.address, "/a.txt", "Range: bytes=0-4\r\nRange: bytes=5-9\r\n");
    assert_eq!((twice.status, text(&twice)), (200, TEXT));
    let listed = get(site.address, "/files/", "Range: bytes=0-4\r\n");
    assert_eq!(listed.status, 200);
}

#[test]
fn every_byte_of_a_file_can_be_had_in_parts() {
    let site = Site::new();
    let bytes: Vec<u8> = (0..1_000_000u32).map(|n| (n * 7 / 8) as u8).collect();
    site.write("a", &bytes);
    let mut whole = Vec::new();
    while whole.len() < bytes.len() {
        let range = format!("Range: bytes={}-{}\r\n", whole.len(), whole.len() + 123_455);
        let reply = get(site.address, "/a", &range);
        assert_eq!(reply.status, 206);
        whole.extend(reply.body);
    }
    assert!(whole == bytes);
}
