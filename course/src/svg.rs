//! A timeline as a picture: two lifelines, an arrow per event, silence drawn as silence. Text in, text out, and the same
//! timeline always gives the same picture. It brings its own background, so it reads in light and in dark.

mod words;

use std::fmt::{self, Write};
use std::time::Duration;

use crate::transcript::{escaped_lines, time, unit};
use crate::waiting::Standing;
use crate::wire::{Event, Side, Timeline, What};

/// All measures are in the picture's units, which are CSS pixels at its natural size.
const WIDTH: u32 = 760;
const CLIENT: u32 = 110;
const SERVER: u32 = 690;
const MIDDLE: u32 = (CLIENT + SERVER) / 2;
const LINE: u32 = 17;
const COLUMNS: usize = 62;

/// Lines of an event's bytes that are drawn.
const SHOWN_LINES: usize = 5;

/// Events that are drawn; between the first and the last of them the others are counted.
const SHOWN_EVENTS: usize = 40;

/// The shortest silence that is drawn.
const SILENCE: Duration = Duration::from_millis(100);

const STYLE: &str = "\
  .ground { fill: #ffffff; stroke: #d0d7de } text { fill: #1f2328; font: 13px sans-serif }\n\
  .mono { font: 12px monospace } .faint { fill: #59636e } .name { font-weight: bold }\n\
  line, path { stroke: #59636e; fill: none } .silent { stroke-dasharray: 2 5 } .fin { stroke-dasharray: 7 4 }\n\
  .client { stroke: #0550ae; stroke-width: 1.5 } .server { stroke: #116329; stroke-width: 1.5 }\n\
  .wrong { stroke: #a40e26 } .hang { fill: #ffebe9; stroke: #a40e26 } .alarm { fill: #a40e26 }\n\
  @media (prefers-color-scheme: dark) {\n\
  .ground { fill: #0d1117; stroke: #3d444d } text { fill: #f0f6fc } .faint { fill: #9198a1 }\n\
  line, path { stroke: #9198a1 } .client { stroke: #79c0ff } .server { stroke: #7ee787 }\n\
  .wrong { stroke: #ffa198 } .hang { fill: #3c1618; stroke: #ffa198 } .alarm { fill: #ffa198 } }\n";

/// The picture of a timeline.
pub fn draw(timeline: &Timeline) -> String {
    let standing = Standing::of(timeline);
    let mut picture = Picture { body: String::new(), y: 64 };
    picture.events(timeline).expect("a String takes everything");
    picture.sentence(&standing).expect("a String takes everything");
    let Picture { body, y: height } = picture;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\">\n<title>{}</title>\n<desc>{}</desc>\n<style>\n{STYLE}</style>\n\
         <rect class=\"ground\" x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"6\"/>\n\
         <text class=\"name\" x=\"{CLIENT}\" y=\"32\" text-anchor=\"middle\">client</text>\n\
         <text class=\"name\" x=\"{SERVER}\" y=\"32\" text-anchor=\"middle\">server</text>\n{body}</svg>\n",
        escape(&words::title(timeline)),
        escape(&words::description(timeline, &standing)),
        WIDTH - 1,
        height - 1,
    )
}

struct Picture {
    body: String,
    y: u32,
}

impl Picture {
    fn events(&mut self, timeline: &Timeline) -> fmt::Result {
        self.lifelines(14, "")?;
        let (shown, hidden) = shown(timeline);
        let mut last = Duration::ZERO;
        for (place, event) in shown.iter().enumerate() {
            let gives_up = matches!(event.what, What::TimedOut(_));
            let silence = event.at.saturating_sub(last);
            if hidden > 0 && place == SHOWN_EVENTS / 2 {
                self.middle("faint", &format!("{hidden} more events"), "silent")?;
            } else if gives_up {
                self.hang(silence)?;
            } else if silence >= SILENCE {
                self.middle("faint", &words::duration(silence), "silent")?;
            }
            last = event.at;
            self.event(event, timeline.bytes(event))?;
        }
        self.lifelines(14, "")
    }

