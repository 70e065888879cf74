//! What the tasks share: where things are, how a task fails.

pub mod cargo;
pub mod codegen;
pub mod faults;
pub mod needs;
pub mod postgres;
pub mod run;
pub mod step;
pub mod test;
pub mod web;

use std::path::PathBuf;

/// Why a task failed, for people.
#[derive(Debug)]
pub struct Failed(pub String);

/// The result of a task.
pub type Done<T = ()> = Result<T, Failed>;

impl From<std::io::Error> for Failed {
    fn from(e: std::io::Error) -> Failed {
        Failed(e.to_string())
    }
}

/// The project's root.
pub fn root() -> PathBuf {
    xtask::source::root()
}

/// Where Cargo puts what it builds. In CI outside the clone, so that the next run starts warm.
pub fn target() -> PathBuf {
    if let Some(dir) = std::env::var_os("CARGO_TARGET_DIR") {
        return root().join(dir);
    }
    match std::env::var_os("HOME") {
        Some(home) if in_ci() => PathBuf::from(home).join(".cache/hark-target"),
        _ => root().join("target"),
    }
}

/// Does a machine run this?
pub fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|v| v == "true" || v == "1")
}

/// `cargo xtask tidy`.
pub fn tidy() -> Done {
    let faults = xtask::tidy::check(&root())?;
    for fault in &faults {
        println!("{fault}");
    }
    match faults.len() {
        0 => Ok(()),
        n => Err(Failed(format!("{n} faults"))),
    }
}
