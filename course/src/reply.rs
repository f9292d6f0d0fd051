//! Strict, incremental reading of HTTP/1.x replies: bytes in, replies or the first wrong byte out.
//!
//! Stricter than a client should be: a server under test must send exactly what RFC 9112 lets a
//! sender send. It knows no socket and no clock; the caller says which methods were asked.

use std::fmt;
use std::ops::Range;

/// Longest line of a head, in bytes; a longer one is no reply that we would wait for.
const LINE_BYTES: usize = 64 << 10;

/// Most field lines of a head, and of the trailers.
const FIELDS: usize = 1000;

/// A reply, whole, with where it stood in the received bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// Minor version: 1 for `HTTP/1.1`.
    pub minor: u8,
    /// Status code, 100 to 599.
    pub status: u16,
    /// Reason phrase; may be empty.
    pub reason: String,
    /// Field lines in order, values without the surrounding blanks.
    pub fields: Vec<Field>,
    /// How the end of the body was told.
    pub framing: Framing,
    /// The body, decoded.
    pub body: Vec<u8>,
    /// Trailer fields of a chunked body.
    pub trailers: Vec<Field>,
    /// Status codes of the interim replies (1xx) that came before.
    pub interim: Vec<u16>,
    /// Where the reply stood in the received bytes, interim replies included.
    pub span: Range<usize>,
    /// Where its status code stood in the received bytes.
    pub status_at: usize,
    /// Where the body began in the received bytes.
    pub body_start: usize,
}

/// A field line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name as sent.
    pub name: String,
    /// The value, which need not be UTF-8.
    pub value: Vec<u8>,
}

/// How a reply says where its body ends (RFC 9112 §6.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Framing {
    /// There is none: HEAD, 1xx, 204, 304.
    #[default]
    Without,
    /// Content-Length.
    Length(u64),
    /// Transfer-Encoding: chunked.
    Chunked,
    /// The end of the connection.
    Close,
}

/// The first byte that no reply may have at this place, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// Offset in the received bytes.
    pub at: usize,
    /// What is wrong there.
    pub why: Mistake,
}

/// What a server did wrong in its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// The bytes don't begin with `HTTP/1.`
    NotHttp,
    /// `HTTP/1.x SP 3DIGIT SP reason` is not what stands there.
    StatusLine,
    /// A line that ends in LF without CR.
    BareLf,
    /// A CR that no LF follows.
    BareCr,
    /// A line without end.
    LineTooLong,
    /// More field lines than anybody sends.
    TooManyFields,
    /// A field line without a colon, or with a name that is no token.
    FieldName,
    /// A control byte in a field value.
    FieldValue,
    /// A line that begins with a blank: obs-fold.
    Fold,
    /// A Content-Length that is not digits, or too large.
    Length,
    /// More than one Content-Length.
    TwoLengths,
    /// Content-Length together with Transfer-Encoding.
    LengthAndCoding,
    /// Content-Length or Transfer-Encoding in a 1xx or 204.
    FramingWithoutBody,
    /// A chunk size that is no hexadecimal number.
    ChunkSize,
    /// Chunk data that CRLF doesn't follow.
    ChunkEnd,
    /// A status of 101, which nobody asked for.
    Switch,
    /// Bytes after the last reply that was asked for.
    Extra,
    /// Bytes after a reply to HEAD, or after a 204 or 304: a body where none may be.
    BodyNotAllowed,
    /// The connection ended inside a reply.
    Ended,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Mistake::NotHttp => "this is not HTTP: a reply begins with \"HTTP/1.1 \"",
            Mistake::StatusLine => "a status line is \"HTTP/1.1 SP three digits SP reason CRLF\"",
            Mistake::BareLf => "lines end in CRLF, this one ends in a bare LF",
            Mistake::BareCr => "a CR stands only before LF",
            Mistake::LineTooLong => "this line has no end",
            Mistake::TooManyFields => "these field lines have no end",
            Mistake::FieldName => "a field line is \"Name: value\", and the name is a token",
            Mistake::FieldValue => "a field value has no control bytes",
            Mistake::Fold => "a field line doesn't continue on the next line",
            Mistake::Length => "a Content-Length is decimal digits and nothing else",
            Mistake::TwoLengths => "a reply has one Content-Length at the most",
            Mistake::LengthAndCoding => "Content-Length and Transfer-Encoding exclude each other",
            Mistake::FramingWithoutBody => "a 1xx or 204 has no body, so it carries no length",
            Mistake::ChunkSize => "a chunk begins with its size in hexadecimal digits",
            Mistake::ChunkEnd => "CRLF follows the data of a chunk",
            Mistake::Switch => "101 answers an Upgrade, and nobody asked for one",
            Mistake::Extra => "the answer was complete before this byte",
            Mistake::BodyNotAllowed => "this answer has no body",
            Mistake::Ended => "the connection ended inside the answer",
        })
    }
}

