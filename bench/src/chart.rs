//! Reports as one bar chart: answers a second as a share of the limit, a bar for each server.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Args;

use crate::Rounds;
use crate::measure::{Report, Row};
use crate::table::{LIMIT, thousands};

/// What to draw.
#[derive(Args)]
pub struct Options {
    /// Files that `--save` wrote
    #[arg(required = true)]
    reports: Vec<PathBuf>,
    /// Only this scenario; may be given several times
    #[arg(long)]
    scenario: Vec<String>,
    /// What the picture says above its bars
    #[arg(long, default_value = "Answers a second, as a share of the limit")]
    title: String,
}

const WIDTH: f64 = 700.0;
const LABELS: f64 = 150.0;
/// Where a share of 1 ends; what is above has room behind it.
const ONE: f64 = 340.0;
/// The most that is drawn: a single wild round mustn't push the rest into a corner.
const MOST: f64 = 1.4;
const BAR: f64 = 16.0;

/// Legible in light and dark, and without any font of ours.
const STYLE: &str = "
  .ground { fill: #ffffff; stroke: #d0d7de }
  text { fill: #1f2328; font: 13px sans-serif } .heading { font-weight: bold }
  line { stroke: #59636e } .course { fill: #4098f0 } .other { fill: #afb8c1 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117; stroke: #3d444d }
    text { fill: #f0f6fc } line { stroke: #9198a1 } .course { fill: #1a5fd0 } .other { fill: #484f58 }
  }
";

/// Prints the picture.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let mut rows = Vec::new();
    for path in &options.reports {
        rows.extend(read(path)?.rows);
    }
    let mut scenarios: Vec<_> = rows.iter().map(|row| row.scenario.as_str()).collect();
    scenarios.dedup();
    for wanted in &options.scenario {
        ensure!(scenarios.contains(&wanted.as_str()), "no scenario {wanted:?}, but {scenarios:?}");
    }
    rows.retain(|row| Rounds::wants(&options.scenario, &row.scenario));
    print!("{}", draw(&rows, &options.title)?);
    Ok(())
}

fn read(path: &Path) -> anyhow::Result<Report> {
    let text = fs::read_to_string(path);
    let text = text.with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no report", path.display()))
}

/// Scenarios one below the other; what the bars show is told in words as well.
fn draw(rows: &[Row], title: &str) -> anyhow::Result<String> {
    let (mut body, mut told, mut y) = (String::new(), String::new(), 40.0);
    for scenario in rows.chunk_by(|one, next| one.scenario == next.scenario) {
        let limit = scenario.iter().find(|row| row.server == LIMIT);
        let limit = limit.context("a scenario without the limit")?;
        let name = &limit.scenario;
        let per_second = thousands(limit.median(|turn| turn.per_second));
        y += 24.0;
        writeln!(
            body,
            r#"<text class="heading" x="10" y="{y}">{name}: the limit answers {per_second} a second</text>"#
        )?;
        write!(told, "{name}, the limit {per_second} a second. ")?;
        y += 8.0;
        for row in scenario.iter().filter(|row| row.server != LIMIT) {
            let (median, least, most) = row.share_of(limit);
            bar(&mut body, &row.server, [median, least, most], y)?;
            write!(told, "{}: {median:.2}. ", row.server)?;
            y += BAR + 3.0;
        }
    }
    let (height, one) = (y + 12.0, LABELS + ONE);
    Ok(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">
<title>{title}</title>
<desc>{told}</desc>
<style>{STYLE}</style>
<rect class="ground" x="0.5" y="0.5" width="{}" height="{}" rx="6"/>
<text class="heading" x="10" y="26">{title}</text>
{body}<line x1="{one}" x2="{one}" y1="44" y2="{y}" stroke-dasharray="2 4"/>
</svg>
"#,
        WIDTH - 1.0,
        height - 1.0,
    ))
}

/// One server: a bar to the median, a line from the least to the most.
fn bar(out: &mut String, server: &str, share: [f64; 3], y: f64) -> anyhow::Result<()> {
    let [median, least, most] = share.map(|share| LABELS + ONE * share.min(MOST));
    let class = match server.starts_with("part") || server == "echo-json" {
        true => "course",
        false => "other",
    };
    let (middle, baseline) = (y + BAR / 2.0, y + BAR / 2.0 + 4.5);
    writeln!(out, r#"<text x="20" y="{baseline}">{server}</text>"#)?;
    writeln!(
        out,
        r#"<rect class="{class}" x="{LABELS}" y="{y}" width="{:.1}" height="{BAR}" rx="2"/>"#,
        median - LABELS
    )?;
    writeln!(out, r#"<line x1="{least:.1}" x2="{most:.1}" y1="{middle}" y2="{middle}"/>"#)?;
    writeln!(out, r#"<text x="{:.1}" y="{baseline}">{:.2}</text>"#, most + 8.0, share[0])?;
    Ok(())
}
