//! Drives a server with wrk, and reads what it prints.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::machine::{CLIENT_CORE, has, pinned};
use crate::measure::Counted;
use crate::programs::BENCH;
use crate::server::Server;

/// How a server is asked.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// What the tables call it.
    pub name: &'static str,
    /// Connections at a time.
    pub connections: usize,
    /// Fields of each request, beside Host.
    pub fields: &'static [&'static str],
    /// 16 requests in one write.
    pub is_pipelined: bool,
}

/// Says how to get wrk if it is missing.
pub fn ensure_installed() -> anyhow::Result<()> {
    ensure!(
        has("wrk", "-v"),
        "wrk is missing: `apt install wrk`, `brew install wrk`, or https://github.com/wg/wrk"
    );
    Ok(())
}

/// Asks for so many seconds.
pub fn run(scenario: &Scenario, server: &Server, seconds: u64) -> anyhow::Result<Counted> {
    let mut wrk = pinned(CLIENT_CORE, "wrk");
    wrk.args(["--latency", "-t1", &format!("-c{}", scenario.connections)]);
    wrk.arg(format!("-d{seconds}"));
    for field in scenario.fields {
        wrk.args(["-H", field]);
    }
    if scenario.is_pipelined {
        wrk.arg("-s").arg(Path::new(BENCH).join("wrk/pipeline.lua"));
    }
    let output = wrk
        .arg(format!("http://{}{}", server.address, server.target))
        .output()
        .context("cannot run wrk")?;
    let text = String::from_utf8_lossy(&output.stdout);
    counted(&text).with_context(|| format!("wrk said: {text}"))
}

fn counted(text: &str) -> Option<Counted> {
    let after = |label: &str| {
        text.lines().find_map(|line| line.trim_start().strip_prefix(label)).map(str::trim)
    };
    let answers =
        text.lines().find_map(|line| line.split_once(" requests in ")?.0.trim().parse().ok());
    let wrong = after("Non-2xx or 3xx responses:").map_or(Some(0), |number| number.parse().ok())?;
    let failed = after("Socket errors:").map_or(0, |list| {
        let words = list.split([' ', ',']);
        words.filter_map(|word| word.parse::<u64>().ok()).sum()
    });
    Some(Counted {
        per_second: after("Requests/sec:")?.parse().ok()?,
        answers: answers?,
        p50: duration(after("50%")?)?,
        p99: duration(after("99%")?)?,
        errors: wrong + failed,
    })
}

/// `403.00us`, `1.20ms`, `2.01s`, `1.00m`
fn duration(text: &str) -> Option<Duration> {
    let unit = text.find(|c: char| c.is_ascii_alphabetic())?;
    let number: f64 = text[..unit].parse().ok()?;
    let seconds = match &text[unit..] {
        "us" => number / 1e6,
        "ms" => number / 1e3,
        "s" => number,
        "m" => number * 60.0,
        _ => return None,
    };
    Some(Duration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::counted;
    use crate::measure::Counted;

    #[test]
    fn what_wrk_prints_is_understood() {
        let text = "\
Running 2s test @ http://127.0.0.1:8080/
  Latency Distribution
     50%  403.00us
     75%  451.00us
     99%    1.20ms
  265000 requests in 2.01s, 39.17MB read
  Socket errors: connect 0, read 1, write 0, timeout 2
  Non-2xx or 3xx responses: 4
Requests/sec: 131840.80
";
        let expected = Counted {
            per_second: 131840.8,
            answers: 265000,
            p50: Duration::from_micros(403),
            p99: Duration::from_micros(1200),
            errors: 7,
        };
        assert_eq!(counted(text), Some(expected));
        assert_eq!(counted("unable to connect to 127.0.0.1:8080 Connection refused"), None);
    }
}
