//! Files that no row names: left behind by a crash between the file and the commit, or by an erasure.

use super::disk::{BlobHash, disk_error};
use crate::App;
use crate::store::Tx;
use kernel::{Result, TenantId, TenantScope, args, sql};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Younger files may belong to a transaction that is under way.
const AGE_MIN: Duration = Duration::from_secs(24 * 3600);
/// Files looked at in one sweep.
const FILES_MAX: usize = 200_000;

/// Removes files older than a day that no row names. Answers how many went.
pub async fn sweep(app: &App) -> Result<usize> {
    let folder = app.blobs().folder().to_owned();
    let old = app.blobs().blocking(move || old_files(&folder, SystemTime::now())).await?;
    let mut gone = 0;
    for (tenant, hash, path) in old {
        let named = match hash {
            Some(hash) => is_named(app, tenant, hash).await?,
            None => false,
        };
        if !named && tokio::fs::remove_file(path).await.is_ok() {
            gone += 1;
        }
    }
    Ok(gone)
}

async fn is_named(app: &App, tenant: TenantId, hash: BlobHash) -> Result<bool> {
    let read = async move |tx: &mut Tx| {
        let sql = sql!("SELECT 1 FROM blob WHERE tenant_id = $1 AND hash = $2");
        tx.one(sql, args![tenant, hash], |_| Ok(())).await
    };
    Ok(app.db().read(&TenantScope::system(), read).await?.is_some())
}

type Found = (TenantId, Option<BlobHash>, PathBuf);

/// Every file older than a day; without an address where the name is none (a half-written one).
fn old_files(folder: &Path, now: SystemTime) -> Result<Vec<Found>> {
    let mut out = vec![];
    for tenant in entries(folder)? {
        let Some(id) = tenant.file_name().and_then(|n| n.to_str()?.parse().ok()) else { continue };
        for shelf in entries(&tenant)? {
            let head = shelf.file_name().and_then(|n| n.to_str()).unwrap_or("").to_owned();
            for file in entries(&shelf)? {
                let modified = std::fs::metadata(&file).and_then(|m| m.modified()).map_err(disk_error)?;
                if now.duration_since(modified).is_ok_and(|age| age > AGE_MIN) && out.len() < FILES_MAX {
                    let name = file.file_name().and_then(|n| n.to_str()).unwrap_or("");
                    let hash = hex::decode(format!("{head}{name}")).ok().and_then(|v| v.try_into().ok());
                    out.push((TenantId(id), hash, file));
                }
            }
        }
    }
    Ok(out)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = match std::fs::read_dir(folder) {
        Ok(r) => r,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(vec![]),
        Err(e) => return Err(disk_error(e)),
    };
    Ok(read.filter_map(|e| Some(e.ok()?.path())).collect())
}
