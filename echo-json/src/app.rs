//! What this server answers.
//!
//! In: one message. Out: one answer, straight into the output. It knows no frames and no sockets.

use std::fmt::Display;
use std::io::Write;

use crate::error::RequestError;
use crate::message::Request;

/// Answers one message, whatever it is.
pub fn answer(message: &[u8], output: &mut Vec<u8>) {
    let answered = Request::parse(message).and_then(|request| reply(request, output));
    if let Err(error) = answered {
        refuse(error, output);
    }
}

/// Tells the client its mistake.
pub fn refuse(error: RequestError, output: &mut Vec<u8>) {
    output.extend_from_slice(br#"{"status":"ERROR","message":""#);
    // Our messages have nothing in them that JSON would escape.
    append(output, error);
    output.extend_from_slice(br#""}"#);
}

fn reply(request: Request<'_>, output: &mut Vec<u8>) -> Result<(), RequestError> {
    match request {
        Request::Greeting(name) => {
            output.extend_from_slice(br#"{"status":"OK","reply":"Hello, "#);
            output.extend_from_slice(name.as_bytes());
            output.extend_from_slice(br#"!"}"#);
        }
        Request::Sum(a, b) => {
            let result = a.plus(b)?;
            output.extend_from_slice(br#"{"status":"OK","result":"#);
            append(output, result);
            output.push(b'}');
        }
        Request::Echo(payload) => {
            output.extend_from_slice(br#"{"status":"OK","payload":"#);
            output.extend_from_slice(payload.as_bytes());
            output.push(b'}');
        }
    }
    Ok(())
}

fn append(output: &mut Vec<u8>, value: impl Display) {
    write!(output, "{value}").expect("memory takes what is written to it");
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[track_caller]
    fn check(message: impl AsRef<[u8]>, expected: &str) {
        let mut output = Vec::new();
        answer(message.as_ref(), &mut output);
        assert_eq!(String::from_utf8_lossy(&output), expected);
    }

    #[track_caller]
    fn check_refused(message: impl AsRef<[u8]>, expected: &str) {
        check(message, &format!(r#"{{"status":"ERROR","message":"{expected}"}}"#));
    }

    #[test]
    fn greetings() {
        let check = |name: &str, reply: &str| {
            check(
                format!(r#"{{"type":"GREETING","name":{name}}}"#),
                &format!(r#"{{"status":"OK","reply":"{reply}"}}"#),
            );
        };
        check(r#""Alice""#, "Hello, Alice!");
        check(r#""""#, "Hello, !");
        check(r#""Zoë 🦀""#, "Hello, Zoë 🦀!");
        check(r#""\"\\\n\u00e9""#, r#"Hello, \"\\\n\u00e9!"#);
    }

    #[test]
    fn an_echo_is_the_same_json() {
        for payload in [
            "null",
            "true",
            "{}",
            "[ 1,\t{\"a\" : [] } ]",
            r#""\u00e9 \ud800 é""#,
            "-0",
            "1.0",
            "1e400",
            "123456789012345678901234567890123456789012345678901234567890",
            r#"{"a":1,"a":2}"#,
        ] {
            check(
                format!(r#"{{"type":"ECHO","payload": {payload} }}"#),
                &format!(r#"{{"status":"OK","payload":{payload}}}"#),
            );
        }
    }

    #[test]
    fn fields_may_come_in_any_order_with_others_between() {
        check(
            r#" { "b" : 2 , "x" : {} , "a" : 1 , "type" : "SUM" } "#,
            r#"{"status":"OK","result":3}"#,
        );
        check(r#"{"a":[],"type":"GREETING","name":"A"}"#, r#"{"status":"OK","reply":"Hello, A!"}"#);
        check(r#"{"t\u0079pe":"S\u0055M","a":1,"b":2}"#, r#"{"status":"OK","result":3}"#);
    }

    #[test]
    fn what_is_no_json() {
        for text in [
            "",
            "nonsense",
            "{",
            r#"{"type":"ECHO","payload":}"#,
            r#"{"type":"ECHO","payload":01}"#,
            r#"{"type":"ECHO","payload":NaN}"#,
            r#"{"type":"ECHO","payload":+1}"#,
            r#"{type:"ECHO"}"#,
            r#"{"type":"SUM","type":"SUM""#,
            r#"{"type":"GREETING","name":"A"} x"#,
            "[1,2",
            "\"\x01\"",
            "\u{FEFF}{}",
            "\u{A0}{}",
            r#"{"type":"GREETING","name":"\x"}"#,
            r#"{"a":1,}"#,
        ] {
            check_refused(text, "Invalid JSON");
        }
        check_refused("[".repeat(500_000), "Invalid JSON");
        check_refused(b"{\"type\":\"GREETING\",\"name\":\"\xFF\"}", "Invalid UTF-8");
        check_refused(b"{} \xE2\x82", "Invalid UTF-8");
    }

    #[test]
    fn json_without_the_fields() {
        for text in ["[]", "1", "null", r#""type""#, r#"["GREETING","Alice"]"#] {
            check_refused(text, "Expected an object with the field type");
        }
        check_refused("{}", "Missing field: type");
        check_refused(r#"{"type":null}"#, "Not a string: type");
        check_refused(r#"{"type":"greeting"}"#, "Unknown type");
        check_refused(r#"{"type":"\ud800"}"#, "Unknown type");
        check_refused(r#"{"type":"GREETING"}"#, "Missing field: name");
        check_refused(r#"{"type":"GREETING","name":null}"#, "Not a string: name");
        check_refused(r#"{"type":"SUM","a":1}"#, "Missing field: b");
        check_refused(r#"{"type":"SUM","b":1}"#, "Missing field: a");
        check_refused(r#"{"type":"SUM","a":1,"b":"2"}"#, "Not a number: b");
        check_refused(r#"{"type":"SUM","a":null,"b":2}"#, "Not a number: a");
        check_refused(r#"{"type":"ECHO"}"#, "Missing field: payload");
        check_refused(r#"{"type":"ECHO","payload":1,"payload":1}"#, "A field stands there twice");
    }

    #[test]
    fn nesting_has_a_limit() {
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        let echo = |payload: &str| format!(r#"{{"type":"ECHO","payload":{payload}}}"#);
        let deepest = nested(127);
        check(echo(&deepest), &format!(r#"{{"status":"OK","payload":{deepest}}}"#));
        check_refused(echo(&nested(128)), "Nested too deep");
        check_refused(echo(&nested(500_000)), "Nested too deep");
        check_refused(nested(500_000), "Nested too deep");
        let brackets_in_a_string = format!(r#""\"{}""#, "[".repeat(300));
        check(
            echo(&brackets_in_a_string),
            &format!(r#"{{"status":"OK","payload":{brackets_in_a_string}}}"#),
        );
    }
}
