//! Keeps the directory and the cache of sessions right, and closes sockets whose rights have gone.

use crate::Accounts;
use crate::sessions;
use kernel::{Event, Result, UserId};
use platform::App;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Events dealt with at once.
const BATCH: usize = 512;
/// After a failure it is tried again after this long.
const RETRY: Duration = Duration::from_millis(200);
/// Sockets whose session ran out are looked for this often.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Reads everything before the first request.
pub(crate) async fn on_start(app: App) -> Result<()> {
    app.port::<Arc<Accounts>>().directory.refresh(&app).await
}

/// Follows the log until `stop` turns true.
pub(crate) async fn keep(app: App, mut stop: watch::Receiver<bool>) {
    let accounts = app.port::<Arc<Accounts>>().clone();
    let mut pos = accounts.directory.snapshot().pos;
    loop {
        tokio::select! {
            () = app.log().wait_after(pos) => {}
            () = tokio::time::sleep(LOOK_EVERY) => {
                sessions::close_ended(&app);
                continue;
            }
            () = platform::web::stopped(&mut stop) => return,
        }
        match follow(&app, &accounts, pos).await {
            Ok(to) => pos = to,
            Err(e) => {
                tracing::warn!(error = %e, "the directory waits for the log");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

async fn follow(app: &App, accounts: &Accounts, pos: i64) -> Result<i64> {
    let events = app.log().after(pos, BATCH).await?;
    let seen = accounts.directory.snapshot().pos;
    if events.iter().any(|e| e.pos > seen && is_ours(e)) {
        accounts.directory.refresh(app).await?;
    }
    for event in &events {
        react(app, accounts, event);
    }
    Ok(events.last().map_or(pos, |e| e.pos))
}

fn noun(e: &Event) -> &str {
    e.kind.split('.').next().unwrap_or("")
}

fn is_ours(e: &Event) -> bool {
    matches!(
        noun(e),
        "provider" | "tenant" | "line" | "user" | "role" | "grant" | "skill" | "calendar" | "team"
    )
}

/// What an event ends. Idempotent.
fn react(app: &App, accounts: &Accounts, event: &Event) {
    let user = || event.data["user"].as_str().and_then(|s| s.parse().ok()).map(UserId);
    match event.kind.as_ref() {
        "session.ended" => {
            accounts.access.end_session(event.subject);
            sessions::close_ended(app);
        }
        "token.revoked" => {
            accounts.access.end_token(event.subject);
            sessions::close_ended(app);
        }
        "user.disabled" => {
            accounts.access.end_user(UserId(event.subject), None);
            app.live().close_user(UserId(event.subject), "disabled");
        }
        "user.signed_out" => {
            let kept = event.data["kept"].as_str().and_then(|s| s.parse().ok());
            accounts.access.end_user(UserId(event.subject), kept);
            sessions::close_ended(app);
        }
        // A socket's rooms were joined under the rights of that moment, so it joins anew.
        "grant.added" | "grant.removed" => {
            if let Some(user) = user() {
                app.live().close_user(user, "restart");
            }
        }
        "role.changed" => {
            let snapshot = accounts.directory.snapshot();
            for (id, u) in &snapshot.users {
                if u.grants.iter().any(|g| g.role.0 == event.subject) {
                    app.live().close_user(*id, "restart");
                }
            }
        }
        _ => {}
    }
}
