//! How long a learner waits: from an empty target directory to the first answer, and from an edit to the
//! next one. In debug builds, as `cargo run` makes them.

use std::env;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, ensure};
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::Rounds;
use crate::machine::Machine;
use crate::measure::spread;
use crate::programs::{BENCH, COURSE, Listens, node};
use crate::server::{Server, scratch};

/// How often, and which.
#[derive(Args)]
pub struct Options {
    /// How often each one is built from nothing
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Only these
    #[arg(long, value_delimiter = ',', value_parser = PossibleValuesParser::new(names()))]
    only: Vec<String>,
}

struct Package {
    name: &'static str,
    workspace: &'static str,
    /// The file that a user would edit.
    edited: &'static str,
    /// Part 2 answers only then.
    half_closes: bool,
}

const PART1: Package = Package {
    name: "part1-naive",
    workspace: COURSE,
    edited: "part1-naive/src/main.rs",
    half_closes: false,
};

const PACKAGES: [Package; 6] = [
    PART1,
    Package {
        name: "part2-buffering",
        edited: "part2-buffering/src/main.rs",
        half_closes: true,
        ..PART1
    },
    Package { name: "part3-parser", edited: "part3-parser/src/app.rs", ..PART1 },
    Package { name: "part4-keepalive", edited: "part4-keepalive/src/app.rs", ..PART1 },
    Package {
        name: "peer-hyper",
        workspace: BENCH,
        edited: "peers/hyper/src/main.rs",
        half_closes: false,
    },
    Package {
        name: "peer-axum",
        workspace: BENCH,
        edited: "peers/axum/src/main.rs",
        half_closes: false,
    },
];

/// Started, not built.
const NODE: &str = "node";

fn names() -> impl Iterator<Item = &'static str> {
    PACKAGES.iter().map(|package| package.name).chain([NODE])
}

/// Prints a line for each one.
pub fn run(options: &Options) -> anyhow::Result<()> {
    Machine::look(&[("node", "--version")]).print();
    println!("Seconds to the first answer: median (least to most).\n");
    println!("| server | from an empty target directory | from an edit |");
    println!("|---|--:|--:|");
    for package in PACKAGES.iter().filter(|it| Rounds::wants(&options.only, it.name)) {
        let times: Vec<_> =
            (0..options.rounds).map(|_| package.build_twice()).collect::<anyhow::Result<_>>()?;
        let (cold, warm) = times.into_iter().unzip();
        println!("| {} | {} | {} |", package.name, seconds(cold), seconds(warm));
    }
    let wants_node = Rounds::wants(&options.only, NODE);
    if let Some(program) = node(NODE, "http.mjs").filter(|_| wants_node) {
        let start = |_| {
            let start = Instant::now();
            ask(Server::start(&program)?.address, false)?;
            Ok(start.elapsed())
        };
        let times: Vec<_> = (0..options.rounds).map(start).collect::<anyhow::Result<_>>()?;
        println!("| node | {0} | {0} |", seconds(times));
    }
    Ok(())
}

impl Package {
    /// From nothing, and again after an edit.
    fn build_twice(&self) -> anyhow::Result<(Duration, Duration)> {
        let target = scratch()?.join("target");
        if target.exists() {
            fs::remove_dir_all(&target)?;
        }
        // What has to be downloaded is another question.
        self.cargo(&["fetch", "--quiet"])?;
        let cold = self.first_answer(&target)?;
        let edited = File::options().append(true).open(Path::new(self.workspace).join(self.edited));
        edited?.set_modified(SystemTime::now())?;
        let warm = self.first_answer(&target)?;
        fs::remove_dir_all(target)?;
        Ok((cold, warm))
    }

    fn first_answer(&self, target: &Path) -> anyhow::Result<Duration> {
        let start = Instant::now();
        let directory = target.to_str().context("a path that is no text")?;
        self.cargo(&["build", "--quiet", "--offline", "-p", self.name, "--target-dir", directory])?;
        let path: PathBuf = target.join("debug").join(self.name);
        let mut command = Command::new(path.with_extension(env::consts::EXE_EXTENSION));
        command.arg("127.0.0.1:0");
        let server = Server::run(command, self.name, Listens::AsItSays)?;
        ask(server.address, self.half_closes)?;
        Ok(start.elapsed())
    }

    fn cargo(&self, arguments: &[&str]) -> anyhow::Result<()> {
        let cargo = env::var_os("CARGO").unwrap_or("cargo".into());
        let mut command = Command::new(cargo);
        command.args(arguments).current_dir(self.workspace);
        ensure!(command.status()?.success(), "cargo cannot {arguments:?}");
        Ok(())
    }
}

fn ask(address: SocketAddr, half_closes: bool) -> anyhow::Result<()> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")?;
    if half_closes {
        stream.shutdown(Shutdown::Write)?;
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    ensure!(answer.starts_with("HTTP/1.1 200"), "not the answer hoped for: {answer}");
    Ok(())
}

fn seconds(times: Vec<Duration>) -> String {
    let (median, least, most) = spread(times.iter().map(Duration::as_secs_f64).collect());
    format!("{median:.2} ({least:.2}–{most:.2})")
}
