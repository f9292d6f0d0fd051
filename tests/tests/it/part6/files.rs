//! What a path leads to: a file, an index, a redirect.

use super::{Site, ask, get, serve};
use crate::client::{exchange, field, text};

#[test]
fn a_file_has_its_type_by_its_name() {
    let site = Site::new();
    for (name, content_type) in [
        ("a.html", "text/html; charset=utf-8"),
        ("a.css", "text/css; charset=utf-8"),
        ("a.js", "text/javascript; charset=utf-8"),
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.json", "application/json"),
        ("a.svg", "image/svg+xml"),
        ("A.PNG", "image/png"),
        ("a.wav", "audio/wav"),
        ("a.mp4", "video/mp4"),
        ("a.tar.gz", "application/gzip"),
        ("a.unheard-of", "application/octet-stream"),
        ("plain", "application/octet-stream"),
    ] {
        site.write(name, "<b>x</b>");
        let reply = site.get(&format!("/{name}"));
        assert_eq!((reply.status, text(&reply)), (200, "<b>x</b>"), "{name}");
        assert_eq!(field(&reply, "Content-Type"), content_type, "{name}");
        assert_eq!(field(&reply, "X-Content-Type-Options"), "nosniff", "{name}");
        assert_eq!(field(&reply, "Accept-Ranges"), "bytes", "{name}");
    }
}

#[test]
fn head_is_answered_like_get_without_the_body() {
    let site = Site::new();
    site.write("a.txt", "hello");
    site.write("directory/a", "");
    for target in ["/a.txt", "/files", "/directory/", "/echo", "/missing"] {
        let without_date = |mut reply: course::reply::Reply| {
            reply.fields.retain(|field| field.name != "Date");
            reply
        };
        let got = without_date(get(site.address, target, ""));
        let head = without_date(ask(site.address, "HEAD", target, ""));
        assert_eq!((head.status, &head.fields), (got.status, &got.fields), "{target}");
        assert_eq!(head.body, b"", "{target}");
    }
}

#[test]
fn an_empty_file_has_an_empty_body() {
    let site = Site::new();
    site.write("empty", "");
    let two = b"GET /empty HTTP/1.1\r\nHost: h\r\n\r\nGET /empty HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    for reply in exchange(site.address, two, &["GET"; 2]) {
        assert_eq!((reply.status, field(&reply, "Content-Length"), text(&reply)), (200, "0", ""));
    }
}

#[test]
fn names_may_have_blanks_letters_of_any_kind_and_percent_signs() {
    let site = Site::new();
    for (name, target) in [
        ("a b.txt", "/a%20b.txt"),
        ("ä€𝄞.txt", "/%C3%A4%E2%82%AC%F0%9D%84%9E.txt"),
        ("100%.txt", "/100%25.txt"),
        ("%2e%2e", "/%252e%252e"),
        ("a+b", "/a+b"),
        ("a+b", "/a%2Bb"),
        ("a#b", "/a%23b"),
        ("~a", "/%7Ea"),
    ] {
        site.write(name, name);
        let reply = site.get(target);
        assert_eq!((reply.status, text(&reply)), (200, name), "{target}");
    }
    if cfg!(unix) {
        for name in ["a?b", "a\\b", "a\"b", "a:b"] {
            site.write(name, name);
            let target = name.replace('?', "%3F").replace('"', "%22");
            assert_eq!(text(&site.get(&format!("/{target}"))), name);
        }
    }
}

#[test]
fn a_directory_is_its_index_and_lacks_no_slash() {
    let site = Site::new();
    site.write("index.html", "the first page");
    site.write("a b/index.html", "another page");
    assert_eq!(text(&site.get("/")), "the first page");
    assert_eq!(field(&site.get("/"), "Content-Type"), "text/html; charset=utf-8");
    assert_eq!(text(&site.get("/a%20b/")), "another page");
    for (target, location) in [
        ("/a%20b", "/a%20b/"),
        ("/%61 b".replace(' ', "%20").as_str(), "/a%20b/"),
        ("/files?x=%2F&y", "/files/?x=%2F&y"),
    ] {
        let reply = site.get(target);
        assert_eq!((reply.status, field(&reply, "Location")), (301, location), "{target}");
    }
}

