//! The page at `/`, and its form as a browser sends it.

use super::{FORM, NAME, all};
use crate::app::answer;
use crate::client::{field, start, text};

#[test]
fn a_form_is_sent_and_the_page_shows_the_user() {
    let server = start(NAME);
    let page = answer(&server, "GET /", "", b"");
    assert_eq!((page.status, field(&page, "content-type")), (200, "text/html; charset=utf-8"));
    for part in
        ["<form method=\"post\">", "name=\"name\"", "name=\"email\"", "<meta charset=\"utf-8\">"]
    {
        assert!(text(&page).contains(part), "{}", text(&page));
    }
    let body = b"name=Gr%C3%BC%C3%9Fe+an+Ada&email=ada%40example.com";
    let sent = answer(&server, "POST /", FORM, body);
    assert_eq!((sent.status, field(&sent, "location")), (303, "/"));
    let page = answer(&server, "GET /", "", b"");
    assert!(text(&page).contains("<li>Gr\u{fc}\u{df}e an Ada (ada@example.com)</li>"));
    assert_eq!(all(&server).len(), 1);
}

#[test]
fn what_a_client_has_sent_is_escaped_in_the_page_and_its_policy_runs_no_script() {
    let server = start(NAME);
    let body =
        b"name=%3Cscript%3Ealert%281%29%3C%2Fscript%3E&email=%22%27%3E%3Cb%3E%26amp%3B%7Busers%7D";
    assert_eq!(answer(&server, "POST /", FORM, body).status, 303);
    let page = answer(&server, "GET /", "", b"");
    let shown =
        "<li>&lt;script&gt;alert(1)&lt;/script&gt; (&quot;&#39;&gt;&lt;b&gt;&amp;amp;{users})</li>";
    assert!(text(&page).contains(shown), "{}", text(&page));
    assert!(!text(&page).contains("<script") && !text(&page).contains("<b>"));
    assert!(field(&page, "content-security-policy").starts_with("default-src 'none'"));
}

#[test]
fn a_browser_asks_for_an_icon_and_is_told_that_there_is_none() {
    let server = start(NAME);
    assert_eq!(answer(&server, "GET /favicon.ico", "Accept: image/*\r\n", b"").status, 404);
}
