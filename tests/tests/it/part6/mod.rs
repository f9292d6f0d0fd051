//! Part 6: files below a root, versions and ranges, uploads, answers that are streamed.

#[cfg(unix)]
pub mod faults;
mod files;
mod listing;
mod paths;
mod ranges;
mod shipped;
mod streaming;
mod uploads;
mod versions;

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use course::launch::workspace;
use course::reply::Reply;
use part6_files::app::App;
use part6_files::files::Files;
use part6_files::limits::Limits;
use part6_files::root::open_root;
use part6_files::server;
use part6_files::store::Store;
use tempfile::TempDir;

use crate::client::exchange;

const NAME: &str = "part6-files";

/// A server in this process, and the directory that it serves.
struct Site {
    directory: TempDir,
    address: SocketAddr,
}

impl Site {
    /// Serves an empty directory that takes uploads.
    fn new() -> Site {
        Site::with(|_| {})
    }

    /// The same, with the limits of the program changed as a test needs them.
    fn with(change: impl FnOnce(&mut Limits)) -> Site {
        let directory = TempDir::new().expect("a directory");
        fs::create_dir(directory.path().join("files")).expect("it is ours");
        let mut limits = Limits::default();
        change(&mut limits);
        let uploads = directory.path().join("files");
        let address = serve_with(directory.path(), Some(&uploads), limits, true);
        Site { directory, address }
    }

    /// The path of a file in it.
    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Puts a file there.
    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("it is in the directory")).expect("it is ours");
        fs::write(&path, bytes).expect("it is ours");
        path
    }

    /// What a GET on a connection of its own is answered.
    #[track_caller]
    fn get(&self, target: &str) -> Reply {
        get(self.address, target, "")
    }
}

/// The directory that is shipped. Its files are older than the two seconds in which a tag is weak.
fn public() -> PathBuf {
    workspace().join(NAME).join("public")
}

/// Serves a directory in this process, without uploads.
fn serve(directory: &Path, limits: Limits, lists: bool) -> SocketAddr {
    serve_with(directory, None, limits, lists)
}

fn serve_with(directory: &Path, uploads: Option<&Path>, limits: Limits, lists: bool) -> SocketAddr {
    let open = |path| open_root(path).expect("the directory can be opened");
    let files = Files { root: open(directory), uploads: uploads.map(open), lists };
    let collected_bytes = limits.collected_bytes;
    let app = Arc::new(App { store: Store::default(), files, collected_bytes });
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    // It accepts for ever, which here means until the tests are over.
    thread::spawn(move || server::serve(listener, limits, app));
    address
}

/// What a request with these further field lines is answered, on a connection of its own.
#[track_caller]
fn ask(address: SocketAddr, method: &'static str, target: &str, fields: &str) -> Reply {
    let request =
        format!("{method} {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{fields}\r\n");
    exchange(address, request, &[method]).remove(0)
}

#[track_caller]
fn get(address: SocketAddr, target: &str, fields: &str) -> Reply {
    ask(address, "GET", target, fields)
}
