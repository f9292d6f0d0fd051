//! A request whose head has come, and its body piece by piece.
//!
//! In: data. Out: all of it in memory, or in a file. It refuses to hold more in memory than a limit.

use crate::app::App;
use crate::error::HttpError;
use crate::message::RequestHead;
use crate::response::Response;
use crate::upload::Upload;

/// A request that is coming.
#[derive(Debug)]
pub struct Incoming<'a> {
    /// Who answers it.
    pub app: &'a App,
    /// The file that its body goes to, if it does.
    pub upload: Option<Upload<'a>>,
    /// Its head.
    pub head: RequestHead,
    /// The segments of its path, decoded.
    pub path: Vec<Vec<u8>>,
    /// What has come of its body, if that is kept in memory.
    pub body: Vec<u8>,
}

impl Incoming<'_> {
    /// Takes some data of the body.
    ///
    /// Errors: the answer that says why it can't be taken.
    pub fn take(&mut self, data: &[u8]) -> Result<(), Response> {
        if let Some(upload) = &mut self.upload {
            return upload.write(data);
        }
        if self.body.len() + data.len() > self.app.collected_bytes {
            return Err(Response::refusal(HttpError::BodyTooLarge));
        }
        self.body.extend_from_slice(data);
        Ok(())
    }
}
