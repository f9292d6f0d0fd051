//! What a signal asks for: to stop, to stop at once, to open the access log anew.
//!
//! In: signals. Out: a message, a call. A signal interrupts a thread anywhere, so that a handler may do almost nothing;
//! here it only wakes a thread of our own, which may do everything.

use std::io;
use std::sync::mpsc::{Receiver, channel};

/// From now on SIGINT and SIGTERM arrive at the receiver, the second one of them ends the process at once, and SIGHUP
/// calls `hang_up`.
///
/// Errors: the system refuses the handlers, or the thread.
#[cfg(unix)]
pub fn handle(hang_up: impl Fn() + Send + 'static) -> io::Result<Receiver<()>> {
    use std::sync::{Arc, atomic::AtomicBool};

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::{flag, iterator::Signals};

    let is_second = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // In this order: the first signal finds the flag as it was, and sets it for the second one.
        flag::register_conditional_default(signal, Arc::clone(&is_second))?;
        flag::register(signal, Arc::clone(&is_second))?;
    }
    // It comes with a write beyond `ulimit -f`, and would end the process. Once it is handled, the write fails instead.
    flag::register(SIGXFSZ, Arc::default())?;
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    let (tell, told) = channel();
    let wait = move || {
        for signal in &mut signals {
            if signal == SIGHUP {
                hang_up();
            } else if tell.send(()).is_err() {
                return;
            }
        }
    };
    std::thread::Builder::new().spawn(wait)?;
    Ok(told)
}

/// From now on the first Ctrl-C arrives at the receiver, and the second one ends the process at once.
///
/// Errors: the system refuses the handler.
#[cfg(not(unix))]
pub fn handle(_: impl Fn() + Send + 'static) -> io::Result<Receiver<()>> {
    let (tell, told) = channel();
    let mut is_second = false;
    let handler = move || {
        if std::mem::replace(&mut is_second, true) || tell.send(()).is_err() {
            std::process::exit(130);
        }
    };
    ctrlc::set_handler(handler).map_err(io::Error::other)?;
    Ok(told)
}