#[test]
fn a_redirect_never_leads_to_another_server() {
    let site = Site::new();
    site.write("inner/elsewhere.example/a", "");
    for target in [
        "//elsewhere.example",
        "//elsewhere.example/",
        "//elsewhere.example/..",
        "///inner",
        "//inner",
        "/.//inner",
        "/%2F/inner",
        "/%2Finner",
        "/\\elsewhere.example",
    ] {
        let reply = site.get(target);
        assert_eq!((reply.status, reply.values("Location").count()), (404, 0), "{target}");
    }
    let absolute = site.get("http://elsewhere.example/inner/elsewhere.example");
    assert_eq!(field(&absolute, "Location"), "/inner/elsewhere.example/");
    if cfg!(unix) {
        site.write("\\elsewhere.example/a", "");
        let reply = site.get("/\\elsewhere.example");
        assert_eq!(field(&reply, "Location"), "/%5Celsewhere.example/");
    }
}

#[test]
fn a_file_to_be_kept_has_its_name_in_two_ways() {
    let site = Site::new();
    for (name, target, disposition) in [
        ("a.txt", "/a.txt", "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt"),
        (
            "naïve 100%.txt",
            "/na%C3%AFve%20100%25.txt",
            "attachment; filename=\"na_ve 100_.txt\"; filename*=UTF-8''na%C3%AFve%20100%25.txt",
        ),
    ] {
        site.write(name, name);
        let kept = site.get(&format!("{target}?download"));
        assert_eq!(field(&kept, "Content-Disposition"), disposition);
        assert_eq!(text(&kept), name);
        assert_eq!(site.get(target).values("Content-Disposition").count(), 0);
        assert_eq!(
            site.get(&format!("{target}?downloads")).values("Content-Disposition").count(),
            0
        );
    }
    if cfg!(unix) {
        site.write("a\"; b\r\nX: y", "");
        let kept = site.get("/a%22;%20b%0D%0AX:%20y?download");
        let disposition = field(&kept, "Content-Disposition");
        assert!(disposition.contains("filename=\"a__ b__X_ y\""), "{disposition}");
        assert!(disposition.contains("UTF-8''a%22%3B%20b%0D%0AX%3A%20y"), "{disposition}");
    }
}

#[test]
fn a_path_says_which_methods_it_has() {
    let site = Site::new();
    for (method, target, code, allow) in [
        ("OPTIONS", "/a.txt", 204, "GET, HEAD, OPTIONS"),
        ("DELETE", "/a.txt", 405, "GET, HEAD, OPTIONS"),
        ("PUT", "/a.txt", 405, "GET, HEAD, OPTIONS"),
        ("OPTIONS", "/files/a.txt", 204, "GET, HEAD, OPTIONS, PUT"),
        ("POST", "/files/a.txt", 405, "GET, HEAD, OPTIONS, PUT"),
        ("POST", "/clock", 405, "GET, HEAD, OPTIONS"),
    ] {
        let reply = ask(site.address, method, target, "Content-Length: 0\r\n");
        assert_eq!((reply.status, field(&reply, "Allow")), (code, allow), "{method} {target}");
    }
}

#[test]
fn where_directories_are_not_listed_one_without_an_index_is_not_there() {
    let site = Site::new();
    let address = serve(site.directory.path(), Default::default(), false);
    assert_eq!(get(address, "/files/", "").status, 404);
    site.write("files/index.html", "now it is");
    assert_eq!(text(&get(address, "/files/", "")), "now it is");
}

#[test]
fn the_page_of_the_users_has_made_way_and_is_where_it_is_now() {
    let site = Site::new();
    let form = "name=%3CGrace%3E&email=grace%40example.com";
    let request = format!(
        "POST /users HTTP/1.1\r\nHost: h\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{form}GET /users HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
        form.len()
    );
    let replies = exchange(site.address, request, &["POST", "GET"]);
    assert_eq!((replies[0].status, field(&replies[0], "Location")), (303, "/users"));
    assert!(text(&replies[1]).contains("&lt;Grace&gt; (grace@example.com)"));
}
