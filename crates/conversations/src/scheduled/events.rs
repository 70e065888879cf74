//! Shows that a reply that waits changed: an open thread reads them anew.

use futures_util::future::BoxFuture;
use kernel::{ConversationId, Event, Result, ScheduledId};
use platform::App;
use platform::live::{Presenter, Rendered, Topic};
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;

/// Tells open threads, and the author.
pub struct ScheduledPresenter;

#[derive(Serialize)]
struct Changed<'a> {
    id: ScheduledId,
    conversation: ConversationId,
    state: &'a Value,
    author: &'a Value,
}

impl Presenter for ScheduledPresenter {
    fn kinds(&self) -> &'static [&'static str] {
        &["scheduled.changed", "scheduled.held"]
    }

    fn topics(&self, event: &Event, out: &mut Vec<Topic>) {
        out.push(Topic::Conversation(event.conversation));
        out.extend(event.data["author"].as_str().and_then(|a| a.parse().ok()).map(Topic::User));
    }

    fn render<'a>(&'a self, _: &'a App, events: &'a [Arc<Event>]) -> BoxFuture<'a, Result<Vec<Rendered>>> {
        let frame = |e: &Arc<Event>| {
            let data = Changed {
                id: ScheduledId(e.subject),
                conversation: ConversationId(e.conversation),
                state: &e.data["state"],
                author: &e.data["author"],
            };
            Rendered { staff: Some(Rendered::staff_frame_as("scheduled.changed", e, &data)), visitor: None }
        };
        let frames = events.iter().map(frame).collect();
        Box::pin(async move { Ok(frames) })
    }
}
