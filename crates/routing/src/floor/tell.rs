//! What sockets are told that is no event of the log: figures of queues, loads of agents, places of visitors.

use super::step::Floor;
use conversations::ports::{TellPlace, Work};
use kernel::{Actor, ConversationId, Event, Millis, QueueId, TenantId};
use platform::live::Topic;
use serde_json::json;
use std::sync::Arc;

/// A queue is told of at most this often.
pub(super) const EVERY_MS: Millis = 500;
/// Places from the front of a queue that visitors are told.
const PLACES_MAX: usize = 200;
/// Places told that are remembered.
const REMEMBERED_MAX: usize = 50_000;

impl Floor {
    /// Tells what changed since, as far as somebody listens and it is due.
    pub(super) fn tell(&mut self) {
        let now = self.app.now();
        let due: Vec<QueueId> = self
            .moved
            .iter()
            .filter(|q| self.told_at.get(q).is_none_or(|at| now - at >= EVERY_MS))
            .copied()
            .collect();
        for queue in due {
            self.moved.remove(&queue);
            self.told_at.insert(queue, now);
            self.tell_queue(queue, now);
            self.tell_places(queue);
        }
        let live = self.app.live();
        for user in std::mem::take(&mut self.loads) {
            if live.anybody(&[Topic::Staff]) {
                let presence = self.board.presence(user);
                let frame = json!({ "op": "signal", "kind": "presence", "user": user, "presence": presence });
                // The same eyes as for `presence.changed`.
                let seen = Event::new(TenantId(0), "presence.load", user.0, Actor::SYSTEM, now);
                live.signal_where(Topic::Staff, &frame.to_string(), |_, viewer| viewer.may_see(&seen));
            }
        }
    }

    fn tell_queue(&self, id: QueueId, now: Millis) {
        let Some(queue) = self.board.queue(id) else { return };
        let live = self.app.live();
        let rooms = [Topic::Queue(id.0), Topic::Line(queue.line.0)];
        if !live.anybody(&rooms) {
            return;
        }
        let (waiting, first) = self.board.with(|e| e.waiting(id));
        let longest_wait_ms = first.map_or(0, |since| (now - since).max(0));
        let frame = json!({
            "op": "event", "pos": live.delivered(), "kind": "queue.changed", "tenant": queue.tenant,
            "conversation": null,
            "data": { "queue": id, "waiting": waiting, "longest_wait_ms": longest_wait_ms },
        });
        let frame = frame.to_string();
        for room in rooms {
            live.signal(room, &frame, None);
        }
    }

    fn tell_places(&mut self, queue: QueueId) {
        let Some(places) = self.app.try_port::<Arc<dyn TellPlace>>().cloned() else { return };
        if self.places.len() > REMEMBERED_MAX {
            self.places.clear();
        }
        for (item, place) in self.board.with(|e| e.acd.positions(queue, PLACES_MAX)) {
            let id = ConversationId(item.0);
            if self.app.live().anybody(&[Topic::Visitor(id.0)])
                && self.places.insert(id, place) != Some(place)
            {
                places.changed(&self.app, id, Some(place));
            }
        }
    }

    /// Forgets the place of what waits no more, and says so to its visitor.
    pub(super) fn tell_left(&mut self, id: ConversationId) {
        if self.places.remove(&id).is_some()
            && let Some(places) = self.app.try_port::<Arc<dyn TellPlace>>()
        {
            places.changed(&self.app, id, None);
        }
    }
}
