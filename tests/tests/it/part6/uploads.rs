//! Uploads: whole, or not at all.

use std::fs;
use std::io::{Read, Write};
use std::time::{Duration, SystemTime};

use super::{Site, ask, get, serve};
use crate::client::{Client, SOON, bare, exchange, field, text};

fn put(target: &str, fields: &str, body: &str) -> String {
    let length = body.len();
    format!("PUT {target} HTTP/1.1\r\nHost: h\r\n{fields}Content-Length: {length}\r\n\r\n{body}")
}

/// The names in the directory that takes uploads.
fn stored(site: &Site) -> Vec<String> {
    let entries = fs::read_dir(site.path("files")).expect("it is there");
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry.expect("it can be read").file_name().into_string().expect("names are UTF-8")
    };
    let mut names: Vec<_> = entries.map(name).collect();
    names.sort();
    names
}

#[test]
fn a_file_is_created_then_replaced_and_the_connection_goes_on() {
    let site = Site::new();
    let mut client = Client::at(site.address);
    client.send(put("/files/a.txt", "", "one")).send(put("/files/a.txt", "", "the second"));
    client.send("GET /files/a.txt HTTP/1.1\r\nHost: h\r\n\r\n");
    let replies = client.replies(&["PUT", "PUT", "GET"]);
    assert_eq!(replies.iter().map(|reply| reply.status).collect::<Vec<_>>(), [201, 204, 200]);
    assert_eq!(text(&replies[2]), "the second");
    assert_eq!(stored(&site), ["a.txt"]);
}

#[test]
fn a_chunked_upload_is_decoded_and_an_empty_one_is_a_file() {
    let site = Site::new();
    let chunked = "PUT /files/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n";
    let mut client = Client::at(site.address);
    client.send(chunked).send(put("/files/empty", "", ""));
    assert!(client.replies(&["PUT"; 2]).iter().all(|reply| reply.status == 201));
    assert_eq!(fs::read(site.path("files/a")).expect("it is there"), b"hello");
    assert_eq!(fs::read(site.path("files/empty")).expect("it is there"), b"");
}

#[test]
fn an_upload_cut_at_any_byte_leaves_nothing_behind() {
    let site = Site::new();
    site.write("files/a.txt", "the old text");
    let request = put("/files/a.txt", "", "the new text");
    let head = request.find("\r\n\r\n").expect("there is a head") + 4;
    for cut in head..request.len() {
        let mut client = Client::at(site.address);
        client.send(&request[..cut]).half_close();
        assert_eq!(client.last_reply("PUT").status, 400);
        assert_eq!(fs::read(site.path("files/a.txt")).expect("it is there"), b"the old text");
        assert_eq!(stored(&site), ["a.txt"]);
    }
    let reset = Client::at(site.address);
    reset.reset();
}

#[test]
fn an_upload_in_progress_is_nowhere_to_be_seen_and_goes_with_its_client() {
    let site = Site::new();
    let mut client = Client::at(site.address);
    client.send(
        "PUT /files/a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n",
    );
    client.wait_for_lines(2);
    client.send("hello");
    client.waits();
    assert_eq!(get(site.address, "/files/a", "").status, 404);
    client.reset();
    let is_empty = || stored(&site).is_empty();
    assert!(comes_true(is_empty), "something is left: {:?}", stored(&site));
}

