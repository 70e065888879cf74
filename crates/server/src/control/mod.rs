//! The line between a command and the running server: a socket in the data folder, which only its owner can open.
//!
//! ```text
//! command ──▶ {"command": …}\n ──▶ server        server ──▶ {"progress": "…"}\n … {"done": "…"}\n or {"failed": …}\n
//! ```

mod client;
mod server;

pub use client::ask;
pub use server::serve;

use crate::commands::{Command, Report};
use serde::{Deserialize, Serialize};

/// A line at the most, in bytes.
const LINE_MAX: u64 = 1024 * 1024;

/// What a command sends.
#[derive(Debug, Serialize, Deserialize)]
struct Request {
    command: Command,
    /// In which language to answer.
    language: kernel::Language,
}

/// What the server answers, one per line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    /// How it goes on.
    Progress(String),
    /// It is done.
    Done(Report),
    /// It could not be done: code, words, detail.
    Failed(String, String, String),
}
