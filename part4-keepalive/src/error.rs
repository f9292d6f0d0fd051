//! What a peer did wrong, the status that says so, and the sentence that says what to send instead.

use std::fmt;

use crate::status::Status;

/// Why a request is refused. Nothing behind it on the connection is read as a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HttpError {
    /// A line ends in LF alone.
    BareLf,
    /// A CR stands inside a line.
    BareCr,
    /// A control byte stands in a field value or a chunk extension.
    ControlByte,
    /// Nothing but empty lines comes.
    TooManyEmptyLines,
    /// Not `method SP target SP version`.
    BadRequestLine,
    /// The method is not a token.
    BadMethod,
    /// The target has none of the four forms, or not the one for its method.
    BadTarget,
    /// An absolute target has another scheme than the connection.
    WrongScheme,
    /// Not `HTTP/` digit `.` digit.
    BadVersion,
    /// A major version other than 1.
    UnsupportedVersion,
    /// The request line is longer than the limit.
    RequestLineTooLong,
    /// A field line has no colon.
    NoColon,
    /// A field name is empty.
    EmptyFieldName,
    /// A field name is not a token.
    BadFieldName,
    /// White space stands between a field name and its colon.
    SpaceBeforeColon,
    /// A field line begins with white space.
    FoldedLine,
    /// A field line or trailer line is longer than the limit.
    FieldLineTooLong,
    /// The head or the trailer section is longer than the limit.
    HeadTooLarge,
    /// The head or the trailer section has more fields than the limit.
    TooManyFields,
    /// An HTTP/1.1 request has no Host.
    NoHost,
    /// A request has more than one Host.
    RepeatedHost,
    /// Host, or the authority of the target, is not `uri-host[:port]`.
    BadHost,
    /// Content-Length is not a number.
    BadContentLength,
    /// Content-Length stands there more than once.
    RepeatedContentLength,
    /// Content-Length and Transfer-Encoding both.
    LengthAndCoding,
    /// Transfer-Encoding in an HTTP/1.0 request.
    CodingInHttp10,
    /// Transfer-Encoding doesn't end in `chunked`, or has it twice.
    BadCoding,
    /// A transfer coding before `chunked` that this server doesn't know.
    UnknownCoding,
    /// A chunk size is not 1 to 16 hexadecimal digits.
    BadChunkSize,
    /// No CRLF behind the data of a chunk.
    BadChunkEnd,
    /// The chunk-size lines hold more than sizes, and more than the limit.
    TooManyExtensions,
    /// The body is longer than the limit.
    BodyTooLarge,
    /// An expectation other than `100-continue`.
    UnknownExpectation,
    /// The stream ended inside a request.
    Unfinished,
    /// The head was not whole by its deadline.
    HeadTooLate,
    /// The body was not whole by its deadline.
    BodyTooLate,
}

impl HttpError {
    /// The status to answer with (RFC 9110 §15.5, RFC 6585 §5).
    pub fn status(self) -> Status {
        self.status_and_message().0
    }

    /// One sentence for the person at the other end: what to send instead.
    pub fn message(self) -> &'static str {
        self.status_and_message().1
    }

    fn status_and_message(self) -> (Status, &'static str) {
        use HttpError::*;
        use Status::*;
        match self {
            BareLf => (BadRequest, "Lines must end in CRLF, and this one ends in LF alone."),
            BareCr => (BadRequest, "A CR may stand only before the LF that ends a line."),
            ControlByte => {
                (BadRequest, "A field value or a chunk extension must not hold control bytes.")
            }
            TooManyEmptyLines => {
                (BadRequest, "Send a request line; so far there are only empty lines.")
            }
            BadRequestLine => {
                (BadRequest, "The first line must be: method, space, target, space, version.")
            }
            BadMethod => (BadRequest, "The method must be a token, such as GET."),
            BadTarget => {
                (BadRequest, "Send a path such as /index.html, or http://host/path, as the target.")
            }
            WrongScheme => {
                (MisdirectedRequest, "Send https targets over TLS, and http targets without it.")
            }
            BadVersion => (BadRequest, "The version must be HTTP/1.1 or HTTP/1.0."),
            UnsupportedVersion => {
                (HttpVersionNotSupported, "This server speaks HTTP/1.1; send that as the version.")
            }
            RequestLineTooLong => {
                (UriTooLong, "The request line is too long; send a shorter target.")
            }
            NoColon => (BadRequest, "A field line must be: name, colon, value."),
            EmptyFieldName => (BadRequest, "A field line must have a name before its colon."),
            BadFieldName => (BadRequest, "A field name must be a token, such as Content-Type."),
            SpaceBeforeColon => {
                (BadRequest, "Send the colon right behind the field name, without a space.")
            }
            FoldedLine => (BadRequest, "A field line must not begin with a space or a tab."),
            FieldLineTooLong => {
                (RequestHeaderFieldsTooLarge, "A field line is too long; send a shorter value.")
            }
            HeadTooLarge => (
                RequestHeaderFieldsTooLarge,
                "The fields together are too large; send fewer or shorter ones.",
            ),
            TooManyFields => {
                (RequestHeaderFieldsTooLarge, "There are too many fields; send fewer.")
            }
            NoHost => (BadRequest, "An HTTP/1.1 request must have a Host field."),
            RepeatedHost => (BadRequest, "Send one Host field, not several."),
            BadHost => (BadRequest, "Host must be a name or an address, and a port if need be."),
            BadContentLength => (BadRequest, "Content-Length must be one decimal number."),
            RepeatedContentLength => (BadRequest, "Send one Content-Length field, not several."),
            LengthAndCoding => (BadRequest, "Send Content-Length or Transfer-Encoding, not both."),
            CodingInHttp10 => {
                (BadRequest, "HTTP/1.0 has no Transfer-Encoding; send Content-Length.")
            }
            BadCoding => (BadRequest, "Transfer-Encoding must be: chunked."),
            UnknownCoding => {
                (NotImplemented, "This server decodes no transfer coding but chunked.")
            }
            BadChunkSize => {
                (BadRequest, "A chunk must begin with its size in hexadecimal digits, and CRLF.")
            }
            BadChunkEnd => {
                (BadRequest, "A chunk's data must be followed by CRLF; is its size right?")
            }
            TooManyExtensions => {
                (BadRequest, "A chunk-size line is too long; send the size alone.")
            }
            BodyTooLarge => (ContentTooLarge, "The body is too large; send a shorter one."),
            UnknownExpectation => {
                (ExpectationFailed, "This server knows no expectation but 100-continue.")
            }
            Unfinished => (BadRequest, "The stream ended inside a request; send all of it."),
            HeadTooLate => {
                (RequestTimeout, "The head did not come in time; send it without pauses.")
            }
            BodyTooLate => {
                (RequestTimeout, "The body did not come in time; send a shorter one, or faster.")
            }
        }
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for HttpError {}