/// Waits until something holds, at most [`SOON`]: no event tells what another thread has done to a directory.
fn comes_true(holds: impl Fn() -> bool) -> bool {
    let start = std::time::Instant::now();
    while start.elapsed() < SOON {
        if holds() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    false
}

#[test]
fn an_upload_over_the_limit_is_refused_before_it_comes_or_as_soon_as_it_is_over() {
    let site = Site::with(|limits| limits.body_bytes = 100);
    let declared =
        "PUT /files/a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 101\r\n\r\n";
    let reply = exchange(site.address, declared, &["PUT"]).remove(0);
    assert_eq!((reply.status, reply.interim.len()), (413, 0));
    let counted = "PUT /files/a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunks = format!("40\r\n{}\r\n", "x".repeat(64)).repeat(2);
    assert_eq!(exchange(site.address, format!("{counted}{chunks}"), &["PUT"])[0].status, 413);
    assert!(stored(&site).is_empty());
}

#[test]
fn a_body_that_is_kept_in_memory_has_a_limit_of_its_own() {
    let site = Site::with(|limits| limits.collected_bytes = 10);
    let post = |fields: &str, body: &str| {
        let request = format!("POST /echo HTTP/1.1\r\nHost: h\r\n{fields}\r\n\r\n{body}");
        exchange(site.address, request, &["POST"]).remove(0).status
    };
    assert_eq!(post("Connection: close\r\nContent-Length: 10", "0123456789"), 200);
    assert_eq!(post("Content-Length: 11", ""), 413);
    assert_eq!(post("Transfer-Encoding: chunked", "6\r\n012345\r\n6\r\n012345\r\n0\r\n\r\n"), 413);
    let reply = exchange(
        site.address,
        put("/files/a", "Connection: close\r\n", "more than ten bytes"),
        &["PUT"],
    );
    assert_eq!(reply[0].status, 201);
}

#[test]
fn an_upload_has_time_as_long_as_it_keeps_coming() {
    let site = Site::with(|limits| limits.body_time = Duration::from_millis(400));
    let mut client = Client::at(site.address);
    client.send("PUT /files/slow HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n");
    for byte in ["a", "b", "c", "d", "e"] {
        client.waits();
        client.send(byte);
    }
    client.send("f");
    assert_eq!(client.reply("PUT").status, 201);
    let mut client = Client::at(site.address);
    client.send("PUT /files/stalled HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\nabc");
    assert_eq!(client.last_reply("PUT").status, 408);
    assert_eq!(stored(&site), ["slow"]);
    // A body that is kept in memory has its time once.
    let mut client = Client::at(site.address);
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\n\r\n");
    for byte in ["a", "b"] {
        client.send(byte);
        if client.has_ended_within(Duration::from_millis(250)) {
            break;
        }
    }
    assert_eq!(client.last_reply("POST").status, 408);
}

#[test]
fn what_is_no_name_or_no_whole_file_is_refused() {
    let site = Site::new();
    site.write("files/taken/x", "");
    for (target, fields, code) in [
        ("/files/..", "", 400),
        ("/files/.", "", 400),
        ("/files/%2e%2e", "", 400),
        ("/files/a%2fb", "", 400),
        ("/files/%2fetc%2fpasswd", "", 400),
        ("/files/a%00", "", 400),
        ("/files/%ff", "", 400),
        ("/files/taken", "", 409),
        ("/files/", "", 405),
        ("/files/a/b", "", 405),
        ("/files/../a", "", 405),
        ("/a", "", 405),
        ("/files/a", "Content-Range: bytes 0-2/3\r\n", 400),
        ("/files/a", "Content-Encoding: gzip\r\n", 415),
        ("/files/a", "If-Match: *\r\n", 412),
        ("/files/a?x=%zz", "", 400),
    ] {
        let request = put(target, &format!("{fields}Connection: close\r\n"), "abc");
        assert_eq!(exchange(site.address, request, &["PUT"])[0].status, code, "{target} {fields}");
    }
    let long = put(&format!("/files/{}", "n".repeat(300)), "Connection: close\r\n", "abc");
    assert_eq!(exchange(site.address, long, &["PUT"])[0].status, 400);
    assert_eq!(stored(&site), ["taken"]);
}

#[test]
fn a_file_is_not_overwritten_against_the_clients_will() {
    let site = Site::new();
    let put = |fields: &str| {
        let request = put("/files/a", &format!("{fields}Connection: close\r\n"), "abc");
        exchange(site.address, request, &["PUT"]).remove(0).status
    };
    assert_eq!(put("If-None-Match: *\r\n"), 201);
    assert_eq!(put("If-None-Match: *\r\n"), 412);
    assert_eq!(put("If-Match: \"other\"\r\n"), 412);
    assert_eq!(put("If-Match: *\r\n"), 204);
}

/// Sends two uploads but for their last bytes, then these. Their statuses.
fn two_at_once(site: &Site, fields: &str) -> [u16; 2] {
    let request = put("/files/a", &format!("{fields}Connection: close\r\n"), "abc");
    let (start, end) = request.split_at(request.len() - 1);
    let mut clients = [(); 2].map(|()| Client::at(site.address));
    for client in &mut clients {
        client.send(start).waits();
    }
    clients.map(|mut client| {
        client.send(end);
        client.last_reply("PUT").status
    })
}

#[test]
fn of_two_uploads_at_once_that_mean_the_same_version_the_second_one_fails() {
    let site = Site::new();
    assert_eq!(two_at_once(&site, "If-None-Match: *\r\n"), [201, 412]);
    assert_eq!(two_at_once(&site, ""), [204, 204]);
    let file = fs::File::open(site.path("files/a")).expect("it is there");
    // Long ago: its tag is strong.
    let date = "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    file.set_modified(time).expect("it is ours");
    assert_eq!(two_at_once(&site, date), [204, 412]);
    assert_eq!(stored(&site), ["a"]);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_replaced() {
    use std::os::unix::net::UnixListener;
    let site = Site::new();
    let _socket = UnixListener::bind(site.path("files/socket")).expect("it is ours");
    let request = put("/files/socket", "Connection: close\r\n", "abc");
    assert_eq!(exchange(site.address, request, &["PUT"])[0].status, 409);
    let kind = fs::metadata(site.path("files/socket")).expect("it is there").file_type();
    assert!(!kind.is_file());
}

#[cfg(unix)]
#[test]
fn an_upload_replaces_a_link_and_not_what_it_leads_to() {
    let site = Site::new();
    site.write("outside.txt", "outside");
    std::os::unix::fs::symlink("../outside.txt", site.path("files/link")).expect("it is ours");
    let request = put("/files/link", "Connection: close\r\n", "inside");
    let code = exchange(site.address, request, &["PUT"]).remove(0).status;
    assert_eq!(code, 409, "the link leads out of the directory for uploads");
    assert_eq!(fs::read(site.path("outside.txt")).expect("it is there"), b"outside");
    // What leads nowhere is replaced like what isn't there; a circle of links is somebody's mistake.
    for (target, link, expected) in [("nowhere", "dangling", 201), ("itself", "itself", 409)] {
        std::os::unix::fs::symlink(target, site.path(&format!("files/{link}"))).expect("ours");
        let request = put(&format!("/files/{link}"), "Connection: close\r\n", "inside");
        assert_eq!(exchange(site.address, request, &["PUT"])[0].status, expected, "{link}");
    }
}

#[test]
fn whoever_is_being_sent_the_old_file_gets_all_of_the_old_one() {
    let site = Site::new();
    let old = "o".repeat(32 << 20);
    site.write("files/a", &old);
    let mut stream = bare(site.address);
    stream
        .write_all(b"GET /files/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        .expect("it is open");
    let mut start = [0; 1000];
    stream.read_exact(&mut start).expect("it is being sent");
    let new = put("/files/a", "Connection: close\r\n", "new");
    assert_eq!(exchange(site.address, new, &["PUT"])[0].status, 204);
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("all of it comes");
    let received = [&start[..], &rest].concat();
    assert!(received.ends_with(old.as_bytes()));
    assert_eq!(text(&get(site.address, "/files/a", "")), "new");
}

#[test]
fn where_there_is_no_directory_for_them_no_uploads_are_taken() {
    let directory = tempfile::TempDir::new().expect("a directory");
    let address = serve(directory.path(), Default::default(), true);
    let without = ["GET", "HEAD", "OPTIONS"].join(", ");
    let reply = exchange(address, put("/files/a", "", "abc"), &["PUT"]).remove(0);
    assert_eq!((reply.status, field(&reply, "Allow")), (405, without.as_str()));
    let reply = ask(address, "OPTIONS", "/files/a", "");
    assert_eq!((reply.status, field(&reply, "Allow")), (204, without.as_str()));
    let reply = ask(Site::new().address, "OPTIONS", "/files/a", "");
    assert_eq!(field(&reply, "Allow"), format!("{without}, PUT"));
}

#[test]
fn a_large_upload_comes_back_as_it_was_sent() {
    let site = Site::new();
    let bytes: Vec<u8> = (0..20_000_000u32).map(|n| (n * 7 / 8) as u8).collect();
    let length = bytes.len();
    let mut stream = bare(site.address);
    write!(stream, "PUT /files/a HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n")
        .and_then(|()| stream.write_all(&bytes))
        .expect("all of it is taken");
    stream
        .write_all(b"GET /files/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        .expect("it is open");
    let mut received = Vec::new();
    stream.read_to_end(&mut received).expect("both answers come");
    assert!(received.starts_with(b"HTTP/1.1 201 Created\r\n"));
    assert!(received.ends_with(&bytes));
}

#[test]
fn a_page_that_was_uploaded_is_no_page_of_ours() {
    let site = Site::new();
    site.write("page.html", "ours");
    for target in ["/files/page.html", "/files/index.html"] {
        let request = put(target, "Connection: close\r\n", "<script>alert(1)</script>");
        assert_eq!(exchange(site.address, request, &["PUT"])[0].status, 201);
    }
    for (target, count) in
        [("/files/page.html", 1), ("/files/", 1), ("/%66iles/page.html", 1), ("/page.html", 0)]
    {
        let reply = site.get(target);
        let policies: Vec<_> = reply.values("Content-Security-Policy").collect();
        assert_eq!((reply.status, policies), (200, vec![&b"sandbox"[..]; count]), "{target}");
    }
}
