//! Validators and conditional requests (RFC 9110 §8.8, §13).

use std::fs::{self, File};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use course::reply::Framing;
use part6_files::validators::Validators;

use super::{Site, ask, get, public, serve};
use crate::client::{field, text};

const OLD: &str = "Mon, 01 Jan 2001 00:00:00 GMT";
const LATE: &str = "Fri, 01 Jan 2100 00:00:00 GMT";

#[test]
fn a_tag_is_weak_as_long_as_the_file_may_change_without_a_trace() {
    let directory = tempfile::TempDir::new().expect("a directory");
    let path = directory.path().join("a");
    fs::write(&path, "one").expect("it is ours");
    let metadata = fs::metadata(&path).expect("it is there");
    let now = SystemTime::now();
    let young = Validators::of(&metadata, now);
    let settled = Validators::of(&metadata, now + Duration::from_secs(3));
    assert!(young.etag.starts_with("W/\"") && !young.is_strong(), "{young:?}");
    assert!(settled.etag.starts_with('"') && settled.is_strong(), "{settled:?}");
    assert_eq!(young.etag.strip_prefix("W/"), Some(settled.etag.as_str()));
}

#[test]
fn a_file_from_the_future_was_modified_now() {
    let directory = tempfile::TempDir::new().expect("a directory");
    let file = File::create(directory.path().join("a")).expect("it is ours");
    file.set_modified(UNIX_EPOCH + Duration::from_secs(10_000_000_000)).expect("it is ours");
    let now = SystemTime::now();
    let validators = Validators::of(&file.metadata().expect("it is open"), now);
    assert_eq!(validators.last_modified(), httpdate::fmt_http_date(now));
}

#[test]
fn a_tag_changes_whenever_the_bytes_do() {
    let directory = tempfile::TempDir::new().expect("a directory");
    let path = directory.path().join("a");
    let later = SystemTime::now() + Duration::from_secs(60);
    let set_back = |path| {
        let file = File::options().append(true).open(path).expect("it is ours");
        file.set_modified(UNIX_EPOCH + Duration::from_secs(1)).expect("it is ours");
        Validators::of(&file.metadata().expect("it is open"), later)
    };
    fs::write(&path, "one").expect("it is ours");
    let first = set_back(&path);
    assert_eq!(first, Validators::of(&fs::metadata(&path).expect("it is there"), later));
    fs::write(&path, "more").expect("it is ours");
    let longer = set_back(&path);
    assert_ne!(first.etag, longer.etag);
    if cfg!(unix) {
        // As long as before, with the time of modification set back: archives do that. Another file has another
        // number, however fast it comes.
        let other = directory.path().join("b");
        fs::write(&other, "two").expect("it is ours");
        let same_time = set_back(&other);
        fs::rename(&other, &path).expect("it is ours");
        assert_eq!(first.modified, same_time.modified);
        assert_ne!(first.etag, set_back(&path).etag);
    }
}

