//! How breaks are shown on sockets: ids and states only, to the agent and to colleagues; what they say is asked for.

use futures_util::future::BoxFuture;
use kernel::{Event, Result};
use platform::App;
use platform::live::{Presenter, Rendered, Topic};
use std::sync::Arc;

/// Shows `presence.break_changed` and `presence.break_overrun`.
pub struct Shown;

impl Presenter for Shown {
    fn kinds(&self) -> &'static [&'static str] {
        &["presence.break_changed", "presence.break_overrun"]
    }

    fn topics(&self, event: &Event, out: &mut Vec<Topic>) {
        out.extend([Topic::User(event.subject), Topic::Staff]);
    }

    fn render<'a>(&'a self, _: &'a App, events: &'a [Arc<Event>]) -> BoxFuture<'a, Result<Vec<Rendered>>> {
        let frame =
            |e: &Arc<Event>| Rendered { staff: Some(Rendered::staff_frame(e, &e.data)), visitor: None };
        let frames = events.iter().map(frame).collect();
        Box::pin(async move { Ok(frames) })
    }
}
