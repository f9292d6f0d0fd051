//! The reader: takes bytes, gives replies, stops at the first wrong byte.

use std::ops::Range;

use super::field::{check_framing_field, field, framing, is_text, wrong};
use super::{Awaiting, Framing, Mistake, Reply, Wrong};

/// Longest line of a head, in bytes; a longer one is no reply that we would wait for.
const LINE_BYTES: usize = 64 << 10;

/// Most field lines of a head, and of the trailers.
const FIELDS: usize = 1000;

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
