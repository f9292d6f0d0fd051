//! What goes wrong on a disk.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use super::{NAME, Site, get};
use crate::client::{Client, exchange, logged, skipped, text};

#[test]
fn a_root_that_is_removed_is_empty_and_the_server_goes_on() {
    let site = Site::new();
    site.write("a.txt", "hello");
    let address = site.address;
    assert_eq!(get(address, "/a.txt", "").status, 200);
    fs::remove_dir_all(site.directory.path()).expect("it is ours");
    assert_eq!(get(address, "/a.txt", "").status, 404);
    let list = get(address, "/", "");
    assert_eq!((list.status, text(&list).matches("<li>").count()), (200, 1), "only the way up");
    let upload = "PUT /files/a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx";
    assert_eq!(exchange(address, upload, &["PUT"])[0].status, 507);
    assert_eq!(get(address, "/echo", "").status, 200);
}

#[test]
fn a_directory_that_may_not_be_written_to_takes_no_upload() {
    let site = Site::new();
    fs::set_permissions(site.path("files"), fs::Permissions::from_mode(0o555)).expect("it is ours");
    if fs::write(site.path("files/x"), "").is_ok() {
        skipped("this user may write everywhere");
        return;
    }
    let upload = "PUT /files/a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx";
    assert_eq!(exchange(site.address, upload, &["PUT"])[0].status, 507);
}

/// A file system of a megabyte. It goes with the test.
struct Small(tempfile::TempDir);

impl Small {
    fn new() -> Result<Small, String> {
        let directory = tempfile::TempDir::new().expect("a directory");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "small"])
            .arg(directory.path())
            .output();
        match mounted {
            Ok(output) if output.status.success() => Ok(Small(directory)),
            other => Err(format!("nothing can be mounted ({other:?})")),
        }
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let status = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
        assert!(status.is_ok_and(|status| status.success()), "it was mounted");
    }
}

#[test]
fn a_full_disk_refuses_the_upload_keeps_the_old_file_and_goes_on() {
    let small = match Small::new() {
        Ok(small) => small,
        Err(why) => return skipped(&why),
    };
    let files = small.0.path().join("files");
    fs::create_dir(&files).expect("it is ours");
    fs::write(files.join("a"), "the old one").expect("there is room");
    let root = small.0.path().to_str().expect("it is UTF-8");
    let uploads = files.to_str().expect("it is UTF-8");
    let options = ["--root", root, "--uploads", uploads];
    let server = course::launch::Server::start_with(NAME, &options, &[]).expect("it starts");
    for framing in
        ["Content-Length: 3000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n2dc6c0\r\n"]
    {
        let mut client = Client::of(&server);
        client.send(format!("PUT /files/a HTTP/1.1\r\nHost: h\r\n{framing}"));
        client.send(vec![b'x'; 3_000_000]);
        let reply = client.last_reply("PUT");
        assert_eq!((reply.status, reply.says_close()), (507, true));
    }
    logged(&server, "warning: a file cannot be stored");
    let mut client = Client::of(&server);
    client.send("GET /files/a HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(text(&client.reply("GET")), "the old one");
    assert_eq!(fs::read_dir(&files).expect("it is there").count(), 1);
    // Once there is room again, it is taken.
    let mut client = Client::of(&server);
    client.send("PUT /files/b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nnew");
    assert_eq!(client.reply("PUT").status, 201);
}
