//! A staff socket.

use super::Person;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Nothing in these tests takes this long; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often a socket that is kept open says that it is there; far less than the silence that ends one.
const BEAT: Duration = Duration::from_secs(15);

/// One socket.
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Opens one with a person's proof and this `Origin`.
    pub async fn open(at: SocketAddr, origin: &str, of: &Person) -> Result<Socket, Box<tungstenite::Error>> {
        Socket::open_at(&format!("ws://{at}/api/v1/live"), origin, of.proof.as_ref()).await
    }

    /// Opens one anywhere.
    pub async fn open_at(
        address: &str,
        origin: &str,
        proof: Option<&(reqwest::header::HeaderName, String)>,
    ) -> Result<Socket, Box<tungstenite::Error>> {
        let mut request = address.into_client_request().expect("a request");
        let headers = request.headers_mut();
        let protocol = if address.contains("/w/v1/") { "hark.visitor.v1" } else { "hark.v1" };
        headers.insert("sec-websocket-protocol", protocol.parse().expect("a value"));
        headers.insert("origin", origin.parse().expect("a value"));
        if let Some((name, value)) = proof {
            headers.insert(name.clone(), value.parse().expect("a value"));
        }
        let (socket, _) = connect_async(request).await.map_err(Box::new)?;
        Ok(Socket(socket))
    }

    /// Says something.
    pub async fn say(&mut self, frame: Value) {
        self.0.send(Message::text(frame.to_string())).await.expect("is sent");
    }

    /// The next frame; `{"op":"closed"}` at the end.
    pub async fn hear(&mut self) -> Value {
        loop {
            let message =
                tokio::time::timeout(PATIENCE * 2, self.0.next()).await.expect("hears something in time");
            match message {
                Some(Ok(Message::Text(t))) => return serde_json::from_str(&t).expect("is JSON"),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return json!({ "op": "closed" }),
                Some(Ok(_)) => {}
            }
        }
    }

    /// Everything up to the frame that fits, that one last.
    pub async fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Vec<Value> {
        let mut heard = vec![];
        loop {
            let next = tokio::time::timeout(PATIENCE, self.hear()).await;
            let frame = next.unwrap_or_else(|_| panic!("nothing fits in time; heard {heard:#?}"));
            let done = fits(&frame);
            assert!(done || frame["op"] != "closed", "closed after {heard:?}");
            heard.push(frame);
            if done {
                return heard;
            }
        }
    }

    /// Everything that has come by now: what was sent before a `ping` comes before its `pong`.
    pub async fn so_far(&mut self) -> Vec<Value> {
        self.say(json!({ "op": "ping" })).await;
        let mut heard = self.until(|f| f["op"] == "pong").await;
        heard.pop();
        heard
    }

    /// Stays open, saying only that it is there, until this future is dropped or the other side ends it.
    pub async fn stay(mut self) {
        let mut beat = tokio::time::interval(BEAT);
        loop {
            let there = tokio::select! {
                _ = beat.tick() => self.0.send(Message::text(r#"{"op":"ping"}"#)).await.is_ok(),
                heard = self.0.next() => matches!(heard, Some(Ok(_))),
            };
            if !there {
                return;
            }
        }
    }
}
