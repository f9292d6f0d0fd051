//! Feeds a parser with bytes cut anywhere, and writes what comes out as text that a table can hold.

use part3_parser::error::HttpError;
use part3_parser::limits::Limits;
use part3_parser::message::{Fields, RequestHead, Version};
use part3_parser::parser::{Event, RequestParser};

/// Everything that came out of a parser.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// The whole requests, as `request` writes them.
    pub requests: Vec<String>,
    /// The head and the data of a request whose end has not come.
    pub unfinished: Option<String>,
    /// The refusal.
    pub error: Option<HttpError>,
    /// What is neither consumed nor refused.
    pub unread: Vec<u8>,
}

/// A parser, and what has come out of it.
pub struct Feeder {
    parser: RequestParser,
    outcome: Outcome,
    head: Option<RequestHead>,
    body: Vec<u8>,
    /// Most bytes of data consumed after one event.
    bite: usize,
}

impl Feeder {
    /// A new parser with the limits that the program uses.
    pub fn new(bite: usize) -> Feeder {
        Feeder {
            parser: RequestParser::new(Limits::default()),
            outcome: Outcome::default(),
            head: None,
            body: Vec::new(),
            bite,
        }
    }

    /// Takes every event there is after these bytes; panics if an error doesn't stick.
    pub fn push(&mut self, bytes: &[u8]) {
        self.parser.push(bytes);
        loop {
            match self.parser.next_event() {
                Ok(None) => return,
                Ok(Some(event)) => {
                    assert_eq!(self.outcome.error, None, "{event:?} came after an error");
                    self.take(event);
                }
                Err(error) => {
                    let first = *self.outcome.error.get_or_insert(error);
                    assert_eq!(error, first, "the error must stay the same");
                    return;
                }
            }
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Head(head) => {
                assert_eq!(self.head, None, "a head came inside a request");
                self.head = Some(head);
            }
            Event::Data(n) => {
                assert!(self.head.is_some() && n > 0, "data belongs to a head");
                let n = n.min(self.bite);
                self.body.extend_from_slice(&self.parser.unread()[..n]);
                self.parser.consume(n);
            }
            Event::End(trailers) => {
                let head = self.head.take().expect("an end belongs to a head");
                self.outcome.requests.push(request(&head, &self.body, &trailers));
                self.body.clear();
            }
        }
    }

    /// Whether the stream could politely end here.
    pub fn between_requests(&self) -> bool {
        self.parser.between_requests()
    }

    /// Whether the request under way is known to be a HEAD.
    pub fn is_head_request(&self) -> bool {
        self.parser.is_head_request()
    }

    /// What has come out.
    pub fn outcome(&self) -> Outcome {
        let unfinished = self.head.as_ref().map(|h| request(h, &self.body, &Fields::default()));
        let mut outcome = Outcome { unfinished, ..self.outcome.clone() };
        // After an error nobody looks at what is left, and how much it is depends on the cuts.
        if outcome.error.is_none() {
            outcome.unread = self.parser.unread().to_vec();
        }
        outcome
    }
}

/// What comes out of a new parser that is given these pieces.
pub fn feed<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
    let mut feeder = Feeder::new(usize::MAX);
    pieces.into_iter().for_each(|piece| feeder.push(piece));
    feeder.outcome()
}

/// A request as one line: `POST /x HTTP/1.1 | Host: h || body || Trailer: t`.
fn request(head: &RequestHead, body: &[u8], trailers: &Fields) -> String {
    let version = match head.version() {
        Version::Http10 => "HTTP/1.0",
        Version::Http11 => "HTTP/1.1",
    };
    let line = format!("{} {} {version}", head.method(), head.target());
    shown(line, head.fields.iter(), body, trailers.iter())
}

/// Puts the parts of a request together, without those that are empty.
pub fn shown<N: AsRef<str>, V: AsRef<[u8]>>(
    line: String,
    fields: impl IntoIterator<Item = (N, V)>,
    body: &[u8],
    trailers: impl IntoIterator<Item = (N, V)>,
) -> String {
    let field = |(name, value): (N, V)| format!("{}: {}", name.as_ref(), text(value.as_ref()));
    let fields = fields.into_iter().map(field).collect::<Vec<_>>();
    let trailers = trailers.into_iter().map(field).collect::<Vec<_>>().join(" | ");
    let mut whole = [vec![line], fields].concat().join(" | ");
    for part in [text(body), trailers] {
        if !part.is_empty() {
            whole.push_str(" || ");
            whole.push_str(&part);
        }
    }
    whole
}

/// Bytes as text; those that aren't UTF-8 escaped, as the server shows them.
fn text(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.escape_ascii().to_string(),
    }
}
