//! How a change of state is shown on sockets.

use super::model::AgentNow;
use super::store;
use crate::floor::Board;
use accounts::authorize;
use conversations::ports::Work;
use futures_util::future::BoxFuture;
use kernel::{Event, Result, UserId};
use platform::App;
use platform::live::{Presenter, Rendered, Topic};
use platform::store::Tx;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Shows `presence.changed` to the user and to all colleagues.
pub struct Shown;

impl Presenter for Shown {
    fn kinds(&self) -> &'static [&'static str] {
        &["presence.changed"]
    }

    fn topics(&self, event: &Event, out: &mut Vec<Topic>) {
        out.extend([Topic::User(event.subject), Topic::Staff]);
    }

    fn render<'a>(&'a self, app: &'a App, events: &'a [Arc<Event>]) -> BoxFuture<'a, Result<Vec<Rendered>>> {
        Box::pin(async move {
            let users: BTreeSet<UserId> = events.iter().map(|e| UserId(e.subject)).collect();
            let users: Vec<UserId> = users.into_iter().collect();
            let read = async move |tx: &mut Tx| store::one(tx, &users).await;
            let board = app.port::<Arc<Board>>();
            let now: Vec<AgentNow> = app.db().read(&authorize::reader(), read).await?;
            now.into_iter().for_each(|a| board.note_agent(a));
            let frame = |e: &Arc<Event>| {
                let user = UserId(e.subject);
                let data = json!({ "user": user, "presence": board.presence(user) });
                Rendered { staff: Some(Rendered::staff_frame(e, &data)), visitor: None }
            };
            Ok(events.iter().map(frame).collect())
        })
    }
}
