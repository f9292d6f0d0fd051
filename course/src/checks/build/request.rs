//! Requests.

/// A plain request.
pub const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// `POST /echo` with a counted body.
pub fn post(body: &[u8]) -> Vec<u8> {
    post_with(&format!("Content-Length: {}\r\n", body.len()), body)
}

/// `POST /echo` with these field lines and these bytes after the head.
pub fn post_with(fields: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("POST /echo HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
    [head.as_bytes(), body].concat()
}

/// `POST /echo` with a chunked body.
pub fn chunked(body: &[u8]) -> Vec<u8> {
    post_with("Transfer-Encoding: chunked\r\n", body)
}
