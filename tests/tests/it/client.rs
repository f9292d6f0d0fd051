//! A client for tests: what it waits for must come in time, and replies are read strictly.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use course::launch::Server;
use course::reply::{Reply, ReplyReader};
use course::wire::{Options, Timeline, Until, Wire};

/// The parts, in reading order.
pub const PARTS: [&str; 7] = [
    "part1-naive",
    "part2-buffering",
    "part3-parser",
    "part4-keepalive",
    "part5-routing",
    "part6-files",
    "part7-production",
];

/// The parts whose connections carry more than one request.
pub const PERSISTENT: [&str; 4] =
    ["part4-keepalive", "part5-routing", "part6-files", "part7-production"];

/// Longest wait for something that must come.
pub const SOON: Duration = Duration::from_secs(10);

/// How long we look whether something comes that must not.
pub const A_WHILE: Duration = Duration::from_millis(200);

/// One connection to a server.
pub struct Client {
    wire: Wire,
}

impl Client {
    /// A connection that reads all the time.
    #[track_caller]
    pub fn of(server: &Server) -> Client {
        Client::at(server.address())
    }

    /// A connection to an address.
    #[track_caller]
    pub fn at(address: SocketAddr) -> Client {
        Client::with(address, Options { stall: SOON, connect: SOON, ..Options::default() })
    }

    /// A connection with options of its own.
    #[track_caller]
    pub fn with(address: SocketAddr, options: Options) -> Client {
        let wire = Wire::connect(&[address], options, None);
        Client { wire: wire.expect("the server accepts") }
    }

