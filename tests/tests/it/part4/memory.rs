//! Memory: neither a client that never reads, nor one that floods, makes the server keep without bound.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use part4_keepalive::action::Action;
use part4_keepalive::clock::Now;
use part4_keepalive::connection::Connection;
use part4_keepalive::limits::Limits;
use part4_keepalive::response::Response;
use socket2::{Domain, Socket, Type};

use super::{GET, NAME, NEVER, serve_patiently};
use crate::client::{SOON, logged, start};

/// A connection whose receive buffer is as small as it can be, so that few answers fit into the kernel.
fn narrow(address: SocketAddr) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(4096).expect("it can be set");
    socket.connect(&address.into()).expect("the server accepts");
    let stream = TcpStream::from(socket);
    stream.set_write_timeout(Some(SOON)).expect("it is open");
    stream.set_read_timeout(Some(SOON)).expect("it is open");
    stream
}

/// A request of about 8 KiB whose answer is as large.
fn request() -> Vec<u8> {
    format!("GET /x HTTP/1.1\r\nHost: h\r\nA: {}\r\n\r\n", "v".repeat(8000)).into_bytes()
}

#[test]
fn a_client_that_never_reads_is_not_read_either() {
    let mut server = start(NAME);
    let mut stream = narrow(server.address());
    stream.set_write_timeout(Some(Duration::from_millis(500))).expect("it is open");
    let mut taken = 0;
    let stopped = loop {
        match stream.write(&request()) {
            Ok(n) => taken += n,
            Err(error) => break error,
        }
        assert!(taken < 64 << 20, "the server takes 64 MiB and nobody reads the answers");
    };
    let is_timeout = matches!(stopped.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
    assert!(is_timeout, "{stopped}");
    check_resident(server.process().id(), 16 << 20);
}

#[test]
fn many_clients_that_never_read_cost_little_each() {
    let mut server = start(NAME);
    let clients: Vec<_> = (0..50)
        .map(|_| {
            let mut stream = narrow(server.address());
            stream.set_nonblocking(true).expect("it is open");
            let request = request().repeat(100);
            assert!(stream.write(&request).expect("the kernel takes some") > 0);
            stream
        })
        .collect();
    for id in 1..=clients.len() {
        logged(&server, &format!("#{id} opened"));
    }
    check_resident(server.process().id(), 64 << 20);
}

/// Most bytes of memory that a process has had: only Linux tells.
#[cfg(target_os = "linux")]
#[track_caller]
fn check_resident(process: u32, most: usize) {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("Linux tells");
    let kib = line.split_whitespace().nth(1).and_then(|word| word.parse::<usize>().ok());
    let resident = kib.expect("a number") * 1024;
    assert!(resident < most, "{} KiB resident", resident / 1024);
}

#[cfg(not(target_os = "linux"))]
fn check_resident(_process: u32, _most: usize) {}

#[test]
fn requests_that_are_there_already_wait_while_answers_fill_the_output() {
    let limits = Limits { output_bytes: 10_000, ..Limits::default() };
    let now = Now::read();
    let mut connection = Connection::new(limits, &now);
    connection.received(GET.repeat(1000).as_bytes());
    let response = Response::ok(&b"text/plain"[..], vec![b'v'; 500]);
    let (mut answered, mut most) = (0, 0);
    loop {
        match connection.poll(&now) {
            Action::Respond => connection.respond(&response, &now),
            Action::Write => {
                most = most.max(connection.output().len());
                connection.wrote(connection.output().len(), &now);
            }
            Action::Read => break,
            Action::Head(_) => answered += 1,
            Action::End(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(answered, 1000);
    assert!((10_000..11_000).contains(&most), "{most} bytes waited");
}

#[test]
fn a_client_that_takes_nothing_is_let_go_in_its_time() {
    let time = Duration::from_millis(300);
    let address = serve_patiently(|limits| limits.write_stall_time = time);
    let mut stream = narrow(address);
    let (mut last_progress, mut refused) = (Instant::now(), None);
    // The server stops reading when nobody takes its answers; then only its close ends a write.
    while refused.is_none() {
        match stream.write_all(&request()) {
            Ok(()) => last_progress = Instant::now(),
            Err(error) => refused = Some(error),
        }
    }
    let refused = refused.expect("the loop ends with it").kind();
    let is_gone = matches!(
        refused,
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted
    );
    assert!(is_gone, "{refused}");
    assert!(last_progress.elapsed() < SOON / 2);
}

#[test]
fn a_client_that_reads_slowly_gets_all_of_a_large_answer() {
    let address = serve_patiently(|limits| {
        limits.write_stall_time = Duration::from_millis(500);
        limits.body_bytes = 8 << 20;
        limits.body_time = NEVER;
    });
    let mut stream = narrow(address);
    let body = vec![b'v'; 8 << 20];
    let head = format!(
        "POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).expect("it is read");
    let began = Instant::now();
    let mut received = 0;
    let mut piece = vec![0; 64 << 10];
    loop {
        let n = stream.read(&mut piece).expect("the server goes on");
        received += n;
        if n == 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(received > body.len(), "only {received} bytes come");
    assert!(
        began.elapsed() > Duration::from_millis(800),
        "{:?} is too fast to prove it",
        began.elapsed()
    );
}
