//! One small server with one fault at a time: part 3's parser, a persistent connection, and a switch for each mistake
//! that a learner's server makes.

use std::io::{self, Read, Write};
use std::mem;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use part3_parser::app;
use part3_parser::limits::Limits;
use part3_parser::message::{Request, RequestHead, Version};
use part3_parser::parser::{Event, RequestParser};
use part3_parser::response::Response;

use crate::bytes::replace;

/// A mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    Silent,
    Floods,
    NotHttp,
    ClosesAtOnce,
    ResetsAtOnce,
    OneRead,
    ForgetsPieces,
    WaitsForEof,
    IgnoresLength,
    AnswersBeforeBody,
    LengthTooLong,
    LengthTooShort,
    NoFraming,
    ForgetsPipelined,
    OutOfOrder,
    ClosesAlways,
    NeverCloses,
    BodyOnHead,
    BareLf,
    LenientLength,
    LengthAndCoding,
    SplitsUtf8,
    CaseSensitive,
    OneAtATime,
    /// No fault: a pool of threads, as the Rust book's last server has.
    FourAtATime,
    /// No fault: an echo that begins while the body still arrives.
    EchoesAtOnce,
    /// No fault: it knows GET and HEAD, and no HTTP/1.0; whatever else there is, it says so and closes.
    GetOnly,
    SlowClientHolds,
    DiesOnClose,
    DiesOnBadBytes,
    NoContinue,
    GarbageServed,
    Quadratic,
    StateLeaks,
    LengthByMethod,
    NoChunks,
    CloseIsAWord,
    TimeoutEachRead,
}

/// How long [`Fault::TimeoutEachRead`] waits in each read.
const EACH_READ: Duration = Duration::from_secs(5);

/// A running server; dropping it ends it.
pub struct Faulty {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    fault: Fault,
    /// The process would have ended.
    dead: AtomicBool,
    /// Held by whoever holds up everybody else.
    only_one: Mutex<()>,
    connections: Mutex<Vec<TcpStream>>,
}

impl Faulty {
    /// Starts a server with this fault on a free port.
    pub fn start(fault: Fault) -> Faulty {
        Faulty::serve(TcpListener::bind("127.0.0.1:0").expect("a port is free"), fault)
    }

    /// Starts a server with this fault on a listener.
    pub fn serve(listener: TcpListener, fault: Fault) -> Faulty {
        let address = listener.local_addr().expect("it is bound");
        let shared = Arc::new(Shared {
            fault,
            dead: AtomicBool::new(false),
            only_one: Mutex::new(()),
            connections: Mutex::default(),
        });
        let server = Arc::clone(&shared);
        thread::spawn(move || serve(&listener, address, &server));
        Faulty { address, shared }
    }
}

impl Faulty {
    /// Waits until its fault has ended it.
    pub fn wait_for_death(&self) {
        while !self.shared.dead.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        self.shared.die(self.address);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|e| e.into_inner())
}

impl Shared {
    /// Ends the listener and all connections, as the end of the process would.
    fn die(&self, address: SocketAddr) {
        self.dead.store(true, Ordering::SeqCst);
        for connection in lock(&self.connections).drain(..) {
            drop(connection.shutdown(Shutdown::Both));
        }
        // Wakes the accept, which then sees that it is over.
        drop(TcpStream::connect(address));
    }
}

/// Threads that take one connection after the other.
fn pool(threads: usize) -> Sender<Box<dyn FnOnce() + Send>> {
    let (sender, receiver) = mpsc::channel::<Box<dyn FnOnce() + Send>>();
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..threads {
        let receiver = Arc::clone(&receiver);
        thread::spawn(move || {
            loop {
                let Ok(talk) = lock(&receiver).recv() else { return };
                talk();
            }
        });
    }
    sender
}

