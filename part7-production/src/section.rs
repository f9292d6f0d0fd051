//! A head or a trailer section while it is being read (RFC 9112 §5, §7.1.2).
//!
//! In: the buffer that its lines arrive in. Out: its fields. The bytes stay in the buffer until the
//! section is whole, so that they are copied once.

use crate::buffer::RecvBuffer;
use crate::error::HttpError;
use crate::head::field_line;
use crate::limits::Limits;
use crate::message::{FieldSpan, Fields};

/// What has come of a section.
#[derive(Debug, Default)]
pub struct Section {
    /// How many of the unread bytes belong to it so far.
    len: usize,
    /// The fields found in them. Its memory serves the next section again.
    spans: Vec<FieldSpan>,
}

impl Section {
    /// Begins with `len` bytes that hold no field: the request line.
    pub fn begin(&mut self, len: usize) {
        self.len = len;
    }

    /// Checks each field line as soon as it ends; true once the empty line has come.
    ///
    /// Errors: `FieldLineTooLong`, `HeadTooLarge`, `TooManyFields`, and those of a field line.
    pub fn read_fields(
        &mut self,
        buffer: &mut RecvBuffer,
        limits: &Limits,
    ) -> Result<bool, HttpError> {
        loop {
            let left = limits.head_bytes.saturating_sub(self.len);
            let (longest, too_long) = match left < limits.field_line_bytes {
                true => (left, HttpError::HeadTooLarge),
                false => (limits.field_line_bytes, HttpError::FieldLineTooLong),
            };
            let len = buffer.line_len(self.len, longest).map_err(|_| too_long)?;
            let Some(len) = len else { return Ok(false) };
            let start = self.len;
            self.len += len;
            let line = &buffer.unread()[start..self.len];
            if line == b"\r\n" {
                return Ok(true);
            }
            if self.spans.len() == limits.fields {
                return Err(HttpError::TooManyFields);
            }
            self.spans.push(field_line(line, start)?);
        }
    }

    /// Consumes the section, which must be whole.
    pub fn take(&mut self, buffer: &mut RecvBuffer) -> Fields {
        let fields = Fields::new(&buffer.unread()[..self.len], &self.spans);
        buffer.consume(self.len);
        self.len = 0;
        self.spans.clear();
        fields
    }
}
