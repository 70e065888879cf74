//! The floors of sockets: an echo, and a room that copies every text to everybody in it. No rights, no store, no log.

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::get;
use futures_util::{SinkExt, StreamExt};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Bytes read at once; the library's 128 KiB would be all of an idle socket's memory.
const READ_BUFFER: usize = 4_096;
/// Texts that a slow member may be behind.
const BEHIND_MAX: usize = 4_096;

/// Its routes.
pub fn router() -> Router {
    let (room, _) = broadcast::channel(BEHIND_MAX);
    Router::new().route("/echo", get(echo)).route("/room", get(enter)).with_state(room)
}

async fn echo(upgrade: WebSocketUpgrade) -> Response {
    upgrade.read_buffer_size(READ_BUFFER).write_buffer_size(0).on_upgrade(
        |mut socket: WebSocket| async move {
            while let Some(Ok(m)) = socket.recv().await {
                if matches!(m, Message::Text(_)) && socket.send(m).await.is_err() {
                    break;
                }
            }
        },
    )
}

async fn enter(upgrade: WebSocketUpgrade, State(room): State<broadcast::Sender<Utf8Bytes>>) -> Response {
    let upgrade = upgrade.read_buffer_size(READ_BUFFER).write_buffer_size(0);
    upgrade.on_upgrade(move |socket| member(socket, room))
}

async fn member(socket: WebSocket, room: broadcast::Sender<Utf8Bytes>) {
    let (mut to, mut from) = socket.split();
    let mut heard = room.subscribe();
    loop {
        tokio::select! {
            said = from.next() => match said {
                // Nobody else in the room is no fault.
                Some(Ok(Message::Text(t))) => drop(room.send(t)),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
            text = heard.recv() => match text {
                Ok(t) => if to.send(Message::Text(t)).await.is_err() { return },
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            },
        }
    }
}
