//! Who is connected and what each socket listens to.

use axum::extract::ws::Utf8Bytes;
use kernel::{Event, LineId, Permission, TenantId, UserId};
use parking_lot::RwLock;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use tokio::sync::mpsc;

/// A room of sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// What concerns one user.
    User(i64),
    /// One conversation, as staff see it.
    Conversation(i64),
    /// One conversation, as its visitor sees it.
    Visitor(i64),
    /// One queue.
    Queue(i64),
    /// One line.
    Line(i64),
    /// Every member of staff.
    Staff,
}

/// Decides, at the moment of sending, what its socket may see.
pub trait Viewer: Send + Sync + 'static {
    /// May this event be shown now?
    fn may_see(&self, event: &Event) -> bool;
    /// May this room be joined now?
    fn may_join(&self, topic: Topic) -> bool;
    /// Is this right held in this line now?
    fn holds(&self, p: Permission, tenant: TenantId, line: LineId) -> bool;
    /// May personal data in what this event shows be seen in full?
    fn sees_personal(&self, _event: &Event) -> bool {
        true
    }
    /// The user behind it, 0 for a visitor.
    fn user(&self) -> UserId;
}

/// Something to be sent.
#[derive(Debug, Clone)]
pub enum Outgoing {
    /// The frame of an event, with its position.
    Event(i64, Utf8Bytes),
    /// A signal.
    Signal(Utf8Bytes),
    /// Say why and close.
    Bye(&'static str),
}

/// Names a socket of this process.
pub type SocketId = u64;

struct Socket {
    queue: mpsc::Sender<Outgoing>,
    viewer: Arc<dyn Viewer>,
    overflowed: Arc<AtomicBool>,
    last: AtomicI64,
}

#[derive(Default)]
struct State {
    sockets: HashMap<SocketId, Arc<Socket>>,
    rooms: HashMap<Topic, Vec<(SocketId, Arc<Socket>)>>,
}

/// All sockets of this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct Hub {
    state: Arc<RwLock<State>>,
    next: Arc<AtomicU64>,
    /// Up to which event the rooms have been served.
    delivered: Arc<AtomicI64>,
    /// Up to which event they are being served.
    begun: Arc<AtomicI64>,
}

impl Hub {
    /// Adds a socket. What is sent to it comes out of the receiver; `overflowed` turns true when the queue was full.
    pub fn connect(&self, viewer: Arc<dyn Viewer>) -> (SocketId, mpsc::Receiver<Outgoing>, Arc<AtomicBool>) {
        let (queue, out) = mpsc::channel(super::QUEUE);
        let overflowed = Arc::new(AtomicBool::new(false));
        let id = self.next.fetch_add(1, Relaxed) + 1;
        let socket = Socket { queue, viewer, overflowed: overflowed.clone(), last: AtomicI64::new(0) };
        self.state.write().sockets.insert(id, Arc::new(socket));
        (id, out, overflowed)
    }

    /// Removes a socket from everything.
    pub fn disconnect(&self, id: SocketId, topics: &[Topic]) {
        let mut s = self.state.write();
        s.sockets.remove(&id);
        for t in topics {
            leave(&mut s, id, *t);
        }
    }

    /// Lets a socket into a room, if its viewer may. The socket remembers its rooms.
    pub fn join(&self, id: SocketId, topic: Topic) -> bool {
        let mut s = self.state.write();
        let Some(socket) = s.sockets.get(&id).cloned() else { return false };
        if !socket.viewer.may_join(topic) {
            return false;
        }
        let room = s.rooms.entry(topic).or_default();
        if !room.iter().any(|(i, _)| *i == id) {
            room.push((id, socket));
        }
        true
    }

    /// Takes a socket out of a room.
    pub fn leave(&self, id: SocketId, topic: Topic) {
        leave(&mut self.state.write(), id, topic);
    }

    /// Is anybody in one of these rooms?
    pub fn anybody(&self, topics: &[Topic]) -> bool {
        let s = self.state.read();
        topics.iter().any(|t| s.rooms.contains_key(t))
    }

    /// Is there somebody in one of these rooms who may not see personal data of this event in full?
    pub fn anybody_masked(&self, event: &Event, topics: &[Topic]) -> bool {
        let s = self.state.read();
        let rooms = topics.iter().filter_map(|t| s.rooms.get(t));
        rooms.flatten().any(|(_, socket)| !socket.viewer.sees_personal(event))
    }

