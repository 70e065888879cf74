//! The data folder: private to its owner, and owned by one running program at a time.

use kernel::{Error, Result};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// The data folder while this program owns it.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder where it is missing and takes it. Errors: `server.folder_taken` when another program has it.
    pub fn take(path: &Path) -> Result<Folder> {
        let failed = |e: std::io::Error| {
            Error::new(&super::commands::codes::FOLDER_UNUSABLE).detail(format!("{}: {e}", path.display()))
        };
        make_private(path).map_err(failed)?;
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        private(&mut options);
        let lock = options.open(path.join("lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Folder { path: path.to_path_buf(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(Error::new(&super::commands::codes::FOLDER_TAKEN)
                .detail(path.display().to_string())),
            Err(TryLockError::Error(e)) => Err(failed(e)),
        }
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        database_in(&self.path)
    }
}

/// The database file of a data folder.
pub fn database_in(data: &Path) -> PathBuf {
    data.join("hark.db")
}

/// The socket through which commands speak to the program that owns the folder.
pub fn control_socket_in(data: &Path) -> PathBuf {
    data.join("control.sock")
}

#[cfg(unix)]
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn make_private(path: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(path)
}

/// Files made with these options can be read by their owner only.
pub fn private(options: &mut OpenOptions) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    #[cfg(not(unix))]
    let _ = options;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_owner() {
        let dir = tempfile::tempdir().expect("a folder");
        let data = dir.path().join("data");
        let first = Folder::take(&data).expect("is free");
        let second = Folder::take(&data).expect_err("is taken");
        assert_eq!(second.code.code, "server.folder_taken");
        drop(first);
        Folder::take(&data).expect("is free again");
    }
}
