//! The rules that keep the project readable, as a test: each rule reads the sources and lists what breaks it.
//!
//! | rule | holds |
//! |---|---|
//! | [`edges`] | which crate may use which |
//! | [`shape`] | sizes of files and functions, heads of modules, names |
//! | [`store`] | statements are marked literals, name their tenant, and scopes are made in few places |
//! | [`words`] | nothing unfinished, no foreign words, no machine's paths, no registry hosts |
//! | [`languages`] | every text exists in both languages |

pub mod edges;
pub mod languages;
pub mod shape;
pub mod store;
pub mod words;

use crate::source::{Source, read_all};
use std::path::Path;

/// Something that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file, relative to the root.
    pub file: String,
    /// The line, 0 where the whole file is meant.
    pub line: usize,
    /// What is wrong and what to do.
    pub what: String,
}

impl Fault {
    fn new(source: &Source, line: usize, what: impl Into<String>) -> Fault {
        Fault { file: source.path.clone(), line, what: what.into() }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.what),
            line => write!(f, "{}:{line}: {}", self.file, self.what),
        }
    }
}

/// Every fault of the project at this root, in order of file and line. Errors: a file that cannot be read.
pub fn check(root: &Path) -> std::io::Result<Vec<Fault>> {
    let sources = read_all(root)?;
    let mut faults = vec![];
    edges::check(&sources, &mut faults);
    shape::check(&sources, &mut faults);
    store::check(&sources, &mut faults);
    words::check(&sources, &mut faults);
    languages::check(&sources, &mut faults);
    faults.sort();
    Ok(faults)
}

/// The line of a place in a text, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text[..at].bytes().filter(|b| *b == b'\n').count() + 1
}
