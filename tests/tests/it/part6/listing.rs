//! Lists of directories: complete, escaped, in bounded memory.

use std::collections::BTreeSet;

use super::{Site, get};
use crate::client::{field, text};

#[test]
fn a_list_is_streamed_and_has_every_name_once() {
    let site = Site::new();
    let names: BTreeSet<String> = (0..10_000).map(|n| format!("{n}.txt")).collect();
    for name in &names {
        site.write(&format!("many/{name}"), name);
    }
    let reply = site.get("/many/");
    assert_eq!(field(&reply, "Transfer-Encoding"), "chunked");
    assert_eq!(field(&reply, "Content-Type"), "text/html; charset=utf-8");
    let listed: Vec<_> = text(&reply)
        .lines()
        .filter_map(|line| line.strip_prefix("<li><a href=\"./")?.split('"').next())
        .map(str::to_owned)
        .collect();
    assert_eq!(listed.len(), names.len());
    assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), names);
    for name in names.iter().step_by(997) {
        assert_eq!(text(&site.get(&format!("/many/{name}"))), name);
    }
}

#[test]
fn names_are_escaped_as_text_and_as_links() {
    let site = Site::new();
    site.write("a&b/inner/x", "");
    for name in ["100% & more", "ä.txt", "javascript:alert(1)"] {
        site.write(&format!("a&b/{name}"), "");
    }
    let reply = site.get("/a&b/");
    let page = text(&reply);
    for line in [
        "<title>/a&amp;b</title>",
        "<a href=\"./inner/\">inner/</a>",
        "<a href=\"./100%25%20%26%20more\">100% &amp; more</a>",
        "<a href=\"./%C3%A4.txt\">ä.txt</a>",
        "<a href=\"./javascript%3Aalert%281%29\">javascript:alert(1)</a>",
    ] {
        assert!(page.contains(line), "{line} is not in {page}");
    }
}

#[cfg(unix)]
#[test]
fn a_name_cannot_write_the_page() {
    let site = Site::new();
    site.write("x/\"><script>alert('x')<", "");
    let reply = site.get("/x/");
    assert!(!text(&reply).contains("<script"), "{}", text(&reply));
    assert!(text(&reply).contains("&lt;script&gt;"), "{}", text(&reply));
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_utf8_is_left_out() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let site = Site::new();
    site.write("x/good", "");
    std::fs::write(site.path("x").join(OsStr::from_bytes(b"bad\xff")), "").expect("it is ours");
    let reply = site.get("/x/");
    assert!(text(&reply).contains("good") && !text(&reply).contains("bad"), "{}", text(&reply));
    assert_eq!(get(site.address, "/x/bad%FF", "").status, 404);
}
