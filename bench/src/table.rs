//! A report as one Markdown table.

use crate::measure::{Report, Row};

/// The row that all others are compared with.
pub const LIMIT: &str = "limit";

/// Prints medians over the rounds; ratios within a round as median (least to most).
pub fn print(report: &Report) {
    println!(
        "| asked how | server | answers/s | p50 | p99 | CPU µs/answer | busy | peak memory \
         | of the limit | of its CPU | of nginx |"
    );
    println!("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for row in &report.rows {
        println!("{}", line(report, row));
    }
    for row in &report.rows {
        let errors: u64 = row.turns.iter().map(|turn| turn.errors).sum();
        if errors > 0 {
            println!("\n{}, {}: {errors} errors", row.scenario, row.server);
        }
    }
}

fn line(report: &Report, row: &Row) -> String {
    let other =
        |name: &str| report.row(&row.scenario, name).filter(|other| other.server != row.server);
    let cells = [
        row.scenario.clone(),
        row.server.clone(),
        thousands(row.median(|turn| turn.per_second)),
        time(row.median(|turn| turn.p50_us)),
        time(row.median(|turn| turn.p99_us)),
        or_dash(row.known(|turn| turn.cpu_us).map(|cpu| format!("{cpu:.2}"))),
        busy(row),
        peak(row),
        or_dash(other(LIMIT).map(|limit| share(row.share_of(limit)))),
        or_dash(other(LIMIT).and_then(|limit| row.cpu_share_of(limit)).map(share)),
        or_dash(other("nginx").map(|nginx| share(row.share_of(nginx)))),
    ];
    format!("| {} |", cells.join(" | "))
}

/// A cell, which may have nothing to say.
pub fn or_dash(text: Option<String>) -> String {
    text.unwrap_or("–".into())
}

/// Median, least and most of a ratio.
pub fn share((median, least, most): (f64, f64, f64)) -> String {
    format!("{median:.2} ({least:.2}–{most:.2})")
}

/// How much of the time the server's core worked for it.
pub fn busy(row: &Row) -> String {
    or_dash(row.known(|turn| turn.busy).map(|busy| format!("{:.0} %", busy * 100.0)))
}

/// Its peak memory.
pub fn peak(row: &Row) -> String {
    or_dash(row.known(|turn| turn.peak_kib.map(|kib| kib as f64)).map(memory))
}

/// `1,234,567`
pub fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

/// Microseconds as people read them.
fn time(us: f64) -> String {
    if us < 1000.0 { format!("{us:.0} µs") } else { format!("{:.1} ms", us / 1000.0) }
}

/// KiB as MiB.
pub fn memory(kib: f64) -> String {
    format!("{:.1} MiB", kib / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::{thousands, time};

    #[test]
    fn numbers_are_legible() {
        assert_eq!(thousands(0.4), "0");
        assert_eq!(thousands(999.0), "999");
        assert_eq!(thousands(1_234_567.0), "1,234,567");
        assert_eq!(time(999.0), "999 µs");
        assert_eq!(time(1250.0), "1.2 ms");
    }
}
