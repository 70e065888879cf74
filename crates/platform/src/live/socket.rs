//! One member of staff's socket, from hello to bye.

use super::deliver::Presenters;
use super::{FRAME_MAX, Outgoing, REPLAY_MAX, SILENCE_MAX, SocketId, Topic, Viewer};
use crate::App;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use futures_util::future::BoxFuture;
use futures_util::{SinkExt, StreamExt};
use kernel::{Event, Result};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use tokio::sync::mpsc;

/// Rooms one socket may be in.
const TOPICS_MAX: usize = 200;

/// What an operation of the socket protocol can use.
pub struct SocketContext {
    /// The program.
    pub app: App,
    /// This socket.
    pub id: SocketId,
    /// What it may see.
    pub viewer: Arc<dyn Viewer>,
    /// The rooms it is in; kept in step by `join` and `leave`.
    pub topics: Vec<Topic>,
}

impl SocketContext {
    /// Joins a room if that is allowed and there is room for it.
    pub fn join(&mut self, topic: Topic) -> bool {
        if self.topics.contains(&topic) {
            return true;
        }
        let joined = self.topics.len() < TOPICS_MAX && self.app.live().join(self.id, topic);
        if joined {
            self.topics.push(topic);
        }
        joined
    }
    /// Leaves a room.
    pub fn leave(&mut self, topic: Topic) {
        self.topics.retain(|t| *t != topic);
        self.app.live().leave(self.id, topic);
    }
}

/// An operation that an area adds to the protocol: gets the frame and may answer with frames.
pub type LiveOp = Arc<
    dyn for<'a> Fn(&'a mut SocketContext, &'a Value) -> BoxFuture<'a, Result<Option<Value>>> + Send + Sync,
>;

/// Told of a socket that ended: its id, what it might see, the rooms it was in.
pub type OnLeave = Arc<dyn Fn(&App, SocketId, &dyn Viewer, &[Topic]) + Send + Sync>;

/// Ops and presenters, as the server wires them; provided as a port.
#[derive(Clone)]
pub struct LiveWiring {
    /// Operations by name.
    pub ops: Arc<HashMap<&'static str, LiveOp>>,
    /// Presenters by kind.
    pub presenters: Arc<Presenters>,
    /// Called when a socket ends, so that areas can forget it (who is looking).
    pub on_leave: OnLeave,
}

/// Serves one socket until either side ends it. The caller has established who it is.
pub async fn serve_staff(app: App, wiring: LiveWiring, socket: WebSocket, viewer: Arc<dyn Viewer>) {
    let (id, out, overflowed) = app.live().connect(viewer.clone());
    let mut context = SocketContext { app: app.clone(), id, viewer: viewer.clone(), topics: vec![] };
    context.join(Topic::User(viewer.user().0));
    context.join(Topic::Staff);
    let ended = run(&mut context, &wiring, socket, out, &overflowed).await;
    app.live().disconnect(id, &context.topics);
    (wiring.on_leave)(&app, id, &*viewer, &context.topics);
    if let Err(e) = ended {
        tracing::debug!(error = %e, "a socket ended");
    }
}

async fn run(
    cx: &mut SocketContext,
    wiring: &LiveWiring,
    socket: WebSocket,
    mut out: mpsc::Receiver<Outgoing>,
    overflowed: &AtomicBool,
) -> std::result::Result<(), axum::Error> {
    let (mut to, mut from) = socket.split();
    // Events up to here have been replayed, so the queue's older ones are repeats.
    let mut floor = i64::MAX;
    // Grows with the first burst: most sockets are at rest.
    let mut batch = vec![];
    let mut silence = std::pin::pin!(tokio::time::sleep(SILENCE_MAX));
    loop {
        tokio::select! {
            () = silence.as_mut() => return Ok(()),
            message = from.next() => {
                let Some(message) = message else { return Ok(()) };
                silence.as_mut().reset(tokio::time::Instant::now() + SILENCE_MAX);
                let text = match message? {
                    Message::Text(t) if t.len() <= FRAME_MAX => t,
                    Message::Close(_) => return Ok(()),
                    Message::Ping(_) | Message::Pong(_) => continue,
                    Message::Text(_) | Message::Binary(_) => return bye(&mut to, "too_large").await,
                };
                let Ok(frame) = serde_json::from_str::<Value>(&text) else { return bye(&mut to, "not_json").await };
                match frame["op"].as_str().unwrap_or("") {
                    "ping" => to.send(text_of(json!({"op": "pong"}))).await?,
                    "hello" => floor = Box::pin(hello(cx, wiring, &mut to, frame["since"].as_i64())).await?,
                    op => Box::pin(answer(cx, wiring, &mut to, op, &frame)).await?,
                }
            }
            n = out.recv_many(&mut batch, 64) => {
                if n == 0 { return Ok(()) }
                for what in batch.drain(..) {
                    match what {
                        Outgoing::Event(pos, text) if pos > floor => to.feed(Message::Text(text)).await?,
                        Outgoing::Event(..) => {}
                        Outgoing::Signal(text) => to.feed(Message::Text(text)).await?,
                        Outgoing::Bye(reason) => return bye(&mut to, reason).await,
                    }
                }
                if out.is_empty() && overflowed.load(Relaxed) {
                    floor = cx.app.live().begun();
                    overflowed.store(false, Relaxed);
                    to.feed(text_of(json!({"op": "resync", "pos": floor}))).await?;
                }
                to.flush().await?;
            }
        }
    }
}

