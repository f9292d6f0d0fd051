//! The picture of a stop: a lane for each client, time from left to right.
//!
//! In: what the clients saw. Out: SVG.

use std::fmt::Write;
use std::time::Duration;

use anyhow::Result;

use crate::clients::{Event, What};

const WIDTH: f64 = 720.0;
const LEFT: f64 = 140.0;
const LANE: f64 = 44.0;

/// The picture of a server that was told to stop, and had `stopped` then; if it never did, it was killed.
pub fn draw(
    lanes: &[(&str, &[Event])],
    told: Duration,
    stopped: Option<Duration>,
) -> Result<String> {
    let seen = lanes.iter().flat_map(|(_, events)| events.iter().map(|event| event.at));
    let most = seen.chain(stopped).max().unwrap_or(told).as_secs_f64() * 1.05;
    let x = |at: Duration| LEFT + at.as_secs_f64() / most * (WIDTH - LEFT - 20.0);
    let end = if stopped.is_some() { "told to stop" } else { "killed" };
    let height = 80.0 + LANE * lanes.len() as f64;
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}">
<title>A server is {end}, as five clients see it</title>
<desc>Drawn from a real run by cargo run -p part7-production --example stop.</desc>
{STYLE}<rect class="ground" x="0.5" y="0.5" width="{}" height="{}" rx="6"/>
"#,
        WIDTH - 1.0,
        height - 1.0
    );
    let stopped = stopped.map(|at| (at, "stopped", "done"));
    for (at, words, class) in [(told, end, "stop")].into_iter().chain(stopped) {
        let (x, bottom) = (x(at), height - 34.0);
        let text = format!("{words}, {:.2} s", at.as_secs_f64());
        writeln!(svg, r#"<line class="{class}" x1="{x:.1}" y1="40" x2="{x:.1}" y2="{bottom}"/>"#)?;
        let anchor = if class == "stop" { "middle" } else { "end" };
        writeln!(svg, r#"<text x="{x:.1}" y="30" text-anchor="{anchor}">{text}</text>"#)?;
    }
    for (row, (name, events)) in lanes.iter().enumerate() {
        let y = 66.0 + LANE * row as f64;
        writeln!(svg, r#"<text class="name" x="16" y="{}">{name}</text>"#, y + 5.0)?;
        let ends = events.iter().find(|event| event.what == What::End);
        if let Some(end) = ends {
            let (from, to) = (x(Duration::ZERO), x(end.at));
            writeln!(svg, r#"<line class="open" x1="{from:.1}" y1="{y}" x2="{to:.1}" y2="{y}"/>"#)?;
        }
        for Event { at, what } in events.iter() {
            let (class, x) = (what.class(), x(*at));
            match what {
                // What is sent stands above the lane, what comes back below.
                What::Sent | What::Received => {
                    let y = if *what == What::Sent { y - 10.0 } else { y + 10.0 };
                    writeln!(svg, r#"<circle class="{class}" cx="{x:.1}" cy="{y}" r="5"/>"#)?;
                }
                What::End | What::Refused => {
                    let (left, right, top, bottom) = (x - 5.0, x + 5.0, y - 5.0, y + 5.0);
                    writeln!(
                        svg,
                        r#"<path class="{class}" d="M{left:.1} {top} L{right:.1} {bottom} M{left:.1} {bottom} L{right:.1} {top}"/>"#
                    )?;
                }
            }
        }
    }
    let y = height - 14.0;
    let legend = [
        (16.0, "client", "the client sends"),
        (190.0, "server", "the server answers"),
        (380.0, "end", "the end of the stream, or refused"),
    ];
    for (x, class, words) in legend {
        match class {
            "end" => writeln!(
                svg,
                r#"<path class="end" d="M{} {} l10 10 m0 -10 l-10 10"/>"#,
                x,
                y - 9.0
            )?,
            _ => writeln!(
                svg,
                r#"<circle class="{class}" cx="{}" cy="{}" r="5"/>"#,
                x + 5.0,
                y - 4.0
            )?,
        }
        writeln!(svg, r#"<text class="faint" x="{}" y="{y}">{words}</text>"#, x + 18.0)?;
    }
    svg += "</svg>\n";
    Ok(svg)
}

impl What {
    fn class(self) -> &'static str {
        match self {
            What::Sent => "client",
            What::Received => "server",
            What::End | What::Refused => "end",
        }
    }
}

const STYLE: &str = "<style>
  .ground { fill: #ffffff; stroke: #d0d7de }
  text { fill: #1f2328; font: 15px sans-serif }
  .faint { fill: #59636e } .name { font-weight: bold }
  line, path { stroke: #59636e; stroke-width: 1.5; fill: none }
  .open { stroke-width: 3 } .end { stroke: #a40e26; stroke-width: 2.5 }
  .client { fill: #ddf4ff; stroke: #0550ae } .server { fill: #dafbe1; stroke: #116329 }
  .stop { stroke: #a40e26; stroke-dasharray: 6 4 } .done { stroke: #116329; stroke-dasharray: 6 4 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117; stroke: #3d444d }
    text { fill: #f0f6fc } .faint { fill: #9198a1 }
    line, path { stroke: #9198a1 }
    .end { stroke: #ffa198 } .client { fill: #0c2d4d; stroke: #79c0ff }
    .server { fill: #12261e; stroke: #7ee787 } .stop { stroke: #ffa198 } .done { stroke: #7ee787 }
  }
</style>
";
