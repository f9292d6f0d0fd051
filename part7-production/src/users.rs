//! The users: `/api/users` and `/api/users/{id}`.
//!
//! In: calls. Out: JSON. It refuses to know where users are kept.

use std::io::{self, ErrorKind};

use log::warn;
use serde::Serialize;

use crate::app::{App, Call};
use crate::content::Content;
use crate::response::Response;
use crate::status::Status;
use crate::store::User;

/// All users; with `?name=` those of that name, or of one of these names.
pub fn list(app: &App, call: Call) -> Result<Response, Response> {
    let names: Vec<_> = call.query.iter().filter(|(name, _)| name == b"name").collect();
    let is_wanted = |user: &User| names.iter().any(|(_, value)| value == user.name.as_bytes());
    let mut users = app.store.all();
    users.retain(|user| names.is_empty() || is_wanted(user));
    json(Status::Ok, &users)
}

/// Adds a user: 201, and `Location` says where it is (RFC 9110 §9.3.3).
pub fn create(app: &App, call: Call) -> Result<Response, Response> {
    let user = add(app, &call)?;
    let location = format!("/api/users/{}", user.id);
    Ok(Response { fields: vec![("Location", location.into())], ..json(Status::Created, &user)? })
}

/// Adds the user that a body describes.
///
/// Errors: 413, 415, 400, 422; 500 or 507 if it can't be stored.
pub fn add(app: &App, call: &Call) -> Result<User, Response> {
    let content = Content::of(&call.request)?;
    let (name, email) = (content.text("name")?, content.text("email")?);
    app.store.add(name, email).map_err(not_stored)
}

/// One user.
pub fn show(app: &App, call: Call) -> Result<Response, Response> {
    json(Status::Ok, &app.store.find(id(&call)?).ok_or_else(no_user)?)
}

/// Puts another user in the place of one. The server gives the numbers, so PUT makes no new user: 404.
pub fn replace(app: &App, call: Call) -> Result<Response, Response> {
    let id = id(&call)?;
    let content = Content::of(&call.request)?;
    let user = User { id, name: content.text("name")?, email: content.text("email")? };
    let is_there = app.store.replace(user.clone()).map_err(not_stored)?;
    if is_there { json(Status::Ok, &user) } else { Err(no_user()) }
}

/// Removes a user. The second time nothing is there: 404.
pub fn delete(app: &App, call: Call) -> Result<Response, Response> {
    let was_there = app.store.delete(id(&call)?).map_err(not_stored)?;
    if was_there { Ok(Response::sentence(Status::NoContent, "")) } else { Err(no_user()) }
}

/// The number in the path. A user has one URI: `007` and `+7` are not 7.
fn id(call: &Call) -> Result<u64, Response> {
    let text = call.parameter("id");
    let number = str::from_utf8(text).ok().and_then(|text| text.parse::<u64>().ok());
    number.filter(|number| number.to_string().as_bytes() == text).ok_or_else(no_user)
}

fn no_user() -> Response {
    Response::sentence(Status::NotFound, "There is no user with this number.")
}

fn not_stored(error: io::Error) -> Response {
    warn!("a change is not stored: {error}");
    let status = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            Status::InsufficientStorage
        }
        _ => Status::InternalServerError,
    };
    Response::sentence(status, "This can't be stored now; nothing has changed.")
}

fn json(status: Status, value: &impl Serialize) -> Result<Response, Response> {
    match serde_json::to_vec(value) {
        Ok(json) => Ok(Response { status, ..Response::ok(&b"application/json"[..], json) }),
        Err(error) => Err(Response::sentence(Status::InternalServerError, &error.to_string())),
    }
}
