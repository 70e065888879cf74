//! Is the store whole? Asked by `hark store check`, and by tests after every fault.

use super::{Db, Tx};
use kernel::{Error, Result, TenantScope, sql};
use std::path::Path;

/// Faults named at the most.
const FAULTS_MAX: usize = 20;

/// What is not as it must be, in the engine's words; empty when all is well. SQLite: pages, indexes and references of the
/// whole file, beside the running writer. Both engines: the log ends at its head and has no gap.
pub async fn check(db: &Db) -> Result<Vec<String>> {
    let mut faults = match db.sqlite_path().map(Path::to_path_buf) {
        Some(path) => {
            let looked = tokio::task::spawn_blocking(move || sqlite(&path)).await;
            looked.map_err(|e| Error::internal("looking at the store").cause(e))??
        }
        None => vec![],
    };
    let read = async |tx: &mut Tx| {
        let head = tx.get(sql!("SELECT pos FROM log_head WHERE id = 1"), &[], |r| r.int(0)).await?;
        // every tenant: the log is one series for the installation
        let log = sql!("SELECT COUNT(*), COALESCE(MIN(pos), 0), COALESCE(MAX(pos), 0) FROM event");
        let (n, first, last) = tx.get(log, &[], |r| Ok((r.int(0)?, r.int(1)?, r.int(2)?))).await?;
        Ok((head, n, first, last))
    };
    let (head, n, first, last) = db.read(&TenantScope::system(), read).await?;
    if n > 0 && (last != head || last - first + 1 != n) {
        faults.push(format!("the log holds {n} events from {first} to {last}, its head is {head}"));
    }
    Ok(faults)
}

fn sqlite(path: &Path) -> Result<Vec<String>> {
    let failed = |e: rusqlite::Error| Error::internal("looking at the store").cause(e);
    let c = rusqlite::Connection::open_with_flags(path, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(failed)?;
    let mut faults = vec![];
    let mut ask = c.prepare("PRAGMA integrity_check(20)").map_err(failed)?;
    let said = ask.query_map([], |r| r.get::<_, String>(0)).map_err(failed)?;
    for line in said {
        faults.extend(Some(line.map_err(failed)?).filter(|l| l != "ok"));
    }
    let mut ask = c.prepare("PRAGMA foreign_key_check").map_err(failed)?;
    let said = ask.query_map([], |r| r.get::<_, String>(0)).map_err(failed)?;
    for table in said.take(FAULTS_MAX) {
        faults.push(format!("a row of {} names what is not there", table.map_err(failed)?));
    }
    Ok(faults)
}
