//! Where things lie in the data folder.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

/// The database file.
pub fn database_in(data: &Path) -> PathBuf {
    data.join("hark.db")
}

/// The socket through which commands speak to the program that owns the folder.
pub fn control_socket_in(data: &Path) -> PathBuf {
    data.join("control.sock")
}

/// What the demonstration left for the server and for people: its shops' keys and its logins.
pub fn demo_file_in(data: &Path) -> PathBuf {
    data.join("demo.json")
}

/// Writes a file that its owner alone can read.
pub fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}
