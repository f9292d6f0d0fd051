//! The client: it waits with a deadline, tries again, and says what was lost.

use std::net::UdpSocket;
use std::thread;
use std::time::Duration;

use echo_udp::client::{Answer, Patience, ask, connect};
use echo_udp::server::{Options, serve};
use fastrand::Rng;

use crate::program::{ECHO_UDP, PATIENCE, Server, UDP_CLIENT, run};

#[test]
fn each_text_is_a_datagram() {
    let server = Server::on_free_port(ECHO_UDP, &[]);
    let (code, output, _) = run(UDP_CLIENT, &[&server.address]);
    assert_eq!(code, 0);
    assert!(output.starts_with("\"Hello\" came back; tries: "), "{output}");
    assert!(output.contains("\n\"World\" came back; tries: "), "{output}");

    let (code, output, _) = run(UDP_CLIENT, &[&server.address, "", "two words"]);
    assert_eq!(code, 0);
    assert!(output.starts_with("\"\" came back; tries: "), "{output}");
    assert!(output.contains("\n\"two words\" came back; tries: "), "{output}");
}

#[test]
fn lost_datagrams_are_sent_again_until_they_come_back() {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    let client = connect(socket.local_addr().expect("bound")).expect("loopback");
    let options = Options { drop: 0.3, ..Options::default() };
    thread::spawn(move || serve(&socket, options, Rng::with_seed(7)));
    let patience = Patience { tries: 12, first_wait: Duration::from_millis(20) };
    let mut tries = 0;
    for n in 0..20 {
        let payload = format!("payload {n}").into_bytes();
        let answer = ask(&client, &payload, patience).expect("loopback").expect("at the 12th try");
        assert_eq!(answer.bytes, payload);
        tries += answer.tries;
    }
    assert!(tries > 20, "none was lost");
}

#[test]
fn a_late_answer_is_not_taken_for_the_next_one() {
    let server = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    server.set_read_timeout(Some(PATIENCE)).expect("not zero");
    let client = connect(server.local_addr().expect("bound")).expect("loopback");
    let asked =
        thread::spawn(move || ask(&client, b"second", Patience { tries: 1, first_wait: PATIENCE }));
    let (_, peer) = server.recv_from(&mut [0; 16]).expect("the client asks");
    for answer in [&b"first"[..], b"second"] {
        assert_eq!(server.send_to(answer, peer).expect("loopback"), answer.len());
    }
    let answer = asked.join().expect("no panic").expect("loopback");
    assert_eq!(answer, Some(Answer { bytes: b"second".into(), tries: 1 }));
}

#[test]
fn answers_of_others_are_not_heard() {
    let server = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    let stranger = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    server.set_read_timeout(Some(PATIENCE)).expect("not zero");
    let client = connect(server.local_addr().expect("bound")).expect("loopback");
    let asked =
        thread::spawn(move || ask(&client, b"text", Patience { tries: 1, first_wait: PATIENCE }));
    let (_, peer) = server.recv_from(&mut [0; 16]).expect("the client asks");
    assert_eq!(stranger.send_to(b"te", peer).expect("loopback"), 2);
    assert_eq!(server.send_to(b"text", peer).expect("loopback"), 4);
    let answer = asked.join().expect("no panic").expect("loopback");
    assert_eq!(answer, Some(Answer { bytes: b"text".into(), tries: 1 }));
}

#[test]
fn a_server_that_answers_nothing_is_given_up() {
    let server = Server::on_free_port(ECHO_UDP, &["--drop", "1"]);
    let (code, output, errors) = run(UDP_CLIENT, &[&server.address, "one"]);
    assert_eq!((code, output.as_str()), (1, "\"one\" was lost\n"));
    assert!(errors.contains("sent 3 bytes, try 5 of 5"), "{errors}");
    assert!(errors.ends_with("lost 1 of 1\n"), "{errors}");
}

#[test]
fn a_port_where_nobody_listens_is_a_loss() {
    // Taken, so that no other test gets it, and connected elsewhere, so that it refuses us.
    let taken = UdpSocket::bind("127.0.0.1:0").expect("loopback");
    taken.connect("127.0.0.1:9").expect("loopback");
    let client = connect(taken.local_addr().expect("bound")).expect("loopback");
    let patience = Patience { tries: 3, first_wait: Duration::from_millis(10) };
    assert_eq!(ask(&client, b"text", patience).expect("a loss is no failure"), None);
}

// Windows receives an error instead of the first bytes.
#[cfg(not(windows))]
#[test]
fn a_cut_answer_is_shown() {
    let server = Server::on_free_port(ECHO_UDP, &["--buffer", "4"]);
    let (code, output, _) = run(UDP_CLIENT, &[&server.address, "12345"]);
    assert_eq!((code, output.as_str()), (0, "\"12345\" came back cut to 4 bytes: \"1234\"\n"));
}

#[test]
fn wrong_arguments_get_one_line_and_exit_code_2() {
    for arguments in [&["nonsense"][..], &["--nonsense"]] {
        let (code, output, errors) = run(UDP_CLIENT, arguments);
        assert_eq!((code, output.as_str()), (2, ""), "{arguments:?}: {errors}");
        assert_eq!(errors.lines().count(), 1, "{arguments:?}: {errors}");
    }
    let (code, output, _) = run(UDP_CLIENT, &["--help"]);
    assert_eq!(code, 0);
    assert!(output.contains("Usage: cargo run -p echo-udp"), "{output}");
}
