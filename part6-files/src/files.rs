//! The files below the root, by their paths.
//!
//! In: a request for a path that no route has. Out: the file, the index of a directory, a list of it, or
//! that there is nothing. It refuses to know why a path leads nowhere: a client isn't told what exists.

use std::io::ErrorKind;
use std::path::Path;

use cap_std::fs::Dir;

use crate::fault::not_opened;
use crate::file;
use crate::listing::Listing;
use crate::message::RequestHead;
use crate::response::Response;
use crate::root::{self, Entry};
use crate::status::Status;
use crate::uri::{self, Pairs};

/// The page that stands for its directory.
const INDEX: &str = "index.html";

/// The first segment of the paths of what is uploaded.
const UPLOADS: &[u8] = b"files";

/// The files of a server.
#[derive(Debug)]
pub struct Files {
    /// What is served below `/files/`, and takes uploads.
    pub uploads: Option<Dir>,
    /// Whether a directory without an index is listed.
    pub lists: bool,
    /// What is served.
    pub root: Dir,
}

impl Files {
    /// Answers GET for a path. With `download` in the query the client is told to keep the file under its name.
    pub fn answer(
        &self,
        head: &RequestHead,
        path: &[Vec<u8>],
        query: &Pairs,
    ) -> Result<Response, Response> {
        // A path that ends in a slash names a directory: its last segment is empty.
        let (names, is_directory) = match path {
            [names @ .., last] if last.is_empty() => (names, true),
            names => (names, false),
        };
        let (directory, below) = self.place(names);
        let mut response = match (root::find(directory, below).map_err(not_opened)?, is_directory) {
            (Entry::File(file, metadata), false) => {
                let name = last_name(names);
                let mut response = file::answer(file, &metadata, name, head);
                if query.iter().any(|(name, _)| name == b"download") {
                    response.fields.push(("Content-Disposition", attachment(name).into()));
                }
                response
            }
            (Entry::Directory(directory), true) => self.directory(directory, head, names)?,
            (Entry::Directory(_), false) => add_slash(head, names),
            _ => return Err(not_opened(ErrorKind::NotADirectory.into())),
        };
        if below.len() < names.len() {
            // Whoever uploads a page must not act through it in the name of the pages that are ours.
            response.fields.push(("Content-Security-Policy", "sandbox".into()));
        }
        Ok(response)
    }

    /// The directory and the name that a path leads to, if a file can be uploaded there.
    pub fn upload<'a>(&self, path: &'a [Vec<u8>]) -> Option<(&Dir, &'a [u8])> {
        match (&self.uploads, path) {
            (Some(uploads), [first, name]) if first == UPLOADS && !name.is_empty() => {
                Some((uploads, name))
            }
            _ => None,
        }
    }

    fn directory(
        &self,
        directory: Dir,
        head: &RequestHead,
        names: &[Vec<u8>],
    ) -> Result<Response, Response> {
        match root::open(&directory, Path::new(INDEX)) {
            Ok(Entry::File(file, metadata)) => Ok(file::answer(file, &metadata, INDEX, head)),
            Err(error) if error.kind() == ErrorKind::NotFound && self.lists => {
                list(&directory, names)
            }
            Err(error) => Err(not_opened(error)),
            Ok(Entry::Directory(_)) => Err(not_opened(ErrorKind::IsADirectory.into())),
        }
    }

    /// Which directory a path leads into, and the names below that.
    fn place<'a>(&self, names: &'a [Vec<u8>]) -> (&Dir, &'a [Vec<u8>]) {
        if let (Some(uploads), [first, rest @ ..]) = (&self.uploads, names)
            && first == UPLOADS
        {
            return (uploads, rest);
        }
        (&self.root, names)
    }
}

/// The name of the file at the end of a path.
fn last_name(names: &[Vec<u8>]) -> &str {
    names.last().and_then(|name| str::from_utf8(name).ok()).unwrap_or_default()
}

/// Relative links in a directory's page need the slash. The target is made from the names that were found: one that
/// was sent, such as `//elsewhere.example`, might lead to another server.
fn add_slash(head: &RequestHead, names: &[Vec<u8>]) -> Response {
    let mut location: String = names.iter().map(|name| format!("/{}", uri::encode(name))).collect();
    location.push('/');
    if let Some(query) = head.query() {
        location += &format!("?{query}");
    }
    let mut response = Response::sentence(Status::MovedPermanently, "It is a directory.");
    response.fields.push(("Location", location.into()));
    response
}

fn list(directory: &Dir, names: &[Vec<u8>]) -> Result<Response, Response> {
    let names: Vec<_> = names.iter().map(|name| String::from_utf8_lossy(name)).collect();
    let heading = format!("/{}", names.join("/"));
    let listing = Listing::new(directory, &heading).map_err(not_opened)?;
    Ok(Response::stream(&b"text/html; charset=utf-8"[..], listing, None))
}

/// The value of Content-Disposition for a file that is to be kept (RFC 6266 §4.3): the name in ASCII for
/// old clients, and as it is (RFC 8187 §3.2).
fn attachment(name: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || " -._".contains(letter);
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", uri::encode(name.as_bytes()))
}
