//! Every size, count and duration that this server allows, each with its unit and its reason; and the scheme.

use std::time::Duration;

/// What a peer may ask of this server. `Limits::default()` is what the program uses.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The scheme that an absolute target must have; another: 421. What is asked of `https` must not go in the clear.
    pub scheme: &'static str,
    /// Longest request line, in bytes, CRLF included; longer: 414. RFC 9112 §3 asks for 8000 at least.
    pub request_line_bytes: usize,
    /// Longest field line or trailer line, in bytes, CRLF included; longer: 431. Room for a large cookie.
    pub field_line_bytes: usize,
    /// Longest head, and longest trailer section, in bytes, with every CRLF; longer: 431. It is all kept.
    pub head_bytes: usize,
    /// Most fields in a head or a trailer section; more: 431. Each lookup walks through them.
    pub fields: usize,
    /// Longest body, in bytes, without its chunk framing; longer: 413. It is all kept in memory.
    pub body_bytes: u64,
    /// Most bytes of chunk extensions in one body; more: 400. They are work and carry nothing.
    pub chunk_extension_bytes: usize,
    /// Most bytes read and dropped after the last answer. An upload in flight should see the answer,
    /// and must not be read for ever.
    pub drain_bytes: usize,
    /// Longest time spent on that, and longest silence in it: twice this in the worst case.
    pub drain_time: Duration,
    /// Most bytes of answers that wait while further requests are read; then they are written first.
    /// A client that never reads can't make them grow. One answer may be longer than this.
    pub output_bytes: usize,
    /// Longest silence after a connection is opened; then it closes without a word. Browsers open
    /// connections ahead of need.
    pub first_byte_time: Duration,
    /// Longest silence between requests; then it closes without a word. An idle connection is a thread.
    pub next_request_time: Duration,
    /// Longest time for a head, from when there is nothing else to do but wait for it; then 408.
    pub head_time: Duration,
    /// Longest time for a body, from the end of its head; then 408.
    pub body_time: Duration,
    /// Longest time in which not a byte of an answer can be written; then it closes. The kernel goes on
    /// taking some at first, so it may last half as long again. A client that reads a little now and
    /// then is not cut off. Part 7 asks for a minimum rate.
    pub write_stall_time: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            scheme: "http",
            request_line_bytes: 8 * 1024,
            field_line_bytes: 8 * 1024,
            head_bytes: 64 * 1024,
            fields: 100,
            body_bytes: 1024 * 1024,
            chunk_extension_bytes: 16 * 1024,
            drain_bytes: 8 * 1024 * 1024,
            drain_time: Duration::from_secs(2),
            output_bytes: 64 * 1024,
            first_byte_time: Duration::from_secs(60),
            next_request_time: Duration::from_secs(5),
            head_time: Duration::from_secs(60),
            body_time: Duration::from_secs(60),
            write_stall_time: Duration::from_secs(60),
        }
    }
}
