//! The lock of the data folder.

use crate::codes;
use kernel::{Error, Result};
use std::fs::{File, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

/// The folder is this process's while this value lives.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the folder, making it (0700) if it is not there. Errors: `data.in_use` with the other process's number.
    pub fn take(data: &Path) -> Result<FolderLock> {
        use std::os::unix::fs::DirBuilderExt;
        let failed = |e: std::io::Error| {
            Error::internal(format!("the data folder {} cannot be used: {e}", data.display())).cause(e)
        };
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(data).map_err(failed)?;
        let options =
            File::options().read(true).write(true).create(true).truncate(false).open(data.join("lock"));
        let mut file = options.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(e)) => return Err(failed(e)),
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Only for the message; the lock itself is what counts.
                let _ = file.read_to_string(&mut holder);
                let detail = format!("{} is held by process {}", data.display(), holder.trim());
                return Err(Error::new(&codes::DATA_IN_USE).detail(detail));
            }
        }
        let noted = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
        if let Err(e) = noted {
            // The number is only for the message to a second process; a full disk must not keep the first from reading.
            tracing::debug!(error = %e, "the process number could not be noted in the lock");
        }
        Ok(FolderLock { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_owner() {
        let dir = tempfile::tempdir().expect("a folder");
        let data = dir.path().join("data");
        let first = FolderLock::take(&data).expect("is free");
        let e = FolderLock::take(&data).expect_err("is taken");
        assert_eq!(e.code, &codes::DATA_IN_USE);
        assert!(e.detail.contains(&std::process::id().to_string()), "{}", e.detail);
        drop(first);
        FolderLock::take(&data).expect("is free again");
    }
}
