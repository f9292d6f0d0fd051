//! `cargo course send`: the raw client. It says what it does, shows both directions as they happen, and in the end who
//! waits for whom.

mod input;

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use course::lesson::Course;
use course::schedule::{Plan, duration};
use course::svg;
use course::term::{self, BAD, FAINT, GOOD};
use course::waiting::Standing;
use course::wire::{self, Options, Side, Step, Timeline, Until, What, Wire};

use super::live::{Happening, Live};
use super::talk;

const ADDRESS: &str = "127.0.0.1:8080";

/// Silence after which a whole answer is taken for all there is.
const SETTLED: Duration = Duration::from_millis(500);

/// How long to look what ending our direction brings, after giving up.
const LAST_LOOK: Duration = Duration::from_millis(500);

/// Longest time to listen to a server that never falls silent.
const LONGEST: Duration = Duration::from_secs(60);

/// Send bytes to a server and see both directions, byte for byte.
///
/// Without bytes: reads them from standard input, or, on a terminal, sends each line that you type, with CRLF.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo course send                  type to the server on 127.0.0.1:8080
  cargo course send \"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n\"
  cargo course send localhost:3000 \"hello\\n\" --split-at 2 --delay 300ms
  cargo course send \"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n\" --each-byte --svg a.svg
  cargo course send --file request.bin --half-close

Escapes: \\r \\n \\t \\0 \\\\ \\\" \\' and \\xNN; \\x22 is a double quote that every shell leaves alone.
Exit code: 0 when nobody waits for something due, 1 when somebody does or nothing listens, 2 for a mistake here.")]
pub struct Arguments {
    /// HOST:PORT, or the URL that a server prints [default: 127.0.0.1:8080].
    address: Option<String>,
    /// The bytes, with escapes such as \r\n.
    bytes: Option<String>,
    /// Send the bytes of this file, as they are.
    #[arg(long, value_name = "PATH", conflicts_with = "bytes")]
    file: Option<PathBuf>,
    /// Cut the bytes at these offsets; each piece is a write of its own.
    #[arg(long, value_name = "N,...", value_delimiter = ',')]
    split_at: Vec<usize>,
    /// Send each byte alone.
    #[arg(long, conflicts_with = "split_at")]
    each_byte: bool,
    /// Pause after each piece, such as 300ms [default: 20ms].
    #[arg(long, value_name = "TIME", value_parser = duration)]
    delay: Option<Duration>,
    /// Send the bytes so many times; in one write, unless a pause or a cut is asked for.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// Then end the client's direction (FIN); answers can still come.
    #[arg(long)]
    half_close: bool,
    /// Then abort the connection (RST).
    #[arg(long, conflicts_with = "half_close")]
    reset: bool,
    /// Give up after so much silence.
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "3s")]
    wait: Duration,
    /// Show every byte; of much, only the beginning and the end are shown otherwise.
    #[arg(long)]
    all: bool,
    /// Draw the timeline into this file.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Send lines as they are typed, even if standard input is no terminal.
    #[arg(long, conflicts_with_all = ["bytes", "file", "split_at", "each_byte", "delay", "repeat", "half_close", "reset"])]
    talk: bool,
}

/// Sends, listens, and says how the connection stands.
///
/// Errors: a mistyped argument; a file can't be read or written; standard output is gone.
pub fn run(arguments: &Arguments, course: &Course, out: &mut dyn Write) -> Result<ExitCode> {
    let (address, bytes) = input::operands(arguments)?;
    let addresses = wire::resolve(address).with_context(|| format!("cannot find {address}"))?;
    let steps = match input::bytes(arguments, bytes)? {
        Some(bytes) => Some(plan(arguments).steps(&bytes)?),
        None => None,
    };
    let live = Live::new(arguments.all);
    let (observer, typed, happenings) = live.observe();
    let options =
        Options { stall: arguments.wait.max(Duration::from_millis(1)), ..Options::default() };
    let mut wire = match Wire::connect(&addresses, options, Some(observer)) {
        Ok(wire) => wire,
        Err(error) => return nobody_listens(address, &error, course),
    };
    writeln!(out, "{FAINT}connected to {address}; → is sent, ← comes back{FAINT:#}")?;
    match steps {
        Some(steps) => carry_out(&mut wire, &steps, &happenings),
        None => talk::talk(&mut wire, typed, &happenings, out)?,
    }
    listen(&mut wire, arguments.wait);
    let timeline = wire.finish();
    live.finish()?;
    finish(arguments, course, &timeline, out)
}

