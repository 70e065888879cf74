//! Who has a conversation open and who is typing: signals, kept in memory only, which may be lost.

use crate::permissions::{READ, REPLY};
use crate::ports::VisitorPresenter;
use crate::threads::{self, PersonMark};
use accounts::Directory;
use futures_util::future::BoxFuture;
use kernel::{ConversationId, Error, LineId, Permission, Result, TenantId, UserId};
use parking_lot::Mutex;
use platform::live::{LiveOp, SocketContext, SocketId, Topic, Viewer};
use platform::store::Tx;
use platform::{App, Registry};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// Who is looking at which conversation, by socket. Provided as a port.
#[derive(Default)]
pub struct Looking {
    by_conversation: Mutex<HashMap<ConversationId, Open>>,
}

/// A conversation that somebody has open: where it stands, so that rights are asked anew at every signal, and who.
struct Open {
    place: Place,
    /// Whose lists show it besides: its queue's, and its assignee's when it was opened.
    lists: Vec<Topic>,
    who: Vec<(SocketId, UserId)>,
}

type Place = (TenantId, LineId);

impl Looking {
    /// Forgets a conversation that nobody has open any more.
    fn tidy(&self, id: ConversationId) {
        let mut all = self.by_conversation.lock();
        if all.get(&id).is_some_and(|o| o.who.is_empty()) {
            all.remove(&id);
        }
    }

    /// The users who have it open.
    pub fn users(&self, id: ConversationId) -> Vec<UserId> {
        let mut users: Vec<_> =
            self.by_conversation.lock().get(&id).into_iter().flat_map(|o| &o.who).map(|(_, u)| *u).collect();
        users.sort_unstable();
        users.dedup();
        users
    }

    fn add(&self, id: ConversationId, (place, lists): (Place, Vec<Topic>), socket: SocketId, user: UserId) {
        let mut all = self.by_conversation.lock();
        let at = all.entry(id).or_insert_with(|| Open { place, lists: vec![], who: vec![] });
        (at.place, at.lists) = (place, lists);
        if !at.who.iter().any(|(s, _)| *s == socket) {
            at.who.push((socket, user));
        }
    }

    fn place(&self, id: ConversationId) -> Option<Place> {
        self.by_conversation.lock().get(&id).map(|o| o.place)
    }

    /// Where it stands, and the rooms whose lists show it.
    fn rooms(&self, id: ConversationId) -> Option<(Place, Vec<Topic>)> {
        self.by_conversation.lock().get(&id).map(|o| (o.place, o.lists.clone()))
    }

    fn remove(&self, id: ConversationId, socket: SocketId) -> bool {
        let mut all = self.by_conversation.lock();
        let Some(at) = all.get_mut(&id) else { return false };
        let before = at.who.len();
        at.who.retain(|(s, _)| *s != socket);
        at.who.len() < before
    }
}

fn conversation(frame: &Value) -> Result<ConversationId> {
    let id = frame["conversation"].as_str().and_then(|s| s.parse().ok());
    id.map(ConversationId).ok_or_else(|| Error::invalid("conversation", "required"))
}

/// Adds `watch`, `unwatch` and `typing` to the socket protocol.
pub fn ops(reg: &mut Registry) {
    fn op(f: for<'a> fn(&'a mut SocketContext, &'a Value) -> BoxFuture<'a, Result<Option<Value>>>) -> LiveOp {
        Arc::new(f)
    }
    reg.live_op("watch", op(|cx, frame| Box::pin(watch(cx, frame))));
    reg.live_op("unwatch", op(|cx, frame| Box::pin(unwatch(cx, frame))));
    reg.live_op("typing", op(|cx, frame| Box::pin(typing(cx, frame))));
}

