//! JSON lines: one JSON object a line, one answer a line, in order; the protocol of echo-json.

use super::build::*;
use super::{Answer, Check, Exchange, Group, Status, Want};
use crate::wire::Step;

const FRAMING: &str = "echo-json-framing";
const PAGE: &str = "echo-json";
const GREETING: &str = "{\"type\":\"GREETING\",\"name\":\"Alice\"}\n";
const HELLO: &str = r#"{"status": "OK", "reply": "Hello, Alice!"}"#;
const ERROR: &str = r#"{"status": "ERROR"}"#;
/// Two-byte, three-byte and four-byte sequences.
const UTF8: &str = "{\"type\":\"ECHO\",\"payload\":\"grüße €1 🦀\"}\n";
const UTF8_ECHO: &str = r#"{"status": "OK", "payload": "grüße €1 🦀"}"#;

/// The checks of this group.
pub fn checks() -> Vec<Check> {
    let mut checks = framing();
    checks.extend(messages());
    checks
}

fn framing() -> Vec<Check> {
    vec![
        line("greeting", "A line is answered while the client keeps its side open.", FRAMING)
            .with(whole(GREETING).wants(lines(&[HELLO]))),
        line("line-cut", "A line cut in two at any byte is one message.", FRAMING)
            .each(every_cut(GREETING.as_bytes()).map(|cut| cut.wants(lines(&[HELLO])))),
        line(
            "line-byte-by-byte",
            "A line that arrives one byte at a time is one message.",
            FRAMING,
        )
        .with(each_byte(GREETING.as_bytes()).wants(lines(&[HELLO]))),
        line("lines-joined", "Lines that arrive in one segment get an answer each.", FRAMING)
            .with(whole(GREETING.repeat(2)).wants(lines(&[HELLO; 2])))
            .with(whole(GREETING.repeat(100)).wants(lines(&[HELLO; 100]))),
        line(
            "next-line-cut",
            "A line that begins in the segment of the one before is whole.",
            FRAMING,
        )
        .with(
            Exchange {
                early_is_wrong: false,
                ..pieces(&[
                    &GREETING.repeat(2).as_bytes()[..50],
                    &GREETING.repeat(2).as_bytes()[50..],
                ])
            }
            .wants(lines(&[HELLO; 2])),
        ),
        line(
            "line-utf8-cut",
            "A character that is cut by a segment's end comes back whole.",
            FRAMING,
        )
        .with(each_byte(UTF8.as_bytes()).wants(lines(&[UTF8_ECHO]))),
        line("crlf", "A line may end in CRLF.", FRAMING)
            .with(whole(GREETING.replace('\n', "\r\n").repeat(2)).wants(lines(&[HELLO; 2]))),
        line("blank-lines", "Blank lines are skipped.", FRAMING)
            .with(whole(format!("\n\r\n{GREETING}\n{GREETING}")).wants(lines(&[HELLO; 2]))),
        line(
            "end-after-line",
            "A client that ends its direction still gets its answers, and then the end.",
            FRAMING,
        )
        .with(whole(GREETING.repeat(2)).then(Step::HalfClose).wants(lines(&[HELLO; 2]).closes())),
        line(
            "end-inside-line",
            "A last line without its newline is an error, and not taken for whole.",
            FRAMING,
        )
        .with(whole(GREETING.trim_end()).then(Step::HalfClose).wants(lines(&[ERROR]).closes())),
        line(
            "line-too-long",
            "A line of more than 1 MiB is an error, and the connection closes.",
            FRAMING,
        )
        .with(
            whole(echo(&format!("\"{}\"", "x".repeat(2 << 20))))
                .wants(lines(&[ERROR]).closes_in_order()),
        ),
        line("long-line", "A line of 200 KiB comes back whole.", FRAMING).with(
            whole(echo(&format!("\"{}\"", "x".repeat(200 << 10))))
                .wants(want(vec![answer(Status::Any).json(long_echo())])),
        ),
        line("line-silent-beside", "A connection that says nothing holds up nobody else.", PAGE)
            .with(whole(GREETING).beside(vec![Step::Pause(GAP)]).wants(lines(&[HELLO]))),
        line(
            "line-half-beside",
            "A client that stops in the middle of a line holds up nobody else.",
            PAGE,
        )
        .with(
            whole(GREETING)
                .beside(vec![Step::Send(b"{\"type\":".to_vec()), Step::Pause(GAP)])
                .wants(lines(&[HELLO])),
        ),
        line(
            "line-reset-midway",
            "A client that resets in the middle of a line leaves the server standing.",
            PAGE,
        )
        .alone()
        .with(
            whole(GREETING)
                .beside(vec![Step::Send(b"{\"type\":".to_vec()), Step::Pause(GAP), Step::Reset])
                .wants(lines(&[HELLO])),
        ),
        line(
            "line-connect-and-close",
            "A client that connects and leaves gets no bytes, and the next one is served.",
            PAGE,
        )
        .alone()
        .with(unanswered(vec![Step::HalfClose]))
        .with(whole(GREETING).wants(lines(&[HELLO]))),
    ]
}