    /// Sends the frame of an event to everybody in the rooms who may see it, once each; `masked` to those who may not see
    /// personal data in full, where there is such a frame.
    pub fn deliver(
        &self,
        event: &Event,
        topics: &[Topic],
        frame: impl Fn(Topic) -> Option<Utf8Bytes>,
        masked: Option<&Utf8Bytes>,
    ) {
        let s = self.state.read();
        for topic in topics {
            let Some(room) = s.rooms.get(topic) else { continue };
            let Some(text) = frame(*topic) else { continue };
            for (_, socket) in room {
                if socket.last.swap(event.pos, Relaxed) != event.pos && socket.viewer.may_see(event) {
                    let shown = masked.filter(|_| !socket.viewer.sees_personal(event)).unwrap_or(&text);
                    socket.send(Outgoing::Event(event.pos, shown.clone()));
                }
            }
        }
    }

    /// Sends a signal to those in a room who may still be in it, except to one socket. May be lost.
    pub fn signal(&self, topic: Topic, text: &str, except: Option<SocketId>) {
        self.signal_where(topic, text, |id, viewer| Some(id) != except && viewer.may_join(topic));
    }

    /// Sends a signal to those in a room who fit at this moment: whoever lost a right hears nothing more. May be lost.
    pub fn signal_where(&self, topic: Topic, text: &str, fits: impl Fn(SocketId, &dyn Viewer) -> bool) {
        let s = self.state.read();
        let Some(room) = s.rooms.get(&topic) else { return };
        let text = Utf8Bytes::from(text);
        for (_, socket) in room.iter().filter(|(id, s)| fits(*id, &*s.viewer)) {
            // A signal that finds no room is one that may be lost.
            let _ = socket.queue.try_send(Outgoing::Signal(text.clone()));
        }
    }

    /// Closes every socket of a user, saying why. For sign-out, disabling and changed rights.
    pub fn close_user(&self, user: UserId, reason: &'static str) {
        let s = self.state.read();
        for socket in s.sockets.values().filter(|s| s.viewer.user() == user) {
            socket.send(Outgoing::Bye(reason));
        }
    }

    /// Closes every socket whose viewer fits, saying why.
    pub fn close_where(&self, fits: impl Fn(&dyn Viewer) -> bool, reason: &'static str) {
        for socket in self.state.read().sockets.values().filter(|s| fits(&*s.viewer)) {
            socket.send(Outgoing::Bye(reason));
        }
    }

    /// The users who have a socket here.
    pub fn connected_users(&self) -> Vec<UserId> {
        let mut users: Vec<_> = self.state.read().sockets.values().map(|s| s.viewer.user()).collect();
        users.sort_unstable();
        users.dedup();
        users
    }

    /// Does the user have a socket here?
    pub fn is_connected(&self, user: UserId) -> bool {
        self.state.read().rooms.contains_key(&Topic::User(user.0))
    }

    /// Sockets connected.
    pub fn len(&self) -> usize {
        self.state.read().sockets.len()
    }

    /// Is nobody connected?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Up to which event the rooms have been served.
    pub fn delivered(&self) -> i64 {
        self.delivered.load(Relaxed)
    }

    /// Up to which event the rooms have been served, or are being served at this moment. Who has joined a room and then
    /// reads this hears every later event from the room; those up to here it must read itself, since it may have come too
    /// late for them.
    pub fn begun(&self) -> i64 {
        self.begun.load(SeqCst)
    }

    pub(super) fn set_begun(&self, pos: i64) {
        self.begun.store(pos, SeqCst);
    }

    pub(super) fn set_delivered(&self, pos: i64) {
        self.delivered.store(pos, Relaxed);
    }
}

impl Socket {
    fn send(&self, what: Outgoing) {
        if self.overflowed.load(Relaxed) && !matches!(what, Outgoing::Bye(_)) {
            return;
        }
        if self.queue.try_send(what).is_err() {
            self.overflowed.store(true, Relaxed);
        }
    }
}

fn leave(s: &mut State, id: SocketId, topic: Topic) {
    if let Some(room) = s.rooms.get_mut(&topic) {
        room.retain(|(i, _)| *i != id);
        if room.is_empty() {
            s.rooms.remove(&topic);
        }
    }
}
