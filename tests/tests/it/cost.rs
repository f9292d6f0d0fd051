//! What a request costs: a number of allocations that doesn't grow, and time that grows no faster than its bytes.

use std::time::{Duration, Instant};

use allocation_counter::measure;
use part3_parser::limits::Limits;
use part3_parser::parser::{Event, RequestParser};
use part4_keepalive::action::Action;
use part4_keepalive::clock::Now;
use part4_keepalive::connection::Connection;
use part4_keepalive::response::Response;

use crate::feed::feed;

fn get(fields: usize) -> Vec<u8> {
    let fields = "Name: value\r\n".repeat(fields);
    format!("GET / HTTP/1.1\r\nHost: h\r\n{fields}\r\n").into_bytes()
}

#[test]
fn a_request_costs_the_same_number_of_allocations_however_many_fields_it_has() {
    let mut parser = RequestParser::new(Limits::default());
    let mut allocations = |fields: usize| {
        let request = get(fields);
        let info = measure(|| {
            parser.push(&request);
            assert!(matches!(parser.next_event(), Ok(Some(Event::Head(_)))));
            assert!(matches!(parser.next_event(), Ok(Some(Event::End(_)))));
        });
        info.count_total
    };
    // The first requests let the buffers grow to the size that the largest one needs.
    allocations(99);
    assert_eq!(allocations(0), allocations(99));
    assert!(allocations(50) <= 4, "{} allocations", allocations(50));
}

#[test]
fn a_parser_gives_back_what_a_long_body_took() {
    let mut parser = RequestParser::new(Limits::default());
    let mut request = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n".to_vec();
    request.resize(request.len() + 1_000_000, b'v');
    let info = measure(|| {
        parser.push(&request);
        assert!(matches!(parser.next_event(), Ok(Some(Event::Head(_)))));
        assert_eq!(parser.next_event(), Ok(Some(Event::Data(1_000_000))));
        parser.consume(1_000_000);
        assert!(matches!(parser.next_event(), Ok(Some(Event::End(_)))));
        parser.release();
    });
    assert!(info.bytes_max > 1_000_000);
    assert!(info.bytes_current < 4096, "{} bytes are kept", info.bytes_current);
}

#[test]
fn a_body_in_chunks_of_one_byte_is_read_in_time_that_grows_with_its_length() {
    let mut request = b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    request.extend(b"1\r\nv\r\n".repeat(256 << 10));
    request.extend(b"0\r\n\r\n");
    for size in [1, request.len()] {
        let began = Instant::now();
        assert_eq!(feed(request.chunks(size)).requests.len(), 1);
        // Without optimisation a second or two; what grows with the square takes minutes.
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    }
}

#[test]
fn an_idle_connection_keeps_no_memory_of_what_passed_over_it() {
    let now = Now::read();
    let mut connection = Connection::new(part4_keepalive::limits::Limits::default(), &now);
    let request = get(99);
    let info = measure(|| {
        connection.received(&request);
        let response = Response::ok(&b"text/plain"[..], vec![b'v'; 1 << 20]);
        while connection.poll(&now) != Action::Respond {}
        connection.respond(&response, &now);
        assert_eq!(connection.poll(&now), Action::Write);
        connection.wrote(connection.output().len(), &now);
        assert_eq!(connection.poll(&now), Action::Read);
    });
    assert!(info.bytes_max > 1 << 20);
    assert!(info.bytes_current < 4096, "{} bytes are kept", info.bytes_current);
}
