//! Part 2: what it promises, and what is wrong with it on purpose.

use course::launch::Server;
use course::reply::{Mistake, ReplyReader};

use crate::client::{Client, field, logged, start, text};

const NAME: &str = "part2-buffering";
const GET: &str = "GET /x HTTP/1.1\r\nHost: h\r\n\r\n";
const LIMIT: usize = 1024 * 1024;

/// Sends bytes, ends the stream, and gives status and body of the answer.
#[track_caller]
fn answer(server: &Server, bytes: impl AsRef<[u8]>) -> (u16, String) {
    let mut client = Client::of(server);
    client.send(bytes).half_close();
    let reply = client.last_reply("GET");
    assert_eq!(field(&reply, "content-type"), "text/plain; charset=utf-8");
    assert!(reply.says_close());
    (reply.status, text(&reply).to_owned())
}

/// What of `bytes` the answer shows.
#[track_caller]
fn preview(server: &Server, bytes: impl AsRef<[u8]>) -> String {
    let (_, text) = answer(server, bytes);
    text.split_once(":\n").expect("a line before the preview").1.to_owned()
}

#[test]
fn part2_sees_all_bytes_however_they_are_cut() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    for (sent, cut) in [(8, 0..8), (9, 8..9), (GET.len(), 9..GET.len())] {
        client.send(&GET[cut]);
        logged(
            &server,
            &format!("#1 {sent} bytes so far; waiting for the client to end the stream"),
        );
    }
    client.half_close();
    let reply = client.last_reply("GET");
    assert_eq!(text(&reply), format!("buffered {} bytes in 3 chunks:\n{GET}\n", GET.len()));
    logged(&server, &format!("#1 the client ended the stream: {} bytes in all", GET.len()));
}

#[test]
fn part2_answers_at_the_end_of_the_stream() {
    let server = start(NAME);
    let expected = format!("buffered {} bytes in 1 chunk:\n{GET}\n", GET.len());
    assert_eq!(answer(&server, GET), (200, expected));
}

#[test]
fn part2_hangs_for_a_client_that_does_not_half_close() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send(GET);
    // The whole request is there, the server says what it waits for, and so does the client.
    logged(
        &server,
        &format!("#1 {} bytes so far; waiting for the client to end the stream", GET.len()),
    );
    client.waits();
    client.half_close();
    assert_eq!(client.last_reply("GET").status, 200);
}

#[test]
fn part2_shows_500_bytes_and_an_ellipsis_only_if_there_is_more() {
    let server = start(NAME);
    assert_eq!(preview(&server, "v".repeat(499)), "v".repeat(499) + "\n");
    assert_eq!(preview(&server, "v".repeat(500)), "v".repeat(500) + "\n");
    assert_eq!(preview(&server, "v".repeat(501)), "v".repeat(500) + "…\n");
}

#[test]
fn part2_never_cuts_the_preview_inside_a_character() {
    let server = start(NAME);
    for character in ["é", "€", "🦀"] {
        for before in 494..=501 {
            let text = "v".repeat(before) + character + "w";
            let shown = preview(&server, &text);
            assert!(!shown.contains('\u{FFFD}'), "{before} bytes before {character}: {shown}");
            let whole = before + character.len() <= 500;
            assert_eq!(shown.contains(character), whole, "{before} bytes before {character}");
            assert_eq!(shown.ends_with("…\n"), text.len() > 500);
        }
    }
}

#[test]
fn part2_shows_bytes_that_are_no_text_safely() {
    let server = start(NAME);
    assert_eq!(preview(&server, b"a\xff\x80z"), "a\u{FFFD}\u{FFFD}z\n");
    let shown = preview(&server, [0x80; 600]);
    assert!(shown.trim_end_matches("…\n").chars().all(|c| c == '\u{FFFD}'), "{shown}");
    assert!(shown.ends_with("…\n") && shown.chars().count() > 400, "{shown}");
}

#[test]
fn part2_logs_and_closes_silently_when_nothing_is_sent() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.half_close();
    client.closed_silently();
    logged(&server, "#1 the client ended the stream: 0 bytes in all");
    logged(&server, "#1 closed: the client sent nothing");
}

#[test]
fn part2_keeps_one_mebibyte_and_answers_413_to_more() {
    let server = start(NAME);
    let (status, text) = answer(&server, vec![b'v'; LIMIT]);
    assert!(status == 200 && text.starts_with("buffered 1048576 bytes in "), "{text:.60}");
    // Exactly one byte more: all of it is read, so that no reset destroys the answer.
    let mut client = Client::of(&server);
    client.send(vec![b'v'; LIMIT + 1]);
    let reply = client.last_reply("GET");
    assert_eq!((reply.status, self::text(&reply)), (413, "Send at most 1048576 bytes.\n"));
}

#[test]
fn part2_tells_in_one_line_that_the_client_is_gone() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send(GET);
    logged(&server, "#1 28 bytes so far");
    client.reset();
    logged(&server, "#1 closed: the client is gone");
    // Another connection's story follows, and no other line of this one.
    assert_eq!(answer(&server, GET).0, 200);
    logged(&server, "#2 closed");
    let lines = server.log().all();
    let after = lines.iter().skip_while(|line| !line.contains("the client is gone"));
    assert!(after.skip(1).all(|line| line.contains("#2")), "{lines:#?}");
}

#[test]
fn part2_serves_others_while_a_client_waits() {
    let server = start(NAME);
    let mut waiting = Client::of(&server);
    waiting.send(GET);
    logged(&server, "#1 28 bytes so far");
    assert_eq!(answer(&server, GET).0, 200);
    waiting.waits();
}

#[test]
fn part2_takes_a_second_request_for_more_of_the_first() {
    let server = start(NAME);
    let (status, text) = answer(&server, [GET, GET].concat());
    assert_eq!((status, text), (200, format!("buffered 56 bytes in 1 chunk:\n{GET}{GET}\n")));
}

#[test]
fn part2_gives_head_a_body() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n").half_close();
    let received = client.closed().received;
    let wrong = ReplyReader::read(&["HEAD"], &received, true).wrong();
    assert_eq!(wrong.map(|wrong| wrong.why), Some(Mistake::BodyNotAllowed));
}