#[test]
fn conditions_are_weighed_in_their_order() {
    let address = serve(&public(), Default::default(), true);
    let first = get(address, "/melody.wav", "");
    let (tag, date) = (field(&first, "ETag").to_owned(), field(&first, "Last-Modified").to_owned());
    assert!(tag.starts_with('"'), "{tag} is strong: the file is old");
    let other = "\"other\"";
    for (fields, code) in [
        (format!("If-None-Match: {tag}"), 304),
        (format!("If-None-Match: W/{tag}"), 304),
        (format!("If-None-Match: {other}, {tag}"), 304),
        (format!("If-None-Match: {other}\r\nIf-None-Match: {tag}"), 304),
        ("If-None-Match: *".to_owned(), 304),
        (format!("If-None-Match: {other}"), 200),
        (format!("If-None-Match: {}", tag.trim_matches('"')), 200),
        (format!("If-None-Match: \"a,{tag}"), 304),
        ("If-None-Match: \"a,b\"".to_owned(), 200),
        (format!("If-Modified-Since: {date}"), 304),
        (format!("If-Modified-Since: {LATE}"), 304),
        (format!("If-Modified-Since: {OLD}"), 200),
        ("If-Modified-Since: yesterday".to_owned(), 200),
        (format!("If-Modified-Since: {date}\r\nIf-Modified-Since: {date}"), 200),
        // The tag knows better than the date.
        (format!("If-None-Match: {other}\r\nIf-Modified-Since: {date}"), 200),
        (format!("If-None-Match: {tag}\r\nIf-Modified-Since: {OLD}"), 304),
        (format!("If-Match: {tag}"), 200),
        ("If-Match: *".to_owned(), 200),
        (format!("If-Match: {other}"), 412),
        (format!("If-Match: W/{tag}"), 412),
        (format!("If-Unmodified-Since: {date}"), 200),
        (format!("If-Unmodified-Since: {OLD}"), 412),
        (format!("If-Match: {tag}\r\nIf-Unmodified-Since: {OLD}"), 200),
        (format!("If-Match: {other}\r\nIf-None-Match: {tag}"), 412),
        (format!("If-Match: {tag}\r\nIf-None-Match: {tag}"), 304),
        // Conditions come before ranges.
        (format!("If-None-Match: {tag}\r\nRange: bytes=0-1"), 304),
        (format!("If-None-Match: {other}\r\nRange: bytes=0-1"), 206),
        (format!("If-Match: {other}\r\nRange: bytes=0-1"), 412),
        (format!("If-None-Match: {tag}\r\nRange: bytes=99999999-"), 304),
        (format!("If-Range: {tag}\r\nRange: bytes=0-1"), 206),
        (format!("If-Range: {date}\r\nRange: bytes=0-1"), 206),
        (format!("If-Range: W/{tag}\r\nRange: bytes=0-1"), 200),
        (format!("If-Range: {other}\r\nRange: bytes=0-1"), 200),
        (format!("If-Range: {LATE}\r\nRange: bytes=0-1"), 200),
        (format!("If-Range: {other}\r\nRange: bytes=99999999-"), 200),
        (format!("If-Range: {tag}\r\nIf-Range: {tag}\r\nRange: bytes=0-1"), 200),
        (format!("If-Range: {tag}"), 200),
    ] {
        let reply = get(address, "/melody.wav", &format!("{fields}\r\n"));
        assert_eq!(reply.status, code, "{fields}");
        let head = ask(address, "HEAD", "/melody.wav", &format!("{fields}\r\n"));
        // HEAD has no ranges (RFC 9110 §14.2).
        assert_eq!(head.status, if code == 206 { 200 } else { code }, "HEAD {fields}");
    }
}

#[test]
fn what_the_client_has_already_is_not_sent_and_its_validators_are() {
    let address = serve(&public(), Default::default(), true);
    let first = get(address, "/index.html", "");
    let fields = format!("If-None-Match: {}\r\n", field(&first, "ETag"));
    let again = get(address, "/index.html", &fields);
    assert_eq!((again.status, again.framing), (304, Framing::Without));
    for name in ["ETag", "Last-Modified"] {
        assert_eq!(field(&again, name), field(&first, name));
    }
    for name in ["Content-Length", "Content-Type", "Transfer-Encoding"] {
        assert_eq!(again.values(name).count(), 0, "{name}");
    }
}

#[test]
fn a_changed_file_is_sent_again_and_never_pieced_together() {
    let site = Site::new();
    site.write("a.txt", "the first text");
    let first = site.get("/a.txt");
    let tag = field(&first, "ETag").to_owned();
    // The tag is weak: it does for a copy, and not for a part.
    let part = get(site.address, "/a.txt", &format!("If-Range: {tag}\r\nRange: bytes=4-\r\n"));
    assert_eq!((part.status, text(&part)), (200, "the first text"));
    let same = get(site.address, "/a.txt", &format!("If-None-Match: {tag}\r\n"));
    assert_eq!(same.status, 304);
    site.write("a.txt", "another, longer text");
    let changed = get(site.address, "/a.txt", &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((changed.status, text(&changed)), (200, "another, longer text"));
}
