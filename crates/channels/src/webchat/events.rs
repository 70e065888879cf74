//! What visitors' sockets must hear of besides their conversation: that there is a new one, or that it goes on in another, and
//! that who serves them left or came back.

use conversations::ports::{TellPlace, Work};
use conversations::threads::{self, Channel};
use kernel::UserId;
use platform::App;
use platform::live::Topic;
use platform::store::Tx;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

/// Events looked at at once.
const BATCH: usize = 512;
/// After a failure it is tried again after this long.
const RETRY: Duration = Duration::from_millis(200);

/// Makes a visitor's sockets look for their conversation anew. As a frame it is harmless: it asks to reload.
pub const LOOK_AGAIN: &str = r#"{"op":"resync"}"#;

/// By these a visitor's conversation may be another one from then on.
const LEADS: [&str; 5] = [
    "conversation.opened",
    "conversation.moved",
    "conversation.merged",
    "conversation.split",
    "conversation.join_undone",
];

/// Follows the log until `stop` turns true: a conversation that an agent or another tab began is shown at once.
pub async fn follow(app: App, mut stop: watch::Receiver<bool>) {
    let mut pos = app.log().head();
    loop {
        tokio::select! {
            () = app.log().wait_after(pos) => {}
            () = platform::web::stopped(&mut stop) => return,
        }
        let events = match app.log().after(pos, BATCH).await {
            Ok(events) => events,
            Err(e) => {
                tracing::warn!(error = %e, "visitors' sockets wait for the log");
                tokio::time::sleep(RETRY).await;
                continue;
            }
        };
        for e in events.iter().filter(|e| LEADS.contains(&e.kind.as_ref())) {
            let contact = e.data["contact"].as_str().and_then(|s| s.parse().ok());
            if let Some(contact) = contact {
                app.live().signal(Topic::Visitor(contact), LOOK_AGAIN, None);
            }
        }
        pos = events.last().map_or(pos, |e| e.pos);
    }
}

/// Tells those whom an agent serves that the agent left, or came back, until `stop` turns true.
pub async fn follow_agents(app: App, mut stop: watch::Receiver<bool>) {
    let Some(mut comings) = app.try_port::<Arc<dyn Work>>().map(|w| w.comings()) else { return };
    loop {
        tokio::select! {
            came = comings.recv() => match came {
                Ok(user) => tell_held(&app, user).await,
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            },
            () = platform::web::stopped(&mut stop) => return,
        }
    }
}

/// Those whom this agent serves hear how it stands with them now. A signal: one that cannot be made is one that was lost.
async fn tell_held(app: &App, user: UserId) {
    let read = async move |tx: &mut Tx| threads::routed_held_by(tx, user).await;
    let Ok(held) = app.db().read(&accounts::authorize::reader(), read).await else { return };
    let Some(tell) = app.try_port::<Arc<dyn TellPlace>>() else { return };
    for one in held.iter().filter(|r| r.channel == Channel::Webchat && r.queued_at.is_none()) {
        tell.changed(app, one.id, None);
    }
}
