//! One line for each answer, in the Common Log Format that every log reader knows.
//!
//! In: who asked, what, and the answer. Out: a line at the end of a file once the answer is read out. Who rotates the
//! file renames it and sends SIGHUP: until then lines go on into the renamed file, so none is lost.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use log::{info, warn};

use crate::lock::lock;
use crate::message::{RequestHead, Version};
use crate::response::{Body, Content, Response};

/// A file that lines are appended to.
#[derive(Debug)]
pub struct AccessLog {
    path: PathBuf,
    file: Mutex<File>,
}

impl AccessLog {
    /// Opens the file, and creates it if need be.
    ///
    /// Errors: it can't be opened for writing.
    pub fn open(path: PathBuf) -> io::Result<AccessLog> {
        let file = Mutex::new(append(&path)?);
        Ok(AccessLog { path, file })
    }

    /// Opens the file of this name anew: the one that is open has another name by now.
    pub fn reopen(&self) {
        match append(&self.path) {
            Ok(file) => {
                *lock(&self.file) = file;
                info!("the access log is opened anew");
            }
            Err(error) => warn!("the access log stays what it was: {error}"),
        }
    }

    /// The same answer. Once it is sent, or given up, a line tells of it. `date`: now, as an IMF-fixdate. `request`: what
    /// `request_line` made of it; empty if there was none.
    pub fn note(
        self: &Arc<AccessLog>,
        client: IpAddr,
        date: &str,
        request: &str,
        answer: Response,
    ) -> Response {
        let (client, date, code) = (client.to_canonical(), log_date(date), answer.status.code());
        let request = if request.is_empty() { "-" } else { request };
        // Nobody knows the two names: those of the client's user on its machine, and on ours.
        let text = format!("{client} - - [{date}] \"{request}\" {code}");
        let mut line = Line { log: Arc::clone(self), text, bytes: 0 };
        let body = match answer.body {
            Body::Stream(content, length) => {
                Body::Stream(Box::new(Noted { content, line }), length)
            }
            Body::Bytes(bytes) => {
                if answer.status.has_content() && !request.starts_with("HEAD ") {
                    line.bytes = bytes.len() as u64;
                }
                Body::Bytes(bytes)
            }
        };
        Response { body, ..answer }
    }
}

fn append(path: &Path) -> io::Result<File> {
    File::options().append(true).create(true).open(path)
}

/// Content whose bytes are counted while it is read.
struct Noted {
    content: Content,
    line: Line,
}

impl Read for Noted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.content.read(buffer)?;
        self.line.bytes += n as u64;
        Ok(n)
    }
}

/// A line that is written when this is dropped.
struct Line {
    log: Arc<AccessLog>,
    text: String,
    bytes: u64,
}

impl Drop for Line {
    fn drop(&mut self) {
        let bytes = if self.bytes == 0 { "-".to_owned() } else { self.bytes.to_string() };
        // In one write: no other line comes in between.
        let line = format!("{} {bytes}\n", self.text);
        if let Err(error) = lock(&self.log.file).write_all(line.as_bytes()) {
            // A full disk is no reason to stop.
            warn!("the access log loses a line: {error}");
        }
    }
}

/// The request line as it stands in the log: what the client chose can't end the quotes, nor the line.
pub fn request_line(head: &RequestHead) -> String {
    let version = match head.version() {
        Version::Http10 => "HTTP/1.0",
        Version::Http11 => "HTTP/1.1",
    };
    format!("{} {} {version}", head.method(), head.target().as_bytes().escape_ascii())
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` as the log has it: `06/Nov/1994:08:49:37 +0000`.
fn log_date(date: &str) -> String {
    format!("{}/{}/{}:{} +0000", &date[5..7], &date[8..11], &date[12..16], &date[17..25])
}
