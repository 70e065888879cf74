//! `GET /api/v1/live`: the upgrade, and the proof.

use super::StaffViewer;
use crate::sessions::access::{self, Grip, Secret};
use crate::{Accounts, codes};
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use http::{HeaderMap, header};
use kernel::{Error, Result};
use platform::App;
use platform::live::{FRAME_MAX, LiveWiring, serve_staff};
use platform::web::Answer;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The subprotocol.
const PROTOCOL: &str = "hark.v1";
/// A socket that has not said who it is within this time is closed.
const PROOF_WITHIN: Duration = Duration::from_secs(10);
/// Bytes read at once; the library's 128 KiB would be most of an idle socket's memory.
const READ_BUFFER: usize = 1024;
/// Frames that come together leave together, up to so many bytes at once: in a busy room that spares most calls of the
/// system.
const WRITE_BUFFER: usize = 16 * 1024;
/// Bytes that may wait in a socket's own buffer before it is given up.
const WRITE_BUFFER_MAX: usize = 1024 * 1024;
/// The first frame's bytes at the most.
const PROOF_MAX: usize = 1024;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(open_live))
}

/// Opens the staff's socket, subprotocol `hark.v1`. Proof: the desk's cookie, from the desk's own pages only; or a
/// first frame `{"op":"auth","token":…}` within 10 s.
#[utoipa::path(
    get, path = "/api/v1/live", tag = "live", operation_id = "open_live",
    responses((status = 101, description = "The socket is open."))
)]
async fn open_live(
    State(app): State<App>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Answer<Response> {
    let accounts = app.port::<Arc<Accounts>>().clone();
    let wiring = app.port::<LiveWiring>().clone();
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(WRITE_BUFFER_MAX)
        .max_message_size(FRAME_MAX)
        .max_frame_size(FRAME_MAX);
    match access::presented(&headers, app.settings().secure()) {
        Some(secret) => {
            let origin = headers.get(header::ORIGIN).and_then(|o| o.to_str().ok());
            if matches!(secret, Secret::Session(_)) && origin != Some(app.settings().desk_url.as_str()) {
                return Err(Error::new(&codes::LIVE_ORIGIN).into());
            }
            let grip = accounts.access.resolve(&app, &secret).await?;
            let viewer = Arc::new(staff(&app, grip)?);
            Ok(upgrade.on_upgrade(move |socket| serve_staff(app, wiring, socket, viewer)))
        }
        None => {
            let place = accounts.unproven.clone().try_acquire_owned();
            let place = place.map_err(|_| Error::new(&codes::LIVE_BUSY).retry_after(5))?;
            Ok(upgrade.on_upgrade(move |socket| prove(app, accounts, wiring, socket, place)))
        }
    }
}

fn staff(app: &App, grip: Arc<Grip>) -> Result<StaffViewer> {
    let accounts = app.port::<Arc<Accounts>>();
    match accounts.directory.user(grip.user) {
        Some(u) if !u.disabled => Ok(StaffViewer::new(app, grip)),
        _ => Err(Error::new(&codes::SIGN_IN_REQUIRED)),
    }
}

/// Waits for the first frame, then serves.
async fn prove(
    app: App,
    accounts: Arc<Accounts>,
    wiring: LiveWiring,
    mut socket: WebSocket,
    place: OwnedSemaphorePermit,
) {
    let first = tokio::time::timeout(PROOF_WITHIN, socket.recv()).await;
    let token = match first {
        Ok(Some(Ok(Message::Text(text)))) if text.len() <= PROOF_MAX => token_of(&text),
        _ => None,
    };
    let proven = match token {
        Some(token) => {
            accounts.access.resolve(&app, &Secret::Token(token)).await.and_then(|g| staff(&app, g))
        }
        None => Err(Error::new(&codes::SIGN_IN_REQUIRED)),
    };
    drop(place);
    match proven {
        Ok(viewer) => serve_staff(app, wiring, socket, Arc::new(viewer)).await,
        Err(_) => {
            let bye = serde_json::json!({"op": "bye", "reason": "signed_out"}).to_string();
            // The other side may have gone already.
            let _ = socket.send(Message::Text(bye.into())).await;
            let _ = socket.send(Message::Close(None)).await;
        }
    }
}

fn token_of(text: &str) -> Option<String> {
    let frame: serde_json::Value = serde_json::from_str(text).ok()?;
    (frame["op"] == "auth").then(|| frame["token"].as_str().map(str::to_owned)).flatten()
}
