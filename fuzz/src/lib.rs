//! What several targets need: pieces of an input, and what comes out of a parser.

use part3_parser::error::HttpError;
use part3_parser::limits::Limits;
use part3_parser::message::{Fields, RequestHead};
use part3_parser::parser::{Event, RequestParser};

/// Everything that came out of a parser.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Heads, in order.
    pub heads: Vec<RequestHead>,
    /// The data of each of their bodies, as far as it has come.
    pub bodies: Vec<Vec<u8>>,
    /// The trailers of each body that has ended.
    pub trailers: Vec<Fields>,
    /// The refusal.
    pub error: Option<HttpError>,
    /// Whether the stream could end here politely; of no matter after a refusal.
    pub between_requests: bool,
}

/// Feeds a parser with pieces; panics if an error doesn't stick.
pub fn feed<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
    let mut parser = RequestParser::new(Limits::default());
    let mut outcome = Outcome::default();
    for piece in pieces {
        parser.push(piece);
        loop {
            match parser.next_event() {
                Ok(None) => break,
                Ok(Some(_)) if outcome.error.is_some() => panic!("an event after an error"),
                Ok(Some(Event::Head(head))) => {
                    outcome.heads.push(head);
                    outcome.bodies.push(Vec::new());
                }
                Ok(Some(Event::Data(n))) => {
                    let body = outcome.bodies.last_mut().expect("data comes after a head");
                    assert!(n > 0, "no data is no event");
                    body.extend_from_slice(&parser.unread()[..n]);
                    parser.consume(n);
                }
                Ok(Some(Event::End(trailers))) => outcome.trailers.push(trailers),
                Err(error) => {
                    assert_eq!(*outcome.error.get_or_insert(error), error);
                    break;
                }
            }
        }
    }
    outcome.between_requests = outcome.error.is_none() && parser.between_requests();
    outcome
}

/// A place inside the input that depends on every byte of it, so that the fuzzer can move it.
pub fn cut(input: &[u8]) -> usize {
    let sum = input.iter().fold(0usize, |sum, byte| sum.wrapping_mul(31) + usize::from(*byte));
    sum % (input.len() + 1)
}
