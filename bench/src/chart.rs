//! A report as a bar chart: answers a second as a share of the limit, one bar for each server.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use crate::measure::{Report, Row};
use crate::table::{LIMIT, thousands};

/// What to draw.
#[derive(Args)]
pub struct Options {
    /// A file that `--save` wrote
    report: PathBuf,
    /// What the picture says above its bars
    #[arg(long, default_value = "Answers a second, as a share of the limit")]
    title: String,
}

const WIDTH: f64 = 720.0;
const LABELS: f64 = 150.0;
/// Where a share of 1 ends; what is above has room behind it.
const ONE: f64 = 380.0;
const BAR: f64 = 22.0;

/// Legible in light and dark, and without any font of ours.
const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#24292f}.b{fill:#0969da}.o{fill:#8c959f}\
.l{stroke:#24292f}.h{font-weight:600}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.b{fill:#4493f8}.o{fill:#6e7681}.l{stroke:#e6edf3}}";

/// Prints the picture.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let text = fs::read_to_string(&options.report)
        .with_context(|| format!("cannot read {}", options.report.display()))?;
    let report: Report = serde_json::from_str(&text).context("that is no report")?;
    print!("{}", draw(&report, &options.title)?);
    Ok(())
}

fn draw(report: &Report, title: &str) -> anyhow::Result<String> {
    let (mut body, mut told, mut y, mut scenario) = (String::new(), String::new(), 40.0, "");
    for row in report.rows.iter().filter(|row| row.server != LIMIT) {
        let limit = report.row(&row.scenario, LIMIT).context("a scenario without the limit")?;
        if row.scenario != scenario {
            scenario = &row.scenario;
            y += 26.0;
            let per_second = thousands(limit.median(|turn| turn.per_second));
            let heading = format!("{scenario}: the limit answers {per_second} a second");
            writeln!(body, r#"<text class="h" x="10" y="{y}">{heading}</text>"#)?;
            write!(told, "{heading}. ")?;
            y += 8.0;
        }
        let (median, ..) = bar(&mut body, row, limit, y)?;
        write!(told, "{}: {median:.2}. ", row.server)?;
        y += BAR + 4.0;
    }
    let height = y + 16.0;
    Ok(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="t d">
<title id="t">{title}</title>
<desc id="d">{told}</desc>
<style>{STYLE}</style>
<text class="h" x="10" y="26">{title}</text>
<line class="l" x1="{one}" x2="{one}" y1="44" y2="{y}" stroke-dasharray="2 4"/>
{body}</svg>
"#,
        one = LABELS + ONE,
    ))
}

/// One server: a bar to the median, a line from the least to the most.
fn bar(out: &mut String, row: &Row, limit: &Row, y: f64) -> anyhow::Result<(f64, f64, f64)> {
    let (median, least, most) = row.share_of(limit);
    // A single wild round mustn't push the rest into a corner.
    let x = |share: f64| LABELS + ONE * share.min(1.3);
    let class = if row.server.starts_with("part") || row.server == "echo-json" { "b" } else { "o" };
    let middle = y + BAR / 2.0;
    let baseline = middle + 4.5;
    writeln!(out, r#"<text x="20" y="{baseline}">{}</text>"#, row.server)?;
    writeln!(
        out,
        r#"<rect class="{class}" x="{LABELS}" y="{y}" width="{:.1}" height="{BAR}" rx="2"/>"#,
        x(median) - LABELS
    )?;
    writeln!(
        out,
        r#"<line class="l" x1="{:.1}" x2="{:.1}" y1="{middle}" y2="{middle}"/>"#,
        x(least),
        x(most)
    )?;
    let end = x(most).max(x(median)) + 8.0;
    writeln!(out, r#"<text x="{end:.1}" y="{baseline}">{median:.2}</text>"#)?;
    Ok((median, least, most))
}
