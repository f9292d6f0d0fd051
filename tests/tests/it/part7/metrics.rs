//! What it tells of itself: counters that Prometheus reads, and that it is well.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use part7_production::metrics::Metrics;
use part7_production::status::Status;
use prometheus_parse::{Scrape, Value};

use super::{GET, Site, get, metric, scrape, used};
use crate::client::{Client, field, text};

#[test]
fn a_parser_reads_all_of_it() {
    let site = Site::with(|_| {});
    let reply = get(site.address, "/metrics");
    assert_eq!(field(&reply, "Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    let scrape = Scrape::parse(text(&reply).lines().map(|line| Ok(line.to_owned())));
    let scrape = scrape.expect("it is the text format");
    let told = text(&reply).lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(scrape.samples.len(), told);
    for sample in &scrape.samples {
        let is_counter = matches!(sample.value, Value::Counter(_));
        assert_eq!(is_counter, sample.metric.ends_with("_total"), "{}", sample.metric);
        assert!(scrape.docs.contains_key(&sample.metric), "{} has no help", sample.metric);
    }
}

#[test]
fn answers_are_counted_by_status_and_connections_while_they_are_open() {
    let site = Site::with(|limits| limits.connections_per_address = 3);
    let (mut first, second) = (used(site.address), used(site.address));
    first.send("GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n").send("bad\r\n");
    let statuses: Vec<_> = first.last_replies(&["GET"; 3]).iter().map(|r| r.status).collect();
    assert_eq!(statuses, [200, 404, 400]);
    let code = |code: &str| {
        let samples = scrape(&site).samples;
        let found = samples.iter().find(|sample| sample.labels.get("code") == Some(code));
        found.map(|sample| sample.value.clone())
    };
    assert_eq!(code("404"), Some(Value::Counter(1.0)));
    assert_eq!(code("503"), None);
    assert!(metric(&site, "http_received_bytes_total") >= 2.0 * GET.len() as f64);
    assert!(metric(&site, "http_sent_bytes_total") > 500.0);
    drop(second);
}

#[test]
fn connections_that_are_refused_are_counted() {
    let site = Site::with(|limits| limits.connections_per_address = 1);
    let mut first = used(site.address);
    for _ in 0..3 {
        assert_eq!(Client::at(site.address).last_reply("GET").status, 503);
    }
    first.send("GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n");
    let replies = first.replies(&["GET", "GET"]);
    assert!(text(&replies[1]).contains("\nhttp_connections_refused_total 3\n"));
    assert!(text(&replies[1]).contains("\nhttp_requests_total{code=\"503\"} 3\n"));
}

#[test]
fn it_says_that_it_is_well() {
    let site = Site::with(|_| {});
    assert_eq!((get(site.address, "/healthz").status), 200);
}

#[test]
fn a_connection_is_open_until_it_ends_in_whatever_way() {
    let metrics = Metrics::default();
    let is_open = |count| {
        let line = format!("\nhttp_connections_open {count}\n");
        assert!(metrics.text().contains(&line), "not {count}: {}", metrics.text());
    };
    let first = metrics.connection();
    let bug = AssertUnwindSafe(|| {
        let second = metrics.connection();
        is_open(2);
        panic!("number {} meets a bug", second.id);
    });
    assert!(catch_unwind(bug).is_err());
    is_open(1);
    drop(first);
    is_open(0);
}

/// One number in a text: of the line that begins so.
#[track_caller]
fn told(text: &str, name: &str) -> u64 {
    let number = text.lines().find_map(|line| line.strip_prefix(name));
    number.map_or(0, |number| number.trim().parse().expect("it is a whole number"))
}

/// Whoever looks while others count sees nothing that never was.
#[test]
fn at_no_moment_is_a_connection_closed_that_was_not_opened_and_answered() {
    let (metrics, is_over) = (Metrics::default(), AtomicBool::new(false));
    let look = || {
        let text = metrics.text();
        let open = told(&text, "http_connections_open ");
        let closed = told(&text, "http_connections_total ") - open;
        assert!(closed <= told(&text, "http_requests_total{code=\"200\"} "), "{text}");
    };
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let _counted = metrics.connection();
                metrics.answered(Status::Ok);
            }
        });
        let looked = catch_unwind(AssertUnwindSafe(|| (0..30_000).for_each(|_| look())));
        is_over.store(true, Ordering::Relaxed);
        looked.expect("what is open is never negative, nor is what was asked forgotten");
    });
}
