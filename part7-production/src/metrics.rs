//! Counts what happens, and tells it in the text format that Prometheus reads.
//!
//! In: connections, bytes, answers. Out: text. Counters only grow: from two looks at them follows a rate, however long
//! ago the first one was.

use std::array;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::{Acquire, Release};

use crate::status::Status;

/// What the text is.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A number that only grows. Every thread adds to it, and none waits for another.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds so many. What it was before.
    pub fn add(&self, n: usize) -> u64 {
        // Whoever sees this sees what the same thread has added before.
        self.0.fetch_add(n as u64, Release)
    }

    fn get(&self) -> u64 {
        self.0.load(Acquire)
    }
}

/// The counters.
#[derive(Debug)]
pub struct Metrics {
    /// Connections that came in.
    opened: Counter,
    /// Connections that ended.
    closed: Counter,
    /// Connections that were refused because their address had too many.
    pub refused: Counter,
    /// Bytes of requests, without those of TLS.
    pub received: Counter,
    /// Bytes of answers, without those of TLS.
    pub sent: Counter,
    /// Answers, by the code of their status.
    answers: [Counter; 600],
}

impl Default for Metrics {
    fn default() -> Metrics {
        let [opened, closed, refused, received, sent] = array::from_fn(|_| Counter::default());
        let answers = array::from_fn(|_| Counter::default());
        Metrics { opened, closed, refused, received, sent, answers }
    }
}

/// A connection, which counts as open for as long as this lives.
#[derive(Debug)]
pub struct Counted<'a> {
    metrics: &'a Metrics,
    /// Its number, from 1.
    pub id: u64,
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.metrics.closed.add(1);
    }
}

impl Metrics {
    /// One more connection.
    pub fn connection(&self) -> Counted<'_> {
        Counted { metrics: self, id: self.opened.add(1) + 1 }
    }

    /// One more answer.
    pub fn answered(&self, status: Status) {
        self.answers[usize::from(status.code())].add(1);
    }

    /// All of them, as text.
    pub fn text(&self) -> String {
        // What has closed was opened before: in this order the difference is never negative.
        let closed = self.closed.get();
        let opened = self.opened.get();
        let mut text = format!(
            "# HELP http_connections_open Connections that are open.\n\
             # TYPE http_connections_open gauge\n\
             http_connections_open {}\n",
            opened - closed
        );
        for (name, help, count) in [
            ("connections", "Connections that came in.", opened),
            (
                "connections_refused",
                "Connections beyond the limit of an address.",
                self.refused.get(),
            ),
            ("received_bytes", "Bytes of requests.", self.received.get()),
            ("sent_bytes", "Bytes of answers.", self.sent.get()),
        ] {
            text += &family(name, help);
            text += &format!("http_{name}_total {count}\n");
        }
        text += &family("requests", "Requests that were answered.");
        let answered = self.answers.iter().map(Counter::get).enumerate();
        for (code, count) in answered.filter(|(_, count)| *count > 0) {
            text += &format!("http_requests_total{{code=\"{code}\"}} {count}\n");
        }
        text
    }
}

fn family(name: &str, help: &str) -> String {
    format!("# HELP http_{name}_total {help}\n# TYPE http_{name}_total counter\n")
}