/// What the reader waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Awaiting {
    /// The first byte of a reply.
    Reply,
    /// The rest of a status line.
    StatusLine,
    /// More field lines, or the blank line after them.
    Fields,
    /// The rest of a body of known length.
    Body {
        /// Bytes that came.
        have: u64,
        /// Bytes that Content-Length announced.
        of: u64,
    },
    /// More chunks.
    Chunks,
    /// The trailers' end.
    Trailers,
    /// The end of the connection, which ends the body.
    Close,
    /// The end of a line that is the whole answer, where the protocol is not HTTP.
    LineEnd,
}

impl fmt::Display for Awaiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Awaiting::Reply => f.write_str("the first byte of the answer"),
            Awaiting::StatusLine => f.write_str("the end of the status line"),
            Awaiting::Fields => f.write_str("the blank line that ends the head"),
            Awaiting::Body { have, of } => {
                write!(f, "the rest of the body: {have} of {of} bytes have come")
            }
            Awaiting::Chunks => f.write_str("the last chunk"),
            Awaiting::LineEnd => f.write_str("the newline that ends the answer"),
            Awaiting::Trailers => f.write_str("the blank line after the last chunk"),
            Awaiting::Close => f.write_str("the end of the connection, which ends the body"),
        }
    }
}

impl Reply {
    /// The values of all fields of this name, in order; names are compared without case.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        let named = move |f: &&Field| f.name.eq_ignore_ascii_case(name);
        self.fields.iter().filter(named).map(|f| f.value.as_slice())
    }

    /// Whether a list field (such as `Connection`) has this member, in any case.
    pub fn lists(&self, name: &str, member: &str) -> bool {
        self.values(name)
            .flat_map(|value| value.split(|&b| b == b','))
            .any(|m| trim(m).eq_ignore_ascii_case(member.as_bytes()))
    }

    /// Whether the reply says that it is the last one on its connection.
    pub fn says_close(&self) -> bool {
        self.lists("connection", "close")
    }
}

enum State {
    StatusLine,
    Fields,
    Body(u64),
    ChunkSize,
    ChunkData(u64),
    ChunkEnd,
    Trailers,
    UntilClose,
}

/// Reads the replies to a known list of requests.
pub struct ReplyReader {
    /// For each request whether it was a HEAD.
    heads: Vec<bool>,
    bytes: Vec<u8>,
    /// Everything before was understood.
    at: usize,
    /// Everything before holds no LF after `at`.
    scanned: usize,
    state: State,
    reply: Reply,
    replies: Vec<Reply>,
    wrong: Option<Wrong>,
}

impl ReplyReader {
    /// A reader for the replies to requests with these methods.
    pub fn new(methods: &[&str]) -> Self {
        ReplyReader {
            heads: methods.iter().map(|m| *m == "HEAD").collect(),
            bytes: Vec::new(),
            at: 0,
            scanned: 0,
            state: State::StatusLine,
            reply: Reply::default(),
            replies: Vec::new(),
            wrong: None,
        }
    }

