//! The frames that conversations' live presenters send to visitors.

use super::view;
use conversations::messages::{MessageRow, Names};
use conversations::ports::VisitorPresenter;
use conversations::threads::Row;
use platform::App;
use serde_json::{Value, json};

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
