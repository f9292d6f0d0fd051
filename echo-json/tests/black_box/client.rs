//! json-client against the server.

use std::fs;

use crate::program::{ECHO_JSON, JSON_CLIENT, RAW_ECHO, Server, run};

const ANSWERS: &str =
    "{\"status\":\"OK\",\"reply\":\"Hello, Alice!\"}\n{\"status\":\"OK\",\"result\":30}\n";
const SUM: &str = r#"{"type":"SUM","a":1,"b":2}"#;

#[test]
fn without_messages_it_greets_and_adds() {
    let server = Server::on_free_port(ECHO_JSON, &[]);
    assert_eq!(run(JSON_CLIENT, &[&server.address], b""), (0, ANSWERS.into(), "".into()));
}

#[test]
fn it_speaks_both_framings() {
    let server = Server::on_free_port(ECHO_JSON, &["--framing", "length"]);
    let arguments = [&server.address, "--framing", "length"];
    assert_eq!(run(JSON_CLIENT, &arguments, b""), (0, ANSWERS.into(), "".into()));
}

#[test]
fn an_error_among_the_answers_is_exit_code_1() {
    let server = Server::on_free_port(ECHO_JSON, &[]);
    let arguments = [&server.address, SUM, "nonsense", SUM];
    let (code, output, errors) = run(JSON_CLIENT, &arguments, b"");
    assert_eq!((code, errors.as_str()), (1, "answers that are no OK: 1\n"));
    let lines: Vec<_> = output.lines().collect();
    let sum = r#"{"status":"OK","result":3}"#;
    assert_eq!(lines, [sum, r#"{"status":"ERROR","message":"Invalid JSON"}"#, sum]);
}

#[test]
fn it_takes_the_lines_of_standard_input_or_of_a_file() {
    let server = Server::on_free_port(ECHO_JSON, &[]);
    let lines = format!("{SUM}\r\n\n{SUM}");
    let answers = "{\"status\":\"OK\",\"result\":3}\n".repeat(2);
    let expected = (0, answers, "".into());
    assert_eq!(run(JSON_CLIENT, &[&server.address, "-"], lines.as_bytes()), expected);

    let file = tempfile::NamedTempFile::new().expect("there is a temporary directory");
    fs::write(&file, &lines).expect("we may write there");
    let path = file.path().to_str().expect("temporary paths are text");
    assert_eq!(run(JSON_CLIENT, &[&server.address, "--file", path], b""), expected);
    let (code, _, _) = run(JSON_CLIENT, &[&server.address, SUM, "--file", path], b"");
    assert_eq!(code, 2);
}

#[test]
fn a_refused_message_still_shows_its_answer() {
    let server = Server::on_free_port(ECHO_JSON, &[]);
    let (code, output, _) = run(JSON_CLIENT, &[&server.address, "-"], &[b'x'; 4 * 1024 * 1024]);
    assert_eq!(code, 1);
    assert_eq!(output, "{\"status\":\"ERROR\",\"message\":\"Message too long\"}\n");
}

#[test]
fn it_says_what_went_wrong() {
    let server = Server::on_free_port(RAW_ECHO, &[]);
    let pretty = "{\n\"type\":\"SUM\"}";
    let (code, _, errors) = run(JSON_CLIENT, &[&server.address, pretty], b"");
    assert_eq!(code, 1);
    assert!(errors.contains("a line cannot contain a newline; try --framing length"), "{errors}");
    let (code, _, errors) = run(JSON_CLIENT, &[&server.address, "--file", "/nowhere/at/all"], b"");
    assert_eq!(code, 1);
    assert!(errors.starts_with("cannot open /nowhere/at/all: "), "{errors}");
}