    /// Reads a whole stream at once; `ended` tells that nothing more will come.
    pub fn read(methods: &[&str], bytes: &[u8], ended: bool) -> Self {
        let mut reader = ReplyReader::new(methods);
        reader.push(bytes);
        if ended {
            reader.end();
        }
        reader
    }

    /// Takes more bytes and reads as far as they go.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        while self.wrong.is_none() && self.at < self.bytes.len() {
            match self.advance() {
                Ok(true) => {}
                Ok(false) => return,
                Err(wrong) => self.wrong = Some(wrong),
            }
        }
    }

    /// Tells that the connection has ended, which completes a body that only that can end.
    pub fn end(&mut self) {
        if self.wrong.is_some() || !self.needs_more() {
            return;
        }
        match self.state {
            State::UntilClose => self.complete(),
            State::StatusLine if self.at == self.bytes.len() && self.reply.interim.is_empty() => {}
            _ => self.wrong = Some(Wrong { at: self.bytes.len(), why: Mistake::Ended }),
        }
    }

    /// The replies that are complete.
    pub fn replies(&self) -> &[Reply] {
        &self.replies
    }

    /// The first wrong byte, if there is one; nothing is read after it.
    pub fn wrong(&self) -> Option<Wrong> {
        self.wrong
    }

    /// Whether replies are missing and nothing is wrong so far.
    pub fn needs_more(&self) -> bool {
        self.wrong.is_none() && self.replies.len() < self.heads.len()
    }

    /// The reply that is being read; its fields and body as far as they have come.
    pub fn unfinished(&self) -> &Reply {
        &self.reply
    }

    /// Status codes of interim replies whose final reply has not come yet.
    pub fn interim(&self) -> &[u16] {
        &self.reply.interim
    }

    /// What is missing to the reply that is being read.
    pub fn awaiting(&self) -> Awaiting {
        match self.state {
            State::StatusLine if self.at == self.bytes.len() => Awaiting::Reply,
            State::StatusLine => Awaiting::StatusLine,
            State::Fields => Awaiting::Fields,
            State::Body(left) => {
                let have = self.reply.body.len() as u64;
                Awaiting::Body { have, of: have + left }
            }
            State::ChunkSize | State::ChunkData(_) | State::ChunkEnd => Awaiting::Chunks,
            State::Trailers => Awaiting::Trailers,
            State::UntilClose => Awaiting::Close,
        }
    }

    /// Reads one line or one piece of a body; `false` when it needs more bytes.
    fn advance(&mut self) -> Result<bool, Wrong> {
        match self.state {
            State::StatusLine => self.status_line(),
            State::Fields => self.field_line(),
            State::Body(left) => {
                let left = left - self.take_body(left);
                self.state = State::Body(left);
                if left == 0 {
                    self.complete();
                }
                Ok(true)
            }
            State::ChunkSize => self.chunk_size(),
            State::ChunkData(left) => {
                let left = left - self.take_body(left);
                self.state = if left == 0 { State::ChunkEnd } else { State::ChunkData(left) };
                Ok(true)
            }
            State::ChunkEnd => match self.line()? {
                Some(line) if line.is_empty() => {
                    self.state = State::ChunkSize;
                    Ok(true)
                }
                Some(line) => Err(wrong(line.start, Mistake::ChunkEnd)),
                None if !b"\r\n".starts_with(&self.bytes[self.at..]) => {
                    Err(wrong(self.at, Mistake::ChunkEnd))
                }
                None => Ok(false),
            },
            State::Trailers => self.trailer_line(),
            State::UntilClose => {
                self.take_body(u64::MAX);
                Ok(true)
            }
        }
    }

    /// The next line without its CRLF, which is consumed; `None` until its LF has come.
    fn line(&mut self) -> Result<Option<Range<usize>>, Wrong> {
        let from = self.scanned.max(self.at);
        let Some(lf) = self.bytes[from..].iter().position(|&b| b == b'\n') else {
            self.scanned = self.bytes.len();
            if self.bytes.len() - self.at > LINE_BYTES {
                return Err(wrong(self.at, Mistake::LineTooLong));
            }
            return Ok(None);
        };
        let (start, lf) = (self.at, from + lf);
        if lf == start || self.bytes[lf - 1] != b'\r' {
            return Err(wrong(lf, Mistake::BareLf));
        }
        let line = start..lf - 1;
        if let Some(cr) = self.bytes[line.clone()].iter().position(|&b| b == b'\r') {
            return Err(wrong(start + cr, Mistake::BareCr));
        }
        self.at = lf + 1;
        Ok(Some(line))
    }

    fn status_line(&mut self) -> Result<bool, Wrong> {
        if self.replies.len() == self.heads.len() {
            return Err(wrong(self.at, self.after_the_last()));
        }
        let begun = &self.bytes[self.at..];
        let same = begun.iter().zip(b"HTTP/1.").take_while(|(a, b)| a == b).count();
        if same < begun.len().min(7) {
            let why = match self.replies.is_empty() {
                true => Mistake::NotHttp,
                false => self.after_the_last(),
            };
            return Err(wrong(self.at + same, why));
        }
        let Some(line) = self.line()? else { return Ok(false) };
        let text = &self.bytes[line.clone()];
        let digit = |i: usize| text.get(i).is_some_and(u8::is_ascii_digit);
        let space = |i: usize| text.get(i) == Some(&b' ');
        let shape = [digit(7), space(8), digit(9), digit(10), digit(11), space(12)];
        if let Some(first) = shape.iter().position(|ok| !ok) {
            return Err(wrong(line.start + 7 + first, Mistake::StatusLine));
        }
        if let Some(i) = text.iter().position(|&b| !is_text(b)) {
            return Err(wrong(line.start + i, Mistake::StatusLine));
        }
        let status = text[9..12].iter().fold(0, |n, d| n * 10 + u16::from(d - b'0'));
        if !(100..600).contains(&status) {
            return Err(wrong(line.start + 9, Mistake::StatusLine));
        }
        if status == 101 {
            return Err(wrong(line.start + 9, Mistake::Switch));
        }
        self.reply.minor = text[7] - b'0';
        self.reply.status = status;
        self.reply.status_at = line.start + 9;
        self.reply.reason = String::from_utf8_lossy(&text[13..]).into_owned();
        self.state = State::Fields;
        Ok(true)
    }

    /// What bytes after a whole reply are: a body that may not be, or just too many.
    fn after_the_last(&self) -> Mistake {
        match self.replies.last() {
            Some(reply) if reply.framing == Framing::Without => Mistake::BodyNotAllowed,
            _ => Mistake::Extra,
        }
    }

    fn field_line(&mut self) -> Result<bool, Wrong> {
        let Some(line) = self.line()? else { return Ok(false) };
        if line.is_empty() {
            self.head_complete()?;
            return Ok(true);
        }
        let field = field(&self.bytes, line.clone())?;
        check_framing_field(&field, &self.reply).map_err(|why| wrong(line.start, why))?;
        if self.reply.fields.len() == FIELDS {
            return Err(wrong(line.start, Mistake::TooManyFields));
        }
        self.reply.fields.push(field);
        Ok(true)
    }

    fn head_complete(&mut self) -> Result<(), Wrong> {
        self.reply.body_start = self.at;
        if self.reply.status < 200 {
            let span = self.reply.span.clone();
            let mut interim = std::mem::take(&mut self.reply.interim);
            interim.push(self.reply.status);
            self.reply = Reply { interim, span, ..Reply::default() };
            self.state = State::StatusLine;
            return Ok(());
        }
        let head = self.heads[self.replies.len()];
        self.reply.framing = framing(&self.reply, head);
        self.state = match self.reply.framing {
            Framing::Without | Framing::Length(0) => {
                self.complete();
                return Ok(());
            }
            Framing::Length(n) => State::Body(n),
            Framing::Chunked => State::ChunkSize,
            Framing::Close => State::UntilClose,
        };
        Ok(())
    }

    fn chunk_size(&mut self) -> Result<bool, Wrong> {
        let Some(line) = self.line()? else { return Ok(false) };
        let text = &self.bytes[line.clone()];
        let digits = text.iter().take_while(|b| b.is_ascii_hexdigit()).count();
        if digits == 0
            || digits > 16
            || !matches!(text.get(digits), None | Some(b';' | b' ' | b'\t'))
        {
            return Err(wrong(line.start + digits.min(16), Mistake::ChunkSize));
        }
        let hex = std::str::from_utf8(&text[..digits]).expect("hexadecimal digits are ASCII");
        let size = u64::from_str_radix(hex, 16).expect("16 hexadecimal digits fit 64 bits");
        self.state = if size == 0 { State::Trailers } else { State::ChunkData(size) };
        Ok(true)
    }

    fn trailer_line(&mut self) -> Result<bool, Wrong> {
        let Some(line) = self.line()? else { return Ok(false) };
        if line.is_empty() {
            self.complete();
            return Ok(true);
        }
        let field = field(&self.bytes, line.clone())?;
        if self.reply.trailers.len() == FIELDS {
            return Err(wrong(line.start, Mistake::TooManyFields));
        }
        self.reply.trailers.push(field);
        Ok(true)
    }

    fn take_body(&mut self, most: u64) -> u64 {
        let here = self.bytes.len() - self.at;
        let n = usize::try_from(most).unwrap_or(usize::MAX).min(here);
        self.reply.body.extend_from_slice(&self.bytes[self.at..self.at + n]);
        self.at += n;
        n as u64
    }

    fn complete(&mut self) {
        let mut reply = std::mem::take(&mut self.reply);
        reply.span.end = self.at;
        self.reply.span = self.at..self.at;
        self.replies.push(reply);
        self.state = State::StatusLine;
    }
}

