//! A file of changes, one JSON object a line, which only ever grows.
//!
//! In: changes. Out: all of them again, when the file is opened. What was appended is on the disk: it
//! outlives the process and the machine's power.

use std::fs::{File, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use log::warn;

use crate::store::Change;

/// Longest line, in bytes, with its LF. No change is as long.
const LINE_BYTES: u64 = 8 * 1024;

/// A file that is open for more changes.
#[derive(Debug)]
pub struct Journal {
    file: File,
    end: u64,
}

impl Journal {
    /// Opens a file, or makes it, and hands over every change in it.
    ///
    /// A last line without its LF is one that was being written when the server was killed. Nobody was
    /// told that it is stored, so it is dropped. Errors: `ResourceBusy` if another server has opened it;
    /// `InvalidData` if the file is not ours, which is then left as it is; those of the system.
    pub fn open(path: &Path, mut replay: impl FnMut(Change)) -> io::Result<Journal> {
        let mut file = File::options();
        let file = file.read(true).write(true).create(true).truncate(false).open(path)?;
        if !file.metadata()?.is_file() {
            return Err(invalid("it is no regular file"));
        }
        lock(&file)?;
        let mut lines = BufReader::new(&file);
        let (mut line, mut number, mut end) = (Vec::new(), 1, 0);
        while lines.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line)? > 0 {
            let change = serde_json::from_slice(&line);
            if is_torn(&line, &change) {
                let (path, bytes) = (path.display(), line.len());
                warn!("line {number} of {path} is torn: its {bytes} bytes are dropped");
                file.set_len(end)?;
                break;
            }
            replay(change.map_err(|error| invalid(&format!("line {number}: {error}")))?);
            end += line.len() as u64;
            number += 1;
            line.clear();
        }
        file.sync_all()?;
        // The name of a new file stands in its directory, which only Unix lets us sync.
        #[cfg(unix)]
        if let Some(directory) = path.canonicalize()?.parent() {
            File::open(directory)?.sync_all()?;
        }
        Ok(Journal { file, end })
    }

    /// Adds a change, and waits until it is on the disk.
    ///
    /// Errors: those of the system; then the change is not in the file.
    pub fn append(&mut self, change: &Change) -> io::Result<()> {
        let mut line = serde_json::to_vec(change)?;
        line.push(b'\n');
        // Another program has written to it, or we ourselves failed to undo half a line.
        if self.file.seek(SeekFrom::End(0))? != self.end {
            return Err(io::Error::other("the file is not as we left it"));
        }
        if let Err(error) = self.file.write_all(&line).and_then(|()| self.file.sync_data()) {
            self.file.set_len(self.end)?;
            return Err(error);
        }
        self.end += line.len() as u64;
        Ok(())
    }
}

/// Two servers on one file would give each number twice. The lock ends with the process, also if that is killed.
fn lock(file: &File) -> io::Result<()> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => {
            io::Error::new(io::ErrorKind::ResourceBusy, "another server has opened it")
        }
        TryLockError::Error(error) => error,
    })
}

/// Whether it is the last line, without its LF, and as far as it goes one of ours: that of another file
/// must not be dropped.
fn is_torn(line: &[u8], change: &serde_json::Result<Change>) -> bool {
    let is_last = !line.ends_with(b"\n") && (line.len() as u64) < LINE_BYTES;
    is_last && change.as_ref().map_or_else(serde_json::Error::is_eof, |_| true)
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{why}; is this another program's file?"))
}
