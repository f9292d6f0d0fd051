//! Raw echo: what a stream looks like to somebody who doesn't frame it.
//!
//! In: a connection. Out: each chunk that a read brings, with `Echo: ` before it. It refuses to know
//! where a message ends.

use std::io;

use log::info;

use crate::limits::Limits;
use crate::transport::Stream;

/// Sends each chunk back as it comes, until the client ends the stream.
pub fn echo(id: u64, stream: &mut Stream, limits: &Limits) -> io::Result<String> {
    stream.set_nodelay(true)?;
    let mut chunk = [0; 4096];
    loop {
        // Two writes of the client may arrive in one read, and one write in several. Nothing in the
        // bytes tells. `frame.rs` puts the borders back.
        let n = stream.read(&mut chunk, limits.idle)?;
        if n == 0 {
            return Ok("the client ended the stream".into());
        }
        info!("#{id} read {n} bytes: \"{}\"", chunk[..n].escape_ascii());
        stream.write_all(&[b"Echo: ", &chunk[..n]].concat(), limits.stall)?;
    }
}
