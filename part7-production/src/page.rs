//! The page of the users, with a form that adds one. It needs no script.
//!
//! In: calls. Out: HTML, with everything escaped that a client has sent.

use crate::app::{App, Call};
use crate::response::Response;
use crate::status::Status;
use crate::users;

const HTML: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Users</title>
<h1>Users</h1>
<ul>
{users}</ul>
<form method="post">
<p><label>Name <input name="name" maxlength="50" required></label></p>
<p><label>Email <input name="email" type="email" maxlength="50" required></label></p>
<p><button>Add</button></p>
</form>
<p><a href="/api/users">The same as JSON</a></p>
</html>
"#;

/// Should something stay unescaped after all, it must not run.
const POLICY: &str = "default-src 'none'; form-action 'self'";

/// All users, and the form.
pub fn show(app: &App, _: Call) -> Result<Response, Response> {
    let item = |name: &str, email: &str| format!("<li>{} ({})</li>\n", escape(name), escape(email));
    let items: String = app.store.all().iter().map(|user| item(&user.name, &user.email)).collect();
    let html = HTML.replace("{users}", &items).into_bytes();
    Ok(Response {
        fields: vec![("Content-Security-Policy", POLICY.into())],
        ..Response::ok(&b"text/html; charset=utf-8"[..], html)
    })
}

/// Adds the user of the form, and sends the browser back to the page. With 200 in place of 303
/// (RFC 9110 §15.4.4), reloading would send the form again.
pub fn submit(app: &App, call: Call) -> Result<Response, Response> {
    users::add(app, &call)?;
    let path = call.request.head.path();
    Ok(Response {
        fields: vec![("Location", path.to_owned().into())],
        ..Response::sentence(Status::SeeOther, &format!("The page is at {path}."))
    })
}

/// Text as HTML shows it, in an element or in a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
