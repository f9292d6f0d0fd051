//! TLS: with a certificate of an authority made for the test.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use course::launch::Server;
use part7_production::tls::{self, Channel};
use part7_production::transport::Transport;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject;
use rustls::{AlertDescription, ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use socket2::SockRef;
use tempfile::TempDir;

use super::{GET, LAST, NAME};
use crate::client::{Client, SOON, bare, exchange, logged, skipped, text};

/// A server with a certificate, and the authority that signed it.
struct Secure {
    server: Server,
    directory: TempDir,
}

type Stream = StreamOwned<ClientConnection, TcpStream>;

fn secure() -> Secure {
    secure_with(&[])
}

fn secure_with(options: &[&str]) -> Secure {
    let directory = TempDir::new().expect("a directory");
    let path = |name: &str| directory.path().join(name).to_str().expect("it is UTF-8").to_owned();
    let authority_key = KeyPair::generate().expect("a key");
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    // One who is called like what he signs would seem to be the same.
    authority.distinguished_name.push(DnType::CommonName, "an authority for tests");
    let root = authority.self_signed(&authority_key).expect("it signs itself");
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().expect("a key");
    let names = ["localhost", "127.0.0.1"].map(String::from);
    let certificate = CertificateParams::new(names).expect("they are names");
    let certificate = certificate.signed_by(&key, &issuer).expect("it is signed");
    fs::write(path("ca.pem"), root.pem()).expect("it is ours");
    fs::write(path("cert.pem"), certificate.pem()).expect("it is ours");
    fs::write(path("key.pem"), key.serialize_pem()).expect("it is ours");
    let (certificate, key) = (path("cert.pem"), path("key.pem"));
    let options = [options, &["--tls-cert", &certificate, "--tls-key", &key]].concat();
    let server = Server::start_with(NAME, &options, &[("RUST_LOG", "debug")]).expect("it starts");
    Secure { server, directory }
}

impl Secure {
    fn connect(&self) -> Stream {
        self.connect_to(self.address())
    }

    fn connect_to(&self, address: SocketAddr) -> Stream {
        self.connect_with(address, &[])
    }

    /// A client that speaks these protocols inside of TLS.
    fn connect_with(&self, address: SocketAddr, protocols: &[&str]) -> Stream {
        let pem = self.directory.path().join("ca.pem");
        let authority = rustls::pki_types::CertificateDer::from_pem_file(pem).expect("it is there");
        let mut roots = RootCertStore::empty();
        roots.add(authority).expect("it is an authority");
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("they are known")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let name = ServerName::try_from("localhost").expect("it is a name");
        let client = ClientConnection::new(Arc::new(config), name).expect("it can begin");
        StreamOwned::new(client, bare(address))
    }

    fn address(&self) -> SocketAddr {
        self.server.address()
    }
}

/// Reads until an answer is whole, which ends in these bytes.
#[track_caller]
fn read_to(stream: &mut Stream, end: &[u8]) -> Vec<u8> {
    let (mut received, mut buffer) = (Vec::new(), [0; 1000]);
    while !received.ends_with(end) {
        let n = stream.read(&mut buffer).expect("the answer comes");
        assert!(n > 0, "the end after \"{}\"", received.escape_ascii());
        received.extend_from_slice(&buffer[..n]);
    }
    received
}

#[test]
fn a_client_that_trusts_the_authority_is_answered_again_and_again() {
    let secure = secure();
    let mut stream = secure.connect();
    for _ in 0..3 {
        stream.write_all(GET.as_bytes()).expect("the server reads");
        read_to(&mut stream, b"All is well.\n");
    }
    stream.write_all(LAST.as_bytes()).expect("the server reads");
    let mut rest = Vec::new();
    // Without a farewell this would be an error: somebody might have cut the line.
    stream.read_to_end(&mut rest).expect("the server says goodbye");
    assert!(rest.ends_with(b"All is well.\n"));
}

#[test]
fn the_first_line_of_output_says_https() {
    let mut secure = secure();
    let address = secure.address();
    let stdout = secure.server.process().stdout().all();
    assert_eq!(stdout, [format!("listening on https://{address}")]);
}

#[test]
fn a_client_that_says_goodbye_first_hears_one_as_well() {
    let secure = secure();
    let mut stream = secure.connect();
    stream.write_all(GET.as_bytes()).expect("the server reads");
    read_to(&mut stream, b"All is well.\n");
    stream.conn.send_close_notify();
    stream.flush().expect("it is sent");
    assert_eq!(stream.read(&mut [0]).expect("the server says goodbye"), 0);
}

#[test]
fn a_large_file_comes_whole_and_a_large_upload_goes_whole() {
    let secure = secure();
    let mut stream = secure.connect();
    let body = vec![b'x'; 1_000_000];
    let head = format!("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).expect("the server reads");
    stream.write_all(&body).expect("the server reads");
    let answer = read_to(&mut stream, &body);
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
}

/// A channel, and a client that has agreed on keys with it and reads nothing; so many bytes were written before the system
/// took no more.
#[track_caller]
fn full() -> (Channel, Stream, usize) {
    let secure = secure();
    let path = |name| secure.directory.path().join(name);
    let config = tls::config(&path("cert.pem"), &path("key.pem")).expect("they belong together");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let mut client = secure.connect_to(listener.local_addr().expect("it is bound"));
    let (stream, _) = listener.accept().expect("the client is there");
    SockRef::from(&stream).set_send_buffer_size(10_000).expect("it is open");
    SockRef::from(&client.sock).set_recv_buffer_size(100_000).expect("it is open");
    let greeted = thread::spawn(move || client.write_all(b"x").map(|()| client));
    let mut channel = Channel::new(Transport::new(Arc::new(stream)).expect("it is open"));
    let soon = Instant::now() + SOON;
    assert!(channel.secure(config, soon).expect("the client speaks"));
    assert_eq!(channel.read(&mut [0; 10], soon).expect("it is open"), Some(1));
    let client = greeted.join().expect("it ends").expect("they agree on keys");
    let (chunk, mut written) = ([b'x'; 50_000], 0);
    loop {
        let mut left = &chunk[..];
        while !left.is_empty() {
            match channel.write(left, shortly()).expect("it is open") {
                Some(n) => left = &left[n..],
                None => return (channel, client, written),
            }
        }
        written += chunk.len();
    }
}

fn shortly() -> Instant {
    Instant::now() + Duration::from_millis(100)
}

/// A connection may be closed behind what is written: by then all of that has to be with the system.
#[test]
fn what_is_written_arrives_even_if_nothing_is_written_after_it() {
    let (channel, mut client, written) = full();
    drop(channel);
    let mut received = Vec::new();
    let end = client.read_to_end(&mut received).map_err(|error| error.kind());
    assert_eq!(end, Err(ErrorKind::UnexpectedEof), "nobody said goodbye");
    assert!(received.len() >= written, "{} of {written} bytes arrive", received.len());
}

/// The connection says why it ends, and that isn't the farewell.
#[test]
fn a_farewell_that_cannot_be_sent_is_no_error() {
    let (mut channel, _client, _) = full();
    channel.say_goodbye(shortly()).expect("the client is there");
}

#[test]
fn https_targets_are_served_over_tls_and_http_targets_are_not() {
    let secure = secure();
    let mut stream = secure.connect();
    let get = |target| format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    for target in ["https://localhost/healthz", "HTTPS://localhost/healthz", "/healthz"] {
        stream.write_all(get(target).as_bytes()).expect("the server reads");
        let answer = read_to(&mut stream, b"All is well.\n");
        assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"), "{target}");
    }
    stream.write_all(get("http://localhost/healthz").as_bytes()).expect("the server reads");
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("the server says goodbye");
    assert!(rest.starts_with(b"HTTP/1.1 421 Misdirected Request\r\n"), "{}", rest.escape_ascii());
}

#[test]
fn http_in_the_clear_gets_an_answer_that_says_what_to_do() {
    let secure = secure();
    let reply = exchange(secure.address(), GET, &["GET"]).remove(0);
    assert_eq!(reply.status, 400);
    assert!(text(&reply).contains("TLS") && text(&reply).contains("https://"), "{}", text(&reply));
}

#[test]
fn one_too_many_who_hangs_up_before_the_handshake_is_let_go_at_once() {
    let secure = secure_with(&["--per-address", "1"]);
    let mut first = secure.connect();
    first.write_all(GET.as_bytes()).expect("it is read");
    read_to(&mut first, b"All is well.\n");
    drop(bare(secure.address()));
    logged(&secure.server, "#2 closed");
}

#[test]
fn one_too_many_who_says_little_or_nothing_is_let_go_soon() {
    let secure = secure_with(&["--per-address", "1"]);
    let mut first = secure.connect();
    first.write_all(GET.as_bytes()).expect("it is read");
    read_to(&mut first, b"All is well.\n");
    let [_silent, mut other] = [(); 2].map(|()| bare(secure.address()));
    other.write_all(b"\x16").expect("it is open");
    logged(&secure.server, "#2 closed");
    logged(&secure.server, "#3 closed");
}

#[test]
fn nonsense_after_a_good_beginning_costs_only_that_connection() {
    let secure = secure();
    for junk in [&b"\x16"[..], b"\x16\x03\x01\x00\x05hello", b"\x16\xff\xff\xff\xff\xff"] {
        let mut stream = bare(secure.address());
        stream.write_all(junk).expect("the server reads");
        stream.shutdown(std::net::Shutdown::Write).expect("it is open");
        let mut received = Vec::new();
        match stream.read_to_end(&mut received) {
            Ok(_) => assert!(!received.starts_with(b"HTTP/"), "{:?}", received),
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
    }
    let mut stream = secure.connect();
    stream.write_all(GET.as_bytes()).expect("the server reads");
    read_to(&mut stream, b"All is well.\n");
}

/// An alert in a record of its own, in the clear: it ends the connection, and says why.
#[track_caller]
fn check_alert(received: &[u8], description: AlertDescription) {
    let [21, 3, _, 0, 2, 2, told] = *received else { panic!("{}", received.escape_ascii()) };
    assert_eq!(AlertDescription::from(told), description);
}

#[test]
fn whoever_sends_no_good_handshake_reads_why_however_much_he_sends() {
    let secure = secure();
    for (bytes, description) in [
        // A hello without anything in it; a record that is too long; a server's words.
        (&b"\x16\x03\x01\x00\x04\x01\x00\x00\x00"[..], AlertDescription::DecodeError),
        (b"\x16\x03\x01\xff\xff", AlertDescription::DecodeError),
        (b"\x16\x03\x01\x00\x04\x0e\x00\x00\x00", AlertDescription::UnexpectedMessage),
    ] {
        for more in [0, 1_000_000] {
            let mut stream = bare(secure.address());
            stream.write_all(bytes).expect("the server reads");
            stream.write_all(&vec![b'x'; more]).expect("the server reads on");
            stream.shutdown(std::net::Shutdown::Write).expect("it is open");
            let mut received = Vec::new();
            stream.read_to_end(&mut received).expect("it is not reset");
            check_alert(&received, description);
        }
    }
    logged(&secure.server, "TLS failed");
}

#[test]
fn a_client_with_whom_it_shares_no_protocol_is_told_so() {
    let secure = secure();
    let mut stream = secure.connect_with(secure.address(), &["h2", "http/1.1"]);
    stream.write_all(GET.as_bytes()).expect("they share one");
    read_to(&mut stream, b"All is well.\n");
    let mut stream = secure.connect_with(secure.address(), &["h2"]);
    let error = stream.write_all(GET.as_bytes()).and_then(|()| stream.read_exact(&mut [0]));
    let error = error.expect_err("there is nothing to speak");
    assert!(error.to_string().contains("NoApplicationProtocol"), "{error}");
}

#[test]
fn silence_is_no_error_of_tls() {
    let secure = secure();
    let path = |name| secure.directory.path().join(name);
    let config = tls::config(&path("cert.pem"), &path("key.pem"));
    let config = config.expect("they fit");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let client = bare(listener.local_addr().expect("it is bound"));
    let (stream, _) = listener.accept().expect("the client is there");
    let mut channel = Channel::new(Transport::new(Arc::new(stream)).expect("it is open"));
    // The connection says why it ends: its deadline is over. Nothing is wrong with the channel.
    assert!(channel.secure(config, Instant::now()).expect("nothing is wrong"));
    drop(client);
}

#[cfg(unix)]
#[test]
fn it_stops_while_some_are_silent_and_some_idle() {
    let mut secure = secure();
    let silent = Client::of(&secure.server);
    let mut idle = secure.connect();
    idle.write_all(GET.as_bytes()).expect("the server reads");
    read_to(&mut idle, b"All is well.\n");
    let began = Instant::now();
    super::stop::signal(&mut secure.server, rustix::process::Signal::TERM);
    assert_eq!(idle.read(&mut [0]).expect("the server says goodbye"), 0);
    silent.ended();
    assert_eq!(secure.server.process().ends(SOON).and_then(|status| status.code()), Some(0));
    assert!(began.elapsed() < SOON / 2);
}

#[test]
fn a_key_that_does_not_belong_to_the_certificate_is_refused_at_the_start() {
    let (one, other) = (secure(), secure());
    let certificate = one.directory.path().join("cert.pem");
    let key = other.directory.path().join("key.pem");
    let mut command = Command::new(crate::frame::program(super::NAME));
    command.arg("127.0.0.1:0").arg("--tls-cert").arg(&certificate).arg("--tls-key").arg(key);
    let ended = crate::frame::run(&mut command);
    assert_eq!((ended.code, ended.stderr.lines().count()), (Some(1), 1), "{}", ended.stderr);
    assert!(ended.stderr.contains("can't be used"), "{}", ended.stderr);
    let mut command = Command::new(crate::frame::program(super::NAME));
    command.arg("127.0.0.1:0").arg("--tls-cert").arg(&certificate);
    command.arg("--tls-key").arg(&certificate);
    let ended = crate::frame::run(&mut command);
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("without a passphrase"), "{}", ended.stderr);
}

#[test]
fn curl_trusts_it_with_the_authority_and_not_without() {
    let secure = secure();
    let curl = |words: &[&str]| {
        let mut command = Command::new("curl");
        command.args(["--disable", "--noproxy", "*", "--silent", "--max-time", "10"]).args(words);
        command.arg(format!("https://{}/healthz", secure.address())).output()
    };
    let authority = secure.directory.path().join("ca.pem");
    match curl(&["--cacert", authority.to_str().expect("it is UTF-8")]) {
        Err(error) => skipped(&format!("no curl ({error})")),
        Ok(output) => {
            assert_eq!(output.stdout.escape_ascii().to_string(), "All is well.\\n", "{output:?}");
            let strict = curl(&[]).expect("it is there");
            assert_eq!(strict.status.code(), Some(60), "nobody else trusts it");
        }
    }
}
