//! The folders of a run and of the cache.

use crate::fault::{Fault, Outcome, While};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Marks a cached store that was kept to its end.
const SEAL: &str = "complete";

static MADE: AtomicUsize = AtomicUsize::new(0);

/// Where one run keeps what it makes; removed when dropped.
#[derive(Debug)]
pub struct RunFolder(PathBuf);

impl RunFolder {
    /// A new folder, below the one given or the system's temporary one.
    pub fn make(below: Option<&Path>) -> Outcome<RunFolder> {
        let below = below.map_or_else(std::env::temp_dir, Path::to_path_buf);
        // One process may have several at once, each of which removes its own.
        let n = MADE.fetch_add(1, Relaxed);
        let path = below.join(format!("hark-bench-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&path).while_("making a folder for this run")?;
        Ok(RunFolder(path))
    }
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        // What cannot be removed now is the system's to remove: it lies in the temporary folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The cache's folder.
pub fn cache() -> Outcome<PathBuf> {
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let base = base.or_else(|| std::env::var_os("HOME").map(|h| PathBuf::from(h).join(".cache")));
    base.map(|b| b.join("hark-bench")).ok_or_else(|| Fault::new("no HOME to keep filled stores in"))
}

/// Was this one kept to its end?
pub fn is_sealed(kept: &Path) -> bool {
    kept.join(SEAL).exists()
}

/// Says that this one is whole.
pub fn seal(kept: &Path) -> Outcome<()> {
    std::fs::write(kept.join(SEAL), "").while_("keeping a filled store")
}

/// Replaces `to` by a copy of `from`, sharing blocks where the file system can.
pub fn copy(from: &Path, to: &Path) -> Outcome<()> {
    if to.exists() {
        std::fs::remove_dir_all(to).while_("replacing a data folder")?;
    }
    let done = Command::new("cp").args(["-a", "--reflink=auto"]).arg(from).arg(to).status().while_("cp")?;
    if done.success() { Ok(()) } else { Err(Fault::new(format!("cp ended with {done}"))) }
}

/// Keeps a copy of a data folder.
pub fn keep(data: &Path, kept: &Path) -> Outcome<()> {
    if kept.exists() {
        std::fs::remove_dir_all(kept).while_("replacing a filled store")?;
    }
    std::fs::create_dir_all(kept).while_("keeping a filled store")?;
    copy(data, &kept.join("data"))
}
