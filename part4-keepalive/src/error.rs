//! What a peer did wrong, the status that says so, and the sentence that says what to send instead.

use std::fmt;

use crate::response::Status;

/// A request that this server refuses. After one, nothing more is read from the connection.
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
    /// The scheme of an absolute target is one that this server doesn't speak.
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
    BadLength,
    /// Content-Length stands there more than once.
    RepeatedLength,
    /// Content-Length and Transfer-Encoding both.
    LengthAndEncoding,
    /// Transfer-Encoding in an HTTP/1.0 request.
    EncodingInHttp10,
    /// Transfer-Encoding doesn't end in `chunked`, or has it twice.
    BadEncoding,
    /// A transfer coding before `chunked` that this server doesn't know.
    UnknownEncoding,
    /// A chunk size is not 1 to 16 hexadecimal digits.
    BadChunkSize,
    /// No CRLF behind the data of a chunk.
    BadChunkEnd,
    /// More chunk extensions than the limit.
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
        use HttpError::*;
        match self {
            BareLf | BareCr | ControlByte | TooManyEmptyLines | BadRequestLine | BadMethod
            | BadTarget | BadVersion | NoColon | EmptyFieldName | BadFieldName
            | SpaceBeforeColon | FoldedLine | NoHost | RepeatedHost | BadHost | BadLength
            | RepeatedLength | LengthAndEncoding | EncodingInHttp10 | BadEncoding
            | BadChunkSize | BadChunkEnd | TooManyExtensions | Unfinished => Status::BadRequest,
            HeadTooLate | BodyTooLate => Status::RequestTimeout,
            BodyTooLarge => Status::ContentTooLarge,
            RequestLineTooLong => Status::UriTooLong,
            UnknownExpectation => Status::ExpectationFailed,
            WrongScheme => Status::MisdirectedRequest,
            FieldLineTooLong | HeadTooLarge | TooManyFields => Status::RequestHeaderFieldsTooLarge,
            UnknownEncoding => Status::NotImplemented,
            UnsupportedVersion => Status::HttpVersionNotSupported,
        }
    }

    /// One sentence for the person at the other end: what to send instead.
    pub fn message(self) -> &'static str {
        use HttpError::*;
        match self {
            BareLf => "Lines must end in CRLF, and this one ends in LF alone.",
            BareCr => "A CR may stand only before the LF that ends a line.",
            ControlByte => {
                "Field values and chunk extensions must not hold control bytes other than tab."
            }
            TooManyEmptyLines => "Send a request line; there have been only empty lines.",
            BadRequestLine => {
                "The first line must be: method, one space, target, one space, version."
            }
            BadMethod => "The method must be a token, such as GET.",
            BadTarget => {
                "The target must be a path such as /index.html, or http://host/path; * goes with OPTIONS, host:port with CONNECT."
            }
            WrongScheme => "This server answers only for http:// targets.",
            BadVersion => "The version must be HTTP/1.1 or HTTP/1.0.",
            UnsupportedVersion => "This server speaks HTTP/1.1; send HTTP/1.1 as the version.",
            RequestLineTooLong => "The request line is too long; send a shorter target.",
            NoColon => "A field line must be: name, colon, value.",
            EmptyFieldName => "A field line must have a name before its colon.",
            BadFieldName => {
                "A field name must be a token: letters, digits and !#$%&'*+-.^_`|~ only."
            }
            SpaceBeforeColon => "Send the colon right behind the field name, without a space.",
            FoldedLine => {
                "A field line must not begin with a space or tab; send each field on one line."
            }
            FieldLineTooLong => "A field line is too long; send a shorter value.",
            HeadTooLarge => "The fields together are too large; send fewer or shorter ones.",
            TooManyFields => "There are too many fields; send fewer.",
            NoHost => "An HTTP/1.1 request must have a Host field.",
            RepeatedHost => "Send one Host field, not several.",
            BadHost => "The host must be a name or an address, with a colon and a port if need be.",
            BadLength => "Content-Length must be one decimal number.",
            RepeatedLength => "Send one Content-Length field, not several.",
            LengthAndEncoding => "Send Content-Length or Transfer-Encoding, not both.",
            EncodingInHttp10 => {
                "HTTP/1.0 has no Transfer-Encoding; send Content-Length, or HTTP/1.1."
            }
            BadEncoding => "Transfer-Encoding must be: chunked.",
            UnknownEncoding => "This server decodes no transfer coding but chunked.",
            BadChunkSize => {
                "A chunk must begin with its size: 1 to 16 hexadecimal digits, then CRLF."
            }
            BadChunkEnd => "A chunk's data must be followed by CRLF; is its size right?",
            TooManyExtensions => "There are too many chunk extensions; send none.",
            BodyTooLarge => "The body is too large; send a shorter one.",
            UnknownExpectation => "This server knows no expectation but 100-continue.",
            Unfinished => "The stream ended before the request did; send the whole request.",
            HeadTooLate => "The head did not come in time; send it without pauses.",
            BodyTooLate => "The body did not come in time; send a shorter one, or faster.",
        }
    }
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for HttpError {}
