//! Properties of part 3's parser, tried on generated requests and on generated rubbish.

mod generate;

use proptest::prelude::*;

use crate::feed::{Feeder, Outcome, feed};
use generate::{Message, damaged, messages, soup};

fn config() -> ProptestConfig {
    // A case that fails becomes a row of a table, not a file of seeds.
    ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_split_of_any_requests_gives_the_same_events(
        messages in messages(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
        bite in 1usize..50,
    ) {
        let bytes: Vec<u8> = messages.iter().flat_map(Message::bytes).collect();
        let requests = messages.iter().map(Message::shown).collect();
        let expected = Outcome { requests, ..Outcome::default() };
        prop_assert_eq!(feed([&bytes[..]]), expected.clone());
        prop_assert_eq!(feed(bytes.chunks(1)), expected.clone());
        prop_assert_eq!(feed_split(&bytes, &cuts, bite), expected);
    }

    #[test]
    fn a_proper_prefix_of_requests_is_never_refused_or_whole(
        messages in messages(),
        cut in any::<prop::sample::Index>(),
    ) {
        let bytes: Vec<u8> = messages.iter().flat_map(Message::bytes).collect();
        let outcome = feed([&bytes[..cut.index(bytes.len())]]);
        prop_assert_eq!(outcome.error, None);
        prop_assert!(outcome.requests.len() < messages.len());
    }

    #[test]
    fn any_bytes_come_to_the_same_however_they_are_cut(
        bytes in prop_oneof![soup(), damaged(), prop::collection::vec(any::<u8>(), 0..200)],
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
        bite in 1usize..50,
    ) {
        let whole = feed([&bytes[..]]);
        prop_assert_eq!(&feed(bytes.chunks(1)), &whole);
        prop_assert_eq!(feed_split(&bytes, &cuts, bite), whole);
    }

    #[test]
    fn what_we_accept_httparse_accepts_with_the_same_fields(
        bytes in prop_oneof![
            3 => soup(),
            3 => damaged(),
            1 => messages().prop_map(|messages| messages[0].bytes()),
        ],
    ) {
        let Some(ours) = our_head(&bytes) else { return Ok(()) };
        let theirs = their_head(&bytes);
        // A version from 1.2 to 1.9 is refused there; here it is served as 1.1 (RFC 9110 §2.5).
        prop_assume!(theirs != Err(httparse::Error::Version));
        prop_assert_eq!(Ok(ours), theirs, "{}", bytes.escape_ascii());
    }
}

fn feed_split(bytes: &[u8], cuts: &[prop::sample::Index], bite: usize) -> Outcome {
    let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    cuts.sort_unstable();
    let mut feeder = Feeder::new(bite);
    let mut start = 0;
    for cut in cuts {
        feeder.push(&bytes[start..cut]);
        start = cut;
    }
    feeder.push(&bytes[start..]);
    feeder.outcome()
}

/// Method, target, minor version, fields.
type Head = (String, String, u8, Vec<(String, Vec<u8>)>);

fn our_head(bytes: &[u8]) -> Option<Head> {
    use part3_parser::{limits::Limits, message::Version, parser::Event, parser::RequestParser};
    let mut parser = RequestParser::new(Limits::default());
    parser.push(bytes);
    let Ok(Some(Event::Head(head))) = parser.next_event() else { return None };
    let fields = head.fields.iter().map(|(name, value)| (name.to_owned(), value.to_vec()));
    let minor = if head.version() == Version::Http11 { 1 } else { 0 };
    Some((head.method().to_owned(), head.target().to_owned(), minor, fields.collect()))
}

fn their_head(bytes: &[u8]) -> Result<Head, httparse::Error> {
    let mut fields = [httparse::EMPTY_HEADER; 100];
    let mut head = httparse::Request::new(&mut fields);
    let status = head.parse(bytes)?;
    assert!(status.is_complete(), "{}", bytes.escape_ascii());
    let fields = head.headers.iter().map(|field| (field.name.to_owned(), field.value.to_vec()));
    let text = |part: Option<&str>| part.map(str::to_owned).expect("a complete head has it");
    let minor = head.version.expect("a complete head has it");
    Ok((text(head.method), text(head.path), minor, fields.collect()))
}

#[test]
fn the_generators_reach_what_they_are_for() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut heads, mut refused) = (0, std::collections::HashSet::new());
    for strategy in [soup().boxed(), damaged().boxed()] {
        for _ in 0..200 {
            let bytes = strategy.new_tree(&mut runner).expect("it is generated").current();
            heads += usize::from(our_head(&bytes).is_some());
            refused.extend(feed([&bytes[..]]).error.map(|error| format!("{error:?}")));
        }
    }
    assert!(heads > 40, "only {heads} of 400 are accepted");
    assert!(refused.len() > 12, "refused only for {refused:?}");
}
