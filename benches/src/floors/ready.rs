//! The floor of starting: a process that opens the store, reads where the log stands, and answers.

use super::open_to_read;
use crate::fault::Outcome;
use axum::Router;
use axum::routing::get;
use std::path::Path;

/// Its route, on a filled store.
pub fn router(store: &Path) -> Outcome<Router> {
    let connection = open_to_read(store)?;
    let _: i64 = connection.query_row("SELECT pos FROM log_head", [], |r| r.get(0))?;
    Ok(Router::new().route("/readyz", get(|| async { "ready\n" })))
}
