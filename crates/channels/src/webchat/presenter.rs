//! The frames that conversations' live presenters send to visitors.

use super::view::{self, VisitorConversation, VisitorMessage};
use accounts::Directory;
use axum::extract::ws::Utf8Bytes;
use conversations::messages::{MessageRow, Names};
use conversations::ports::{TellPlace, VisitorPresenter};
use conversations::threads::{self, Row};
use kernel::ConversationId;
use platform::App;
use platform::live::{Rendered, Topic};
use platform::store::Tx;
use serde::Serialize;
use std::sync::Arc;

/// Makes visitors' frames.
pub struct Presenter;

/// What a visitor's socket hears by itself.
#[derive(Serialize)]
#[serde(tag = "op", rename_all = "snake_case")]
enum Frame<'a> {
    Message { message: VisitorMessage },
    Conversation { conversation: VisitorConversation },
    State { seq: i64, state: &'a str },
    Typing { on: bool, name: &'a str },
}

impl VisitorPresenter for Presenter {
    fn message(&self, app: &App, names: &Names, m: &MessageRow, row: &Row) -> Option<Utf8Bytes> {
        let message = view::message(app, &names.directory, m, row)?;
        Some(Rendered::frame(&Frame::Message { message }))
    }
    fn conversation(&self, app: &App, names: &Names, row: &Row) -> Option<Utf8Bytes> {
        let conversation = view::conversation(app, &names.directory, row);
        Some(Rendered::frame(&Frame::Conversation { conversation }))
    }
    fn marked(&self, seq: i64, state: &str) -> Option<Utf8Bytes> {
        Some(Rendered::frame(&Frame::State { seq, state }))
    }
    fn typing(&self, alias: &str, on: bool) -> Option<Utf8Bytes> {
        Some(Rendered::frame(&Frame::Typing { on, name: alias }))
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
            let frame = Rendered::frame(&Frame::Conversation { conversation: now });
            app.live().signal(Topic::Visitor(conversation.0), &frame, None);
        });
    }
}