fn wrong(at: usize, why: Mistake) -> Wrong {
    Wrong { at, why }
}

/// Reads a field line (RFC 9112 §5).
fn field(bytes: &[u8], line: Range<usize>) -> Result<Field, Wrong> {
    let text = &bytes[line.clone()];
    if matches!(text[0], b' ' | b'\t') {
        return Err(wrong(line.start, Mistake::Fold));
    }
    let name = text.iter().take_while(|&&b| is_token(b)).count();
    if name == 0 || text.get(name) != Some(&b':') {
        return Err(wrong(line.start + name, Mistake::FieldName));
    }
    if let Some(i) = text.iter().position(|&b| !is_text(b)) {
        return Err(wrong(line.start + i, Mistake::FieldValue));
    }
    Ok(Field {
        name: String::from_utf8_lossy(&text[..name]).into_owned(),
        value: trim(&text[name + 1..]).to_vec(),
    })
}

/// Refuses a framing field that a sender may not send in this reply (RFC 9112 §6).
fn check_framing_field(field: &Field, reply: &Reply) -> Result<(), Mistake> {
    let is = |name: &str| field.name.eq_ignore_ascii_case(name);
    let has = |name: &str| reply.values(name).next().is_some();
    let (length, encoding) = (is("content-length"), is("transfer-encoding"));
    if (length || encoding) && (reply.status < 200 || reply.status == 204) {
        return Err(Mistake::FramingWithoutBody);
    }
    if length && content_length(&field.value).is_none() {
        return Err(Mistake::Length);
    }
    if length && has("content-length") {
        return Err(Mistake::TwoLengths);
    }
    if (length && has("transfer-encoding")) || (encoding && has("content-length")) {
        return Err(Mistake::LengthAndCoding);
    }
    Ok(())
}