fn messages() -> Vec<Check> {
    vec![
        line("sum", "Two numbers are added.", PAGE)
            .with(asks(r#"{"type":"SUM","a":10,"b":20}"#, r#"{"status": "OK", "result": 30}"#))
            .with(asks(
                r#"{"type":"SUM","a":1.5,"b":2.25}"#,
                r#"{"status": "OK", "result": 3.75}"#,
            )),
        line("sum-exactly", "Integers are added exactly, to the last digit.", PAGE)
            .with(asks(
                r#"{"type":"SUM","a":9007199254740992,"b":1}"#,
                r#"{"status": "OK", "result": 9007199254740993}"#,
            ))
            .with(asks(
                r#"{"type":"SUM","a":9223372036854775807,"b":-1}"#,
                r#"{"status": "OK", "result": 9223372036854775806}"#,
            )),
        line(
            "sum-overflow",
            "A sum that 64 bits don't hold is an error, not another number.",
            PAGE,
        )
        .each([
            mistake(r#"{"type":"SUM","a":9223372036854775807,"b":1}"#),
            mistake(r#"{"type":"SUM","a":1e308,"b":1e308}"#),
        ]),
        line("sum-of-strings", "A string is no number, whatever it looks like.", PAGE).each([
            mistake(r#"{"type":"SUM","a":"1","b":2}"#),
            mistake(r#"{"type":"SUM","a":1,"b":true}"#),
        ]),
        line("echo", "Any JSON comes back as it is, null included.", PAGE)
            .with(asks(r#"{"type":"ECHO","payload":null}"#, r#"{"status": "OK", "payload": null}"#))
            .with(asks(
                r#"{"type":"ECHO","payload":[1,{"a":"\"\\\n"},false]}"#,
                r#"{"status": "OK", "payload": [1, {"a": "\"\\\n"}, false]}"#,
            )),
        line("unknown-type", "Another type is an error, and the connection goes on.", PAGE)
            .with(asks(r#"{"type":"DANCE"}"#, r#"{"status": "ERROR", "message": "Unknown type"}"#)),
        line("invalid-json", "What is no JSON is an error, and the connection goes on.", PAGE)
            .each(
                ["hello", "{", "{\"type\":\"ECHO\",\"payload\":}", "{} {}", "{'type':'ECHO'}"]
                    .map(|bad| asks(bad, r#"{"status": "ERROR", "message": "Invalid JSON"}"#)),
            ),
        line("missing-field", "A field that is missing is an error that names it.", PAGE)
            .with(names(r#"{"type":"ECHO"}"#, "payload"))
            .with(names(r#"{"type":"SUM","a":1}"#, "b"))
            .with(names(r#"{"type":"GREETING"}"#, "name"))
            .with(names(r#"{"name":"Alice"}"#, "type")),
        line("no-object", "JSON that is no object is an error.", PAGE)
            .each(["5", "[]", "null", "\"GREETING\""].map(mistake)),
        line("invalid-utf8", "Bytes that are no UTF-8 are an error for their line only.", PAGE)
            .alone()
            .with(after(b"{\"type\":\"ECHO\",\"payload\":\"\xff\"}\n", ERROR))
            .with(after(b"\xc3\n", ERROR)),
        line(
            "deep-nesting",
            "Brackets without end are an error, and no overflow of the stack.",
            PAGE,
        )
        .alone()
        .with(mistake(&"[".repeat(200_000)))
        .with(mistake(&format!(r#"{{"type":"ECHO","payload":{}}}"#, "[".repeat(200_000)))),
        line("answers-in-order", "Answers come in the order of the lines.", PAGE).with(
            whole(format!(
                "{}\n{GREETING}nonsense\n{}\n",
                r#"{"type":"SUM","a":1,"b":2}"#, r#"{"type":"ECHO","payload":4}"#
            ))
            .wants(lines(&[
                r#"{"status": "OK", "result": 3}"#,
                HELLO,
                ERROR,
                r#"{"status": "OK", "payload": 4}"#,
            ])),
        ),
    ]
}

fn line(name: &'static str, promise: &'static str, page: &'static str) -> Check {
    check(Group::JsonLines, name, promise).see("the protocol of echo-json", page).parts(ALWAYS)
}

/// One answer for each of these objects, with at least their members.
fn lines(answers: &[&'static str]) -> Want {
    want(answers.iter().map(|members| one(members)).collect())
}

fn one(members: &'static str) -> Answer {
    answer(Status::Any).json(members)
}

/// A line and a greeting; wants one answer with these members and the greeting's.
fn asks(line: &str, members: &'static str) -> Exchange {
    after(format!("{line}\n").as_bytes(), members)
}

fn after(bytes: &[u8], members: &'static str) -> Exchange {
    whole([bytes, GREETING.as_bytes()].concat()).wants(lines(&[members, HELLO]))
}

fn mistake(line: &str) -> Exchange {
    asks(line, ERROR)
}

/// A line whose answer is an error that names this field.
fn names(line: &str, field: &'static str) -> Exchange {
    whole(format!("{line}\n{GREETING}")).wants(want(vec![one(ERROR).mentions(field), one(HELLO)]))
}

fn echo(payload: &str) -> String {
    format!("{{\"type\":\"ECHO\",\"payload\":{payload}}}\n")
}

fn long_echo() -> String {
    format!(r#"{{"status": "OK", "payload": "{}"}}"#, "x".repeat(200 << 10))
}
