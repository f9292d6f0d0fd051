//! Part 7: how it stops, whom it turns away, whom it hurries, what it tells, and TLS.

mod limits;
mod log;
mod metrics;
mod options;
mod rates;
#[cfg(unix)]
mod stop;
mod threads;
mod tls;

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use cap_std::fs::Dir;
use course::launch::{Server as Process, workspace};
use course::reply::Reply;
use part7_production::app::App;
use part7_production::files::Files;
use part7_production::limits::Limits;
use part7_production::metrics::Metrics;
use part7_production::pool::Pool;
use part7_production::root::open_root;
use part7_production::server::Server;
use part7_production::store::Store;
use prometheus_parse::{Scrape, Value};
use tempfile::TempDir;

use crate::client::{Client, exchange, text};

const NAME: &str = "part7-production";

const GET: &str = "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n";
const LAST: &str = "GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

/// A server in this process, whose limits a test sets, and the directory that it serves.
struct Site {
    directory: TempDir,
    pool: Arc<Pool>,
    address: SocketAddr,
}

impl Site {
    fn with(change: impl FnOnce(&mut Limits)) -> Site {
        let directory = TempDir::new().expect("a directory");
        let uploads = directory.path().join("files");
        fs::create_dir(&uploads).expect("it is ours");
        let open = |path: &std::path::Path| -> Dir { open_root(path).expect("it is there") };
        let files =
            Files { root: open(directory.path()), uploads: Some(open(&uploads)), lists: false };
        let mut limits = Limits::default();
        change(&mut limits);
        let collected_bytes = limits.collected_bytes;
        let (store, metrics) = (Store::default(), Metrics::default());
        let app = App { store, files, collected_bytes, metrics };
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let pool = Pool::start(listener, Server::new(limits, app, None, None)).expect("it starts");
        let address = pool.address();
        Site { directory, pool, address }
    }

    /// A file of so many bytes in it.
    fn file(&self, name: &str, bytes: usize) -> PathBuf {
        let path = self.directory.path().join(name);
        fs::write(&path, vec![b'x'; bytes]).expect("it is ours");
        path
    }
}

/// The program itself, with these arguments.
#[track_caller]
fn program(arguments: &[&str]) -> Process {
    Process::start_with(NAME, arguments, &[]).expect("it starts")
}

/// What a GET on a connection of its own is answered.
#[track_caller]
fn get(address: SocketAddr, target: &str) -> Reply {
    let request = format!("GET {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    exchange(address, request, &["GET"]).remove(0)
}

/// A connection on which one request was answered, and which goes on.
#[track_caller]
fn used(address: SocketAddr) -> Client {
    let mut client = Client::at(address);
    client.send(GET);
    assert_eq!(client.reply("GET").status, 200);
    client
}

/// What it counts, as a parser reads it.
#[track_caller]
fn scrape(site: &Site) -> Scrape {
    let reply = get(site.address, "/metrics");
    let lines = text(&reply).lines().map(|line| Ok(line.to_owned()));
    Scrape::parse(lines).expect("it is the text format")
}

/// One of its numbers.
#[track_caller]
fn metric(site: &Site, name: &str) -> f64 {
    let scrape = scrape(site);
    let sample = scrape.samples.iter().find(|sample| sample.metric == name);
    match sample.expect("it is told").value {
        Value::Counter(value) | Value::Gauge(value) => value,
        ref other => panic!("{other:?}"),
    }
}

/// The directory that is shipped.
fn public() -> PathBuf {
    workspace().join(NAME).join("public")
}
