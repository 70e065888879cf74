//! Tells desks that watch a line that its picture changed.

use super::model::Floor;
use crate::permissions::MONITOR;
use kernel::LineId;
use platform::App;
use platform::live::Topic;
use serde_json::json;
use std::collections::HashMap;

/// What was told last.
#[derive(Default)]
pub struct Told {
    marks: HashMap<LineId, u64>,
}

impl Told {
    /// Tells of the lines that changed and in whose room somebody is. May be lost.
    pub fn tell(&mut self, app: &App, floor: &Floor) {
        for line in floor.lines.values() {
            let room = Topic::Line(line.id.0);
            if !app.live().anybody(&[room]) {
                self.marks.remove(&line.id);
                continue;
            }
            let mark = line.mark();
            if self.marks.insert(line.id, mark) == Some(mark) {
                continue;
            }
            let frame = json!({ "op": "signal", "kind": "monitor.changed", "line": line.id }).to_string();
            app.live().signal_where(room, &frame, |_, viewer| viewer.holds(MONITOR, line.tenant, line.id));
        }
    }
}