type Sink = futures_util::stream::SplitSink<WebSocket, Message>;

fn text_of(v: Value) -> Message {
    Message::Text(Utf8Bytes::from(v.to_string()))
}

async fn bye(to: &mut Sink, reason: &'static str) -> std::result::Result<(), axum::Error> {
    to.send(text_of(json!({"op": "bye", "reason": reason}))).await?;
    to.close().await
}

async fn answer(
    cx: &mut SocketContext,
    wiring: &LiveWiring,
    to: &mut Sink,
    op: &str,
    frame: &Value,
) -> std::result::Result<(), axum::Error> {
    let reply = match op {
        "subscribe" | "unsubscribe" => subscribe(cx, op == "subscribe", frame),
        _ => match wiring.ops.get(op) {
            Some(f) => f(cx, frame).await,
            None => Err(kernel::Error::invalid("op", "unknown")),
        },
    };
    match reply {
        Ok(None) => Ok(()),
        Ok(Some(v)) => to.send(text_of(v)).await,
        Err(e) => to.send(text_of(json!({"op": "refused", "of": op, "code": e.code.code}))).await,
    }
}

fn subscribe(cx: &mut SocketContext, on: bool, frame: &Value) -> Result<Option<Value>> {
    let asked = frame["topics"].as_array().map(Vec::as_slice).unwrap_or_default();
    for name in asked.iter().take(TOPICS_MAX) {
        let topic =
            name.as_str().and_then(parse_topic).ok_or_else(|| kernel::Error::invalid("topics", "unknown"))?;
        if !on {
            cx.leave(topic);
        } else if !cx.join(topic) {
            return Err(kernel::Error::not_found());
        }
    }
    Ok(None)
}

fn parse_topic(name: &str) -> Option<Topic> {
    let (kind, id) = name.split_once(':')?;
    let id = id.parse().ok()?;
    match kind {
        "queue" => Some(Topic::Queue(id)),
        "line" => Some(Topic::Line(id)),
        _ => None,
    }
}

/// Answers where the log stands: `ready` after what was missed, or after `resync` where that is too much or gone.
async fn hello(
    cx: &mut SocketContext,
    wiring: &LiveWiring,
    to: &mut Sink,
    since: Option<i64>,
) -> std::result::Result<i64, axum::Error> {
    // The rooms are joined already: what is served from now on comes by itself.
    let head = cx.app.live().begun();
    let missed = match since {
        Some(since) if since < head => missed(cx, since, head).await,
        _ => Some(vec![]),
    };
    let frames = match missed {
        Some(events) => render(cx, wiring, &events).await,
        None => None,
    };
    match frames {
        Some(frames) => {
            for frame in frames {
                to.feed(Message::Text(frame)).await?;
            }
        }
        None => to.feed(text_of(json!({"op": "resync", "pos": head}))).await?,
    }
    to.send(text_of(json!({"op": "ready", "pos": head, "user": cx.viewer.user()}))).await?;
    Ok(head)
}

/// The events between `since` and `head`, or `None` when they are too many or no longer there.
async fn missed(cx: &SocketContext, since: i64, head: i64) -> Option<Vec<Arc<Event>>> {
    if head - since > REPLAY_MAX as i64 {
        return None;
    }
    let mut events = vec![];
    let mut pos = since;
    while pos < head {
        let page = cx.app.log().after(pos, REPLAY_MAX).await.ok()?;
        if page.first()?.pos != pos + 1 {
            return None;
        }
        pos = page.last()?.pos;
        events.extend(page.into_iter().filter(|e| e.pos <= head));
    }
    Some(events)
}

/// The frames of those that this socket may see and whose rooms it is in.
async fn render(cx: &SocketContext, wiring: &LiveWiring, events: &[Arc<Event>]) -> Option<Vec<Utf8Bytes>> {
    let mut frames = vec![];
    for event in events {
        let Some(presenter) = wiring.presenters.get(event.kind.as_ref()) else { continue };
        let mut topics = vec![];
        presenter.topics(event, &mut topics);
        if !topics.iter().any(|t| cx.topics.contains(t)) || !cx.viewer.may_see(event) {
            continue;
        }
        let one = std::slice::from_ref(event);
        let rendered = match cx.viewer.sees_personal(event) {
            true => presenter.render(&cx.app, one).await.ok()?,
            false => presenter.render_masked(&cx.app, one).await.ok()?,
        };
        frames.extend(rendered.into_iter().filter_map(|r| r.staff));
    }
    Some(frames)
}
