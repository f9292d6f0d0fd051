//! What a client can do wrong, and what it is told.

use std::fmt;

/// A mistake of the client. The field is the one to mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestError {
    /// The next message is over the limit; the connection ends.
    TooLong,
    /// The stream ended inside a line.
    NoNewline,
    /// The stream ended before all the bytes that a length had promised.
    Incomplete,
    /// The message isn't UTF-8.
    InvalidUtf8,
    /// The message isn't JSON (RFC 8259).
    InvalidJson,
    /// JSON, but arrays and objects stand too deep in each other.
    TooDeep,
    /// JSON, but no object.
    NotAnObject,
    /// A field of ours stands there twice; which one is meant?
    Duplicate,
    /// `type` is a word that we don't know.
    UnknownType,
    /// The type needs this field.
    Missing(&'static str),
    /// The field has to be a string.
    NotAString(&'static str),
    /// The field has to be a number.
    NotANumber(&'static str),
    /// The number is beyond 128 bits, or beyond what a float can hold.
    OutOfRange(&'static str),
    /// The result is beyond 64 bits, or beyond what a float can hold.
    ResultOutOfRange,
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use RequestError::*;
        match self {
            TooLong => write!(f, "Message too long"),
            NoNewline => write!(f, "The last line has no newline"),
            Incomplete => write!(f, "The last message is incomplete"),
            InvalidUtf8 => write!(f, "Invalid UTF-8"),
            InvalidJson => write!(f, "Invalid JSON"),
            TooDeep => write!(f, "Nested too deep"),
            NotAnObject => write!(f, "Expected an object with the field type"),
            Duplicate => write!(f, "A field stands there twice"),
            UnknownType => write!(f, "Unknown type"),
            Missing(field) => write!(f, "Missing field: {field}"),
            NotAString(field) => write!(f, "Not a string: {field}"),
            NotANumber(field) => write!(f, "Not a number: {field}"),
            OutOfRange(field) => write!(f, "Number out of range: {field}"),
            ResultOutOfRange => write!(f, "Number out of range: the result"),
        }
    }
}
