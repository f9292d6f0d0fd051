//! Which handler a method and a path lead to. A handler is a number here.

use part5_routing::router::{Miss, Route, find};
use part5_routing::uri::segments;

const ROUTES: &[Route<u8>] = &[
    ("GET", "/", 1),
    ("GET", "/users", 2),
    ("POST", "/users", 3),
    ("GET", "/users/me", 4),
    ("GET", "/users/{id}", 5),
    ("PUT", "/users/{id}", 6),
    ("GET", "/users/{id}/posts/{post}", 7),
    ("POST", "/only-post", 8),
];

type Texts = Vec<(&'static str, String)>;

#[track_caller]
fn found(method: &str, path: &str) -> Result<(u8, Texts), Miss> {
    let (handler, parameters) = find(ROUTES, method, &segments(path).expect("well encoded"))?;
    let text = |(name, value)| (name, String::from_utf8(value).expect("it is text"));
    Ok((handler, parameters.into_iter().map(text).collect()))
}

#[test]
fn a_path_leads_to_the_first_route_that_fits() {
    for (method, path, handler) in [
        ("GET", "/", 1),
        ("GET", "/users", 2),
        ("POST", "/users", 3),
        ("GET", "/users/me", 4),
        ("GET", "/%75sers/m%65", 4),
    ] {
        assert_eq!(found(method, path), Ok((handler, vec![])), "{method} {path}");
    }
    let id = |id: &str| vec![("id", id.to_owned())];
    assert_eq!(found("GET", "/users/7"), Ok((5, id("7"))));
    // For another method the next route is tried, and it fits.
    assert_eq!(found("PUT", "/users/me"), Ok((6, id("me"))));
    assert_eq!(found("GET", "/users/a%2Fb%20%7Bid%7D"), Ok((5, id("a/b {id}"))));
    let both = vec![("id", "1".to_owned()), ("post", "2".to_owned())];
    assert_eq!(found("GET", "/users/1/posts/2"), Ok((7, both)));
}

#[test]
fn a_path_that_no_pattern_fits_is_a_miss_whatever_the_method() {
    for path in [
        "/x",
        "/USERS",
        "/users/",
        "//users",
        "/users//posts/1",
        "/users/1/posts",
        "//",
        "/users%2F1",
        "/users/1/",
        "/%7Bid%7D",
    ] {
        for method in ["GET", "HEAD", "POST", "OPTIONS"] {
            assert_eq!(found(method, path), Err(Miss::Path), "{method} {path}");
        }
    }
}

#[test]
fn a_wrong_method_is_told_which_ones_the_path_has() {
    for (method, path, allow) in [
        ("DELETE", "/", "GET, HEAD, OPTIONS"),
        ("PUT", "/users", "GET, POST, HEAD, OPTIONS"),
        ("OPTIONS", "/users", "GET, POST, HEAD, OPTIONS"),
        ("GET", "/only-post", "POST, OPTIONS"),
        ("HEAD", "/only-post", "POST, OPTIONS"),
        // Two patterns fit, and both have GET.
        ("POST", "/users/me", "GET, PUT, HEAD, OPTIONS"),
        ("get", "/", "GET, HEAD, OPTIONS"),
    ] {
        assert_eq!(found(method, path), Err(Miss::Method(allow.into())), "{method} {path}");
    }
}

#[test]
fn head_leads_where_get_leads() {
    for path in ["/", "/users", "/users/me", "/users/7", "/users/1/posts/2"] {
        assert_eq!(found("HEAD", path), found("GET", path), "{path}");
    }
}