fn serve(listener: &TcpListener, address: SocketAddr, shared: &Arc<Shared>) {
    let workers = pool(if shared.fault == Fault::FourAtATime { 4 } else { 0 });
    for stream in listener.incoming() {
        if shared.dead.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        if shared.fault == Fault::ResetsAtOnce {
            drop(socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)));
            continue;
        }
        let Ok(copy) = stream.try_clone() else { continue };
        lock(&shared.connections).push(copy);
        let server = Arc::clone(shared);
        let talk = move || {
            let ended = Connection::new(&stream, &server).talk();
            // The other handle in the list must not keep the connection open.
            drop(stream.shutdown(Shutdown::Both));
            lock(&server.connections).retain(|c| c.peer_addr().ok() != stream.peer_addr().ok());
            if ended.is_err_and(|e| e.kind() == io::ErrorKind::Other) {
                server.die(address);
            }
        };
        match shared.fault {
            Fault::OneAtATime => talk(),
            Fault::FourAtATime => workers.send(Box::new(talk)).expect("the workers wait"),
            _ => drop(thread::spawn(talk)),
        }
    }
}

/// The head of an answer whose length nobody knows yet.
const STREAMED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

fn plain(body: &'static [u8]) -> Response {
    Response::ok(b"text/plain".as_slice(), body)
}

/// What stands for a crash of the whole server.
fn crash() -> io::Error {
    io::Error::other("crashed")
}

struct Connection<'a> {
    stream: &'a TcpStream,
    shared: &'a Shared,
    parser: RequestParser,
    /// Everything received, for the fault that looks at it again and again.
    all: Vec<u8>,
    body: Vec<u8>,
    last_body: Vec<u8>,
    answers: Vec<Vec<u8>>,
    holding: Option<MutexGuard<'a, ()>>,
}

