//! The server's side.

use super::{LINE_MAX, Reply, Request};
use crate::commands;
use platform::App;
use platform::web::stopped;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, mpsc, watch};

/// Commands at once.
const COMMANDS_MAX: usize = 4;
/// Lines of progress that may wait for a slow terminal.
const PROGRESS_QUEUE: usize = 256;

/// Takes commands until `stop` turns true.
pub async fn serve(app: App, path: PathBuf, mut stop: watch::Receiver<bool>) {
    // The folder is ours by its lock, so a socket that is there was left by a program that is gone.
    let _ = std::fs::remove_file(&path);
    let listener = match UnixListener::bind(&path) {
        Ok(l) => l,
        Err(e) => {
            tracing::warn!(error = %e, "commands cannot reach this server");
            return stopped(&mut stop).await;
        }
    };
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    if let Err(e) = std::fs::set_permissions(&path, private) {
        tracing::warn!(error = %e, "the control socket keeps the rights of its folder");
    }
    let places = Arc::new(Semaphore::new(COMMANDS_MAX));
    loop {
        let accepted = tokio::select! {
            a = listener.accept() => a,
            () = stopped(&mut stop) => break,
        };
        let (Ok((stream, _)), Ok(place)) = (accepted, places.clone().acquire_owned().await) else { break };
        let app = app.clone();
        tokio::spawn(async move {
            if let Err(e) = one(&app, stream).await {
                tracing::debug!(error = %e, "a command's line ended");
            }
            drop(place);
        });
    }
    // It is in the data folder, where the next start would remove it too.
    let _ = std::fs::remove_file(&path);
}

async fn one(app: &App, stream: UnixStream) -> std::io::Result<()> {
    let (from, mut to) = stream.into_split();
    let mut line = String::new();
    BufReader::new(from.take(LINE_MAX)).read_line(&mut line).await?;
    let Ok(request) = serde_json::from_str::<Request>(&line) else { return Ok(()) };
    let (tell, mut told) = mpsc::channel::<String>(PROGRESS_QUEUE);
    let sink = move |text: &str| {
        // A line of progress that finds no room is one that nobody misses.
        let _ = tell.try_send(text.to_owned());
    };
    let language = request.language;
    let mut work = std::pin::pin!(commands::run(app, request.command, language, &sink));
    let result = loop {
        tokio::select! {
            done = &mut work => break done,
            Some(text) = told.recv() => say(&mut to, &Reply::Progress(text)).await?,
        }
    };
    while let Ok(text) = told.try_recv() {
        say(&mut to, &Reply::Progress(text)).await?;
    }
    let last = match result {
        Ok(report) => Reply::Done(report),
        Err(e) => {
            let words = language.pick(e.code.en, e.code.zh).to_owned();
            Reply::Failed(e.code.code.to_owned(), words, e.detail)
        }
    };
    say(&mut to, &last).await
}

async fn say(to: &mut tokio::net::unix::OwnedWriteHalf, reply: &Reply) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(reply).map_err(std::io::Error::other)?;
    line.push(b'\n');
    to.write_all(&line).await
}
