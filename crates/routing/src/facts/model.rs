//! What an event means for the legs. Pure.

use kernel::{ActorKind, Event, Millis, QueueId, UserId};
use serde_json::Value;

/// One change to the legs of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The open waiting ends; with the agent who took it, if one did.
    EndWaiting(&'static str, Option<UserId>),
    /// The open serving ends.
    EndServing(&'static str),
    /// A waiting begins, counted from when the customer first waited.
    BeginWaiting {
        /// Where.
        queue: QueueId,
        /// Since when the customer waits.
        since: Millis,
    },
    /// A serving begins.
    BeginServing {
        /// By whom.
        user: UserId,
        /// From which queue.
        queue: QueueId,
    },
}

fn id<T: From<i64>>(v: &Value) -> Option<T> {
    v.as_str()?.parse::<i64>().ok().map(T::from)
}

/// What an event does to the legs of its conversation, in order.
pub fn steps(e: &Event) -> Vec<Step> {
    let d = &e.data;
    let queue = id(&d["queue"]).unwrap_or_default();
    let begin = |user: Option<UserId>| user.map(|user| Step::BeginServing { user, queue });
    match e.kind.as_ref() {
        "conversation.queued" => {
            let since = d["since"].as_i64().unwrap_or(e.at);
            vec![
                Step::EndWaiting("moved", None),
                Step::EndServing("queued"),
                Step::BeginWaiting { queue, since },
            ]
        }
        "conversation.assigned" | "conversation.transferred" => {
            let to = id(&d["to"]).or_else(|| id(&d["to"]["user"])).filter(|_| d["waits"] != true);
            let how = match e.kind.as_ref() {
                "conversation.assigned" => "passed",
                _ if d["taken_over"] == true => "taken_over",
                _ => "transferred",
            };
            let mut out = vec![Step::EndServing(how)];
            if let Some(to) = to {
                out.push(Step::EndWaiting("assigned", Some(to)));
            }
            out.extend(begin(to));
            out
        }
        "conversation.opened" | "conversation.reopened" | "conversation.woke" => {
            begin(id(&d["assignee"])).into_iter().collect()
        }
        "conversation.requeued" => vec![Step::EndServing("requeued")],
        "conversation.snoozed" => vec![Step::EndServing("snoozed")],
        // It goes on in another conversation: nobody gave up, and nobody solved it here.
        "conversation.resolved" if !d["merged_into"].is_null() => {
            vec![Step::EndWaiting("moved", None), Step::EndServing("merged")]
        }
        "conversation.resolved" => {
            let waited = if e.actor.kind == ActorKind::Contact { "abandoned" } else { "resolved" };
            vec![Step::EndWaiting(waited, None), Step::EndServing("resolved")]
        }
        _ => vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Actor, TenantId};
    use serde_json::json;

    fn event(kind: &'static str, data: Value) -> Event {
        Event::new(TenantId(1), kind, 5, Actor::SYSTEM, 100).data(data)
    }

    #[test]
    fn a_life_leaves_its_legs() {
        let queued = event("conversation.queued", json!({ "queue": "7", "since": 40 }));
        assert_eq!(
            steps(&queued),
            [
                Step::EndWaiting("moved", None),
                Step::EndServing("queued"),
                Step::BeginWaiting { queue: QueueId(7), since: 40 }
            ]
        );
        let assigned = event("conversation.assigned", json!({ "to": "9", "queue": "7", "assignee": "9" }));
        let serving = Step::BeginServing { user: UserId(9), queue: QueueId(7) };
        assert_eq!(
            steps(&assigned),
            [Step::EndServing("passed"), Step::EndWaiting("assigned", Some(UserId(9))), serving.clone()]
        );
        let back = event("conversation.transferred", json!({ "to": { "queue": "8" }, "queue": "8" }));
        assert_eq!(steps(&back), [Step::EndServing("transferred")]);
        let rings = json!({ "to": { "user": "8" }, "waits": true, "queue": "8" });
        assert_eq!(steps(&event("conversation.transferred", rings)), [Step::EndServing("transferred")]);
        let over = json!({ "to": { "user": "8" }, "taken_over": true, "queue": "7" });
        assert_eq!(steps(&event("conversation.transferred", over))[0], Step::EndServing("taken_over"));
        let woke = event("conversation.woke", json!({ "assignee": "9", "queue": "7" }));
        assert_eq!(steps(&woke), [serving]);
        assert_eq!(steps(&event("conversation.tags", json!({}))), []);
    }

    #[test]
    fn a_contact_who_leaves_the_queue_abandoned_it() {
        let mut e = event("conversation.resolved", json!({}));
        assert_eq!(steps(&e)[0], Step::EndWaiting("resolved", None));
        e.actor.kind = ActorKind::Contact;
        assert_eq!(steps(&e)[0], Step::EndWaiting("abandoned", None));
        let merged = event("conversation.resolved", json!({ "merged_into": "8" }));
        assert_eq!(steps(&merged), [Step::EndWaiting("moved", None), Step::EndServing("merged")]);
    }
}
