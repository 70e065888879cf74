//! A visitor's socket, `hark.visitor.v1`: from its first frame to its last.
//!
//! ```text
//! open ── auth within 10 s ──▶ join the rooms of contact and conversation ──▶ what was missed ──▶ ready
//!   ready: send ▶ ack | refused · read, delivered, typing, ping ▶ …      room ▶ message, state, conversation, typing
//! ```
//! The rooms are joined before the store is read, and events that the read has seen are left out by their position, so
//! nothing is missed and nothing comes twice; a client merges by id all the same. A queue that runs over ends in `resync`.

use super::events::LOOK_AGAIN;
use super::limits::{Limits, SocketPlace};
use super::model::REQUEST_MAX;
use super::service::{self, PAGE_MAX, Post};
use super::view;
use super::visitor::{Visitor, check_origin};
use crate::visits::FormInput;
use accounts::Directory;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use conversations::inboxes::Cache;
use conversations::messages::Mark;
use conversations::ports::Work;
use customers::permissions::PERSONAL;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use kernel::{AttachmentId, ConversationId, Error, Event, Millis, UserId};
use platform::App;
use platform::live::{Outgoing, SILENCE_MAX, SocketId, Topic, Viewer};
use platform::web::{Answer, RequestInfo};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::mpsc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The subprotocol.
const PROTOCOL: &str = "hark.visitor.v1";
/// The first frame must come within this.
const AUTH_WITHIN: Duration = Duration::from_secs(10);
/// A frame must leave within this; a peer that does not read is let go.
const SEND_WITHIN: Duration = Duration::from_secs(20);
/// Read buffer of an idle socket, in bytes; the library's default would take 128 KiB each.
const READ_BUFFER: usize = 1024;
/// "I am typing" is passed on at most this often.
const TYPING_EVERY_MS: Millis = 2_000;
/// Of what is being typed staff see so many characters at the most.
const PEEK_MAX: usize = 500;
/// While it waits in a queue, the place is looked at this often.
const PLACE_EVERY: Duration = Duration::from_secs(5);

/// The route.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(live))
}

/// The visitor's socket. The first frame is `{"op":"auth","token","after"}`.
#[utoipa::path(get, path = "/w/v1/live", tag = "webchat", operation_id = "visitor_live",
    responses((status = 101, description = "A WebSocket of subprotocol `hark.visitor.v1`.")))]
async fn live(
    State(app): State<App>,
    info: RequestInfo,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Answer<Response> {
    check_origin(&app, &headers)?;
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(READ_BUFFER)
        .max_message_size(REQUEST_MAX)
        .max_frame_size(REQUEST_MAX);
    Ok(upgrade.on_upgrade(move |socket| serve(app, info, socket)))
}

type Sink = SplitSink<WebSocket, Message>;
type Ended = std::result::Result<(), axum::Error>;

/// What a visitor's socket may see: their own rooms and nothing else.
struct VisitorViewer {
    tenant: kernel::TenantId,
    contact: i64,
    conversation: AtomicI64,
}

impl Viewer for VisitorViewer {
    fn may_see(&self, event: &Event) -> bool {
        let own = self.conversation.load(Relaxed);
        own != 0 && event.conversation == own && event.tenant == self.tenant
    }
    fn may_join(&self, topic: Topic) -> bool {
        let own = self.conversation.load(Relaxed);
        matches!(topic, Topic::Visitor(id) if id == self.contact || (own != 0 && id == own))
    }
    fn holds(&self, _: kernel::Permission, _: kernel::TenantId, _: kernel::LineId) -> bool {
        false
    }
    fn user(&self) -> UserId {
        UserId(0)
    }
}

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "snake_case", deny_unknown_fields)]
enum Frame {
    Auth {
        token: String,
        #[serde(default)]
        after: i64,
    },
    Send {
        client_id: String,
        body: String,
        #[serde(default)]
        attachments: Vec<AttachmentId>,
        #[serde(default)]
        form: Option<FormInput>,
    },
    Typing {
        on: bool,
        #[serde(default)]
        text: Option<String>,
    },
    Peek {
        on: bool,
        #[serde(default)]
        wording: String,
    },
    Read {
        seq: i64,
    },
    Delivered {
        seq: i64,
    },
    Ping {},
}

