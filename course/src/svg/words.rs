//! The picture in words, for those who hear it.

use std::time::Duration;

use super::{COLUMNS, SHOWN_EVENTS, shown};
use crate::transcript::{escaped_lines, unit};
use crate::waiting::Standing;
use crate::wire::{Event, Side, Timeline, What};

/// One line: how the connection begins.
pub fn title(timeline: &Timeline) -> String {
    match escaped_lines(&timeline.sent, 60, 60).into_iter().next() {
        Some(first) => format!("A connection that begins with {first}"),
        None => "A connection on which the client says nothing".to_owned(),
    }
}

/// The whole picture.
pub fn description(timeline: &Timeline, standing: &Standing) -> String {
    let (shown, hidden) = shown(timeline);
    let mut told: Vec<_> =
        shown.iter().map(|event| sentence(event, timeline.bytes(event))).collect();
    if hidden > 0 {
        told.insert(SHOWN_EVENTS / 2, format!("{hidden} more events follow"));
    }
    told.push(format!("In the end: {standing}"));
    told.join(". ") + "."
}

fn sentence(event: &Event, bytes: &[u8]) -> String {
    let side = match event.side {
        Side::Client => "client",
        Side::Server => "server",
    };
    let did = match &event.what {
        What::Bytes(_) => {
            let first =
                escaped_lines(bytes, COLUMNS, COLUMNS).into_iter().next().unwrap_or_default();
            format!("sends {} {}, beginning with {first}", bytes.len(), unit(bytes.len()))
        }
        What::Fin => "ends its direction (FIN)".to_owned(),
        What::Rst => "aborts the connection (RST)".to_owned(),
        What::TimedOut(what) => format!("gives up waiting for {what}"),
        What::ToldToStop => "tells the server to stop (SIGTERM)".to_owned(),
        What::Full => "has sent more than the client keeps".to_owned(),
        What::Failed(why) => format!("is unreachable: {why}"),
    };
    format!("After {}, the {side} {did}", duration(event.at))
}

/// Milliseconds below a second, tenths of a second above.
pub fn duration(span: Duration) -> String {
    match span.as_millis() {
        long @ 1000.. => format!("{}.{} s", long / 1000, long % 1000 / 100),
        short => format!("{short} ms"),
    }
}
