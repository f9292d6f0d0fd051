//! Routing: which handler a request leads to, and what a handler answers.

use super::build::*;
use super::{Answer, Check, Exchange, Group, Status};

const ROUTES: &str = "part5-routing";
const PATHS: &str = "part5-2-paths-and-queries";
const BODIES: &str = "part5-3-bodies";
const API: &str = "part5-4-api";
const PAGE: &str = "part5-5-page";

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const ADA: &str = r#"{"name": "Ada", "email": "ada@example.com"}"#;

const GRACE: &str = r#"{"id": 1, "name": "Grace", "email": "grace@example.com"}"#;

/// The checks of this group.
pub fn checks() -> Vec<Check> {
    let mut checks = routes();
    checks.extend(paths());
    checks.extend(types());
    checks.extend(users());
    checks
}

fn routes() -> Vec<Check> {
    vec![
        routing("unknown-path", "A path that leads nowhere is answered with 404.")
            .see("RFC 9110 §15.5.5", ROUTES)
            .rfc(want(vec![answer(Status::Any)]))
            .with(asks("GET /no/such/path", &[404])),
        routing(
            "wrong-method",
            "A method that a path doesn't have is 405; Allow says which it has, there and for OPTIONS.",
        )
        .see("RFC 9110 §15.5.6", ROUTES)
        .rfc(want(vec![answer(Status::Any).has("allow", "").only_of(405)]))
        .with(one("DELETE /", "", "").wants(want(vec![status(&[405]).has("allow", "GET")])))
        .with(one("OPTIONS /", "", "").wants(want(vec![answer(Status::Success).has("allow", "GET")]))),
        routing("head-of-unknown-path", "HEAD is answered as GET would be, 404 included.")
            .see("RFC 9110 §9.3.2", ROUTES)
            .rfc(want(vec![answer(Status::Any)]))
            .with(asks("HEAD /no/such/path", &[404]).methods(&["HEAD"])),
        routing(
            "goes-on-after-404",
            "A request that is understood, and wrong, doesn't end the connection.",
        )
        .see("RFC 9112 §9.3", ROUTES)
        .rfc(want(vec![answer(Status::Any); 3]).or_says_close())
        .with(
            turns(&[&request("GET /no/such/path", "", ""), &request("DELETE /", "", ""), GET])
                .wants(want(vec![status(&[404]), status(&[404, 405]), answer(Status::Success)])),
        ),
        routing(
            "panicking-handler",
            "A handler that panics costs its own request, and nothing else.",
        )
        .see("RFC 9110 §15.6.1", ROUTES)
        .our_app()
        .with(
            turns(&[&request("GET /panic", "", ""), GET])
                .wants(want(vec![status(&[500]), answer(Status::Success)])),
        ),
    ]
}

fn paths() -> Vec<Check> {
    vec![
        routing(
            "percent-encoding",
            "A percent-encoding is refused if it isn't whole, and only then.",
        )
        .see("RFC 3986 §2.1", PATHS)
        .ours()
        .each(["/%7E", "/%2e", "/%2E%2e/", "/a%2Fb", "/%FF", "/%c3%a9?%20=%00"].map(|target| {
            one(&format!("GET {target}"), "", "").wants(want(vec![answer(Status::Understood)]))
        }))
        .each(
            ["/%", "/a%1", "/%zz", "/%+1", "/%%20"]
                .map(|path| asks(&format!("GET {path}"), &[400])),
        ),
        routing("percent-in-query", "A query with a broken percent-encoding is 400.")
            .see("RFC 3986 §2.1", PATHS)
            .ours()
            .each(
                ["/?%", "/?a=%1", "/?a=b&%zz=c"]
                    .map(|target| asks(&format!("GET {target}"), &[400])),
            ),
        routing("encoded-letters", "A letter may be percent-encoded, and is the same letter.")
            .see("RFC 9110 §4.2.3", PATHS)
            .echo()
            .ours()
            .each(["/ech%6F", "/%65cho", "/%65%63%68%6f"].map(|path| {
                one(&format!("POST {path}"), "text/plain", "hello").wants(echoed("hello"))
            })),
    ]
}

