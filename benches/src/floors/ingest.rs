//! The floor of durable messages: what HTTP, JSON and the disk take, with one writer and group commit.

use crate::fault::Outcome;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use tokio::sync::oneshot;

/// Messages of one commit.
const GROUP_MAX: usize = 512;
/// Messages that wait for the writer.
const WAITING_MAX: usize = 8_192;
/// A text at the most, in bytes.
const BODY_MAX: usize = 65_536;
/// Conversations that messages go to.
const CONVERSATIONS: i64 = 10_000;

#[derive(Deserialize)]
struct Message {
    conv: i64,
    author: i64,
    body: String,
}

#[derive(Serialize)]
struct Taken {
    id: i64,
}

type Waiting = (Message, oneshot::Sender<i64>);

const TABLES: &str = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;
    PRAGMA wal_autocheckpoint=4000;
    CREATE TABLE conv(id INTEGER PRIMARY KEY, last_at INT, n INT);
    CREATE TABLE msg(id INTEGER PRIMARY KEY, conv INT, author INT, at INT, body TEXT);
    CREATE INDEX msg_conv ON msg(conv, id);
    CREATE TABLE outbox(id INTEGER PRIMARY KEY, kind INT, ref INT);";

/// Its route, on a new store in this folder.
pub fn router(folder: &Path) -> Outcome<Router> {
    let mut store = Connection::open(folder.join("floor.db"))?;
    store.execute_batch(TABLES)?;
    let all = store.transaction()?;
    for id in 0..CONVERSATIONS {
        all.execute("INSERT INTO conv VALUES(?,0,0)", params![id])?;
    }
    all.commit()?;
    let (to, from) = sync_channel(WAITING_MAX);
    std::thread::Builder::new().name("writer".into()).spawn(move || {
        if let Err(e) = write(&store, &from) {
            eprintln!("the floor's writer ended: {e}");
            std::process::exit(1);
        }
    })?;
    Ok(Router::new().route("/m", post(take)).with_state(to))
}

async fn take(State(to): State<SyncSender<Waiting>>, Json(m): Json<Message>) -> (StatusCode, Json<Taken>) {
    let (done, wait) = oneshot::channel();
    if m.body.len() > BODY_MAX || to.try_send((m, done)).is_err() {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(Taken { id: 0 }));
    }
    match wait.await {
        Ok(id) => (StatusCode::CREATED, Json(Taken { id })),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, Json(Taken { id: 0 })),
    }
}

fn write(store: &Connection, from: &Receiver<Waiting>) -> rusqlite::Result<()> {
    while let Ok(first) = from.recv() {
        let mut group = vec![first];
        while group.len() < GROUP_MAX
            && let Ok(next) = from.try_recv()
        {
            group.push(next);
        }
        store.execute_batch("BEGIN IMMEDIATE")?;
        let mut done = Vec::with_capacity(group.len());
        for (m, waiting) in group {
            let insert = "INSERT INTO msg(conv,author,at,body) VALUES(?,?,1,?)";
            store.prepare_cached(insert)?.execute(params![m.conv, m.author, m.body])?;
            let id = store.last_insert_rowid();
            store
                .prepare_cached("UPDATE conv SET last_at=?, n=n+1 WHERE id=?")?
                .execute(params![id, m.conv])?;
            store.prepare_cached("INSERT INTO outbox(kind,ref) VALUES(1,?)")?.execute(params![id])?;
            done.push((waiting, id));
        }
        store.execute_batch("COMMIT")?;
        for (waiting, id) in done {
            // Somebody who no longer waits does not need the answer.
            let _ = waiting.send(id);
        }
    }
    Ok(())
}