    /// Sends these bytes in one write.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Client {
        self.wire.send(bytes.as_ref());
        self
    }

    /// Ends our direction; the server can still answer.
    pub fn half_close(&mut self) -> &mut Client {
        self.wire.half_close();
        self
    }

    /// Aborts the connection.
    pub fn reset(mut self) {
        self.wire.reset();
    }

    /// Waits until so many lines have come since the connection was opened.
    #[track_caller]
    pub fn wait_for_lines(&self, n: usize) {
        assert!(self.wire.wait(&Until::Lines(n), SOON), "{n} lines don't come");
    }

    /// Waits for the replies to requests with these methods; nothing else may have come.
    #[track_caller]
    pub fn replies(&self, methods: &[&'static str]) -> Vec<Reply> {
        self.wire.wait(&Until::Replies(methods.to_vec()), SOON);
        read(methods, &self.wire.timeline(), false)
    }

    /// Waits for the replies to requests with these methods; `None` if the connection ends before.
    #[track_caller]
    pub fn replies_or_end(&self, methods: &[&'static str]) -> Option<Vec<Reply>> {
        self.wire.wait(&Until::Replies(methods.to_vec()), SOON);
        let timeline = self.wire.timeline();
        let reader = ReplyReader::read(methods, &timeline.received, false);
        if reader.replies().len() == methods.len() {
            return Some(reader.replies().to_vec());
        }
        assert!(self.wire.wait(&Until::Closed, SOON), "no reply and no end: {:?}", timeline.events);
        None
    }

    /// The only reply so far.
    #[track_caller]
    pub fn reply(&self, method: &'static str) -> Reply {
        self.replies(&[method]).remove(0)
    }

    /// Looks whether anything comes, or the connection ends: neither may be.
    #[track_caller]
    pub fn waits(&self) {
        let before = self.wire.timeline();
        let ended = self.wire.wait(&Until::Closed, A_WHILE);
        let after = self.wire.timeline();
        assert!(!ended, "the server ends the connection: {:?}", after.events);
        let came = after.received[before.received.len()..].escape_ascii();
        assert!(after.received.len() == before.received.len(), "these bytes come: \"{came}\"");
    }

    /// Waits for so long, or until the connection has ended; whether it has.
    pub fn has_ended_within(&self, time: Duration) -> bool {
        self.wire.wait(&Until::Closed, time)
    }

    /// Waits until the server has ended the connection in good order.
    #[track_caller]
    pub fn closed(self) -> Timeline {
        let timeline = self.ended();
        assert!(timeline.server_closed(), "it is reset: {:?}", timeline.events);
        timeline
    }

    /// Waits until the connection has ended in whatever way.
    #[track_caller]
    pub fn ended(self) -> Timeline {
        let ended = self.wire.wait(&Until::Closed, SOON);
        let timeline = self.wire.finish();
        assert!(ended, "the server doesn't end the connection: {:?}", timeline.events);
        timeline
    }

    /// Waits until the server has ended the connection; these replies must have come and nothing else.
    #[track_caller]
    pub fn last_replies(self, methods: &[&'static str]) -> Vec<Reply> {
        read(methods, &self.closed(), true)
    }

    /// The only reply on a connection that the server has ended.
    #[track_caller]
    pub fn last_reply(self, method: &'static str) -> Reply {
        self.last_replies(&[method]).remove(0)
    }

    /// Waits until the server has ended the connection, without a byte.
    #[track_caller]
    pub fn closed_silently(self) {
        let received = self.closed().received;
        assert!(received.is_empty(), "these bytes come: \"{}\"", received.escape_ascii());
    }
}

/// A bare connection on which no read and no write takes longer than [`SOON`].
#[track_caller]
pub fn bare(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, SOON).expect("the server accepts");
    stream.set_read_timeout(Some(SOON)).expect("it is open");
    stream.set_write_timeout(Some(SOON)).expect("it is open");
    stream
}

/// Reads replies strictly; all of them must be there, and nothing behind them.
#[track_caller]
pub fn read(methods: &[&str], timeline: &Timeline, ended: bool) -> Vec<Reply> {
    let reader = ReplyReader::read(methods, &timeline.received, ended);
    if let Some(wrong) = reader.wrong() {
        let (good, bad) = timeline.received.split_at(wrong.at);
        panic!("{}:\n{} <-- here --> {}", wrong.why, good.escape_ascii(), bad.escape_ascii());
    }
    let replies = reader.replies();
    assert_eq!(replies.len(), methods.len(), "waiting for {}", reader.awaiting());
    replies.to_vec()
}

/// Sends bytes on a connection of their own, and reads the replies until the server ends it.
#[track_caller]
pub fn exchange(
    address: SocketAddr,
    bytes: impl AsRef<[u8]>,
    methods: &[&'static str],
) -> Vec<Reply> {
    let mut client = Client::at(address);
    client.send(bytes);
    client.last_replies(methods)
}

/// The body of a reply as text.
#[track_caller]
pub fn text(reply: &Reply) -> &str {
    str::from_utf8(&reply.body).expect("the body is text")
}

/// The value of the only field of this name.
#[track_caller]
pub fn field<'a>(reply: &'a Reply, name: &'a str) -> &'a str {
    let values: Vec<_> = reply.values(name).collect();
    let [value] = values[..] else { panic!("{} fields {name}: {:?}", values.len(), reply.fields) };
    str::from_utf8(value).expect("the field is text")
}

/// Starts a chapter's server, whose log tells when a connection opens and closes.
#[track_caller]
pub fn start(name: &str) -> Server {
    start_with(name, &[])
}

/// The same, with environment variables.
#[track_caller]
pub fn start_with(name: &str, variables: &[(&str, &str)]) -> Server {
    // Part 7 has an access log for that, and tells it only who looks for a fault.
    let level = if name == "part7-production" { "debug" } else { "info" };
    let variables: Vec<_> = [("RUST_LOG", level)].iter().chain(variables).copied().collect();
    Server::start_with(name, &[], &variables).expect("it starts")
}

/// Waits for a line of a server's log.
#[track_caller]
pub fn logged(server: &Server, text: &str) -> String {
    let line = server.log().wait_for(text, SOON);
    line.unwrap_or_else(|| panic!("{text:?} doesn't come: {:#?}", server.log().all()))
}

/// Says that a test can't be run here, past the test harness, which would keep it to itself.
pub fn skipped(why: &str) {
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    writeln!(std::io::stderr(), "skipped {name}: {why}").expect("standard error is open");
}