async fn serve(app: App, info: RequestInfo, socket: WebSocket) {
    let (mut to, mut from) = socket.split();
    // What happens once is boxed: a socket at rest should not hold room for its beginning.
    match tokio::time::timeout(AUTH_WITHIN, Box::pin(auth(&app, info, &mut from))).await {
        Ok(Ok((visitor, after, place))) => Talk::run(app, visitor, after, place, to, from).await,
        // Whether the token or the time was at fault makes no difference to who is refused.
        Ok(Err(e)) => drop(bye(&mut to, e.code.code).await),
        Err(_) => drop(bye(&mut to, "auth").await),
    }
}

async fn auth(
    app: &App,
    info: RequestInfo,
    from: &mut SplitStream<WebSocket>,
) -> kernel::Result<(Visitor, i64, SocketPlace)> {
    let unknown = || Error::new(&crate::codes::VISITOR_UNKNOWN);
    let Some(Ok(Message::Text(text))) = from.next().await else { return Err(unknown()) };
    let Ok(Frame::Auth { token, after }) = serde_json::from_str(&text) else { return Err(unknown()) };
    let visitor = Visitor::prove(app, &token, info)?;
    visitor.admitted(&visitor.inbox)?;
    let place = app.port::<Arc<Limits>>().socket(visitor.token.contact, visitor.info.ip)?;
    Ok((visitor, after, place))
}

async fn bye(to: &mut Sink, reason: &str) -> Ended {
    send(to, json!({ "op": "bye", "reason": reason })).await?;
    to.close().await
}

fn text(v: Value) -> Message {
    Message::Text(Utf8Bytes::from(v.to_string()))
}

async fn send(to: &mut Sink, frame: Value) -> Ended {
    within(to.send(text(frame))).await
}

async fn within(sending: impl Future<Output = Ended>) -> Ended {
    match tokio::time::timeout(SEND_WITHIN, sending).await {
        Ok(sent) => sent,
        Err(late) => Err(axum::Error::new(late)),
    }
}

/// A socket whose visitor is known.
struct Talk {
    app: App,
    visitor: Visitor,
    viewer: Arc<VisitorViewer>,
    id: SocketId,
    to: Sink,
    rooms: Vec<Topic>,
    /// Events up to here are part of what was read.
    floor: i64,
    /// The place in the queue that was told last.
    place: Option<u32>,
    /// Is it waiting in a queue, so that the place is worth a look?
    waits: bool,
    /// Does the line serve now, as the visitor was told?
    open: bool,
    typing_at: Millis,
    /// The words in which the visitor agreed that staff see what they type.
    peeks: Option<String>,
    delivered: i64,
    read: i64,
}

impl Talk {
    async fn run(
        app: App,
        visitor: Visitor,
        after: i64,
        held: SocketPlace,
        to: Sink,
        from: SplitStream<WebSocket>,
    ) {
        let viewer = Arc::new(VisitorViewer {
            tenant: visitor.inbox.tenant,
            contact: visitor.token.contact.0,
            conversation: AtomicI64::new(0),
        });
        let (id, out, overflowed) = app.live().connect(viewer.clone());
        let (rooms, floor, place) = (vec![], 0, None);
        let open = service::is_open(&app, &visitor.inbox);
        let mut talk = Talk {
            app,
            visitor,
            viewer,
            id,
            to,
            rooms,
            floor,
            place,
            waits: false,
            open,
            typing_at: 0,
            peeks: None,
            delivered: 0,
            read: 0,
        };
        let contact = Topic::Visitor(talk.visitor.token.contact.0);
        talk.join(contact);
        let ended = match Box::pin(talk.begin(after)).await {
            Ok(()) => talk.talk(from, out, &overflowed).await,
            Err(e) => Err(e),
        };
        talk.app.live().disconnect(id, &talk.rooms);
        if !talk.app.live().anybody(&[contact]) {
            talk.tell_presence(false);
        }
        drop(held);
        if let Err(e) = ended {
            tracing::debug!(error = %e, "a visitor's socket ended");
        }
    }

    fn join(&mut self, room: Topic) {
        if !self.rooms.contains(&room) && self.app.live().join(self.id, room) {
            self.rooms.push(room);
        }
    }

    fn conversation(&self) -> Option<ConversationId> {
        ConversationId(self.viewer.conversation.load(Relaxed)).some()
    }

