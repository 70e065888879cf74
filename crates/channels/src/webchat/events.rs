//! What visitors' sockets must hear of besides their conversation: that there is a new one, or that it goes on in another.

use conversations::threads::Channel;
use platform::App;
use platform::live::Topic;
use std::time::Duration;
use tokio::sync::watch;

/// Events looked at at once.
const BATCH: usize = 512;
/// After a failure it is tried again after this long.
const RETRY: Duration = Duration::from_millis(200);

/// Makes a visitor's sockets look for their conversation anew. As a frame it is harmless: it asks to reload.
pub const LOOK_AGAIN: &str = r#"{"op":"resync"}"#;

/// By these a visitor's conversation may be another one from then on.
const LEADS: [&str; 4] =
    ["conversation.opened", "conversation.merged", "conversation.split", "conversation.join_undone"];

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
            if let Some(contact) = contact
                && e.data["channel"] == Channel::Webchat.word()
            {
                app.live().signal(Topic::Visitor(contact), LOOK_AGAIN, None);
            }
        }
        pos = events.last().map_or(pos, |e| e.pos);
    }
}
