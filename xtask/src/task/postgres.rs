//! Is PostgreSQL there? The tests start servers of their own.

use std::path::PathBuf;

/// Is PostgreSQL installed?
pub fn is_there() -> bool {
    program("initdb").is_some()
}

/// A program of PostgreSQL: in the path, or where Debian keeps it.
fn program(name: &str) -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|d| d.filter_map(|e| Some(e.ok()?.path().join("bin").join(name))).collect())
        .unwrap_or_default();
    versions.sort();
    let in_path = std::env::var_os("PATH")
        .map(|p| std::env::split_paths(&p).map(|d| d.join(name)).collect::<Vec<_>>())
        .unwrap_or_default();
    versions.into_iter().rev().chain(in_path).find(|p| p.is_file())
}
