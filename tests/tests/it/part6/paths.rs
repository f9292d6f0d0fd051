//! Traversal: whatever a path says, what is above the root stays there.

use std::fs;
use std::path::Path;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use part6_files::root::{file_name, open, open_root};
use tempfile::TempDir;

use super::{Site, get, serve};
use crate::client::{SOON, text};

const SECRET: &str = "not for you";

/// A directory with a secret, and in it the root, with a page and a directory.
fn beside_a_secret() -> TempDir {
    let directory = TempDir::new().expect("a directory");
    fs::create_dir_all(directory.path().join("root/inner")).expect("it is ours");
    for (name, content) in
        [("secret", SECRET), ("root/page.txt", "a page"), ("root/inner/page.txt", "an inner page")]
    {
        fs::write(directory.path().join(name), content).expect("it is ours");
    }
    directory
}

#[test]
fn no_spelling_leads_out_of_the_root() {
    let directory = beside_a_secret();
    let address = serve(&directory.path().join("root"), Default::default(), true);
    assert_eq!(text(&get(address, "/inner/page.txt", "")), "an inner page");
    let absolute = directory.path().join("secret").display().to_string();
    let spellings = [
        "/../secret",
        "/..%2fsecret",
        "/..%2Fsecret",
        "/%2e%2e/secret",
        "/%2E%2E%2Fsecret",
        "/.%2e/secret",
        "/%252e%252e/secret",
        "/%252e%252e%252fsecret",
        "/..%c0%afsecret",
        "/..%ef%bc%8fsecret",
        "/%c0%ae%c0%ae/secret",
        "/..\\secret",
        "/..%5csecret",
        "/inner/../../secret",
        "/inner/%2e%2e/%2e%2e/secret",
        "/inner/..%2f..%2fsecret",
        "/./../secret",
        "//../secret",
        "/..;/secret",
        "/..%00/secret",
        "/page.txt%00",
        "/page.txt%00.png",
        "/%00",
        "/page.txt/../../secret",
        "/page.txt/",
        "/page.txt/.",
        "/%2e%2e",
        "/..",
        "/../",
        // What stays below the root is refused as well: another program may see another path in it.
        "/inner/../page.txt",
        "/./page.txt",
        "/inner//page.txt",
        "//page.txt",
        "/inner%2fpage.txt",
        &absolute,
        &format!("/{absolute}"),
        &format!("/{}", absolute.replace('/', "%2f")),
        "/c:/secret",
        "/file:///secret",
    ];
    for target in spellings {
        let reply = get(address, target, "");
        assert_eq!((reply.status, text(&reply)), (404, "Nothing is here.\n"), "{target}");
    }
}

#[test]
fn a_target_that_is_badly_encoded_is_refused() {
    let site = Site::new();
    for target in ["/%", "/%2", "/%zz", "/%u002e"] {
        assert_eq!(site.get(target).status, 400, "{target}");
    }
}

#[test]
fn the_handle_alone_leads_down_only() {
    let directory = beside_a_secret();
    let path = directory.path().join("root");
    let root = Dir::open_ambient_dir(&path, ambient_authority()).expect("it is there");
    assert!(open(&root, Path::new("inner/../page.txt")).is_ok());
    let absolute = directory.path().join("secret");
    for path in
        [Path::new("../secret"), Path::new("inner/../../secret"), Path::new(".."), &absolute]
    {
        assert!(open(&root, path).is_err(), "{}", path.display());
    }
}

#[test]
fn a_segment_is_one_name_or_none() {
    for name in ["a", "a b", "ä", "...", "..a", ".a", "a.", "%2e%2e", "a;b"] {
        assert_eq!(file_name(name.as_bytes()), Some(name));
    }
    for segment in ["", ".", "..", "/", "a\0", "a/b", "a/", "/a", "../a", "a/.."] {
        assert_eq!(file_name(segment.as_bytes()), None, "{segment}");
    }
    assert_eq!(file_name(b"\xff"), None);
    assert_eq!(cfg!(windows), file_name(b"a\\b").is_none());
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_below_the_root_and_not_out_of_it() {
    use std::os::unix::fs::symlink;
    let directory = beside_a_secret();
    let root = directory.path().join("root");
    let absolute = directory.path().join("secret");
    for (target, link) in [
        (Path::new("page.txt"), "to-page"),
        (Path::new("../page.txt"), "inner/to-page"),
        (Path::new("inner"), "to-inner"),
        (Path::new("../secret"), "to-secret"),
        (&absolute, "to-absolute"),
        (Path::new(".."), "to-above"),
        (Path::new("/proc/self"), "to-proc"),
        (Path::new("to-itself"), "to-itself"),
        (Path::new("nowhere"), "to-nowhere"),
    ] {
        symlink(target, root.join(link)).expect("it is ours");
    }
    let address = serve(&root, Default::default(), true);
    for target in ["/to-page", "/inner/to-page"] {
        assert_eq!(text(&get(address, target, "")), "a page", "{target}");
    }
    assert_eq!(text(&get(address, "/to-inner/page.txt", "")), "an inner page");
    for target in [
        "/to-secret",
        "/to-absolute",
        "/to-above/secret",
        "/to-above",
        "/to-above/",
        "/to-proc/environ",
        "/to-nowhere",
        "/to-itself",
        "/to-itself/",
        "/to-itself/page.txt",
    ] {
        assert_eq!(get(address, target, "").status, 404, "{target}");
    }
}

#[test]
fn what_cannot_be_the_name_of_anything_is_not_there() {
    let site = Site::new();
    site.write("page.txt", "a page");
    let (long, deep) = (format!("/{}", "n".repeat(300)), "/deep".repeat(1500));
    for target in ["/page.txt/below", "/page.txt/below/", &long, &format!("{long}/"), &deep] {
        assert_eq!(site.get(target).status, 404, "{} bytes", target.len());
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_there_and_nobody_waits_for_it() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    use std::os::unix::net::UnixListener;
    let site = Site::new();
    let make = |name: &str, kind: FileType, device: u64| {
        mknodat(CWD, site.path(name), kind, Mode::from_raw_mode(0o666), device)
    };
    make("pipe", FileType::Fifo, 0).expect("a pipe can be made");
    let _socket = UnixListener::bind(site.path("socket")).expect("it is ours");
    let mut names = vec!["/pipe", "/socket"];
    // /dev/zero, which has no end, and /dev/tty. Only root may make devices.
    match make("zero", FileType::CharacterDevice, rustix::fs::makedev(1, 5)) {
        Ok(()) => names.push("/zero"),
        Err(error) => crate::client::skipped(&format!("no device can be made ({error})")),
    }
    let start = std::time::Instant::now();
    for target in names {
        assert_eq!(site.get(target).status, 404, "{target}");
    }
    assert!(start.elapsed() < SOON);
}

#[test]
fn a_root_that_is_not_there_is_an_error() {
    let directory = TempDir::new().expect("a directory");
    let missing = directory.path().join("missing");
    assert!(open_root(&missing).is_err());
    fs::write(&missing, "a file").expect("it is ours");
    assert!(open_root(&missing).is_err());
}
