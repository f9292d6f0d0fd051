//! A timeline as text: one entry per event, with time, direction, byte count and the bytes, escaped, a line of theirs to
//! a line of ours.

use std::io::{self, Write};
use std::time::Duration;

use crate::term::{BAD, FAINT, GOOD, NAME, PLACE};
use crate::wire::{Event, Side, What};

/// Bytes that are left of an event whose bytes are too many.
const CUT_BYTES: usize = 480;

/// Columns before the bytes: time, direction, count.
const MARGIN: usize = 24;

/// Columns that the bytes need beside that, at least; where there is no room, they stand below, behind the time.
const ROOM: usize = 30;
const BELOW: usize = 9;

/// A line's end, as it is shown.
const CRLF: &str = "\\r\\n";

/// How an event is to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Most columns of a line.
    pub width: usize,
    /// Most bytes that are shown; of more, those around the mark, or the first and the last.
    pub most: usize,
    /// The byte under which a caret stands; the number of bytes is the place behind the last one.
    pub mark: Option<usize>,
}

/// Writes one event.
///
/// Errors: those of the writer.
pub fn write_as(out: &mut dyn Write, event: &Event, bytes: &[u8], look: &Look) -> io::Result<()> {
    write!(out, "{FAINT}{:<8}{FAINT:#} ", time(event.at))?;
    let (arrow, style) = match event.side {
        Side::Client => ("→", PLACE),
        Side::Server => ("←", GOOD),
    };
    match &event.what {
        What::Bytes(range) => {
            let is_narrow = look.width < MARGIN + ROOM + 2;
            let margin = if is_narrow { BELOW } else { MARGIN };
            let columns = look.width.saturating_sub(margin + 2);
            let lines = match look.mark {
                None if bytes.len() > look.most => both_ends(bytes, columns, look.most),
                mark => marked_lines(bytes, range.len(), columns, look.most, mark),
            };
            write!(out, "{style}{arrow}{style:#} {:>5} {:5}", range.len(), unit(range.len()))?;
            let next = format!("\n{:margin$}", "");
            writeln!(out, "{}{}", if is_narrow { &next } else { "  " }, lines.join(&next))
        }
        What::Fin => writeln!(out, "{style}{arrow} {NAME}FIN{NAME:#}"),
        What::Rst => writeln!(out, "{style}{arrow} {BAD}RST{BAD:#}"),
        What::TimedOut(what) => writeln!(out, "{BAD}the client gives up waiting for {what}{BAD:#}"),
        What::ToldToStop => writeln!(out, "{NAME}the server is told to stop (SIGTERM){NAME:#}"),
        What::Full => {
            writeln!(out, "{BAD}the client stops reading: this is more than it keeps{BAD:#}")
        }
        What::Failed(why) => writeln!(out, "{BAD}the connection failed: {why}{BAD:#}"),
    }
}

/// Seconds since the connection was established, as the servers' logs write them.
pub fn time(at: Duration) -> String {
    format!("+{:.3}s", at.as_secs_f64())
}

/// The word after a number of bytes.
pub fn unit(bytes: usize) -> &'static str {
    if bytes == 1 { "byte" } else { "bytes" }
}

/// The bytes, escaped and quoted, in lines that end where theirs do and have at most `columns` between the quotes; of
/// more than `most` bytes only the beginning.
pub fn escaped_lines(bytes: &[u8], columns: usize, most: usize) -> Vec<String> {
    marked_lines(bytes, bytes.len(), columns, most, None)
}

/// The first and the last of too many bytes.
fn both_ends(bytes: &[u8], columns: usize, most: usize) -> Vec<String> {
    let kept = most.min(CUT_BYTES);
    let (first, rest) = bytes.split_at(kept / 4 * 3);
    let (hidden, last) = rest.split_at(rest.len() - kept / 4);
    let mut lines = escaped_lines(first, columns, kept);
    lines.push(format!("… {} more {}", hidden.len(), unit(hidden.len())));
    lines.extend(escaped_lines(last, columns, kept));
    lines
}

/// The same, with a caret under the byte at `mark`, and never without that byte. Of `total` bytes the last may not have
/// been kept.
fn marked_lines(
    bytes: &[u8],
    total: usize,
    columns: usize,
    most: usize,
    mark: Option<usize>,
) -> Vec<String> {
    let before = mark.map_or(0, |mark| (mark + 1).saturating_sub(most));
    let before = if before > 0 { before + most / 2 } else { 0 };
    let mut lines = Vec::new();
    if before > 0 {
        lines.push(format!("… {before} {} before", unit(before)));
    }
    let rest = &bytes[before..];
    let shown = &rest[..rest.len().min(most)];
    shown_lines(shown, columns, mark.map(|mark| mark - before), &mut lines);
    let hidden = total - before - shown.len();
    if hidden > 0 {
        lines.push(format!("… {hidden} more {}", unit(hidden)));
    }
    lines
}

