//! What goes wrong on a disk.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

use course::launch::Server;

use super::{NAME, Site, get};
use crate::client::{Client, exchange, field, logged, skipped, text};
use crate::frame::{program, run};

const PAGE: &str = "GET /page.txt HTTP/1.1\r\nHost: h\r\n\r\n";
const UPLOAD: &str =
    "PUT /files/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx";

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
    assert_eq!(exchange(address, UPLOAD, &["PUT"])[0].status, 500);
    assert_eq!(get(address, "/echo", "").status, 200);
}

#[test]
fn a_directory_for_uploads_below_the_root_is_refused_whatever_it_is_called() {
    let directory = tempfile::TempDir::new().expect("a directory");
    let path = |name: &str| directory.path().join(name);
    fs::create_dir_all(path("root/inbox")).expect("it is ours");
    for (target, link) in [("root", "other"), ("root/inbox", "inbox")] {
        std::os::unix::fs::symlink(target, path(link)).expect("it is ours");
    }
    for part in [NAME, "part7-production"] {
        for (root, uploads) in [
            ("root", "root"),
            ("root", "root/inbox"),
            ("root", "inbox"),
            ("other", "root/inbox"),
            ("root/inbox/..", "other/inbox"),
        ] {
            let mut command = Command::new(program(part));
            command.arg("127.0.0.1:0").arg("--root").arg(path(root));
            let ended = run(command.arg("--uploads").arg(path(uploads)));
            assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{root} {uploads}");
            assert_eq!(ended.stderr.lines().count(), 1, "{root} {uploads}: {}", ended.stderr);
            assert!(ended.stderr.contains("is below"), "{root} {uploads}: {}", ended.stderr);
        }
    }
}

/// A user of whom nothing here is. No rules about files hold for root.
const NOBODY: u32 = 65534;

#[test]
fn what_the_server_may_not_read_is_not_there_and_where_it_may_not_write_nothing_is_stored() {
    let directory = tempfile::TempDir::new().expect("a directory");
    let path = |name: &str| directory.path().join(name);
    let allow = |name: &str, mode| fs::set_permissions(path(name), Permissions::from_mode(mode));
    // The program may stand where nobody else may go. (To copy it ourselves would be to have it open for writing
    // while another test starts a process: then it couldn't be run.)
    let program = program(NAME);
    fs::create_dir(path("root")).and_then(|()| fs::create_dir(path("files"))).expect("it is ours");
    let copied = Command::new("cp").arg(program).arg(path("root/server")).status();
    assert!(copied.expect("there is cp").success());
    fs::write(path("root/private.txt"), "not for you").expect("it is ours");
    for name in ["", "root", "root/server"] {
        allow(name, 0o755).expect("it is ours");
    }
    allow("files", 0o555).and_then(|()| allow("root/private.txt", 0)).expect("it is ours");
    let mut command = Command::new(path("root/server"));
    command.arg("--root").arg(path("root")).arg("--uploads").arg(path("files"));
    if rustix::process::geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    let server = Server::start_command(command).expect("it starts");
    assert_eq!(get(server.address(), "/server", "Range: bytes=0-0\r\n").status, 206);
    assert_eq!(get(server.address(), "/private.txt", "").status, 404);
    assert_eq!(exchange(server.address(), UPLOAD, &["PUT"])[0].status, 500);
}

/// How many descriptors a server may have, from now on. What it may have had before.
#[cfg(target_os = "linux")]
pub fn limit_descriptors(server: &mut Server, most: Option<u64>) -> Option<u64> {
    use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
    let process = i32::try_from(server.process().id()).ok().and_then(Pid::from_raw);
    let maximum = getrlimit(Resource::Nofile).maximum;
    let limits = Rlimit { current: most, maximum };
    prlimit(process, Resource::Nofile, limits).expect("the process is ours").current
}

#[cfg(target_os = "linux")]
#[test]
fn without_a_free_descriptor_the_client_is_told_to_try_again_and_nothing_is_half_there() {
    for part in [NAME, "part7-production"] {
        let directory = tempfile::TempDir::new().expect("a directory");
        let [root, files] = ["root", "files"].map(|name| directory.path().join(name));
        fs::create_dir(&root).and_then(|()| fs::create_dir(&files)).expect("it is ours");
        fs::write(root.join("page.txt"), "a page").expect("it is ours");
        let [root, uploads] = [&root, &files].map(|path| path.to_str().expect("UTF-8"));
        let options = ["--root", root, "--uploads", uploads];
        let mut server = Server::start_with(part, &options, &[]).expect("it starts");
        let (mut first, mut second) = (Client::of(&server), Client::of(&server));
        first.send(PAGE).send("PUT /files/c HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
        assert_eq!(first.replies(&["GET", "PUT"])[1].status, 201);
        // This one has what it needs to begin, and not what it may need to end.
        second.send("PUT /files/b HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n");
        second.send("Content-Length: 1\r\n\r\n");
        second.wait_for_lines(2);
        let before = limit_descriptors(&mut server, Some(3));
        first.send(PAGE).send(UPLOAD);
        for reply in &first.last_replies(&["GET", "PUT", "GET", "PUT"])[2..] {
            assert_eq!((reply.status, field(reply, "Retry-After")), (503, "1"), "{part}");
        }
        second.send("x");
        let status = second.reply("PUT").status;
        let stored = fs::read_dir(&files).expect("it is there").count();
        assert!([(201, 2), (503, 1)].contains(&(status, stored)), "{part}: {status}, {stored}");
        limit_descriptors(&mut server, before);
        assert_eq!(exchange(server.address(), UPLOAD, &["PUT"])[0].status, 201, "{part}");
    }
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
    let uploads = files.to_str().expect("it is UTF-8");
    let server = Server::start_with(NAME, &["--uploads", uploads], &[]).expect("it starts");
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