/// Decides how the body of a reply ends (RFC 9112 §6.3).
fn framing(reply: &Reply, head: bool) -> Framing {
    if head || matches!(reply.status, 204 | 304) {
        Framing::Without
    } else if reply.values("transfer-encoding").next().is_some() {
        let last = reply.values("transfer-encoding").last().unwrap_or_default();
        let coding = last.rsplit(|&b| b == b',').next().unwrap_or_default();
        match trim(coding).eq_ignore_ascii_case(b"chunked") {
            true => Framing::Chunked,
            false => Framing::Close,
        }
    } else {
        let length = reply.values("content-length").next().and_then(content_length);
        length.map_or(Framing::Close, Framing::Length)
    }
}

/// `1*DIGIT` as a number; `None` for anything else, and when it doesn't fit.
fn content_length(value: &[u8]) -> Option<u64> {
    if value.is_empty() {
        return None;
    }
    value.iter().try_fold(0_u64, |n, &b| {
        let digit = b.is_ascii_digit().then(|| u64::from(b - b'0'))?;
        n.checked_mul(10)?.checked_add(digit)
    })
}

fn trim(value: &[u8]) -> &[u8] {
    let blank = |b: &u8| matches!(b, b' ' | b'\t');
    let start = value.iter().position(|b| !blank(b)).unwrap_or(value.len());
    let end = value.iter().rposition(|b| !blank(b)).map_or(start, |i| i + 1);
    &value[start..end]
}

