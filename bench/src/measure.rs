//! Turns in rounds: A B C, A B C, and so on, so that whatever else the machine does hits all alike.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::Rounds;
use crate::machine::Machine;
use crate::programs::Program;
use crate::server::Server;

/// How long a server is asked before its turn counts: caches, and Node's compiler.
const WARM_UP: u64 = 1;

/// What came of one turn of one server.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Turn {
    /// Answers a second.
    pub per_second: f64,
    /// Half of the answers took no longer, in microseconds.
    pub p50_us: f64,
    /// 99 of 100 answers took no longer, in microseconds.
    pub p99_us: f64,
    /// Processor time of the server for each answer, in microseconds.
    pub cpu_us: Option<f64>,
    /// Share of its core that the server used. Far below 1, it waited for the generator.
    pub busy: Option<f64>,
    /// The most memory that the server ever used, in KiB.
    pub peak_kib: Option<u64>,
    /// Whatever didn't go as it should.
    pub errors: u64,
}

/// All turns of one server in one scenario.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// How it was asked.
    pub scenario: String,
    /// Who was asked.
    pub server: String,
    /// In the order of the rounds.
    pub turns: Vec<Turn>,
}

/// A whole run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// Where it ran.
    pub machine: Machine,
    /// Grouped by scenario, the limit first.
    pub rows: Vec<Row>,
}

/// What a generator counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    /// Answers a second.
    pub per_second: f64,
    /// Answers in all.
    pub answers: u64,
    /// Half of the answers took no longer.
    pub p50: Duration,
    /// 99 of 100 answers took no longer.
    pub p99: Duration,
    /// Whatever didn't go as it should.
    pub errors: u64,
}

/// Gives each program its turn in each round. `drive` asks a server for so many seconds.
pub fn rounds(
    options: &Rounds,
    scenario: &str,
    programs: &[Program],
    drive: impl Fn(&Server, u64) -> anyhow::Result<Counted>,
) -> anyhow::Result<Vec<Row>> {
    let row = |program: &Program| Row {
        scenario: scenario.into(),
        server: program.name.into(),
        turns: Vec::new(),
    };
    let mut rows: Vec<_> = programs.iter().map(row).collect();
    for round in 0..options.rounds {
        for (program, row) in programs.iter().zip(&mut rows) {
            eprintln!("{scenario}, round {} of {}: {}", round + 1, options.rounds, program.name);
            let turn = turn(program, options.seconds, &drive)
                .with_context(|| format!("{scenario}: {}", program.name))?;
            row.turns.push(turn);
        }
    }
    Ok(rows)
}

fn turn(
    program: &Program,
    seconds: u64,
    drive: impl Fn(&Server, u64) -> anyhow::Result<Counted>,
) -> anyhow::Result<Turn> {
    let server = Server::start(program)?;
    drive(&server, WARM_UP)?;
    let (before, start) = (server.usage(), Instant::now());
    let counted = drive(&server, seconds)?;
    let elapsed = start.elapsed().as_secs_f64();
    let after = server.usage();
    let cpu = after.zip(before).map(|(after, before)| (after.cpu - before.cpu).as_secs_f64());
    Ok(Turn {
        per_second: counted.per_second,
        p50_us: counted.p50.as_secs_f64() * 1e6,
        p99_us: counted.p99.as_secs_f64() * 1e6,
        cpu_us: cpu.map(|cpu| cpu * 1e6 / counted.answers.max(1) as f64),
        busy: cpu.map(|cpu| cpu / elapsed),
        peak_kib: after.map(|after| after.peak_kib),
        errors: counted.errors,
    })
}

impl Report {
    /// Prints it, and keeps it if that was asked for.
    pub fn finish(&self, options: &Rounds) -> anyhow::Result<()> {
        self.machine.print();
        crate::table::print(self);
        self.save(options)
    }

    /// Keeps it if that was asked for.
    pub fn save(&self, options: &Rounds) -> anyhow::Result<()> {
        if let Some(path) = &options.save {
            fs::write(path, serde_json::to_string(self)? + "\n")
                .with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }

    /// The row of a server in a scenario.
    pub fn row(&self, scenario: &str, server: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.scenario == scenario && row.server == server)
    }
}

impl Row {
    /// The median of something over all turns.
    pub fn median(&self, what: impl Fn(&Turn) -> f64) -> f64 {
        spread(self.turns.iter().map(what).collect()).0
    }

    /// The same of something that isn't known everywhere.
    pub fn known(&self, what: impl Fn(&Turn) -> Option<f64>) -> Option<f64> {
        let known: Option<Vec<_>> = self.turns.iter().map(what).collect();
        known.map(|values| spread(values).0)
    }

    /// Answers a second as a share of another server's in the same round: median, least, most.
    pub fn share_of(&self, other: &Row) -> (f64, f64, f64) {
        let turns = self.turns.iter().zip(&other.turns);
        spread(turns.map(|(mine, its)| mine.per_second / its.per_second).collect())
    }

    /// The same of the processor time for each answer.
    pub fn cpu_share_of(&self, other: &Row) -> Option<(f64, f64, f64)> {
        let turns = self.turns.iter().zip(&other.turns);
        let shares: Option<Vec<_>> =
            turns.map(|(mine, its)| Some(mine.cpu_us? / its.cpu_us?)).collect();
        shares.map(spread)
    }
}

/// Median, least, most; all zero of nothing.
pub fn spread(mut values: Vec<f64>) -> (f64, f64, f64) {
    values.sort_by(f64::total_cmp);
    match (values.first(), values.last()) {
        (Some(least), Some(most)) => (values[values.len() / 2], *least, *most),
        _ => (0.0, 0.0, 0.0),
    }
}
