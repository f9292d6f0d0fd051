//! What is shipped: the page and what belongs to it.

use std::fs;

use course::launch::workspace;

use super::{NAME, public};
use crate::client::{Client, field, start, text};

#[path = "../../../../part6-files/examples/melody.rs"]
#[allow(dead_code)]
mod melody;

#[test]
fn the_melody_is_what_the_program_makes() {
    let mut made = Vec::new();
    melody::write_melody(&mut made, melody::SECONDS).expect("memory takes everything");
    let shipped = fs::read(public().join("melody.wav")).expect("it is shipped");
    assert!(
        made == shipped,
        "cargo run -p part6-files --example melody -- part6-files/public/melody.wav"
    );
}

#[test]
fn the_program_serves_its_own_directory_wherever_it_is_started() {
    let server = start(NAME);
    let mut client = Client::of(&server);
    let page = fs::read_to_string(public().join("index.html")).expect("it is shipped");
    client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(text(&client.reply("GET")), page);
    for (target, content_type) in [
        ("style.css", "text/css; charset=utf-8"),
        ("page.js", "text/javascript; charset=utf-8"),
        ("range.svg", "image/svg+xml"),
        ("melody.wav", "audio/wav"),
        ("files/", "text/html; charset=utf-8"),
        ("names/", "text/html; charset=utf-8"),
    ] {
        assert!(page.contains(&format!("\"{target}\"")), "the page needs {target}");
        let mut client = Client::of(&server);
        client.send(format!("GET /{target} HTTP/1.1\r\nHost: h\r\n\r\n"));
        let reply = client.reply("GET");
        assert_eq!((reply.status, field(&reply, "Content-Type")), (200, content_type), "{target}");
    }
}

#[test]
fn what_is_uploaded_by_trying_it_out_is_not_committed() {
    let ignored = fs::read_to_string(workspace().join(NAME).join(".gitignore"));
    assert!(ignored.expect("it is there").contains("/uploads/*"));
}
