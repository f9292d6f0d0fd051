//! The socket file of a Unix socket: who may take its name, and who removes it.
//!
//! A name is not freed by the end of its server, as a port is: the file stays until it is removed.

use std::fs;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::path::{Path, PathBuf};
use std::thread;

use log::warn;
use signal_hook::consts::TERM_SIGNALS;
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// Listens on a path, also where a dead server has left its file.
///
/// Errors: `AddrInUse` if a process listens there; `AlreadyExists` if it is no socket at all.
pub fn bind(path: &Path) -> io::Result<UnixListener> {
    match UnixListener::bind(path) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_stale(path)? => {
            // Two servers that both get here at the same moment would steal from each other. A lock
            // on a second file would settle it.
            fs::remove_file(path)?;
            UnixListener::bind(path)
        }
        result => result,
    }
}

/// Whether no process listens on a socket file.
fn is_stale(path: &Path) -> io::Result<bool> {
    if !fs::symlink_metadata(path)?.file_type().is_socket() {
        return Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "there is a file, and not a socket",
        ));
    }
    // A datagram socket cannot connect to a stream server, but the error tells whether there is one:
    // "wrong type" if so, "refused" if not. A stream would become a client, or wait in its queue.
    let attempt = UnixDatagram::unbound()?.connect(path);
    Ok(attempt.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused))
}

/// Removes a socket file when Ctrl-C or another signal ends this process.
pub fn remove_at_exit(path: PathBuf) -> io::Result<()> {
    let mut signals = Signals::new(TERM_SIGNALS)?;
    thread::Builder::new().spawn(move || {
        for signal in signals.forever() {
            if let Err(error) = fs::remove_file(&path) {
                warn!("cannot remove {}: {error}", path.display());
            }
            // Whoever started us sees that a signal ended us, as without this handler.
            if let Err(error) = emulate_default_handler(signal) {
                warn!("cannot end by signal {signal}: {error}");
            }
        }
    })?;
    Ok(())
}