impl<'a> Connection<'a> {
    fn new(stream: &'a TcpStream, shared: &'a Shared) -> Connection<'a> {
        Connection {
            stream,
            shared,
            parser: RequestParser::new(Limits::default()),
            all: Vec::new(),
            body: Vec::new(),
            last_body: Vec::new(),
            answers: Vec::new(),
            holding: None,
        }
    }

    fn has(&self, fault: Fault) -> bool {
        self.shared.fault == fault
    }

    fn talk(mut self) -> io::Result<()> {
        match self.shared.fault {
            Fault::Silent => return self.drain(),
            Fault::Floods => loop {
                self.stream.write_all(&[b'x'; 4096])?;
            },
            Fault::NotHttp => self.stream.write_all(b"hello\n")?,
            Fault::ClosesAtOnce => return self.close(),
            Fault::WaitsForEof => while self.read()? {},
            Fault::GetOnly => {
                if self.read()?
                    && let Some(refusal) = unknown(&self.all)
                {
                    self.stream.write_all(refusal)?;
                    return self.close();
                }
            }
            Fault::TimeoutEachRead => self.stream.set_read_timeout(Some(EACH_READ))?,
            _ => {}
        }
        let mut head: Option<RequestHead> = None;
        loop {
            match self.parser.next_event() {
                Ok(Some(Event::Head(received))) => {
                    if self.has(Fault::AnswersBeforeBody) && received.method() == "POST" {
                        return self.stream.write_all(&self.render(&plain(b"early"), true, true));
                    }
                    self.invite(&received)?;
                    if self.echoes_at_once(&received) {
                        self.stream.write_all(STREAMED)?;
                    }
                    head = Some(received);
                }
                Ok(Some(Event::Data(n))) => {
                    self.data(n);
                    if head.as_ref().is_some_and(|head| self.echoes_at_once(head)) {
                        let data = mem::take(&mut self.body);
                        write!(&mut &*self.stream, "{:x}\r\n", data.len())?;
                        self.stream.write_all(&[&data[..], b"\r\n"].concat())?;
                    }
                }
                Ok(Some(Event::End(trailers))) => {
                    let head = head.take().expect("a request ends after its head");
                    if self.echoes_at_once(&head) {
                        self.stream.write_all(b"0\r\n\r\n")?;
                        match self.is_last(&head) {
                            true => return self.close(),
                            false => continue,
                        }
                    }
                    let body = self.take_body();
                    let last = self.is_last(&head);
                    let with_body = head.method() != "HEAD";
                    let response = app::answer(Request { head, body, trailers });
                    self.answer(&response, with_body, last)?;
                    if last {
                        return self.close();
                    }
                }
                Ok(None) => {
                    self.flush()?;
                    let one_read_is_over =
                        self.has(Fault::OneRead) && !self.parser.between_requests();
                    if one_read_is_over || !self.read()? {
                        return self.end_of_stream();
                    }
                }
                Err(_)
                    if self.has(Fault::DiesOnBadBytes)
                        && std::str::from_utf8(&self.all).is_err() =>
                {
                    return Err(crash());
                }
                Err(error) => {
                    let response = match self.shared.fault {
                        Fault::GarbageServed => plain(b"fine"),
                        _ => Response::refusal(error),
                    };
                    self.answer(&response, !self.parser.is_head_request(), true)?;
                    return self.close();
                }
            }
        }
    }

    fn echoes_at_once(&self, head: &RequestHead) -> bool {
        let chunks = head.version() == Version::Http11;
        self.has(Fault::EchoesAtOnce) && chunks && head.path() == "/echo"
    }

    /// `100 Continue`, if the client waits for it.
    fn invite(&mut self, head: &RequestHead) -> io::Result<()> {
        match head.expects_continue()
            && self.parser.unread().is_empty()
            && !self.has(Fault::NoContinue)
        {
            true => self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n"),
            false => Ok(()),
        }
    }

    fn data(&mut self, n: usize) {
        let piece = &self.parser.unread()[..n];
        match self.shared.fault {
            Fault::SplitsUtf8 => self.body.extend(String::from_utf8_lossy(piece).bytes()),
            _ => self.body.extend_from_slice(piece),
        }
        self.parser.consume(n);
    }

    fn take_body(&mut self) -> Vec<u8> {
        let mut body = mem::take(&mut self.body);
        if self.has(Fault::StateLeaks) && body.len() < self.last_body.len() {
            body.extend_from_slice(&self.last_body[body.len()..]);
        }
        self.last_body.clone_from(&body);
        body
    }

    fn is_last(&self, head: &RequestHead) -> bool {
        let says = |option: &str| {
            let is_list = !self.has(Fault::CloseIsAWord);
            let mut members = head
                .fields
                .all("connection")
                .flat_map(|value| value.split(move |b| is_list && *b == b','));
            members.any(|member| member.trim_ascii().eq_ignore_ascii_case(option.as_bytes()))
        };
        match self.shared.fault {
            Fault::ClosesAlways => true,
            Fault::NeverCloses => false,
            _ if head.method() == "CONNECT" => true,
            _ if head.version() == Version::Http10 => !says("keep-alive"),
            _ => says("close"),
        }
    }

    fn answer(&mut self, response: &Response, with_body: bool, last: bool) -> io::Result<()> {
        let answer = self.render(response, with_body, last);
        self.answers.push(answer);
        self.holding = None;
        if self.has(Fault::ForgetsPipelined) {
            self.parser = RequestParser::new(Limits::default());
        }
        match last || !self.has(Fault::OutOfOrder) {
            true => self.flush(),
            false => Ok(()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let answers = mem::take(&mut self.answers);
        answers.iter().rev().try_for_each(|answer| self.stream.write_all(answer))
    }

    fn render(&self, response: &Response, with_body: bool, last: bool) -> Vec<u8> {
        let mut out = Vec::new();
        let connection = if last { "close" } else { "keep-alive" };
        let with_body = with_body || self.has(Fault::BodyOnHead);
        response.write_to(&mut out, "Sun, 06 Nov 1994 08:49:37 GMT", Some(connection), with_body);
        let length = format!("Content-Length: {}\r\n", response.body.len());
        let other = |n: usize| format!("Content-Length: {n}\r\n");
        match self.shared.fault {
            Fault::LengthTooLong => replace(out, &length, &other(response.body.len() + 3)),
            Fault::LengthTooShort => {
                replace(out, &length, &other(response.body.len().saturating_sub(3)))
            }
            Fault::NoFraming => replace(out, &length, ""),
            Fault::BareLf => replace(out, "\r\n", "\n"),
            _ => out,
        }
    }

    /// Reads once and gives the bytes to the parser, changed as the fault would understand them.
    fn read(&mut self) -> io::Result<bool> {
        let mut buffer = vec![0; 64 << 10];
        let n = match (&mut &*self.stream).read(&mut buffer) {
            Err(late) if self.has(Fault::TimeoutEachRead) => {
                self.stream.write_all(TOO_LATE)?;
                return Err(late);
            }
            read => read?,
        };
        if n == 0 && self.has(Fault::DiesOnClose) && self.all.is_empty() {
            return Err(crash());
        }
        if n > 0 && self.holding.is_none() && self.has(Fault::SlowClientHolds) {
            self.holding = Some(lock(&self.shared.only_one));
        }
        if self.has(Fault::ForgetsPieces) {
            self.parser = RequestParser::new(Limits::default());
        }
        let bytes = self.understood(buffer[..n].to_vec());
        self.all.extend_from_slice(&bytes);
        match self.shared.fault {
            Fault::Quadratic => self.push_slowly(&bytes),
            _ => self.parser.push(&bytes),
        }
        Ok(n > 0)
    }

    fn understood(&self, bytes: Vec<u8>) -> Vec<u8> {
        match self.shared.fault {
            Fault::IgnoresLength => replace(bytes, "Content-Length", "X-Content-Leng"),
            Fault::LenientLength => {
                replace(replace(bytes, "Length: +", "Length: "), "Length: 0x", "Length: ")
            }
            Fault::LengthByMethod if bytes.starts_with(b"GET ") => {
                replace(bytes, "Content-Length", "X-Content-Leng")
            }
            Fault::NoChunks if !bytes.windows(14).any(|window| window == b"Content-Length") => {
                replace(bytes, "Transfer-Encoding", "X-Transfer-Encodi")
            }
            Fault::LengthAndCoding => {
                replace(bytes, "Content-Length: 5\r\nTransfer", "X: y\r\nTransfer")
            }
            Fault::CaseSensitive => replace(
                replace(bytes, "content-length", "x-content-leng"),
                "CONTENT-LENGTH",
                "X-CONTENT-LENG",
            ),
            _ => bytes,
        }
    }

    /// Looks at everything again for every few bytes.
    fn push_slowly(&mut self, bytes: &[u8]) {
        let before = self.all.len() - bytes.len();
        for (i, piece) in bytes.chunks(64).enumerate() {
            let seen = &self.all[..before + i * 64];
            std::hint::black_box(seen.windows(4).filter(|w| *w == b"\r\n\r\n").count());
            self.parser.push(piece);
        }
    }

    fn end_of_stream(&mut self) -> io::Result<()> {
        if !self.parser.between_requests() {
            let response = Response::refusal(part3_parser::error::HttpError::Unfinished);
            self.answer(&response, true, true)?;
        }
        self.close()
    }

    /// Ends our direction and reads out the rest, so that no reset destroys the answer.
    fn close(&mut self) -> io::Result<()> {
        self.stream.shutdown(Shutdown::Write)?;
        self.drain()
    }

    fn drain(&mut self) -> io::Result<()> {
        self.stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        let mut buffer = [0; 4096];
        while (&mut &*self.stream).read(&mut buffer)? > 0 {}
        Ok(())
    }
}

const TOO_LATE: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// What a server says that knows neither this method nor this version.
fn unknown(request: &[u8]) -> Option<&'static [u8]> {
    let line = request.split(|b| *b == b'\n').next().unwrap_or_default();
    if line.starts_with(b"POST ") {
        Some(b"HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    } else if line.ends_with(b" HTTP/1.0\r") {
        Some(b"HTTP/1.1 505 HTTP Version Not Supported\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    } else {
        None
    }
}