fn plan(arguments: &Arguments) -> Plan {
    Plan {
        split_at: arguments.split_at.clone(),
        each_byte: arguments.each_byte,
        delay: arguments.delay,
        repeat: arguments.repeat as usize,
        half_close: arguments.half_close,
        reset: arguments.reset,
    }
}

fn nobody_listens(address: &str, error: &io::Error, course: &Course) -> Result<ExitCode> {
    let why = match error.kind() {
        io::ErrorKind::ConnectionRefused => "nothing listens there".to_owned(),
        io::ErrorKind::TimedOut => "nothing answers there".to_owned(),
        _ => error.to_string(),
    };
    let package = course.lessons.first().map_or("part1-naive", |lesson| &lesson.package);
    let port = if address == ADDRESS { String::new() } else { format!(" -- {address}") };
    anstream::eprintln!(
        "{address}: {why}; start a server in a second terminal, such as: cargo run -p {package}{port}"
    );
    Ok(ExitCode::FAILURE)
}

fn carry_out(wire: &mut Wire, steps: &[Step], happenings: &Receiver<Happening>) {
    for step in steps {
        if happenings.try_iter().any(|happening| matches!(happening, Happening::Broken)) {
            return;
        }
        wire.step(step);
    }
}

/// Listens until the connection ends, or everything is answered, or the server was silent for so long.
///
/// Who gives up ends its direction: if that is what the server was waiting for, it moves now, and that is worth knowing.
fn listen(wire: &mut Wire, wait: Duration) {
    let began = Instant::now();
    let look = wait.min(SETTLED);
    let (mut last, mut received) = (began, 0);
    while last.elapsed() < wait && began.elapsed() < LONGEST {
        let quiet = wire.wait(&Until::Quiet(look), look * 2);
        let timeline = wire.timeline();
        if timeline.ended() || is_done(&timeline) {
            return;
        }
        if timeline.received.len() > received {
            received = timeline.received.len();
            last = Instant::now() - if quiet { look } else { Duration::ZERO };
        }
    }
    wire.give_up("the server");
    if wire.timeline().find(Side::Client, |what| *what == What::Fin).is_none() {
        wire.half_close();
        wire.wait(&Until::Quiet(LAST_LOOK), LAST_LOOK * 2);
    }
}

/// Whether more time would bring nothing that is due.
fn is_done(timeline: &Timeline) -> bool {
    use Standing::{Aborted, Answered, AnsweredEarly, NotRead};
    matches!(Standing::of(timeline), Aborted | Answered(..) | AnsweredEarly(..) | NotRead(_))
}

fn finish(
    arguments: &Arguments,
    course: &Course,
    timeline: &Timeline,
    out: &mut dyn Write,
) -> Result<ExitCode> {
    let standing = Standing::of(timeline);
    let style = if standing.settled() { GOOD } else { BAD };
    writeln!(out, "\n{style}{}{style:#}", term::wrapped(&standing.to_string(), 0))?;
    if let Some(path) = &arguments.svg {
        fs::write(path, svg::draw(timeline))
            .with_context(|| format!("cannot write {}", path.display()))?;
        writeln!(out, "drawn: {}", path.display())?;
    }
    if standing.settled() {
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(out, "{FAINT}about waiting: {}{FAINT:#}", course.page("who-waits"))?;
    Ok(ExitCode::FAILURE)
}