fn shown_lines(bytes: &[u8], columns: usize, mark: Option<usize>, lines: &mut Vec<String>) {
    let caret = |line: &str| format!("{:1$}^", "", line.len() + 1);
    let mut at = 0;
    let mut pending = None;
    for text in bytes.split_inclusive(|&b| b == b'\n') {
        let mut line = String::new();
        for (index, &byte) in text.iter().enumerate() {
            let escaped = byte.escape_ascii().to_string();
            // Whoever sees a CR alone takes it for a mistake.
            let room = if text[index..] == *b"\r\n" { CRLF.len() } else { escaped.len() };
            if line.len() + room > columns.max(CRLF.len()) {
                lines.push(format!("\"{line}\""));
                lines.extend(pending.take());
                line.clear();
            }
            if mark == Some(at) {
                pending = Some(caret(&line));
            }
            line.push_str(&escaped);
            at += 1;
        }
        if mark == Some(bytes.len()) && at == bytes.len() {
            pending = Some(caret(&line));
        }
        lines.push(format!("\"{line}\""));
        lines.extend(pending.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(side: Side, what: What, bytes: &[u8], expected: &str) {
        let event = Event { at: Duration::from_micros(1_234_567), side, what };
        let mut out = Vec::new();
        let look = Look { width: 56, most: 2048, mark: None };
        write_as(&mut out, &event, bytes, &look).expect("memory takes everything");
        let plain = anstream::adapter::strip_bytes(&out).into_vec();
        assert_eq!(String::from_utf8(plain).expect("text"), expected);
    }

    #[test]
    fn bytes_stand_under_each_other_line_by_line() {
        let head = b"GET / HTTP/1.1\r\n\r\n";
        let expected = "+1.235s  →    18 bytes  \"GET / HTTP/1.1\\r\\n\"\n                        \"\\r\\n\"\n";
        check(Side::Client, What::Bytes(0..18), head, expected);
        check(Side::Server, What::Bytes(3..4), b"\xff", "+1.235s  ←     1 byte   \"\\xff\"\n");
    }

    #[test]
    fn where_there_is_no_room_beside_the_count_the_bytes_stand_below() {
        let event = Event { at: Duration::ZERO, side: Side::Client, what: What::Bytes(0..18) };
        let mut out = Vec::new();
        let look = Look { width: 40, most: 2048, mark: None };
        write_as(&mut out, &event, b"GET / HTTP/1.1\r\n\r\n", &look).expect("memory takes it");
        let plain = String::from_utf8(anstream::adapter::strip_bytes(&out).into_vec());
        let expected =
            "+0.000s  →    18 bytes\n         \"GET / HTTP/1.1\\r\\n\"\n         \"\\r\\n\"\n";
        assert_eq!(plain.as_deref(), Ok(expected));
    }

    #[test]
    fn a_caret_stands_under_the_marked_byte() {
        assert_eq!(marked_lines(b"a\nbcd", 5, 9, 99, Some(3)), ["\"a\\n\"", "\"bcd\"", "  ^"]);
        assert_eq!(marked_lines(b"a\nbc", 4, 9, 99, Some(1)), ["\"a\\n\"", "  ^", "\"bc\""]);
        assert_eq!(marked_lines(b"abcdef", 6, 4, 99, Some(4)), ["\"abcd\"", "\"ef\"", " ^"]);
        assert_eq!(marked_lines(b"ab", 2, 9, 99, Some(2)), ["\"ab\"", "   ^"]);
        let far = ["… 3 bytes before", "\"def\"", "  ^"];
        assert_eq!(marked_lines(b"abcdef", 6, 9, 4, Some(4)), far);
    }

    #[test]
    fn of_too_many_bytes_both_ends_are_shown() {
        let lines = both_ends(b"abcdefghijkl", 9, 8);
        assert_eq!(lines, ["\"abcdef\"", "… 4 more bytes", "\"kl\""]);
    }

    #[test]
    fn bytes_that_were_not_kept_are_counted() {
        let event = What::Bytes(0..100);
        let expected = "+1.235s  ←   100 bytes  \"abc\"\n                        … 97 more bytes\n";
        check(Side::Server, event, b"abc", expected);
    }

    #[test]
    fn ends_have_names() {
        check(Side::Server, What::Fin, b"", "+1.235s  ← FIN\n");
        check(Side::Client, What::Rst, b"", "+1.235s  → RST\n");
        let gives_up = "+1.235s  the client gives up waiting for the answer\n";
        check(Side::Client, What::TimedOut("the answer".to_owned()), b"", gives_up);
    }

    #[test]
    fn an_escape_is_never_cut_and_no_more_is_shown_than_asked_for() {
        assert_eq!(escaped_lines(b"a\xff\xfe", 6, 99), ["\"a\\xff\"", "\"\\xfe\""]);
        assert_eq!(escaped_lines(b"abc\r\n", 6, 99), ["\"abc\"", "\"\\r\\n\""]);
        assert_eq!(escaped_lines(b"abcdef", 9, 4), ["\"abcd\"", "… 2 more bytes"]);
        assert_eq!(escaped_lines(b"", 9, 4), [""; 0]);
    }
}