    fn event(&mut self, event: &Event, bytes: &[u8]) -> fmt::Result {
        let (from, to, side) = match event.side {
            Side::Client => (CLIENT, SERVER, "client"),
            Side::Server => (SERVER, CLIENT, "server"),
        };
        let labels = match &event.what {
            What::Bytes(_) => labels(bytes),
            What::Fin => vec!["FIN".to_owned()],
            What::Rst => vec!["RST".to_owned()],
            What::TimedOut(what) => {
                return self.note(event, &format!("the client gives up waiting for {what}"));
            }
            What::Full => return self.note(event, "the client stops reading"),
            What::ToldToStop => return self.note(event, "the server is told to stop"),
            What::Failed(why) => return self.note(event, &format!("the connection failed: {why}")),
        };
        let class = match event.what {
            What::Fin => format!("{side} fin"),
            What::Rst => "wrong".to_owned(),
            _ => side.to_owned(),
        };
        let top = self.y;
        self.lifelines(labels.len() as u32 * LINE + 18, "")?;
        for (line, label) in labels.iter().enumerate() {
            let y = top + 13 + line as u32 * LINE;
            let (x, text) = (MIDDLE, escape(label));
            writeln!(
                self.body,
                "<text class=\"mono\" x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{text}</text>"
            )?;
        }
        let y = self.y - 8;
        let at = time(event.at);
        writeln!(self.body, "<text class=\"mono faint\" x=\"14\" y=\"{}\">{at}</text>", y - 2)?;
        self.arrow(&class, from, to, y)
    }

    /// An arrow that comes a little later than it went.
    fn arrow(&mut self, class: &str, from: u32, to: u32, y: u32) -> fmt::Result {
        let back = if to > from { to - 9 } else { to + 9 };
        let (start, high, low) = (y - 6, y - 5, y + 4);
        let class = escape(class);
        writeln!(self.body, "<path class=\"{class}\" d=\"M{from} {start} L{to} {y}\"/>")?;
        let head = class.trim_end_matches(" fin");
        writeln!(self.body, "<path class=\"{head}\" d=\"M{back} {high} L{to} {y} L{back} {low}\"/>")
    }

    fn note(&mut self, event: &Event, text: &str) -> fmt::Result {
        writeln!(
            self.body,
            "<text class=\"mono faint\" x=\"14\" y=\"{}\">{}</text>",
            self.y + 15,
            time(event.at)
        )?;
        self.middle("alarm", text, "")
    }

    fn middle(&mut self, class: &str, text: &str, lifelines: &str) -> fmt::Result {
        let (y, text) = (self.y + 17, escape(text));
        self.lifelines(28, lifelines)?;
        writeln!(
            self.body,
            "<text class=\"{class}\" x=\"{MIDDLE}\" y=\"{y}\" text-anchor=\"middle\">{text}</text>"
        )
    }

    fn hang(&mut self, silence: Duration) -> fmt::Result {
        let (x, y, width) = (CLIENT + 14, self.y + 6, SERVER - CLIENT - 28);
        let text = format!("{} of silence: nobody moves", words::duration(silence));
        self.lifelines(52, "silent wrong")?;
        writeln!(
            self.body,
            "<rect class=\"hang\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"40\" rx=\"4\"/>"
        )?;
        let y = y + 25;
        writeln!(
            self.body,
            "<text class=\"alarm\" x=\"{MIDDLE}\" y=\"{y}\" text-anchor=\"middle\">{text}</text>"
        )
    }

    fn lifelines(&mut self, height: u32, class: &str) -> fmt::Result {
        let (top, bottom) = (self.y, self.y + height);
        for x in [CLIENT, SERVER] {
            writeln!(self.body, "<path class=\"{class}\" d=\"M{x} {top} V{bottom}\"/>")?;
        }
        self.y = bottom;
        Ok(())
    }

    fn sentence(&mut self, standing: &Standing) -> fmt::Result {
        let class = if standing.settled() { "" } else { "alarm" };
        self.y += 12;
        for line in textwrap::wrap(&standing.to_string(), 104) {
            self.y += LINE;
            let (y, line) = (self.y, escape(&line));
            writeln!(self.body, "<text class=\"{class}\" x=\"20\" y=\"{y}\">{line}</text>")?;
        }
        self.y += 18;
        Ok(())
    }
}

/// The events to draw, and how many are left out of their middle.
fn shown(timeline: &Timeline) -> (Vec<&Event>, usize) {
    let events = &timeline.events;
    let hidden = events.len().saturating_sub(SHOWN_EVENTS);
    let half = SHOWN_EVENTS / 2;
    let is_shown = |place: usize| hidden == 0 || place < half || place >= half + hidden;
    let shown =
        events.iter().enumerate().filter(|(place, _)| is_shown(*place)).map(|(_, event)| event);
    (shown.collect(), hidden)
}

fn labels(bytes: &[u8]) -> Vec<String> {
    let count = format!("{} {}", bytes.len(), unit(bytes.len()));
    let mut lines = escaped_lines(bytes, COLUMNS, COLUMNS * SHOWN_LINES);
    if let [only] = lines.as_slice() {
        return vec![format!("{count} {only}")];
    }
    if lines.len() > SHOWN_LINES {
        lines.splice(SHOWN_LINES.., ["…".to_owned()]);
    }
    lines.insert(0, count);
    lines
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
