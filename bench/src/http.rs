//! Requests a second over HTTP.

use crate::Rounds;
use crate::machine::Machine;
use crate::measure::{Report, rounds};
use crate::programs::{BENCH, COURSE, Program, build, nginx, node};
use crate::table::LIMIT;
use crate::wrk::{self, Scenario};

const ONE: Scenario = Scenario { name: "1", connections: 1, fields: &[], is_pipelined: false };

/// Every server that can be asked for.
pub const SERVERS: [&str; 13] = [
    LIMIT,
    "part1-naive",
    "part3-parser",
    "part4-keepalive",
    "part5-routing",
    "part7-production",
    "thread pool",
    "accept pool of 64",
    "accept pool of 128",
    "hyper",
    "tiny_http",
    "node",
    "nginx",
];

const SCENARIOS: [Scenario; 6] = [
    Scenario { name: "1 connection", ..ONE },
    Scenario { name: "64 connections", connections: 64, ..ONE },
    Scenario { name: "256 connections", connections: 256, ..ONE },
    Scenario { name: "64, 16 deep", connections: 64, is_pipelined: true, ..ONE },
    Scenario { name: "64, browser-sized", connections: 64, fields: BROWSER, ..ONE },
    Scenario { name: NEW, connections: 64, fields: &["Connection: close"], ..ONE },
];

/// The one scenario that servers of one request per connection can take part in.
const NEW: &str = "new each time";

/// The chapters that speak HTTP to anybody. Part 2 can't take part: no generator half-closes. Part 6 answers a short
/// request as part 7 does.
const PARTS: [&str; 5] =
    ["part1-naive", "part3-parser", "part4-keepalive", "part5-routing", "part7-production"];

/// From part 5 on, `/` is a page; this is answered with even less than `Hello, World!`.
const SHORT: &str = "/echo";

/// Together with the request line, `Host` and the empty line: a little over 700 bytes.
const BROWSER: &[&str] = &[
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Language: en-GB,en;q=0.7,de;q=0.3",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "DNT: 1",
    "Upgrade-Insecure-Requests: 1",
    "Sec-Fetch-Dest: document",
    "Sec-Fetch-Mode: navigate",
    "Sec-Fetch-Site: same-origin",
    "Sec-Fetch-User: ?1",
    "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark; consent=necessary; seen=4,8,15,16",
    "Referer: http://127.0.0.1:8080/an/ordinary/page?with=a&query=string",
    "Priority: u=0, i",
];

/// Every scenario that can be asked for.
pub fn scenarios() -> [&'static str; 6] {
    SCENARIOS.map(|scenario| scenario.name)
}

/// Runs all scenarios and prints the table.
pub fn run(options: &Rounds) -> anyhow::Result<()> {
    wrk::ensure_installed()?;
    let (persistent, closing) = programs(options)?;
    let tools = [("wrk", "-v"), ("node", "--version"), ("nginx", "-v")];
    let mut report = Report { machine: Machine::look(&tools), rows: Vec::new() };
    for scenario in SCENARIOS.iter().filter(|it| Rounds::wants(&options.scenario, it.name)) {
        let programs = if scenario.name == NEW { &closing } else { &persistent };
        report.rows.extend(rounds(options, scenario.name, programs, |server, seconds| {
            wrk::run(scenario, server, seconds)
        })?);
    }
    report.finish(options)
}

/// Those that keep a connection, and those that can close it.
fn programs(options: &Rounds) -> anyhow::Result<(Vec<Program>, Vec<Program>)> {
    let mut built = build(COURSE, &PARTS)?;
    let peers = ["peer-limit", "peer-pool", "peer-hyper", "peer-tiny-http"];
    built.extend(build(BENCH, &peers)?);
    let program = |name, package| Program::built(name, package, &built);
    let limit = program(LIMIT, "peer-limit")?;
    let both = [
        Some(program("part4-keepalive", "part4-keepalive")?),
        Some(program("part5-routing", "part5-routing")?.asked_for(SHORT)),
        Some(program("part7-production", "part7-production")?.asked_for(SHORT)),
        Some(program("hyper", "peer-hyper")?),
        Some(program("tiny_http", "peer-tiny-http")?),
        node("node", "http.mjs"),
        nginx(),
    ];
    let both = both.into_iter().flatten();
    let only_closing = [
        program("part1-naive", "part1-naive")?,
        program("part3-parser", "part3-parser")?,
        program("thread pool", "peer-pool")?,
        // As many threads as connections, so that each finds the next client waiting; and twice as many, so that each
        // client finds a thread waiting, as a server has it that doesn't know how many will come.
        program("accept pool of 64", "peer-limit")?.with("pool").with("64"),
        program("accept pool of 128", "peer-limit")?.with("pool").with("128"),
    ];
    let wants = |program: &Program| Rounds::wants(&options.only, program.name);
    let with_limit = |limit, others: Vec<Program>| {
        [limit].into_iter().chain(others.into_iter().filter(wants)).collect()
    };
    Ok((
        with_limit(limit.clone(), both.clone().collect()),
        with_limit(limit.with("close"), only_closing.into_iter().chain(both).collect()),
    ))
}
