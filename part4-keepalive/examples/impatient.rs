//! Part 4 with little patience, to watch its deadlines pass: `cargo run -p part4-keepalive --example impatient`.

use std::env;
use std::io::{self, Write};
use std::net::TcpListener;
use std::time::Duration;

use log::LevelFilter;
use part4_keepalive::limits::Limits;
use part4_keepalive::server;

fn main() -> io::Result<()> {
    env_logger::Builder::new()
        .filter_level(LevelFilter::Info)
        .format(|line, record| writeln!(line, "{}", record.args()))
        .init();
    let address = env::args().nth(1).unwrap_or("127.0.0.1:8080".into());
    let listener = TcpListener::bind(address)?;
    println!("listening on http://{}", listener.local_addr()?);
    let patience = Duration::from_secs(2);
    let limits = Limits {
        first_byte_time: patience,
        next_request_time: patience,
        head_time: patience,
        body_time: patience,
        write_stall_time: patience,
        ..Limits::default()
    };
    server::serve(listener, limits);
    Ok(())
}