    /// Moves into the room of a conversation, out of that of the one before.
    fn enter(&mut self, id: ConversationId) {
        if self.conversation() == Some(id) {
            return;
        }
        self.leave();
        self.viewer.conversation.store(id.0, Relaxed);
        self.join(Topic::Visitor(id.0));
        self.tell_presence(true);
    }

    /// Leaves the room of the conversation, if it is in one.
    fn leave(&mut self) {
        let Some(old) = self.conversation() else { return };
        let room = Topic::Visitor(old.0);
        self.app.live().leave(self.id, room);
        self.rooms.retain(|r| *r != room);
        self.viewer.conversation.store(0, Relaxed);
    }

    /// Tells what was missed after a number, then that all is ready.
    async fn begin(&mut self, after: i64) -> Ended {
        match self.catch_up(after).await {
            Ok((last_seq, conversation)) => {
                self.tell(json!({ "op": "ready", "last_seq": last_seq, "conversation": conversation })).await
            }
            Err(e) => {
                tracing::warn!(error = %e, "a visitor's socket could not begin");
                bye(&mut self.to, e.code.code).await?;
                Err(axum::Error::new(e))
            }
        }
    }

    /// Finds the conversation, joins its room, then reads and tells what came after a number. What is more than a page is
    /// fetched by the client, which sees from the last number that it lacks some.
    async fn catch_up(&mut self, after: i64) -> kernel::Result<(i64, Value)> {
        if let Some(row) = service::row_of(&self.app, &self.visitor).await? {
            self.enter(row.id);
        }
        let seen = service::since(&self.app, &self.visitor, after, PAGE_MAX).await?;
        self.floor = seen.pos;
        let conversation = seen.conversation(&self.app);
        self.place = conversation.as_ref().and_then(|c| c.place);
        self.note_place();
        let last_seq = seen.row.as_ref().map_or(0, |r| r.last_seq);
        for m in seen.items {
            let frame = text(json!({ "op": "message", "message": m }));
            within(self.to.feed(frame)).await.map_err(|e| Error::internal("a visitor's socket").cause(e))?;
        }
        Ok((last_seq, json!(conversation)))
    }

    async fn tell(&mut self, frame: Value) -> Ended {
        send(&mut self.to, frame).await
    }

    async fn talk(
        &mut self,
        mut from: SplitStream<WebSocket>,
        mut out: mpsc::Receiver<Outgoing>,
        overflowed: &AtomicBool,
    ) -> Ended {
        let mut batch = vec![];
        let mut places = tokio::time::interval(PLACE_EVERY);
        places.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut silence = std::pin::pin!(tokio::time::sleep(SILENCE_MAX));
        loop {
            tokio::select! {
                message = from.next() => {
                    silence.as_mut().reset(tokio::time::Instant::now() + SILENCE_MAX);
                    let Some(message) = message else { return Ok(()) };
                    match message? {
                        Message::Text(t) => Box::pin(self.hear(&t)).await?,
                        Message::Close(_) => return Ok(()),
                        Message::Ping(_) | Message::Pong(_) => {}
                        Message::Binary(_) => return bye(&mut self.to, "not_json").await,
                    }
                }
                n = out.recv_many(&mut batch, 64) => {
                    if n == 0 { return Ok(()) }
                    for what in batch.drain(..) {
                        if let Some(reason) = self.pass_on(what).await? {
                            return bye(&mut self.to, reason).await;
                        }
                    }
                    if out.is_empty() && overflowed.swap(false, Relaxed) {
                        self.floor = self.app.live().begun();
                        within(self.to.feed(text(json!({ "op": "resync" })))).await?;
                    }
                    within(self.to.flush()).await?;
                    self.note_place();
                }
                _ = places.tick(), if self.waits => Box::pin(self.look_at_place()).await?,
                () = silence.as_mut() => return Ok(()),
            }
        }
    }

