//! What the system says when a file can't be opened or stored, as an answer.
//!
//! In: its errors. Out: the status that tells the truth, and a line in the log. It refuses to tell the client why a path
//! leads nowhere.

use std::io::{self, ErrorKind};

use log::{debug, warn};

use crate::response::Response;
use crate::status::Status;

/// Why a file can't be opened.
pub fn not_opened(error: io::Error) -> Response {
    if leads_nowhere(&error) {
        debug!("no such file: {error}");
        return Response::sentence(Status::NotFound, "Nothing is here.");
    }
    warn!("a file cannot be opened: {error}");
    ours(&error, "The file cannot be opened.")
}

/// What leads nowhere, leads out of the root, or may not be read: all the same to the client.
pub fn leads_nowhere(error: &io::Error) -> bool {
    use ErrorKind::*;
    match error.kind() {
        NotFound | NotADirectory | IsADirectory | PermissionDenied | InvalidInput
        | InvalidFilename => true,
        // Links that lead round in a circle have no name in `std`.
        _ => error.raw_os_error() == Some(number::LOOP),
    }
}

/// Why a file can't be stored.
pub fn not_stored(error: io::Error) -> Response {
    warn!("a file cannot be stored: {error}");
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            Response::sentence(Status::InsufficientStorage, "There is no room for the file.")
        }
        _ => ours(&error, "The file cannot be stored."),
    }
}

/// The fault is ours. When descriptors run out, it may pass: the client is to try again, and no cache must learn that
/// the file isn't there.
fn ours(error: &io::Error, sentence: &str) -> Response {
    let is_out = error.raw_os_error().is_some_and(|number| number::NO_DESCRIPTOR.contains(&number));
    if !is_out {
        return Response::sentence(Status::InternalServerError, sentence);
    }
    let mut answer = Response::sentence(Status::ServiceUnavailable, sentence);
    answer.fields.push(("Retry-After", "1".into()));
    answer
}

/// The system's numbers for what has no name in `std`.
#[cfg(unix)]
mod number {
    use rustix::io::Errno;

    pub const LOOP: i32 = Errno::LOOP.raw_os_error();
    /// This process has none left, or nobody has.
    pub const NO_DESCRIPTOR: [i32; 2] = [Errno::MFILE.raw_os_error(), Errno::NFILE.raw_os_error()];
}

/// ERROR_CANT_RESOLVE_FILENAME, ERROR_TOO_MANY_OPEN_FILES.
#[cfg(not(unix))]
mod number {
    pub const LOOP: i32 = 1921;
    pub const NO_DESCRIPTOR: [i32; 1] = [4];
}
