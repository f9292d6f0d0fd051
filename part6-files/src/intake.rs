//! What becomes of a request's body while it comes.
//!
//! In: its data, piece by piece. Out: all of it in memory, or in a file. It refuses to hold more in memory
//! than a limit.

use crate::error::HttpError;
use crate::framing::Framing;
use crate::message::RequestHead;
use crate::response::Response;
use crate::upload::Upload;

/// Where the data of a body goes.
#[derive(Debug)]
pub enum Intake<'a> {
    /// Into memory, up to so many bytes.
    Memory(Vec<u8>, usize),
    /// Into a file.
    File(Upload<'a>),
}

impl Intake<'_> {
    /// Memory for the body behind this head.
    ///
    /// Errors: the refusal, if the head declares more than `most` bytes.
    pub fn memory(head: &RequestHead, most: usize) -> Result<Intake<'static>, Response> {
        match Framing::of(head).map_err(Response::refusal)? {
            Framing::Length(length) if length > most as u64 => Err(too_large()),
            Framing::Length(_) | Framing::Chunked => Ok(Intake::Memory(Vec::new(), most)),
        }
    }

    /// Takes some data.
    ///
    /// Errors: the answer that says why it can't be taken.
    pub fn take(&mut self, data: &[u8]) -> Result<(), Response> {
        match self {
            Intake::Memory(bytes, most) if bytes.len() + data.len() > *most => Err(too_large()),
            Intake::Memory(bytes, _) => {
                bytes.extend_from_slice(data);
                Ok(())
            }
            Intake::File(upload) => upload.write(data),
        }
    }
}

fn too_large() -> Response {
    Response::refusal(HttpError::BodyTooLarge)
}