    /// Sends what the rooms say; the reason when the socket is to be closed.
    async fn pass_on(&mut self, what: Outgoing) -> std::result::Result<Option<&'static str>, axum::Error> {
        match what {
            Outgoing::Event(pos, frame) if pos > self.floor => {
                within(self.to.feed(Message::Text(frame))).await?
            }
            Outgoing::Event(..) => {}
            Outgoing::Signal(frame) if frame.as_str() == LOOK_AGAIN => Box::pin(self.look_again()).await?,
            Outgoing::Signal(frame) => within(self.to.feed(Message::Text(frame))).await?,
            Outgoing::Bye(reason) => return Ok(Some(reason)),
        }
        Ok(None)
    }

    /// A conversation of this visitor's has begun: if it is another than that of this socket, the client reloads.
    async fn look_again(&mut self) -> Ended {
        match service::row_of(&self.app, &self.visitor).await {
            Ok(Some(row)) if self.conversation() != Some(row.id) => {
                self.enter(row.id);
                // First which it is, so that what comes now is counted anew.
                let now = view::conversation(&self.app, self.app.port::<Arc<Directory>>(), &row);
                within(self.to.feed(text(json!({ "op": "conversation", "conversation": now })))).await?;
                within(self.to.feed(text(json!({ "op": "resync" })))).await
            }
            // What was offered here was taken back.
            Ok(None) if self.conversation().is_some() => {
                self.leave();
                within(self.to.feed(text(json!({ "op": "resync" })))).await
            }
            Ok(_) => Ok(()),
            Err(e) => {
                tracing::debug!(error = %e, "a visitor's conversation could not be read");
                within(self.to.feed(text(json!({ "op": "resync" })))).await
            }
        }
    }

    async fn hear(&mut self, frame: &str) -> Ended {
        let Ok(frame) = serde_json::from_str::<Frame>(frame) else {
            return bye(&mut self.to, "not_json").await;
        };
        match frame {
            Frame::Ping {} => self.tell(json!({ "op": "pong" })).await,
            Frame::Send { client_id, body, attachments, form } => {
                self.take(Post { client_id, body, attachments, form }).await
            }
            Frame::Typing { on, text } => {
                self.tell_typing(on, text);
                Ok(())
            }
            Frame::Peek { on, wording } => {
                self.agree_to_peek(on, wording).await;
                Ok(())
            }
            Frame::Delivered { seq } => {
                if seq > self.delivered {
                    self.delivered = seq;
                    self.mark(Mark::Delivered, seq).await;
                }
                Ok(())
            }
            Frame::Read { seq } => {
                if seq > self.read {
                    self.read = seq;
                    self.mark(Mark::ReadByContact, seq).await;
                }
                Ok(())
            }
            Frame::Auth { .. } => Ok(()),
        }
    }

    async fn mark(&mut self, mark: Mark, seq: i64) {
        if let Err(e) = service::read_marks(&self.app, &self.visitor, mark, seq).await {
            tracing::debug!(error = %e, "a visitor's mark was not kept");
        }
    }

    /// Takes a message in and says what became of it, after the commit.
    async fn take(&mut self, post: Post) -> Ended {
        let client_id = post.client_id.clone();
        if self.visitor.token.expires < self.app.now() {
            return bye(&mut self.to, crate::codes::VISITOR_UNKNOWN.code).await;
        }
        let (taken, message) = match service::post(&self.app, &self.visitor, post).await {
            Ok(done) => done,
            Err(e) => {
                let title = self.visitor.token.language.pick(e.code.en, e.code.zh);
                let refused =
                    json!({ "op": "refused", "client_id": client_id, "code": e.code.code, "title": title });
                return self.tell(refused).await;
            }
        };
        let anew = self.conversation() != Some(taken.conversation);
        if anew {
            self.enter(taken.conversation);
            (self.delivered, self.read) = (0, 0);
            // What was agreed to is kept with each conversation.
            if let Some(wording) = self.peeks.take() {
                self.agree_to_peek(true, wording).await;
            }
        }
        self.tell(json!({ "op": "ack", "client_id": client_id, "message": message })).await?;
        if anew {
            // The room was entered after the commit, so what the opening said is read.
            let Ok((_, conversation)) = self.catch_up(0).await else {
                return self.tell(json!({ "op": "resync" })).await;
            };
            self.tell(json!({ "op": "conversation", "conversation": conversation })).await?;
        }
        Ok(())
    }

    /// Does the client let its staff see what is typed? Asked anew each time: it may have been switched off since.
    fn may_peek(&self) -> bool {
        let inbox = self.app.port::<Arc<Cache>>().get(self.visitor.inbox.id);
        inbox.is_some_and(|i| i.config.widget.sneak_peek)
    }

    /// The visitor lets staff see what they type, or no longer does. What was agreed to is kept first; while it cannot be,
    /// nothing is shown.
    async fn agree_to_peek(&mut self, on: bool, wording: String) {
        self.peeks = None;
        if !on || !self.may_peek() {
            return;
        }
        match service::agree_to_peek(&self.app, &self.visitor, self.conversation(), wording.clone()).await {
            Ok(()) => self.peeks = Some(wording),
            Err(e) => tracing::debug!(error = %e, "a visitor's consent was not kept"),
        }
    }

    /// Passes on that the visitor types, and what, if they agreed. It is shown and forgotten: in no row, no event, no line of
    /// the program's own log.
    fn tell_typing(&mut self, on: bool, text: Option<String>) {
        let Some(id) = self.conversation() else { return };
        let now = self.app.now();
        let pass = if on { now - self.typing_at >= TYPING_EVERY_MS } else { self.typing_at != 0 };
        if !pass {
            return;
        }
        self.typing_at = if on { now } else { 0 };
        let what = json!({ "kind": "typing", "on": on });
        match text.filter(|t| on && !t.is_empty() && self.peeks.is_some() && self.may_peek()) {
            Some(text) => self.signal_words(id, what, &text),
            None => self.signal(id, what),
        }
    }

    /// As [`Talk::signal`], with the words: without card numbers, and masked for who may not see personal data.
    fn signal_words(&self, id: ConversationId, mut what: Value, text: &str) {
        let text: String = text.chars().take(PEEK_MAX).collect();
        let text = engines::redact::mask_cards(&text);
        let (tenant, line) = (self.visitor.inbox.tenant, self.visitor.inbox.line);
        for full in [true, false] {
            what["text"] = match full {
                true => json!(text),
                false => json!(engines::redact::mask_personal(&text)),
            };
            self.signal_to(id, what.clone(), move |v| v.holds(PERSONAL, tenant, line) == full);
        }
    }

    fn tell_presence(&self, online: bool) {
        if let Some(id) = self.conversation() {
            self.signal(id, json!({ "kind": "presence", "online": online }));
        }
    }

    /// Tells the staff who have the conversation open.
    fn signal(&self, id: ConversationId, what: Value) {
        self.signal_to(id, what, |_| true);
    }

    /// The same, to those of them who fit.
    fn signal_to(&self, id: ConversationId, mut what: Value, fits: impl Fn(&dyn Viewer) -> bool) {
        what["op"] = json!("signal");
        what["conversation"] = json!(id);
        what["by"] = json!({ "kind": "contact", "id": self.visitor.token.contact, "name": "" });
        let (tenant, line) = (self.visitor.inbox.tenant, self.visitor.inbox.line);
        let reads = |_, v: &dyn Viewer| v.holds(conversations::permissions::READ, tenant, line) && fits(v);
        self.app.live().signal_where(Topic::Conversation(id.0), &what.to_string(), reads);
    }

    /// Notes whether the conversation waits in a queue: only then does the socket wake by itself.
    fn note_place(&mut self) {
        let work = self.app.try_port::<Arc<dyn Work>>();
        self.waits = self.conversation().is_some_and(|id| work.is_some_and(|w| w.place(id).is_some()));
    }

    /// Tells the place in the queue when it has changed, and that the line has closed or opened, which the client asks about.
    async fn look_at_place(&mut self) -> Ended {
        let (Some(id), Some(work)) = (self.conversation(), self.app.try_port::<Arc<dyn Work>>()) else {
            return Ok(());
        };
        let open = service::is_open(&self.app, &self.visitor.inbox);
        if open != self.open {
            self.open = open;
            return self.tell(json!({ "op": "hours" })).await;
        }
        let place = work.place(id);
        if place.is_none() || place == self.place {
            self.place = place;
            self.waits = place.is_some();
            return Ok(());
        }
        self.place = place;
        let Ok(Some(row)) = service::row_of(&self.app, &self.visitor).await else { return Ok(()) };
        let conversation = view::conversation(&self.app, self.app.port::<Arc<Directory>>(), &row);
        self.tell(json!({ "op": "conversation", "conversation": conversation })).await
    }
}
