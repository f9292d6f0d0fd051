//! A file on its way in: whole, or not at all.
//!
//! In: a directory, a name, the bytes as they come. Out: the file under its name, once all of it is there.
//! Until then it has another name, or none, and it goes when it is given up.

use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use cap_std::fs::Dir;
use cap_tempfile::TempFile;

use crate::fault::{leads_nowhere, not_stored};
use crate::message::RequestHead;
use crate::precondition::{Verdict, verdict};
use crate::response::Response;
use crate::root::{Entry, file_name, open};
use crate::status::Status;
use crate::validators::Validators;

/// A file that is being received.
#[derive(Debug)]
pub struct Upload<'a> {
    directory: &'a Dir,
    file: TempFile<'a>,
    name: String,
}

/// Held from the last look at what has the name until the file has it.
static REPLACING: Mutex<()> = Mutex::new(());

impl<'a> Upload<'a> {
    /// Begins a file of this name in a directory.
    ///
    /// Errors: the answer that says why it can't be: 400, 409, 412, 415, 500, 503, 507.
    pub fn begin(
        directory: &'a Dir,
        name: &[u8],
        head: &RequestHead,
    ) -> Result<Upload<'a>, Response> {
        let name = file_name(name).ok_or_else(no_name)?;
        // RFC 9110 §14.5: whoever sends a part must not replace the whole with it.
        if head.fields.all("content-range").next().is_some() {
            return Err(Response::sentence(
                Status::BadRequest,
                "Send the whole file, without Content-Range.",
            ));
        }
        // RFC 9110 §8.4: it would be stored encoded, and sent as if it weren't.
        if head.fields.all("content-encoding").next().is_some() {
            return Err(Response::sentence(
                Status::UnsupportedMediaType,
                "Send the file as it is, without Content-Encoding.",
            ));
        }
        is_new(directory, name, head)?;
        let file = TempFile::new(directory).map_err(not_stored)?;
        Ok(Upload { directory, file, name: name.to_owned() })
    }

    /// Takes the next bytes of the file.
    ///
    /// Errors: the answer that says that it can't be stored.
    pub fn write(&mut self, data: &[u8]) -> Result<(), Response> {
        self.file.write_all(data).map_err(not_stored)
    }

    /// The file is whole: gives it its name, in one step. Whoever is being sent the old one gets all of the old one.
    ///
    /// Errors: the answer that says why it can't be: 409, 412, 500, 503, 507.
    pub fn finish(self, head: &RequestHead) -> Result<Response, Response> {
        // The name must not last longer than the bytes if the machine loses its power now.
        self.file.as_file().sync_all().map_err(not_stored)?;
        // While it came another one may have got the name.
        let _alone = REPLACING.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = is_new(self.directory, &self.name, head)?;
        self.file.replace(&self.name).map_err(not_stored)?;
        Ok(match is_new {
            true => Response::sentence(Status::Created, "Stored."),
            false => Response::sentence(Status::NoContent, ""),
        })
    }
}

fn no_name() -> Response {
    Response::sentence(Status::BadRequest, "That is no name.")
}

fn taken() -> Response {
    Response::sentence(Status::Conflict, "What has this name can't be replaced.")
}

/// Whether nothing has the name yet.
///
/// Errors: 400 if nothing can have it; 409 if what has it is no file; 412 if it isn't what the client means; 500, 503.
fn is_new(directory: &Dir, name: &str, head: &RequestHead) -> Result<bool, Response> {
    let current = match open(directory, Path::new(name)) {
        Ok(Entry::File(_, metadata)) => Some(Validators::of(&metadata, SystemTime::now())),
        Ok(Entry::Directory(_)) => return Err(taken()),
        Err(error) => match error.kind() {
            ErrorKind::NotFound => None,
            ErrorKind::InvalidFilename => return Err(no_name()),
            _ if leads_nowhere(&error) => return Err(taken()),
            _ => return Err(not_stored(error)),
        },
    };
    if verdict(head, current.as_ref()) != Verdict::Perform {
        return Err(Response::sentence(
            Status::PreconditionFailed,
            "The file is not what you expect.",
        ));
    }
    Ok(current.is_none())
}
