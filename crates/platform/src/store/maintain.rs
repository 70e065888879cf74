//! What SQLite wants done now and then, on a connection of its own, so that the writer is not held up.

use kernel::{Error, Result};
use std::path::Path;
use std::time::Duration;

/// Waits for the writer at most this long; it is tried again later.
const PATIENCE: Duration = Duration::from_millis(200);
/// Rows of an index looked at for the planner's figures.
const ANALYSE_ROWS: &str = "PRAGMA analysis_limit=1000; PRAGMA optimize;";

fn connect(path: &Path) -> Result<rusqlite::Connection> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let c = rusqlite::Connection::open_with_flags(path, flags).map_err(failed)?;
    c.busy_timeout(PATIENCE).map_err(failed)?;
    Ok(c)
}

#[track_caller]
fn failed(e: rusqlite::Error) -> Error {
    Error::internal("maintenance of the store").cause(e)
}

/// The size of the write-ahead log, in bytes.
pub fn wal_bytes(path: &Path) -> u64 {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    std::fs::metadata(name).map_or(0, |m| m.len())
}

/// Copies the write-ahead log into the file and cuts it to nothing. Answers whether all of it went. Blocking.
pub fn checkpoint(path: &Path) -> Result<bool> {
    let c = connect(path)?;
    let busy: i64 = c.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get(0)).map_err(failed)?;
    Ok(busy == 0)
}

/// Lets SQLite renew the figures by which it plans. Blocking.
pub fn optimise(path: &Path) -> Result<()> {
    connect(path)?.execute_batch(ANALYSE_ROWS).map_err(failed)
}
