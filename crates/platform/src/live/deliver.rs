//! The reader of the log that serves the rooms. It has no cursor: a socket that was not there asks with `since`.

use super::{Hub, Topic};
use crate::App;
use axum::extract::ws::Utf8Bytes;
use futures_util::future::BoxFuture;
use kernel::{Event, Result};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::watch;

/// Events dealt with at once.
const BATCH: usize = 256;

/// An event as sockets see it.
#[derive(Debug, Clone, Default)]
pub struct Rendered {
    /// For staff: the whole frame.
    pub staff: Option<Utf8Bytes>,
    /// For the visitor of the conversation: the whole frame.
    pub visitor: Option<Utf8Bytes>,
}

/// The frame of an event, written straight into text: trees of JSON values cost more than the sockets.
#[derive(serde::Serialize)]
struct StaffFrame<'a, D> {
    op: &'static str,
    pos: i64,
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<&'a str>,
    tenant: kernel::TenantId,
    conversation: Option<kernel::ConversationId>,
    data: &'a D,
}

impl Rendered {
    /// The staff's frame of an event: `{"op":"event","pos":…,"kind":…,"tenant":…,"conversation":…,"data":…}`.
    pub fn staff_frame(event: &Event, data: &impl serde::Serialize) -> Utf8Bytes {
        StaffFrame::of(event, &event.kind, None, data).text()
    }

    /// The frame of an event that screens know under another kind, with its own beside it as `what`.
    pub fn staff_frame_as(kind: &str, event: &Event, data: &impl serde::Serialize) -> Utf8Bytes {
        StaffFrame::of(event, kind, Some(&event.kind), data).text()
    }

    /// Any frame as text.
    pub fn frame(frame: &impl serde::Serialize) -> Utf8Bytes {
        // What frames are made of has string keys only, so this cannot fail; an empty object would be passed over.
        Utf8Bytes::from(serde_json::to_string(frame).unwrap_or_else(|_| "{}".into()))
    }
}

impl<'a, D: serde::Serialize> StaffFrame<'a, D> {
    fn of(event: &Event, kind: &'a str, what: Option<&'a str>, data: &'a D) -> StaffFrame<'a, D> {
        let conversation = (event.conversation != 0).then_some(kernel::ConversationId(event.conversation));
        StaffFrame { op: "event", pos: event.pos, kind, what, tenant: event.tenant, conversation, data }
    }

    fn text(&self) -> Utf8Bytes {
        Rendered::frame(self)
    }
}

/// How an area's events are shown on sockets.
pub trait Presenter: Send + Sync + 'static {
    /// The kinds it shows.
    fn kinds(&self) -> &'static [&'static str];
    /// The rooms that an event concerns. Cheap: from the event alone.
    fn topics(&self, event: &Event, out: &mut Vec<Topic>);
    /// The frames of these events, one each, in order; called only when somebody is there. `hot` holds what the writer
    /// rendered; without it (another node, a replay) the presenter reads the database.
    fn render<'a>(&'a self, app: &'a App, events: &'a [Arc<Event>]) -> BoxFuture<'a, Result<Vec<Rendered>>>;
    /// The same for those who may not see personal data in full; for presenters whose frames hold any.
    fn render_masked<'a>(
        &'a self,
        app: &'a App,
        events: &'a [Arc<Event>],
    ) -> BoxFuture<'a, Result<Vec<Rendered>>> {
        self.render(app, events)
    }
}

/// The presenters by kind.
pub type Presenters = HashMap<&'static str, Arc<dyn Presenter>>;

/// Serves the rooms until `stop` turns true. Where it begins is known before this returns, so that a socket that comes
/// before the first turn is told the right position.
pub fn run_delivery(
    app: App,
    presenters: Arc<Presenters>,
    stop: watch::Receiver<bool>,
) -> impl Future<Output = ()> + Send {
    let pos = app.log().head();
    app.live().set_begun(pos);
    app.live().set_delivered(pos);
    deliver(app, presenters, pos, stop)
}

async fn deliver(app: App, presenters: Arc<Presenters>, mut pos: i64, mut stop: watch::Receiver<bool>) {
    let hub: Hub = app.live().clone();
    loop {
        tokio::select! {
            () = app.log().wait_after(pos) => {}
            () = crate::web::stopped(&mut stop) => return,
        }
        let events = match app.log().after(pos, BATCH).await {
            Ok(events) => events,
            Err(e) => {
                tracing::warn!(error = %e, "live screens wait for the log");
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
                continue;
            }
        };
        if let Some(last) = events.last() {
            hub.set_begun(last.pos);
        }
        for run in events.chunk_by(|a, b| a.kind == b.kind) {
            if let Some(presenter) = presenters.get(run[0].kind.as_ref())
                && let Err(e) = serve(&app, &hub, &**presenter, run).await
            {
                tracing::warn!(error = %e, kind = %run[0].kind, "events could not be shown; sockets resynchronise");
                hub.close_where(|_| true, "restart");
            }
        }
        if let Some(last) = events.last() {
            pos = last.pos;
            hub.set_delivered(pos);
        }
    }
}

async fn serve(app: &App, hub: &Hub, presenter: &dyn Presenter, run: &[Arc<Event>]) -> Result<()> {
    let mut wanted = vec![];
    for event in run {
        let mut topics = vec![];
        presenter.topics(event, &mut topics);
        if hub.anybody(&topics) {
            wanted.push((event.clone(), topics));
        }
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let events: Vec<_> = wanted.iter().map(|(e, _)| e.clone()).collect();
    let frames = presenter.render(app, &events).await?;
    let partly: Vec<_> =
        wanted.iter().filter(|(e, t)| hub.anybody_masked(e, t)).map(|(e, _)| e.clone()).collect();
    let masked: HashMap<i64, Rendered> = match partly.is_empty() {
        true => HashMap::new(),
        false => partly.iter().map(|e| e.pos).zip(presenter.render_masked(app, &partly).await?).collect(),
    };
    for ((event, topics), frame) in wanted.iter().zip(frames) {
        let masked = masked.get(&event.pos).and_then(|r| r.staff.as_ref());
        let shown = |t| match t {
            Topic::Visitor(_) => frame.visitor.clone(),
            _ => frame.staff.clone(),
        };
        hub.deliver(event, topics, shown, masked);
    }
    Ok(())
}
