//! How this area is shown on sockets: ids only; what they say is asked for, under the rights of that moment.

use futures_util::future::BoxFuture;
use kernel::{Event, Result};
use platform::App;
use platform::live::{Presenter, Rendered, Topic};
use std::sync::Arc;

/// Shows every event of this area.
pub struct Shown;

impl Presenter for Shown {
    fn kinds(&self) -> &'static [&'static str] {
        &[
            "hand.raised",
            "hand.taken",
            "hand.lowered",
            "watch.begun",
            "watch.ended",
            "whisper.sent",
            "briefing.signed",
            "briefing.acknowledged",
            "handover.signed",
            "handover.countersigned",
            "announcement.published",
            "announcement.read",
            "announcement.withdrawn",
        ]
    }

    fn topics(&self, _: &Event, out: &mut Vec<Topic>) {
        out.push(Topic::Staff);
    }

    fn render<'a>(&'a self, _: &'a App, events: &'a [Arc<Event>]) -> BoxFuture<'a, Result<Vec<Rendered>>> {
        let frame = |e: &Arc<Event>| {
            let data = serde_json::json!({ "id": e.subject.to_string(), "user": e.data["user"] });
            Rendered { staff: Some(Rendered::staff_frame(e, &data)), visitor: None }
        };
        let frames = events.iter().map(frame).collect();
        Box::pin(async move { Ok(frames) })
    }
}
