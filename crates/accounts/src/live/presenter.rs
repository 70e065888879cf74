//! Shows that settings changed, so that open desks read them anew.

use crate::Accounts;
use futures_util::future::BoxFuture;
use kernel::{Event, Result};
use platform::App;
use platform::live::{Presenter, Rendered, Topic};
use std::sync::Arc;

/// The kinds after which a desk's names or rights may differ.
const KINDS: [&str; 22] = [
    "provider.changed",
    "tenant.created",
    "tenant.changed",
    "line.created",
    "line.changed",
    "user.created",
    "user.changed",
    "user.disabled",
    "user.enabled",
    "role.created",
    "role.changed",
    "role.removed",
    "grant.added",
    "grant.removed",
    "skill.created",
    "skill.changed",
    "skill.removed",
    "team.created",
    "team.changed",
    "team.removed",
    "calendar.created",
    "calendar.changed",
];

/// Does this event say that settings changed?
pub(super) fn is_settings(event: &Event) -> bool {
    KINDS.contains(&event.kind.as_ref())
}

pub(crate) struct SettingsPresenter;

impl Presenter for SettingsPresenter {
    fn kinds(&self) -> &'static [&'static str] {
        &KINDS
    }

    fn topics(&self, _: &Event, out: &mut Vec<Topic>) {
        out.push(Topic::Staff);
    }

    fn render<'a>(&'a self, app: &'a App, events: &'a [Arc<Event>]) -> BoxFuture<'a, Result<Vec<Rendered>>> {
        let frame = |e: &Arc<Event>| {
            let shown = Event { kind: "settings.changed".into(), ..(**e).clone() };
            Rendered { staff: Some(Rendered::staff_frame(&shown, &serde_json::json!({}))), visitor: None }
        };
        let frames = events.iter().map(frame).collect();
        Box::pin(async move {
            // Whoever is told is chosen by the directory, and asks it at once what there is: it must know by then.
            let known = app.port::<Arc<Accounts>>().directory.snapshot().pos;
            if events.iter().any(|e| e.pos > known) {
                crate::settled(app).await?;
            }
            Ok(frames)
        })
    }
}
