//! Part 5: what it promises beside the table: routes, bodies by type, users that survive.

mod data;
mod page;
mod panics;
mod routes;
mod users;

use course::launch::Server;
use course::reply::Reply;
use serde_json::Value;

use crate::app::answer;

const NAME: &str = "part5-routing";
const JSON: &str = "Content-Type: application/json\r\n";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// The JSON of a successful reply.
#[track_caller]
fn json(reply: &Reply) -> Value {
    assert_eq!(reply.status / 100, 2, "{:?}", reply.body.escape_ascii().to_string());
    serde_json::from_slice(&reply.body).expect("it is JSON")
}

/// Adds a user; the reply.
#[track_caller]
fn add(server: &Server, name: &str) -> Reply {
    let user = serde_json::json!({ "name": name, "email": format!("{name}@example.com") });
    answer(server, "POST /api/users", JSON, user.to_string().as_bytes())
}

/// All users.
#[track_caller]
fn all(server: &Server) -> Vec<Value> {
    let list = json(&answer(server, "GET /api/users", "", b""));
    list.as_array().expect("it is a list").clone()
}
