//! Accepts connections and gives each a thread of its own.
//!
//! In: a listener, and what to do with one connection. It knows neither TCP from Unix nor messages.

use std::io;
use std::thread;
use std::time::Duration;

use log::{info, warn};

use crate::listener::Listener;
use crate::transport::Stream;

/// Accepts for ever; `handle` gets the connection's number and stream, and says why it closes.
pub fn serve<H>(listener: &Listener, handle: H)
where
    H: Fn(u64, &mut Stream) -> io::Result<String> + Clone + Send + 'static,
{
    for id in 1u64.. {
        let (mut stream, peer) = match listener.accept() {
            Ok(accepted) => accepted,
            // The client gave up before its turn came.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => continue,
            Err(error) => {
                warn!("cannot accept a connection: {error}");
                // Out of descriptors, say. No event tells when there are some again, so wait a moment.
                thread::sleep(Duration::from_millis(50));
                continue;
            }
        };
        info!("#{id} opened by {peer}");
        let handle = handle.clone();
        let thread = thread::Builder::new().spawn(move || match handle(id, &mut stream) {
            Ok(reason) => info!("#{id} closed: {reason}"),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => info!("#{id} closed: {error}"),
            Err(error) => info!("#{id} closed: the client is gone ({error})"),
        });
        if let Err(error) = thread {
            warn!("#{id} closed: no thread can be started for it ({error})");
        }
    }
}
