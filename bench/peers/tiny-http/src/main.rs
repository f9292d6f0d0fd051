//! tiny_http: a library with a pool of threads, answered from one loop.

use std::env;

use tiny_http::{Header, Response, Server};

type Error = Box<dyn std::error::Error + Send + Sync>;

fn main() -> Result<(), Error> {
    let server = Server::http(env::args().nth(1).unwrap_or("127.0.0.1:8080".into()))?;
    println!("listening on http://{}", server.server_addr());
    let content_type = Header::from_bytes("Content-Type", "text/plain; charset=utf-8")
        .map_err(|()| "that is a header")?;
    for request in server.incoming_requests() {
        let response = Response::from_string("Hello, World!").with_header(content_type.clone());
        if let Err(error) = request.respond(response) {
            eprintln!("{error}");
        }
    }
    Ok(())
}