fn types() -> Vec<Check> {
    vec![
        routing("unsupported-type", "A body that is neither JSON nor a form, in UTF-8, is 415.")
            .see("RFC 9110 §15.5.16", BODIES)
            .our_app()
            .each(
                ["", "text/plain", "application/jsonp", "application/json; charset=latin1"]
                    .map(|media_type| adds(media_type, ADA, status(&[415]).has("accept", JSON))),
            ),
        routing("bad-json", "JSON that is broken is 400, and the answer says where.")
            .see("RFC 9110 §15.5.1", BODIES)
            .our_app()
            .with(adds(JSON, "{\n  \"name\": oops}", status(&[400]).says("line 2 column 1")))
            .with(adds(JSON, "", status(&[400]).says("line 1 column 0")))
            .with(adds(FORM, "name=%4", status(&[400]))),
        routing("wrong-shape", "A field that is missing or wrong is 422, and the answer names it.")
            .see("RFC 9110 §15.5.21", BODIES)
            .our_app()
            .with(adds(JSON, r#"{"name": "Ada"}"#, status(&[422]).says("email")))
            .with(adds(JSON, r#"{"name": 5, "email": "a"}"#, status(&[422]).says("name")))
            .with(adds(JSON, "[]", status(&[422])))
            .with(adds(FORM, "name=&email=a", status(&[422]).says("name")))
            .with(adds(FORM, "name=a&email=b&email=c", status(&[422]).says("email"))),
    ]
}

fn users() -> Vec<Check> {
    vec![
        routing("plus-in-a-query", "A plus sign in a query is a plus sign, and no space.")
            .see("RFC 3986 §2.2", API)
            .our_app()
            .with(
                turns(&[
                    &request("POST /api/users", JSON, r#"{"name": "1+1=2", "email": "plus"}"#),
                    &request("GET /api/users?name=1+1%3D2", "", ""),
                ])
                .wants(want(vec![status(&[201]), status(&[200]).says("1+1=2")])),
            ),
        routing("user-created", "A user that is added gets 201, and Location says where it is.")
            .see("RFC 9110 §9.3.3", BODIES)
            .our_app()
            .each([JSON, "Application/JSON;charset=\"UTF-8\""].map(|media_type| {
                adds(media_type, ADA, status(&[201]).has("location", "").json(ADA))
            })),
        routing("user-of-a-form", "In a form a plus sign is a space, and %2B a plus sign.")
            .see("the URL standard, §5.1", BODIES)
            .our_app()
            .with(adds(
                FORM,
                "name=Ada+%2B+Grace&email=%C3%A9%26",
                status(&[201]).json(r#"{"name": "Ada + Grace", "email": "é&"}"#),
            )),
        routing("user-replaced", "PUT puts another user in the place of one, and GET finds it.")
            .see("RFC 9110 §9.3.4", API)
            .our_app()
            // It may be the user of another check that it replaces.
            .alone()
            .with(
                turns(&[
                    &request("POST /api/users", JSON, ADA),
                    &request("PUT /api/users/1", JSON, GRACE),
                    &request("GET /api/users/1", "", ""),
                ])
                .wants(want(vec![
                    status(&[201]),
                    status(&[200]).json(GRACE),
                    status(&[200]).json(GRACE),
                ])),
            ),
        routing("no-such-user", "A user that isn't there is 404, whatever the method.")
            .see("RFC 9110 §15.5.5", API)
            .our_app()
            .each(
                ["/0", "/01", "/+1", "/x", "/", "/%FF"]
                    .map(|id| asks(&format!("GET /api/users{id}"), &[404])),
            )
            .with(asks("DELETE /api/users/0", &[404]))
            .with(one("PUT /api/users/0", JSON, ADA).wants(want(vec![status(&[404])]))),
        routing("form-of-a-page", "A form that is sent leads back to its page, by GET.")
            .see("RFC 9110 §15.4.4", PAGE)
            .our_app()
            .until(5)
            .with(
                one("POST /", FORM, "name=Grace&email=grace%40example.com")
                    .wants(want(vec![status(&[303]).has("location", "/")])),
            ),
        routing("escaped-page", "What a client has sent is text in a page, and never a tag.")
            .see("the HTML standard, §13.3", PAGE)
            .our_app()
            .until(5)
            .with(turns(&[&request("POST /", FORM, "name=%3Cscript%3E%26&email=%22"), GET]).wants(
                want(vec![status(&[303]), status(&[200]).says("&lt;script&gt;&amp; (&quot;)")]),
            )),
    ]
}

fn routing(name: &'static str, promise: &'static str) -> Check {
    check(Group::Routing, name, promise).parts(SINCE_5)
}

/// A request with this method and target that gets one of these codes.
fn asks(line: &str, codes: &'static [u16]) -> Exchange {
    one(line, "", "").wants(want(vec![status(codes)]))
}

/// `POST /api/users` with this body, and its answer.
fn adds(media_type: &str, body: &str, answer: Answer) -> Exchange {
    one("POST /api/users", media_type, body).wants(want(vec![answer]))
}

fn one(line: &str, media_type: &str, body: &str) -> Exchange {
    whole(request(line, media_type, body))
}

fn request(line: &str, media_type: &str, body: &str) -> Vec<u8> {
    let media_type = match media_type {
        "" => String::new(),
        media_type => format!("Content-Type: {media_type}\r\n"),
    };
    let length = match body {
        "" => String::new(),
        body => format!("Content-Length: {}\r\n", body.len()),
    };
    format!("{line} HTTP/1.1\r\nHost: a\r\n{media_type}{length}\r\n{body}").into_bytes()
}
