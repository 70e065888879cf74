//! Files on the disk and their rows.

use crate::codes;
use crate::secrets::Secrets;
use crate::store::Tx;
use kernel::{Error, Millis, Result, TenantId, args, sql};
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use tokio::sync::Semaphore;

/// Bytes of one blob at the most.
const BLOB_MAX: usize = 64 * 1024 * 1024;
/// Disk and picture work running at once; the rest waits its turn.
const AT_ONCE: usize = 2;

/// The address of a blob within its tenant: the keyed hash of its content.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlobHash(pub [u8; 32]);

impl fmt::Display for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}
impl fmt::Debug for BlobHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl kernel::ToValue for BlobHash {
    fn to_value(&self) -> kernel::Value<'_> {
        kernel::Value::Blob(&self.0)
    }
}
impl TryFrom<Vec<u8>> for BlobHash {
    type Error = Error;
    fn try_from(v: Vec<u8>) -> Result<BlobHash> {
        v.try_into().map(BlobHash).map_err(|_| Error::internal("a blob's address has 32 bytes"))
    }
}

/// A stored blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobRef {
    /// Its address within its tenant.
    pub hash: BlobHash,
    /// Its bytes.
    pub size: u64,
}

/// The blob store of one data folder. Cheap to clone.
#[derive(Clone)]
pub struct Blobs {
    folder: Arc<Path>,
    secrets: Secrets,
    places: Arc<Semaphore>,
}

static TEMP: AtomicU64 = AtomicU64::new(0);

impl Blobs {
    /// In `data/blobs`.
    pub fn new(data: &Path, secrets: Secrets) -> Blobs {
        Blobs { folder: data.join("blobs").into(), secrets, places: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Stores the bytes durably and answers their address; the caller then records the row in its own transaction.
    /// Storing the same bytes again is cheap. Errors: `blobs.too_large`, `store.full`.
    pub async fn put(&self, tenant: TenantId, bytes: bytes::Bytes) -> Result<BlobRef> {
        if bytes.len() > BLOB_MAX {
            return Err(Error::new(&codes::BLOB_TOO_LARGE).detail(format!("at most {BLOB_MAX} bytes")));
        }
        let this = self.clone();
        self.blocking(move || this.put_now(tenant, &bytes)).await
    }

    /// The bytes at an address. Errors: `blobs.missing`; `blobs.altered` when the disk holds something else.
    pub async fn get(&self, tenant: TenantId, hash: BlobHash) -> Result<bytes::Bytes> {
        let this = self.clone();
        self.blocking(move || {
            let bytes = std::fs::read(this.path_of(tenant, hash)).map_err(disk_error)?;
            if this.hash_of(tenant, &bytes) != hash {
                return Err(Error::new(&codes::BLOB_ALTERED).detail(format!("tenant {tenant}, blob {hash}")));
            }
            Ok(bytes.into())
        })
        .await
    }

    /// Removes the file. For erasure: the row goes first, in a transaction.
    pub async fn remove(&self, tenant: TenantId, hash: BlobHash) -> Result<()> {
        let path = self.path_of(tenant, hash);
        self.blocking(move || match std::fs::remove_file(path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(disk_error(e)),
            _ => Ok(()),
        })
        .await
    }

    /// Runs blocking work on the bounded pool.
    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        f: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let place = self.places.clone().acquire_owned().await;
        let place = place.map_err(|_| Error::internal("the pool of the blob store is closed"))?;
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            f()
        });
        done.await.map_err(|e| Error::internal("work on a blob broke off").cause(e))?
    }

    fn hash_of(&self, tenant: TenantId, bytes: &[u8]) -> BlobHash {
        let key = self.secrets.derive(&format!("blob|{tenant}"));
        BlobHash(*blake3::keyed_hash(&key, bytes).as_bytes())
    }

    fn path_of(&self, tenant: TenantId, hash: BlobHash) -> PathBuf {
        let name = hash.to_string();
        self.folder.join(tenant.to_string()).join(&name[..2]).join(&name[2..])
    }

    pub(super) fn put_now(&self, tenant: TenantId, bytes: &[u8]) -> Result<BlobRef> {
        let hash = self.hash_of(tenant, bytes);
        let path = self.path_of(tenant, hash);
        let folder = path.parent().unwrap_or(&self.folder);
        let found = BlobRef { hash, size: bytes.len() as u64 };
        if std::fs::metadata(&path).is_ok_and(|m| m.len() == bytes.len() as u64) {
            // Its age counts from now, so that the sweep does not take it before the caller's row is there. A file
            // that rotted keeps its length, so it is compared before it is trusted.
            let same = std::fs::read(&path).is_ok_and(|b| self.hash_of(tenant, &b) == hash);
            let touched = std::fs::File::options().append(true).open(&path);
            if same && touched.is_ok_and(|f| f.set_modified(std::time::SystemTime::now()).is_ok()) {
                return Ok(found);
            }
        }
        make_folder(folder)?;
        let temp = folder.join(format!("{}.{}.part", std::process::id(), TEMP.fetch_add(1, Relaxed)));
        let written = write_durably(&temp, &path, folder, bytes);
        if written.is_err() {
            // A leftover is swept like any file without a row.
            let _ = std::fs::remove_file(&temp);
        }
        written.map_err(disk_error)?;
        Ok(found)
    }
}

/// Makes the folder and its parents, each durable in its own parent.
fn make_folder(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        make_folder(parent)?;
        match std::fs::create_dir(folder) {
            Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => return Err(disk_error(e)),
            _ => {}
        }
        std::fs::File::open(parent).and_then(|f| f.sync_all()).map_err(disk_error)?;
    }
    Ok(())
}

fn write_durably(temp: &Path, path: &Path, folder: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut f = std::fs::File::create_new(temp)?;
    f.write_all(bytes)?;
    f.sync_all()?;
    std::fs::rename(temp, path)?;
    std::fs::File::open(folder)?.sync_all()
}

#[track_caller]
pub(super) fn disk_error(e: std::io::Error) -> Error {
    use std::io::ErrorKind as K;
    match e.kind() {
        K::NotFound => Error::new(&codes::BLOB_MISSING),
        K::StorageFull | K::QuotaExceeded => Error::new(&codes::STORE_FULL).cause(e),
        _ => Error::internal("the blob store").cause(e),
    }
}

/// Names a stored blob in the caller's transaction, which keeps it from the sweep.
pub async fn record(tx: &mut Tx, tenant: TenantId, blob: &BlobRef, now: Millis) -> Result<()> {
    let sql = sql!(
        "INSERT INTO blob(tenant_id, hash, size, at) VALUES ($1, $2, $3, $4) ON CONFLICT (tenant_id, hash) DO NOTHING"
    );
    tx.exec(sql, args![tenant, blob.hash, blob.size as i64, now]).await?;
    Ok(())
}

/// Removes a blob's row; the sweep takes the file. The caller has made sure that nothing names it any more.
pub async fn forget(tx: &mut Tx, tenant: TenantId, hash: BlobHash) -> Result<()> {
    let sql = sql!("DELETE FROM blob WHERE tenant_id = $1 AND hash = $2");
    tx.exec(sql, args![tenant, hash]).await?;
    Ok(())
}
