//! How alerts are shown on sockets: that one changed, and which; the desk reads it under its own rights.

use futures_util::future::BoxFuture;
use kernel::{AlertId, Event, Result};
use platform::App;
use platform::live::{Presenter, Rendered, Topic};
use serde_json::json;
use std::sync::Arc;

/// Shows `alert.raised`, `.acknowledged`, `.escalated` and `.over`.
pub struct Shown;

impl Presenter for Shown {
    fn kinds(&self) -> &'static [&'static str] {
        &["alert.raised", "alert.acknowledged", "alert.escalated", "alert.over"]
    }

    fn topics(&self, _: &Event, out: &mut Vec<Topic>) {
        out.push(Topic::Staff);
    }

    fn render<'a>(&'a self, _: &'a App, events: &'a [Arc<Event>]) -> BoxFuture<'a, Result<Vec<Rendered>>> {
        let frame = |e: &Arc<Event>| {
            let data = json!({ "alert": AlertId(e.subject), "line": e.line });
            Rendered { staff: Some(Rendered::staff_frame(e, &data)), visitor: None }
        };
        let frames = events.iter().map(frame).collect();
        Box::pin(async move { Ok(frames) })
    }
}
