//! A directory that is served, held as a capability.
//!
//! In: the decoded segments of a path. Out: an open file or directory. Nothing above the root can be
//! named: the handle leads down only, and the system resolves every `..` and every link below it.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind};
use std::path::{Component, Path, PathBuf};

use cap_fs_ext::{OpenOptionsMaybeDirExt, OpenOptionsSyncExt};
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

/// What a path leads to.
#[derive(Debug)]
pub enum Entry {
    /// A regular file, and what the system says of it.
    File(File, Metadata),
    /// A directory.
    Directory(Dir),
}

/// Opens the root itself: the one time that a path of the whole system is used.
pub fn open_root(path: &Path) -> io::Result<Dir> {
    Dir::open_ambient_dir(path, ambient_authority())
}

/// Opens what these segments lead to below a directory.
///
/// Errors: those of the system; `NotFound` also where a segment is no name; `InvalidInput` for what is
/// neither a file nor a directory.
pub fn find(directory: &Dir, segments: &[Vec<u8>]) -> io::Result<Entry> {
    let mut path = PathBuf::from(".");
    for segment in segments {
        path.push(file_name(segment).ok_or(ErrorKind::NotFound)?);
    }
    open(directory, &path)
}

/// Opens what a path leads to below a directory; errors as those of `find`.
pub fn open(directory: &Dir, path: &Path) -> io::Result<Entry> {
    // To open a device can be enough to set it going: look first.
    let metadata = directory.metadata(path)?;
    if !metadata.is_file() && !metadata.is_dir() {
        return Err(ErrorKind::InvalidInput.into());
    }
    // The path may lead elsewhere by now. To open a named pipe is to wait for its writer, unless told not to.
    let options = OpenOptions::new().read(true).nonblock(true).maybe_dir(true).clone();
    let file = directory.open_with(path, &options)?.into_std();
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        Ok(Entry::Directory(Dir::from_std_file(file)))
    } else if metadata.is_file() {
        Ok(Entry::File(file, metadata))
    } else {
        Err(ErrorKind::InvalidInput.into())
    }
}

/// A segment as the name of a file. The system's own rules say what is one name: not `..`, not `a/b`, on
/// Windows neither `a\b` nor `C:`. So no other program sees another path in it than we do.
pub fn file_name(segment: &[u8]) -> Option<&str> {
    let name = str::from_utf8(segment).ok()?;
    let mut components = Path::new(name).components();
    let is_name = components.next() == Some(Component::Normal(name.as_ref()));
    // No system has a NUL in a name.
    (is_name && components.next().is_none() && !name.contains('\0')).then_some(name)
}
