//! How the programs start: arguments, `--help`, an address that is in use.

use std::net::TcpListener;

use crate::program::{
    ECHO_JSON, JSON_CLIENT, RAW_CLIENT, RAW_ECHO, Server, lines, run, spawn, wait_for,
};

const ALL: [&str; 4] = [RAW_ECHO, RAW_CLIENT, ECHO_JSON, JSON_CLIENT];

#[test]
fn help_is_not_an_error() {
    for program in ALL {
        for option in ["-h", "--help"] {
            let (code, output, errors) = run(program, &[option], b"");
            assert_eq!((code, errors.as_str()), (0, ""), "{program}");
            assert!(output.contains("Usage: cargo run -p echo-json"), "{output}");
        }
    }
}

#[test]
fn a_wrong_argument_gets_one_line_and_exit_code_2() {
    for program in ALL {
        for arguments in [&["nonsense"][..], &["127.0.0.1:99999"], &["--nonsense"], &["unix:"]] {
            let (code, output, errors) = run(program, arguments, b"");
            assert_eq!((code, output.as_str()), (2, ""), "{program} {arguments:?}: {errors}");
            assert_eq!(errors.lines().count(), 1, "{program} {arguments:?}: {errors}");
        }
    }
}

#[test]
fn an_address_in_use_is_tried_again_until_it_is_free() {
    let other = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = other.local_addr().expect("bound").to_string();
    let mut child = spawn(ECHO_JSON, &[&address]);
    let log = lines(child.stderr.take().expect("piped"));
    wait_for(&log, &format!("{address} is in use by another program; trying again in 1s (1 of 5)"));
    drop(other);
    let output = lines(child.stdout.take().expect("piped"));
    wait_for(&output, &format!("listening on {address}"));
    child.kill().expect("our own child can be killed");
    child.wait().expect("our own child can be waited for");
}

#[test]
fn an_address_in_use_for_long_is_given_up() {
    let server = Server::on_free_port(RAW_ECHO, &[]);
    let (code, output, errors) = run(ECHO_JSON, &[&server.address], b"");
    assert_eq!((code, output.as_str()), (1, ""));
    assert_eq!(errors.lines().count(), 6, "{errors}");
    let last = errors.lines().last().unwrap_or_default();
    assert!(
        last.starts_with(&format!("{} is in use by another program", server.address)),
        "{last}"
    );
    assert!(last.ends_with("cargo run -p echo-json -- 127.0.0.1:0"), "{last}");
}
