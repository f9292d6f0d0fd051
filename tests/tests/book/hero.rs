//! The README's moving picture: one request, cut in two, against parts 1, 2 and 3.
//!
//! Real runs in, an SVG out. What appears when follows from the order of events, so the same answers always
//! give the same picture. Without motion, and at the end of it, everything stands there.

use std::fmt::Write;
use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use course::launch::Server;
use course::wire::{self, Options, Side, Step, Timeline, Until, What};
use libtest_mimic::Trial;

use crate::{picture, trial};

const PICTURE: &str = "img/one-request-cut-in-two.svg";

/// The request, in the two segments it is sent in.
const SEGMENTS: [&str; 2] = ["GET / HT", "TP/1.1\r\nHost: a\r\n\r\n"];

/// Each lane's server, and what it does.
const LANES: [(&str, &str); 3] = [
    ("part1-naive", "one read is one request"),
    ("part2-buffering", "reads until the stream ends"),
    ("part3-parser", "sees where the request ends"),
];

const LANE_WIDTH: usize = 280;
const HEIGHT: usize = 262;

/// Runs the three servers and compares what they did with the picture.
pub fn trials() -> Vec<Trial> {
    let test = || {
        let runs: Vec<_> = LANES.iter().map(|(server, _)| run(server)).collect::<Result<_>>()?;
        fs::write(picture::drawing(PICTURE)?, draw(&runs)).context(PICTURE)?;
        Ok(picture::fault(PICTURE, |svg| svg)?.into_iter().collect())
    };
    vec![trial("hero::one request, cut in two", test)]
}

fn run(server: &str) -> Result<Timeline> {
    let server = Server::start(server)?;
    let send = |segment: &str| Step::Send(segment.as_bytes().to_vec());
    // Part 1 answers the first segment. The others have nothing to say yet, and that takes some time to see.
    let pause = Step::Await(Until::Closed, Duration::from_millis(300));
    let answer = Step::Await(Until::Replies(vec!["GET"]), Duration::from_secs(1));
    let steps = [send(SEGMENTS[0]), pause, send(SEGMENTS[1]), answer];
    Ok(wire::run(&[server.address()], &steps, Options::default())?)
}

/// What a lane tells, and the second in which it appears.
struct Line {
    class: &'static str,
    text: String,
    second: f32,
}

fn lines(timeline: &Timeline) -> Vec<Line> {
    let first = |side: Side| {
        timeline.events.iter().position(|e| e.side == side && matches!(e.what, What::Bytes(_)))
    };
    let is_early = first(Side::Server).is_some_and(|at| {
        timeline.events[..at].iter().filter(|e| matches!(e.what, What::Bytes(_))).count() == 1
    });
    let status = String::from_utf8_lossy(&timeline.received);
    let status = status.lines().next().map(|line| line.replacen("HTTP/1.1 ", "", 1));
    let sent = |n: usize| Line {
        class: "sent",
        text: SEGMENTS[n].replace("\r\n", "\\r\\n"),
        second: [0.5, 3.0][n],
    };
    let (class, text) = match status {
        Some(status) if is_early => ("wrong", format!("{status}: too early")),
        Some(status) => ("right", status),
        None => ("hang", "no answer: both sides wait".into()),
    };
    let outcome = Line { class, text, second: if is_early { 1.5 } else { 4.0 } };
    let mut lines = vec![sent(0), sent(1), outcome];
    lines.sort_by(|a, b| a.second.total_cmp(&b.second));
    lines
}

fn draw(runs: &[Timeline]) -> String {
    let mut body = String::new();
    for (lane, (timeline, (server, habit))) in runs.iter().zip(LANES).enumerate() {
        let left = lane * LANE_WIDTH + 24;
        let _ = writeln!(body, "<text class=\"name\" x=\"{left}\" y=\"66\">{server}</text>");
        let _ = writeln!(body, "<text class=\"faint\" x=\"{left}\" y=\"86\">{habit}</text>");
        for (row, line) in lines(timeline).iter().enumerate() {
            row_of(&mut body, line, left, 104 + row * 48);
        }
    }
    let width = LANE_WIDTH * LANES.len() + 20;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {width} {HEIGHT}\" width=\"{width}\" \
         height=\"{HEIGHT}\">\n<title>One request, cut in two, against three servers</title>\n<desc>{}</desc>\n\
         <style>\n{STYLE}</style>\n<rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n\
         <text class=\"head\" x=\"24\" y=\"34\">One request, cut in two, against three servers</text>\n{body}</svg>\n",
        description(runs),
        width - 1,
        HEIGHT - 1,
    )
}

fn row_of(body: &mut String, line: &Line, left: usize, top: usize) {
    let Line { class, text, second } = line;
    let arrow = if *class == "sent" { "→" } else { "←" };
    let _ = writeln!(
        body,
        "<g class=\"{class}\" style=\"animation-delay:{second}s\"><rect x=\"{left}\" y=\"{top}\" width=\"{}\" \
         height=\"36\" rx=\"6\"/><text class=\"mono\" x=\"{}\" y=\"{}\">{arrow} {text}</text></g>",
        LANE_WIDTH - 28,
        left + 10,
        top + 23,
    );
}

/// The picture in words, for those who don't see it.
fn description(runs: &[Timeline]) -> String {
    let lane = |(timeline, (server, _)): (&Timeline, (&str, &str))| {
        let told: Vec<_> = lines(timeline).into_iter().map(|line| line.text).collect();
        format!("{server}: {}.", told.join(", then "))
    };
    runs.iter().zip(LANES).map(lane).collect::<Vec<_>>().join(" ")
}

const STYLE: &str = "\
  .ground { fill: #ffffff; stroke: #d0d7de } text { fill: #1f2328; font: 13px sans-serif }\n\
  .head { font-size: 16px; font-weight: bold } .name { font-weight: bold } .faint { fill: #59636e }\n\
  .mono { font: 12px monospace } g rect { stroke-width: 1.5 }\n\
  .sent rect { fill: #ddf4ff; stroke: #0550ae } .right rect { fill: #dafbe1; stroke: #116329 }\n\
  .wrong rect { fill: #ffebe9; stroke: #a40e26 } .hang rect { fill: #fff8c5; stroke: #7d4e00; stroke-dasharray: 5 4 }\n\
  @keyframes appear { from { opacity: 0 } to { opacity: 1 } }\n\
  g { animation: appear 0.4s ease-out both }\n\
  @media (prefers-reduced-motion: reduce) { g { animation: none } }\n\
  @media (prefers-color-scheme: dark) {\n\
  .ground { fill: #0d1117; stroke: #3d444d } text { fill: #f0f6fc } .faint { fill: #9198a1 }\n\
  .sent rect { fill: #0c2d4f; stroke: #79c0ff } .right rect { fill: #12361f; stroke: #7ee787 }\n\
  .wrong rect { fill: #3c1618; stroke: #ffa198 } .hang rect { fill: #33280a; stroke: #e3b341 } }\n";
