//! The floor of the conversation list: two clients' newest open conversations, read from SQLite and written as JSON.

use super::open_to_read;
use crate::fault::Outcome;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Rows of a page.
const PAGE: i64 = 50;
/// The lines of two clients.
const LINES: i64 = 4;

struct Shelf {
    store: Connection,
    lines: Vec<i64>,
}

/// Its route, on a filled store.
pub fn router(store: &Path) -> Outcome<Router> {
    let store = open_to_read(store)?;
    let lines = {
        let mut read = store.prepare("SELECT id FROM service_line ORDER BY tenant_id, id LIMIT ?")?;
        let found = read.query_map(params![LINES], |r| r.get(0))?;
        found.collect::<rusqlite::Result<Vec<i64>>>()?
    };
    Ok(Router::new().route("/page", get(page)).with_state(Arc::new(Mutex::new(Shelf { store, lines }))))
}

async fn page(State(shelf): State<Arc<Mutex<Shelf>>>) -> Result<impl IntoResponse, StatusCode> {
    let shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
    let rows = read(&shelf).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(([("content-type", "application/json")], Value::Array(rows).to_string()))
}

fn read(shelf: &Shelf) -> rusqlite::Result<Vec<Value>> {
    let newest = "SELECT last_at, id FROM conversation WHERE line_id = ? AND status = 'open'
                  ORDER BY last_at DESC, id DESC LIMIT ?";
    let mut newest = shelf.store.prepare_cached(newest)?;
    let mut places: Vec<(i64, i64)> = vec![];
    for line in &shelf.lines {
        for place in newest.query_map(params![line, PAGE], |r| Ok((r.get(0)?, r.get(1)?)))? {
            places.push(place?);
        }
    }
    places.sort_unstable_by(|a, b| b.cmp(a));
    places.truncate(PAGE as usize);
    let one = "SELECT c.id, c.number, c.status, c.waiting, c.last_text, c.last_at, p.name FROM conversation c
               JOIN contact p ON p.id = c.contact_id WHERE c.id = ?";
    let mut one = shelf.store.prepare_cached(one)?;
    places
        .iter()
        .map(|(_, id)| {
            one.query_row([id], |r| {
                Ok(json!({
                    "id": r.get::<_, i64>(0)?.to_string(), "number": r.get::<_, i64>(1)?, "status": r.get::<_, String>(2)?,
                    "waiting": r.get::<_, String>(3)?, "text": r.get::<_, String>(4)?, "at": r.get::<_, i64>(5)?,
                    "name": r.get::<_, String>(6)?
                }))
            })
        })
        .collect()
}
