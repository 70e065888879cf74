//! The project's files, read once: where they are, what they hold, and which part of a Rust file is its tests.

use std::path::{Path, PathBuf};

/// Folders that hold nothing of ours.
const SKIPPED: &[&str] = &["target", "node_modules", "dist", "data", ".git", "test-output"];
/// Files larger than this are data, not text to be held to rules.
const TEXT_MAX: u64 = 2_000_000;

/// One text file of the project.
#[derive(Debug, Clone)]
pub struct Source {
    /// Relative to the root, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Source {
    /// Is it a Rust file?
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Is the whole file tests?
    pub fn is_test(&self) -> bool {
        let p = format!("/{}", self.path);
        p.contains("/tests/")
            || p.contains("/test/")
            || p.contains("/it/")
            || p.contains(".test.ts")
            || p.ends_with("/tests.rs")
    }

    /// The text before the unit tests at its end.
    pub fn without_tests(&self) -> &str {
        match self.text.find("\n#[cfg(test)]\nmod ") {
            Some(at) if self.text[at..].contains('{') => &self.text[..=at],
            _ => &self.text,
        }
    }

    /// The crate it belongs to (`kernel`, `server`, `xtask`, `tests`, `benches`), if any.
    pub fn crate_name(&self) -> Option<&str> {
        let mut parts = self.path.split('/');
        match parts.next()? {
            "crates" => parts.next(),
            first @ ("xtask" | "tests" | "benches") => Some(first),
            _ => None,
        }
    }
}

/// The project's root: the folder above this crate.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Every text file under the root, in order of its path.
pub fn read_all(root: &Path) -> std::io::Result<Vec<Source>> {
    let mut out = vec![];
    walk(root, root, &mut out)?;
    out.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(out)
}

fn walk(root: &Path, folder: &Path, out: &mut Vec<Source>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type()?;
        if kind.is_dir() && !SKIPPED.contains(&name.as_str()) {
            walk(root, &entry.path(), out)?;
        } else if kind.is_file() && entry.metadata()?.len() <= TEXT_MAX {
            let Ok(text) = std::fs::read_to_string(entry.path()) else { continue };
            let path = entry.path();
            let relative = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            out.push(Source { path: relative, text });
        }
    }
    Ok(())
}
