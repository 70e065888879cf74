//! The floors: the least program that does the physical part of what a bench measures, and nothing of Hark's.
//!
//! | floor | under | what it does |
//! |---|---|---|
//! | `ingest` | ingest | JSON over HTTP, group commit of at most 512 into SQLite with `synchronous=FULL`, answer after the commit |
//! | `sockets` | chat, fanout, idle | `/echo`, and `/room`, which copies each text to everybody in it |
//! | `sync` | chat | appends 4 KiB and calls `fdatasync`, one after the other |
//! | `ready` | boot | opens the store, reads one row, answers |
//! | `list` | list | two lines' newest open conversations out of SQLite as JSON |
//! | `search` | search | the twenty best of an index of the same texts, as ids |
//!
//! Each runs as a process of its own, prints its port and serves until its standard input ends.

mod ingest;
mod list;
mod ready;
mod search;
mod sockets;
mod sync;

pub use search::build as build_index;

use crate::args::FloorArgs;
use crate::fault::{Fault, Outcome, While};
use axum::Router;
use clap::ValueEnum;
use std::path::Path;

/// Which floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Floor {
    /// Durable messages over HTTP.
    Ingest,
    /// Echo and room over WebSocket.
    Sockets,
    /// One write to the disk.
    Sync,
    /// A store that is opened and answers.
    Ready,
    /// A page of a list.
    List,
    /// A search.
    Search,
}

/// Runs a floor to its end.
pub fn serve(args: &FloorArgs) -> Outcome<()> {
    let path = || args.path.as_deref().ok_or_else(|| Fault::new("this floor needs --path"));
    match args.floor {
        Floor::Sync => sync::measure(path()?, args.seconds),
        Floor::Ingest => answer(ingest::router(path()?)?, args),
        Floor::Sockets => answer(sockets::router(), args),
        Floor::Ready => answer(ready::router(path()?)?, args),
        Floor::List => answer(list::router(path()?)?, args),
        Floor::Search => answer(search::router(path()?)?, args),
    }
}

fn answer(router: Router, args: &FloorArgs) -> Outcome<()> {
    crate::process::allow_many_files();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (port, stay) = (args.port, args.stay);
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.while_("listening")?;
        println!("{}", serde_json::json!({ "port": listener.local_addr()?.port() }));
        if stay {
            return Ok(axum::serve(listener, router).await?);
        }
        tokio::select! {
            ended = axum::serve(listener, router).into_future() => Ok(ended?),
            () = parent_gone() => Ok(()),
        }
    })
}

/// Waits until standard input ends, which it does when the process that holds it does.
async fn parent_gone() {
    let (gone, wait) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        // Whatever ends the reading is the end.
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        drop(gone);
    });
    // The other side never sends: an error is the end.
    let _ = wait.await;
}

fn open_to_read(path: &Path) -> Outcome<rusqlite::Connection> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = rusqlite::Connection::open_with_flags(path, flags).while_("opening the store")?;
    connection.execute_batch("PRAGMA query_only=1; PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;")?;
    Ok(connection)
}