async fn watch(cx: &mut SocketContext, frame: &Value) -> Result<Option<Value>> {
    let id = conversation(frame)?;
    // The room opens only to those who may read the conversation at this moment.
    let scope = accounts::authorize::user(&cx.app, cx.viewer.user(), READ);
    let row = cx.app.db().read(&scope, async move |tx: &mut Tx| threads::by_id(tx, id).await).await?;
    // A token may be narrower than its owner.
    if !cx.viewer.holds(READ, row.tenant, row.line) || !cx.join(Topic::Conversation(id.0)) {
        return Err(Error::not_found());
    }
    let mut lists: Vec<Topic> = row.queue.iter().map(|q| Topic::Queue(q.0)).collect();
    lists.extend(row.assignee.map(|u| Topic::User(u.0)));
    lists.extend(row.followers.iter().map(|u| Topic::User(u.0)));
    let place = ((row.tenant, row.line), lists);
    cx.app.port::<Arc<Looking>>().add(id, place, cx.id, cx.viewer.user());
    tell(&cx.app, id);
    Ok(None)
}

async fn unwatch(cx: &mut SocketContext, frame: &Value) -> Result<Option<Value>> {
    let id = conversation(frame)?;
    cx.leave(Topic::Conversation(id.0));
    if cx.app.port::<Arc<Looking>>().remove(id, cx.id) {
        tell(&cx.app, id);
    }
    Ok(None)
}

async fn typing(cx: &mut SocketContext, frame: &Value) -> Result<Option<Value>> {
    let id = conversation(frame)?;
    let place =
        cx.app.port::<Arc<Looking>>().place(id).filter(|_| cx.topics.contains(&Topic::Conversation(id.0)));
    let holds = |p: Permission| place.is_some_and(|(tenant, line)| cx.viewer.holds(p, tenant, line));
    if !holds(READ) {
        return Err(Error::not_found());
    }
    let user = cx.viewer.user();
    let on = frame["on"].as_bool().unwrap_or(false);
    let alias = cx.app.port::<Arc<Directory>>().user(user).map(|u| u.alias.clone()).unwrap_or_default();
    let by = json!({ "kind": "user", "id": user, "name": alias });
    let signal = json!({ "op": "signal", "kind": "typing", "conversation": id, "by": by, "on": on });
    signal_readers(&cx.app, id, &signal, Some(cx.id));
    let to_contact = frame["mode"].as_str() != Some("note");
    if to_contact
        && holds(REPLY)
        && let Some(v) = cx.app.try_port::<Arc<dyn VisitorPresenter>>()
        && let Some(frame) = v.typing(&alias, on)
    {
        cx.app.live().signal(Topic::Visitor(id.0), &frame, None);
    }
    Ok(None)
}

/// Tells a conversation's room who is looking.
fn tell(app: &App, id: ConversationId) {
    let directory = app.port::<Arc<Directory>>();
    let lookers: Vec<PersonMark> = app
        .port::<Arc<Looking>>()
        .users(id)
        .into_iter()
        .map(|u| PersonMark { id: u, alias: directory.user(u).map(|n| n.alias.clone()).unwrap_or_default() })
        .collect();
    let signal = json!({ "op": "signal", "kind": "looking", "conversation": id, "lookers": lookers });
    signal_readers(app, id, &signal, None);
    let looking = app.port::<Arc<Looking>>();
    if let Some(((tenant, line), lists)) = looking.rooms(id) {
        for room in lists {
            app.live().signal_where(room, &signal.to_string(), |_, v| v.holds(READ, tenant, line));
        }
    }
    looking.tidy(id);
}

/// Sends to those in a conversation's room who may read it at this moment.
fn signal_readers(app: &App, id: ConversationId, signal: &Value, except: Option<SocketId>) {
    let Some((tenant, line)) = app.port::<Arc<Looking>>().place(id) else { return };
    let reads = |socket, v: &dyn Viewer| Some(socket) != except && v.holds(READ, tenant, line);
    app.live().signal_where(Topic::Conversation(id.0), &signal.to_string(), reads);
}

/// Forgets a socket that ended.
pub fn left(app: &App, socket: SocketId, _: &dyn Viewer, topics: &[Topic]) {
    let looking = app.port::<Arc<Looking>>();
    for topic in topics {
        if let Topic::Conversation(id) = topic
            && looking.remove(ConversationId(*id), socket)
        {
            tell(app, ConversationId(*id));
        }
    }
}
