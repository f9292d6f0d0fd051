//! What can be set from outside: arguments, and for each an environment variable.
//!
//! In: the command line. Out: options that make sense. What doesn't is refused here, before the server runs: a wrong
//! setting found at night is found too late.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::builder::{BoolishValueParser, RangedI64ValueParser};
use clap::{Parser, value_parser};

use crate::limits::Limits;

const USAGE: &str = concat!("cargo run -p ", env!("CARGO_PKG_NAME"), " [-- ADDRESS] [OPTIONS]");

const SIGNALS: &str = "\
An argument counts more than its environment variable. The variable RUST_LOG sets what the log on
standard error tells: warn, info (the default), debug.

SIGINT (Ctrl-C) and SIGTERM: no further connection, finish what is under way, end. The exit code is
0 if all of it was finished, and 1 if not. The second one of them ends the server at once. SIGHUP
opens the access log anew.";

/// A server for files and routes that can be left running.
#[derive(Debug, Parser)]
#[command(override_usage = USAGE, after_help = SIGNALS, term_width = 0)]
pub struct Options {
    /// HOST:PORT to listen on; port 0 picks a free port
    #[arg(env = "PART7_ADDRESS", default_value = "127.0.0.1:8080")]
    pub address: String,
    /// Keep the users in FILE, which is made if it isn't there [default: only in memory]
    #[arg(long, env = "PART7_DATA", value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// Serve the files below DIR [default: the crate's `public`]
    #[arg(long, env = "PART7_ROOT", value_name = "DIR")]
    root: Option<PathBuf>,
    /// Serve DIR below /files/, and take uploads there [default: with a root given none, else the crate's `uploads`]
    #[arg(long, env = "PART7_UPLOADS", value_name = "DIR")]
    uploads: Option<PathBuf>,
    /// Answer 404 for a directory without an index.html
    #[arg(long, env = "PART7_NO_LISTING", value_parser = BoolishValueParser::new())]
    pub no_listing: bool,
    /// Most connections at once; more wait until one ends
    #[arg(long, env = "PART7_CONNECTIONS", value_name = "N", value_parser = count())]
    #[arg(default_value_t = Limits::default().connections as u32)]
    connections: u32,
    /// Most connections from one address; more are answered 503
    #[arg(long, env = "PART7_PER_ADDRESS", value_name = "N", value_parser = count())]
    #[arg(default_value_t = Limits::default().connections_per_address as u32)]
    per_address: u32,
    /// Least bytes a second of an upload
    #[arg(long, env = "PART7_BODY_RATE", value_name = "BYTES", value_parser = count())]
    #[arg(default_value_t = Limits::default().body_rate)]
    body_rate: u32,
    /// Longest time for an upload
    #[arg(long, env = "PART7_UPLOAD_TIME", value_name = "SECONDS", value_parser = count())]
    #[arg(default_value_t = Limits::default().upload_time.as_secs() as u32)]
    upload_time: u32,
    /// Least bytes a second that a client reads of an answer
    #[arg(long, env = "PART7_WRITE_RATE", value_name = "BYTES", value_parser = count())]
    #[arg(default_value_t = Limits::default().write_rate)]
    write_rate: u32,
    /// Longest time to finish what is under way when the server is to stop
    #[arg(long, env = "PART7_FINISH_TIME", value_name = "SECONDS", value_parser = count())]
    #[arg(default_value_t = Limits::default().finish_time.as_secs() as u32)]
    finish_time: u32,
    /// Note down each answer in FILE, in the Common Log Format
    #[arg(long, env = "PART7_ACCESS_LOG", value_name = "FILE")]
    pub access_log: Option<PathBuf>,
    /// Speak TLS, with the chain of certificates in this PEM file
    #[arg(long, env = "PART7_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key, a PEM file
    #[arg(long, env = "PART7_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
}

impl Options {
    /// The directory that is served.
    pub fn root(&self) -> PathBuf {
        self.root.clone().unwrap_or_else(|| shipped("public"))
    }

    /// The directory that takes uploads. Whoever serves a directory of his own has to say where strangers may write.
    pub fn uploads(&self) -> Option<PathBuf> {
        let shipped = self.root.is_none().then(|| shipped("uploads"));
        self.uploads.clone().or(shipped)
    }

    /// The limits, as far as they were set.
    pub fn limits(&self) -> Limits {
        let seconds = |n: u32| Duration::from_secs(n.into());
        Limits {
            connections: self.connections as usize,
            connections_per_address: self.per_address as usize,
            body_rate: self.body_rate,
            upload_time: seconds(self.upload_time),
            write_rate: self.write_rate,
            finish_time: seconds(self.finish_time),
            ..Limits::default()
        }
    }
}

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A number that must not be zero.
fn count() -> RangedI64ValueParser<u32> {
    value_parser!(u32).range(1..)
}
