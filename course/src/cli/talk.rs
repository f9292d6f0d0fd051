//! Talk mode: each line that is typed goes out with CRLF, until the person or the server has had enough.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::sync::mpsc::{Receiver, Sender};
use std::thread;

use course::term::FAINT;
use course::wire::Wire;

use super::live::Happening;

/// Longest line that is taken from standard input, in bytes.
const LINE_BYTES: u64 = 1 << 20;

/// Sends what is typed until standard input or the connection ends; then ends our direction.
///
/// Errors: standard output is gone; no thread can be started.
pub fn talk(
    wire: &mut Wire,
    typed: Sender<Happening>,
    happenings: &Receiver<Happening>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let end = if cfg!(windows) { "Ctrl-Z and Enter" } else { "Ctrl-D" };
    writeln!(
        out,
        "{FAINT}each line goes out with CRLF; an empty one ends a head; {end} ends your direction{FAINT:#}"
    )?;
    thread::Builder::new().name("typist".to_owned()).spawn(move || read_lines(&typed))?;
    for happening in happenings {
        match happening {
            Happening::Typed(mut line) => {
                line.extend_from_slice(b"\r\n");
                wire.send(&line);
            }
            Happening::TypedAll => {
                wire.half_close();
                return Ok(());
            }
            Happening::Closed | Happening::Broken => return Ok(()),
        }
    }
    Ok(())
}

fn read_lines(typed: &Sender<Happening>) {
    let mut input = BufReader::new(io::stdin());
    loop {
        let mut line = Vec::new();
        // An error on standard input means the same as its end: nothing more will be typed.
        let read = input.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line);
        let happening = match read {
            Ok(1..) => Happening::Typed(without_end(line)),
            _ => Happening::TypedAll,
        };
        let is_last = matches!(happening, Happening::TypedAll);
        if typed.send(happening).is_err() || is_last {
            return;
        }
    }
}

fn without_end(mut line: Vec<u8>) -> Vec<u8> {
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    line
}
