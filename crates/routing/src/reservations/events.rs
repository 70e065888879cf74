//! How offers and their ends are shown on sockets: to the agent alone.

use super::store;
use super::view::views;
use accounts::authorize;
use futures_util::future::BoxFuture;
use kernel::{Event, ReservationId, Result};
use platform::App;
use platform::live::{Presenter, Rendered, Topic};
use platform::store::Tx;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;

/// Shows `reservation.offered` and `reservation.ended`.
pub struct Shown;

fn agent(event: &Event) -> Option<i64> {
    event.data["user"].as_str()?.parse().ok()
}

impl Presenter for Shown {
    fn kinds(&self) -> &'static [&'static str] {
        &["reservation.offered", "reservation.ended"]
    }

    fn topics(&self, event: &Event, out: &mut Vec<Topic>) {
        out.extend(agent(event).map(Topic::User));
    }

    fn render<'a>(&'a self, app: &'a App, events: &'a [Arc<Event>]) -> BoxFuture<'a, Result<Vec<Rendered>>> {
        Box::pin(async move {
            let offered: Vec<ReservationId> = events
                .iter()
                .filter(|e| e.kind == "reservation.offered")
                .map(|e| ReservationId(e.subject))
                .collect();
            let mut shown = HashMap::new();
            if !offered.is_empty() {
                let read = async move |tx: &mut Tx| store::by_ids(tx, &offered).await;
                let rows = app.db().read(&authorize::reader(), read).await?;
                shown.extend(views(app, rows).await?.into_iter().map(|v| (v.id, v)));
            }
            let frame = |e: &Arc<Event>| {
                let id = ReservationId(e.subject);
                let data = match e.kind.as_ref() {
                    "reservation.offered" => json!({ "reservation": shown.get(&id)? }),
                    _ => json!({ "reservation": id, "reason": e.data["reason"] }),
                };
                Some(Rendered::staff_frame(e, &data))
            };
            Ok(events.iter().map(|e| Rendered { staff: frame(e), visitor: None }).collect())
        })
    }
}