fn is_token(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b)
}

/// What a field value or a reason phrase may have: HTAB, SP, visible ASCII, obs-text.
fn is_text(b: u8) -> bool {
    b == b'\t' || (b >= b' ' && b != 0x7f)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nT: v\r\n\r\n";

    /// Reads `text` whole, cut at every byte, and byte by byte: always the same result.
    #[track_caller]
    fn read(methods: &[&str], text: &str, ended: bool) -> ReplyReader {
        let whole = ReplyReader::read(methods, text.as_bytes(), ended);
        let same = |other: &ReplyReader| {
            assert_eq!(other.replies(), whole.replies());
            assert_eq!(other.wrong(), whole.wrong());
            assert_eq!(other.awaiting(), whole.awaiting());
        };
        for cut in 0..=text.len() {
            let mut reader = ReplyReader::new(methods);
            reader.push(&text.as_bytes()[..cut]);
            reader.push(&text.as_bytes()[cut..]);
            if ended {
                reader.end();
            }
            same(&reader);
        }
        let mut reader = ReplyReader::new(methods);
        text.bytes().for_each(|b| reader.push(&[b]));
        if ended {
            reader.end();
        }
        same(&reader);
        whole
    }

    #[test]
    fn each_framing_ends_the_body_where_it_says() {
        let rows: &[(&str, &str, bool, Framing, &str)] = &[
            ("GET", HELLO, false, Framing::Length(5), "hello"),
            ("GET", CHUNKED, false, Framing::Chunked, "hello"),
            ("GET", "HTTP/1.0 200 OK\r\n\r\nhello", true, Framing::Close, "hello"),
            ("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", false, Framing::Without, ""),
            ("GET", "HTTP/1.1 204 \r\n\r\n", false, Framing::Without, ""),
            ("GET", "HTTP/1.1 304 x\r\nContent-Length: 9\r\n\r\n", false, Framing::Without, ""),
        ];
        for (method, text, ended, framing, body) in rows {
            let reader = read(&[method], text, *ended);
            assert_eq!(reader.wrong(), None, "{text:?}");
            let [reply] = reader.replies() else { panic!("{text:?} is one reply") };
            assert_eq!((reply.framing, reply.body.as_slice()), (*framing, body.as_bytes()));
            assert_eq!(reply.span, 0..text.len());
        }
        assert_eq!(read(&["GET"], CHUNKED, false).replies()[0].trailers[0].name, "T");
    }

    #[test]
    fn every_proper_prefix_is_incomplete() {
        for text in [HELLO, CHUNKED] {
            for cut in 0..text.len() {
                let reader = ReplyReader::read(&["GET"], &text.as_bytes()[..cut], false);
                assert!(reader.needs_more(), "{:?}", &text[..cut]);
            }
        }
    }

    #[test]
    fn replies_follow_each_other_and_interim_ones_belong_to_the_next() {
        let text = format!("HTTP/1.1 100 Continue\r\n\r\n{HELLO}{CHUNKED}");
        let reader = read(&["POST", "GET"], &text, false);
        assert_eq!(reader.wrong(), None);
        assert_eq!(reader.replies()[0].interim, [100]);
        assert_eq!(reader.replies()[0].span.start, 0);
        assert_eq!(reader.replies()[1].span.end, text.len());
    }

    #[test]
    fn the_first_wrong_byte_is_found() {
        use Mistake::*;
        let rows: &[(&str, &str, usize, Mistake)] = &[
            ("GET", "hello", 0, NotHttp),
            ("GET", "HTTP/2 200\r\n", 5, NotHttp),
            ("GET", "HTTP/1.1  200 OK\r\n", 9, StatusLine),
            ("GET", "HTTP/1.1 200\r\n", 12, StatusLine),
            ("GET", "HTTP/1.1 20 OK\r\n", 11, StatusLine),
            ("GET", "HTTP/1.1 600 OK\r\n", 9, StatusLine),
            ("GET", "HTTP/1.1 200 OK\n", 15, BareLf),
            ("GET", "HTTP/1.1 200 OK\r\nA: b\n", 21, BareLf),
            ("GET", "HTTP/1.1 200 OK\r\nA: b\rc\r\n", 21, BareCr),
            ("GET", "HTTP/1.1 200 OK\r\nA : b\r\n", 18, FieldName),
            ("GET", "HTTP/1.1 200 OK\r\n: b\r\n", 17, FieldName),
            ("GET", "HTTP/1.1 200 OK\r\nno colon\r\n", 19, FieldName),
            ("GET", "HTTP/1.1 200 OK\r\nA: \0\r\n", 20, FieldValue),
            ("GET", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n", 23, Fold),
            ("GET", "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n", 17, Length),
            ("GET", "HTTP/1.1 204 x\r\nContent-Length: 0\r\n", 16, FramingWithoutBody),
            ("GET", "HTTP/1.1 200 x\r\nContent-Length: 1\r\nContent-Length: 1\r\n", 35, TwoLengths),
            (
                "GET",
                "HTTP/1.1 200 x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n",
                35,
                LengthAndCoding,
            ),
            ("GET", "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n", 46, ChunkSize),
            (
                "GET",
                "HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nhello\r\n",
                50,
                ChunkEnd,
            ),
            ("GET", "HTTP/1.1 101 x\r\n\r\n", 9, Switch),
            ("GET", "HTTP/1.1 200 x\r\nContent-Length: 1\r\n\r\nab", 38, Extra),
            ("HEAD", "HTTP/1.1 200 x\r\nContent-Length: 1\r\n\r\na", 37, BodyNotAllowed),
            ("GET", "HTTP/1.1 200 x\r\nContent-Length: 3\r\n\r\nab", 39, Ended),
        ];
        for (method, text, at, why) in rows {
            let reader = read(&[method], text, true);
            assert_eq!(reader.wrong(), Some(Wrong { at: *at, why: *why }), "{text:?}");
        }
    }

    #[test]
    fn what_is_missing_is_told() {
        let rows = [
            ("", Awaiting::Reply),
            ("HTTP", Awaiting::StatusLine),
            ("HTTP/1.1 200 OK\r\n", Awaiting::Fields),
            ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", Awaiting::Body { have: 3, of: 5 }),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nh", Awaiting::Chunks),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", Awaiting::Trailers),
            ("HTTP/1.1 200 OK\r\n\r\nhello", Awaiting::Close),
        ];
        for (text, awaiting) in rows {
            assert_eq!(read(&["GET"], text, false).awaiting(), awaiting, "{text:?}");
        }
    }
}
