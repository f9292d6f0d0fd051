//! A client that is gone before its answer comes.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use part5_routing::app::App;
use part5_routing::limits::Limits;
use part5_routing::server;

const SOON: Duration = Duration::from_secs(5);

const POST: &[u8] = b"POST /api/users HTTP/1.1\r\nHost: h\r\nContent-Length: 14\r\n\
    Content-Type: application/x-www-form-urlencoded\r\n\r\nname=a&email=b";

#[test]
fn a_client_that_never_hears_its_answer_has_added_a_user_all_the_same() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    let app = Arc::new(App::default());
    let shared = Arc::clone(&app);
    thread::spawn(move || server::serve(listener, Limits::default(), shared));
    let mut client = TcpStream::connect(address).expect("it listens");
    client.write_all(POST).expect("it fits into the kernel's buffer");
    drop(client);
    let deadline = Instant::now() + SOON;
    while app.store.all().is_empty() {
        assert!(Instant::now() < deadline, "no user is added");
        thread::yield_now();
    }
    assert_eq!(app.store.all()[0].name, "a");
}
