//! The picture of a timeline: well formed, with a text alternative, bounded.

use std::time::Duration;

use course::svg::draw;
use course::wire::{Event, Side, Timeline, What};

fn timeline(events: &[(u64, Side, &[u8])]) -> Timeline {
    let mut timeline = Timeline::default();
    for (at, side, bytes) in events {
        let all = match side {
            Side::Client => &mut timeline.sent,
            Side::Server => &mut timeline.received,
        };
        let start = all.len();
        all.extend_from_slice(bytes);
        let what = if bytes.is_empty() { What::Fin } else { What::Bytes(start..all.len()) };
        timeline.events.push(Event { at: Duration::from_millis(*at), side: *side, what });
    }
    timeline
}

/// The picture's text, if it is well formed.
#[track_caller]
fn texts(picture: &str) -> String {
    let document = roxmltree::Document::parse(picture).expect("well-formed XML");
    let texts = document
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "text")));
    texts.filter_map(|node| node.text()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_hang_is_drawn_as_one() {
    let mut hang = timeline(&[(0, Side::Client, b"GET / HTTP/1.1\r\n\r\n")]);
    let what = What::TimedOut("the server".to_owned());
    hang.events.push(Event { at: Duration::from_secs(3), side: Side::Client, what });
    let picture = draw(&hang);
    assert!(
        texts(&picture).contains("3.0 s of silence: nobody moves\n+3.000s\nthe client gives up"),
        "{picture}"
    );
    assert!(picture.contains("class=\"hang\""));
}

#[test]
fn every_byte_leaves_the_picture_well_formed() {
    let all: Vec<u8> = (0..=255).collect();
    let picture = draw(&timeline(&[
        (0, Side::Client, &all),
        (1, Side::Server, &all),
        (2, Side::Server, b""),
    ]));
    assert!(texts(&picture).contains("256 bytes"));
    assert!(texts(&picture).contains("FIN"));
}

#[test]
fn the_picture_can_be_heard() {
    let picture = draw(&timeline(&[
        (0, Side::Client, b"GET /<&> HTTP/1.1\r\n\r\n"),
        (2, Side::Server, b"HTTP/1.1 204 No Content\r\n\r\n"),
    ]));
    let document = roxmltree::Document::parse(&picture).expect("well-formed XML");
    let text = |name| {
        document.descendants().find(|node| node.has_tag_name(name)).and_then(|node| node.text())
    };
    let svg = "http://www.w3.org/2000/svg";
    assert_eq!(
        text((svg, "title")),
        Some("A connection that begins with \"GET /<&> HTTP/1.1\\r\\n\"")
    );
    assert_eq!(
        text((svg, "desc")),
        Some(
            "After 0 ms, the client sends 21 bytes, beginning with \"GET /<&> HTTP/1.1\\r\\n\". After 2 ms, the \
             server sends 27 bytes, beginning with \"HTTP/1.1 204 No Content\\r\\n\". In the end: the answer is \
             whole; the connection stays open, and the server waits for the next request."
        )
    );
    assert_eq!(document.root_element().attribute("role"), Some("img"));
    assert!(picture.contains("prefers-color-scheme: dark"));
}

#[test]
fn a_flood_makes_no_endless_picture() {
    let drops: Vec<(u64, Side, &[u8])> =
        (0..900).map(|at| (at, Side::Server, b"x".as_slice())).collect();
    let picture = draw(&timeline(&drops));
    assert!(texts(&picture).contains("860 more events"));
    assert!(picture.len() < 40_000, "{}", picture.len());
    assert_eq!(picture, draw(&timeline(&drops)));
}
