//! axum with as little as it needs to answer, for its build time.

use std::env;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

type Error = Box<dyn std::error::Error>;

fn main() -> Result<(), Error> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(serve())
}

async fn serve() -> Result<(), Error> {
    let address = env::args().nth(1).unwrap_or("127.0.0.1:8080".into());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let app = Router::new().route("/", get(async || "Hello, World!"));
    Ok(axum::serve(listener, app).await?)
}
