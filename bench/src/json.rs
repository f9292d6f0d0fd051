//! Lines of JSON a second: echo-json beside Node, tokio with serde_json, and the limit.

use crate::Rounds;
use crate::lines::drive;
use crate::machine::{CLIENT_CORE, Machine, pin_this_thread};
use crate::measure::{Report, rounds};
use crate::programs::{BENCH, COURSE, Program, build, node};
use crate::table::LIMIT;

/// Every server that can be asked for.
pub const SERVERS: [&str; 4] = [LIMIT, "echo-json", "tokio + serde_json", "node"];

const CONNECTIONS: usize = 64;

const SCENARIOS: [(&str, usize); 2] = [("64, 1 deep", 1), ("64, 64 deep", 64)];

/// Every scenario that can be asked for.
pub fn scenarios() -> [&'static str; 2] {
    SCENARIOS.map(|(name, _)| name)
}

/// Runs all scenarios and prints the table.
pub fn run(options: &Rounds) -> anyhow::Result<()> {
    let programs = programs(options)?;
    let mut report = Report { machine: Machine::look(&[("node", "--version")]), rows: Vec::new() };
    pin_this_thread(CLIENT_CORE)?;
    for (name, depth) in SCENARIOS {
        if Rounds::wants(&options.scenario, name) {
            report.rows.extend(rounds(options, name, &programs, |server, seconds| {
                drive(server.address, CONNECTIONS, depth, seconds)
            })?);
        }
    }
    report.finish(options)
}

fn programs(options: &Rounds) -> anyhow::Result<Vec<Program>> {
    let mut built = build(COURSE, &["echo-json"])?;
    built.extend(build(BENCH, &["peer-json-limit", "peer-json-tokio"])?);
    let limit = Program::built(LIMIT, "peer-json-limit", &built)?;
    let others = [
        Some(Program::built("echo-json", "echo-json", &built)?),
        Some(Program::built("tokio + serde_json", "peer-json-tokio", &built)?),
        node("node", "json.mjs"),
    ];
    let wants = |program: &Program| Rounds::wants(&options.only, program.name);
    Ok([limit].into_iter().chain(others.into_iter().flatten().filter(wants)).collect())
}
