//! Copies of the store, made while it is in use.

use crate::codes;
use kernel::{Error, Result};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Pages copied between two looks at the writers.
const PAGES_PER_STEP: std::ffi::c_int = 4096;
/// Between two steps.
const STEP_PAUSE: Duration = Duration::from_millis(2);

/// Copies a SQLite file that is in use to `to`, and checks the copy.
pub fn backup_sqlite(from: &rusqlite::Connection, to: &Path) -> Result<()> {
    let failed = |e: rusqlite::Error| Error::new(&codes::BACKUP_FAILED).detail(e.to_string());
    let mut copy = rusqlite::Connection::open(to).map_err(failed)?;
    let backup = rusqlite::backup::Backup::new(from, &mut copy).map_err(failed)?;
    backup.run_to_completion(PAGES_PER_STEP, STEP_PAUSE, None).map_err(failed)?;
    drop(backup);
    let verdict: String = copy.query_row("PRAGMA quick_check", [], |r| r.get(0)).map_err(failed)?;
    if verdict != "ok" {
        return Err(Error::new(&codes::BACKUP_FAILED).detail(verdict));
    }
    std::fs::File::open(to)
        .and_then(|f| f.sync_all())
        .map_err(|e| Error::new(&codes::BACKUP_FAILED).detail(e.to_string()))
}

fn folder_beside(path: &Path) -> Result<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new(".")).join("backups");
    std::fs::create_dir_all(&folder)
        .map_err(|e| Error::new(&codes::BACKUP_FAILED).detail(format!("{}: {e}", folder.display())))?;
    Ok(folder)
}

/// The copy an upgrade makes first: `backups/before-upgrade-from-VERSION.db` beside the file.
pub(super) fn before_upgrade(c: &rusqlite::Connection, path: &Path, version: i64) -> Result<()> {
    let to = folder_beside(path)?.join(format!("before-upgrade-from-{version}.db"));
    backup_sqlite(c, &to)?;
    tracing::info!(file = %to.display(), "a backup was made before the upgrade");
    Ok(())
}

/// The same on PostgreSQL, by its own `pg_dump`, into the working folder's `backups`.
pub(super) async fn postgres_before_upgrade(url: &str, version: i64) -> Result<()> {
    let to = folder_beside(Path::new("hark"))?.join(format!("before-upgrade-from-{version}.dump"));
    let out = tokio::process::Command::new("pg_dump")
        .arg("--format=custom")
        .arg("--file")
        .arg(&to)
        .arg(format!("--dbname={url}"))
        .output()
        .await;
    match out {
        Ok(o) if o.status.success() => Ok(()),
        Ok(o) => {
            Err(Error::new(&codes::BACKUP_FAILED).detail(String::from_utf8_lossy(&o.stderr).into_owned()))
        }
        Err(e) => Err(Error::new(&codes::BACKUP_FAILED).detail(format!(
            "pg_dump could not be started ({e}); install it, or make a backup and start with --skip-backup"
        ))),
    }
}
