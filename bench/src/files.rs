//! A large file over loopback: bytes a second, processor time, memory.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use crate::Rounds;
use crate::machine::{CLIENT_CORE, Machine, pin_this_thread};
use crate::measure::{Counted, Report, Row, rounds, spread};
use crate::programs::{BENCH, COURSE, Program, build, nginx, node};
use crate::server::{Server, scratch};
use crate::table::{LIMIT, busy, or_dash, peak, share, thousands};

/// Every server that can be asked for.
pub const SERVERS: [&str; 4] = [LIMIT, "part6-files", "node", "nginx"];

/// The one way to ask.
pub const SCENARIO: &str = "1 GiB";

/// How much is asked for, each time.
const GIB: u64 = 1 << 30;

const MIB: f64 = 1024.0 * 1024.0;

/// No read takes this long.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where the file is, below the directory that is served.
const TARGET: &str = "/static/file";

/// Prints a line for each server.
pub fn run(options: &Rounds) -> anyhow::Result<()> {
    let file = LargeFile::make()?;
    let programs = programs(options, &file)?;
    let machine = Machine::look(&[("node", "--version"), ("nginx", "-v")]);
    // Behind the look at the machine: a process that is pinned sees one core.
    pin_this_thread(CLIENT_CORE)?;
    let fetch = |server: &Server, seconds| fetch(server, seconds);
    let rows = rounds(options, SCENARIO, &programs, fetch)?;
    let report = Report { machine, rows };
    report.machine.print();
    print(&report);
    report.save(options)
}

fn programs(options: &Rounds, file: &LargeFile) -> anyhow::Result<Vec<Program>> {
    let mut built = build(COURSE, &["part6-files"])?;
    built.extend(build(BENCH, &["peer-file-limit"])?);
    let scratch = scratch()?;
    let root = scratch.to_str().context("a path that is no text")?;
    let path = file.path.to_str().context("a path that is no text")?;
    let limit = Program::built(LIMIT, "peer-file-limit", &built)?.with(path);
    let others = [
        Some(Program::built("part6-files", "part6-files", &built)?.with("--root").with(root)),
        node("node", "files.mjs").map(|node| node.with(root)),
        nginx(),
    ];
    let wants = |program: &Program| Rounds::wants(&options.only, program.name);
    Ok([limit].into_iter().chain(others.into_iter().flatten().filter(wants)).collect())
}

/// A file that is gone when this is dropped.
struct LargeFile {
    path: PathBuf,
}

impl LargeFile {
    /// It is no sparse one, whose holes would not have to be read.
    fn make() -> anyhow::Result<LargeFile> {
        let directory = scratch()?.join("static");
        fs::create_dir_all(&directory)?;
        let made = LargeFile { path: directory.join("file") };
        let mut file = File::create(&made.path)?;
        let block: Vec<_> = (0..1 << 20).map(|at: u32| (at % 251) as u8).collect();
        for _ in 0..GIB / block.len() as u64 {
            file.write_all(&block).context("no room for a file of 1 GiB")?;
        }
        Ok(made)
    }
}

impl Drop for LargeFile {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            eprintln!("cannot remove {}: {error}", self.path.display());
        }
    }
}

/// Asks over one connection until the time is over, once at least. What is counted is mebibytes.
fn fetch(server: &Server, seconds: u64) -> anyhow::Result<Counted> {
    let stream = TcpStream::connect(server.address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut answers = BufReader::with_capacity(256 * 1024, &stream);
    let (start, mut bytes, mut times) = (Instant::now(), 0, Vec::new());
    while times.is_empty() || start.elapsed() < Duration::from_secs(seconds) {
        let begun = Instant::now();
        write!(&stream, "GET {TARGET} HTTP/1.1\r\nHost: {}\r\n\r\n", server.address)?;
        let length = content_length(&mut answers)?;
        ensure!(length == GIB, "{length} bytes instead of a GiB");
        bytes += drop_bytes(&mut answers, length)?;
        times.push(begun.elapsed().as_secs_f64());
    }
    let mib = bytes as f64 / MIB;
    let (median, _, most) = spread(times);
    Ok(Counted {
        per_second: mib / start.elapsed().as_secs_f64(),
        answers: mib as u64,
        p50: Duration::from_secs_f64(median),
        p99: Duration::from_secs_f64(most),
        errors: 0,
    })
}

/// Of a good answer; everything else is an error.
fn content_length(answers: &mut impl BufRead) -> anyhow::Result<u64> {
    let (mut length, mut line) = (None, String::new());
    answers.read_line(&mut line)?;
    ensure!(line == "HTTP/1.1 200 OK\r\n", "answered {line:?}");
    while !matches!(line.as_str(), "\r\n" | "") {
        line.clear();
        answers.read_line(&mut line)?;
        let field = line.trim_end().split_once(": ");
        let is_length = |(name, _): &(&str, &str)| name.eq_ignore_ascii_case("content-length");
        if let Some((_, value)) = field.filter(is_length) {
            length = Some(value.parse()?);
        }
    }
    length.context("an answer without its length")
}

fn drop_bytes(answers: &mut impl Read, length: u64) -> anyhow::Result<u64> {
    let dropped = io::copy(&mut answers.take(length), &mut io::sink())?;
    ensure!(dropped == length, "the stream ended after {dropped} bytes");
    Ok(dropped)
}

fn print(report: &Report) {
    println!("| 1 GiB from | MiB/s | CPU µs/MiB | busy | peak memory | of the limit |");
    println!("|---|--:|--:|--:|--:|--:|");
    for row in &report.rows {
        println!("{}", line(report, row));
    }
}

fn line(report: &Report, row: &Row) -> String {
    let limit = report.row(&row.scenario, LIMIT).filter(|limit| limit.server != row.server);
    let cells = [
        row.server.clone(),
        thousands(row.median(|turn| turn.per_second)),
        or_dash(row.known(|turn| turn.cpu_us).map(|cpu| format!("{cpu:.0}"))),
        busy(row),
        peak(row),
        or_dash(limit.map(|limit| share(row.share_of(limit)))),
    ];
    format!("| {} |", cells.join(" | "))
}
