//! The command's side.

use super::{LINE_MAX, Reply, Request};
use crate::commands::{Command, Report, codes};
use kernel::{Error, Language, Result};
use std::path::Path;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

/// Asks the running server; `None` when none runs on this folder.
pub async fn ask(
    socket: &Path,
    command: Command,
    language: Language,
    progress: &(dyn Fn(&str) + Sync),
) -> Result<Option<Report>> {
    let Ok(stream) = UnixStream::connect(socket).await else { return Ok(None) };
    let broken = |e: std::io::Error| Error::new(&codes::COMMAND_BROKEN).detail(e.to_string());
    let (from, mut to) = stream.into_split();
    let mut line = serde_json::to_vec(&Request { command, language })
        .map_err(|e| Error::internal("a command is plain data").cause(e))?;
    line.push(b'\n');
    to.write_all(&line).await.map_err(broken)?;
    let mut lines = BufReader::new(from.take(64 * LINE_MAX)).lines();
    while let Some(line) = lines.next_line().await.map_err(broken)? {
        match serde_json::from_str(&line) {
            Ok(Reply::Progress(text)) => progress(&text),
            Ok(Reply::Done(report)) => return Ok(Some(report)),
            Ok(Reply::Failed(code, words, detail)) => {
                return Err(Error::new(&codes::COMMAND_FAILED).detail(format!("{words} ({code}) {detail}")));
            }
            Err(e) => return Err(Error::new(&codes::COMMAND_BROKEN).detail(e.to_string())),
        }
    }
    Err(Error::new(&codes::COMMAND_BROKEN))
}
