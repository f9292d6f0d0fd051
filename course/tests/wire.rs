//! The raw client against small servers of every temper.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use course::wire::{Options, Side, Step, Until, What, Wire, run};

/// Longest wait for what comes.
const LONG: Duration = Duration::from_secs(60);

/// A server for one connection.
fn serve(talk: impl FnOnce(TcpStream) + Send + 'static) -> [SocketAddr; 1] {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || talk(listener.accept().expect("a client comes").0));
    [address]
}

#[test]
fn both_directions_and_both_ends_are_recorded_in_order() {
    let server = serve(|mut s| {
        let mut text = [0; 4];
        s.read_exact(&mut text).expect("four bytes come");
        s.write_all(b"pong").expect("the client reads");
    });
    let steps = [
        Step::Send(b"ping".to_vec()),
        Step::Await(Until::Bytes(4), LONG),
        Step::Await(Until::Closed, LONG),
    ];
    let timeline = run(&server, &steps, Options::default()).expect("it accepts");
    let told: Vec<_> = timeline.events.iter().map(|e| (e.side, e.what.clone())).collect();
    assert_eq!(
        told,
        [
            (Side::Client, What::Bytes(0..4)),
            (Side::Server, What::Bytes(0..4)),
            (Side::Server, What::Fin)
        ]
    );
    assert_eq!(timeline.received, b"pong");
}

#[test]
fn a_silent_server_ends_the_wait_at_its_deadline() {
    let server = serve(|mut s| drop(s.read_to_end(&mut Vec::new())));
    let steps = [Step::Await(Until::Replies(vec!["GET"]), Duration::from_millis(50))];
    let began = Instant::now();
    let timeline = run(&server, &steps, Options::default()).expect("it accepts");
    assert!(began.elapsed() < LONG);
    assert_eq!(timeline.events[0].what, What::TimedOut("the answer".into()));
}

#[test]
fn a_reset_by_the_client_is_a_reset_at_the_server() {
    let (tell, told) = std::sync::mpsc::channel();
    let server = serve(move |mut s| {
        let mut text = [0; 4];
        s.read_exact(&mut text).expect("four bytes come");
        let kind = s.read(&mut text).map_err(|e| e.kind());
        tell.send(kind).expect("the test waits");
    });
    let steps = [Step::Send(b"ping".to_vec()), Step::Pause(Duration::from_millis(50)), Step::Reset];
    let timeline = run(&server, &steps, Options::default()).expect("it accepts");
    let seen = told.recv_timeout(LONG).expect("the server sees the end");
    assert_eq!(seen, Err(std::io::ErrorKind::ConnectionReset));
    assert_eq!(timeline.events.last().expect("events").what, What::Rst);
}

#[test]
fn a_half_close_leaves_the_answer_a_way_back() {
    let server = serve(|mut s| {
        let mut text = Vec::new();
        s.read_to_end(&mut text).expect("the client ends");
        s.write_all(&text).expect("the client reads");
    });
    let steps = [Step::Send(b"ping".to_vec()), Step::HalfClose, Step::Await(Until::Closed, LONG)];
    let timeline = run(&server, &steps, Options::default()).expect("it accepts");
    assert_eq!(timeline.received, b"ping");
    assert!(timeline.server_closed() && !timeline.timed_out());
}

#[test]
fn a_server_that_closes_with_unread_bytes_is_seen_to_reset() {
    let server = serve(|s| {
        let mut peeked = [0; 1];
        s.peek(&mut peeked).expect("a byte comes");
    });
    let steps = [Step::Send(b"ping".to_vec()), Step::Await(Until::Closed, LONG)];
    let timeline = run(&server, &steps, Options::default()).expect("it accepts");
    assert!(timeline.server_reset(), "{:?}", timeline.events);
}

#[test]
fn a_flood_is_cut_and_few_events_are_kept() {
    let server = serve(|mut s| while s.write_all(&[b'x'; 1000]).is_ok() {});
    let options = Options { received_bytes: 1 << 20, events: 10, ..Options::default() };
    let steps = [Step::Await(Until::Closed, LONG)];
    let timeline = run(&server, &steps, options).expect("it accepts");
    assert_eq!(timeline.received.len(), 1 << 20);
    assert!(timeline.events.len() <= 11, "{}", timeline.events.len());
    assert_eq!(timeline.events.last().expect("events").what, What::Full);
}

#[test]
fn a_server_that_never_reads_ends_the_write_at_its_deadline() {
    let (hold, held) = std::sync::mpsc::channel::<()>();
    let server = serve(move |s| {
        assert!(held.recv().is_err(), "the test lets go by dropping its end");
        drop(s);
    });
    let options = Options { stall: Duration::from_millis(50), ..Options::default() };
    let timeline = run(&server, &[Step::Send(vec![0; 32 << 20])], options).expect("it accepts");
    drop(hold);
    assert!(timeline.timed_out() && timeline.sent.len() < 32 << 20);
}

#[test]
fn an_observer_hears_of_each_event_with_its_bytes() {
    let server = serve(|mut s| s.write_all(b"hello").expect("the client reads"));
    let (tell, told) = std::sync::mpsc::channel();
    let observer = Box::new(move |e: &course::wire::Event, bytes: &[u8]| {
        tell.send((e.side, bytes.to_vec())).expect("the test waits");
    });
    let wire = Wire::connect(&server, Options::default(), Some(observer)).expect("it accepts");
    assert!(wire.wait(&Until::Closed, LONG));
    assert_eq!(told.recv().expect("an event"), (Side::Server, b"hello".to_vec()));
}

#[test]
fn nobody_listening_is_an_error_of_connecting() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    drop(listener);
    let error = run(&[address], &[], Options::default()).expect_err("nobody listens");
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionRefused);
}
