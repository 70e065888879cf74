//! The frames that conversations' live presenters send to visitors.

use super::view;
use accounts::Directory;
use conversations::messages::{MessageRow, Names};
use conversations::ports::{TellPlace, VisitorPresenter};
use conversations::threads::{self, Row};
use kernel::ConversationId;
use platform::App;
use platform::live::Topic;
use platform::store::Tx;
use serde_json::{Value, json};
use std::sync::Arc;

/// Makes visitors' frames.
pub struct Presenter;

impl VisitorPresenter for Presenter {
    fn message(&self, app: &App, names: &Names, m: &MessageRow, row: &Row) -> Option<Value> {
        view::message(app, &names.directory, m, row).map(|m| json!({ "op": "message", "message": m }))
    }
    fn conversation(&self, app: &App, names: &Names, row: &Row) -> Option<Value> {
        Some(json!({ "op": "conversation", "conversation": view::conversation(app, &names.directory, row) }))
    }
    fn marked(&self, seq: i64, state: &str) -> Option<Value> {
        Some(json!({ "op": "state", "seq": seq, "state": state }))
    }
    fn typing(&self, alias: &str, on: bool) -> Option<Value> {
        Some(json!({ "op": "typing", "on": on, "name": alias }))
    }
}

impl TellPlace for Presenter {
    fn changed(&self, app: &App, conversation: ConversationId, _: Option<u32>) {
        let app = app.clone();
        tokio::spawn(async move {
            let read = async move |tx: &mut Tx| threads::all_by_ids(tx, &[conversation]).await;
            let found = app.db().read(&accounts::authorize::reader(), read).await;
            // A signal: one that cannot be made is one that was lost.
            let Some(row) = found.ok().and_then(|mut rows| rows.pop()) else { return };
            let now = view::conversation(&app, app.port::<Arc<Directory>>(), &row);
            let frame = json!({ "op": "conversation", "conversation": now });
            app.live().signal(Topic::Visitor(conversation.0), &frame.to_string(), None);
        });
    }
}
