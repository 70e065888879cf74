//! A notice and whom an event concerns. Pure.

use kernel::{Actor, ConversationId, Event, LineId, Millis, TenantId, UserId};
use serde_json::{Value, json};

/// Notices kept per person; the oldest go first.
pub const KEPT_MAX: i64 = 500;

/// The kinds that conversations tell; other areas have theirs.
pub mod kinds {
    /// Somebody mentioned you in a note.
    pub const MENTION: &str = "mention";
    /// Somebody gave you a conversation.
    pub const ASSIGNED: &str = "assigned";
    /// Somebody handed a conversation over to you.
    pub const HANDED_OVER: &str = "handed_over";
    /// Somebody took a conversation from you.
    pub const TAKEN: &str = "taken";
    /// Something was said in a conversation you follow.
    pub const FOLLOWED: &str = "followed";
    /// Words that the line watches for were written.
    pub const WORDS: &str = "words";
    /// A reply of yours that was to go later is held.
    pub const SCHEDULED_HELD: &str = "scheduled_held";
    /// Somebody took back a reply of yours that was to go later.
    pub const SCHEDULED_CANCELLED: &str = "scheduled_cancelled";
}

/// Something a person is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// Who is told.
    pub user: UserId,
    /// What happened.
    pub kind: String,
    /// The id of what it is about.
    pub subject: i64,
    /// Whose, 0 for the provider's own.
    pub tenant: TenantId,
    /// On which line, 0 for none.
    pub line: LineId,
    /// In which conversation, 0 for none.
    pub conversation: ConversationId,
    /// Who did it.
    pub actor: Actor,
    /// Ids and facts.
    pub data: Value,
    /// When.
    pub at: Millis,
    /// When it was read.
    pub read_at: Option<Millis>,
}

impl Notice {
    /// About an event.
    fn of(e: &Event, user: UserId, kind: &str, subject: i64) -> Notice {
        Notice {
            user,
            kind: kind.to_owned(),
            subject,
            tenant: e.tenant,
            line: e.line,
            conversation: ConversationId(e.conversation),
            actor: e.actor,
            data: Value::Null,
            at: e.at,
            read_at: None,
        }
    }
}

fn id(v: &Value) -> Option<UserId> {
    v.as_str().and_then(|s| s.parse().ok()).map(UserId)
}

fn ids(v: &Value) -> Vec<UserId> {
    v.as_array().map(Vec::as_slice).unwrap_or_default().iter().filter_map(id).collect()
}

/// Whom an event concerns. `leads` are those who lead a line. Nobody is told of what they did themselves.
pub fn told(e: &Event, leads: impl Fn(TenantId, LineId) -> Vec<UserId>) -> Vec<Notice> {
    let d = &e.data;
    let mut out = vec![];
    match e.kind.as_ref() {
        "message.created" if d["event"] != true => {
            let mentioned = ids(&d["mentions"]);
            out.extend(mentioned.iter().map(|u| Notice::of(e, *u, kinds::MENTION, e.subject)));
            let followers = ids(&d["followers"]).into_iter().filter(|u| !mentioned.contains(u));
            // Whoever holds it sees it come in.
            let others = followers.filter(|u| id(&d["assignee"]) != Some(*u));
            out.extend(others.map(|u| Notice::of(e, u, kinds::FOLLOWED, e.conversation)));
        }
        "conversation.assigned" => {
            let by = id(&d["by"]);
            let (to, from) = (id(&d["to"]), id(&d["from"]));
            if by.is_some() {
                out.extend(to.map(|u| Notice::of(e, u, kinds::ASSIGNED, e.subject)));
                // Whoever signed it over in a handover was not taken anything.
                let signed = d["why"].as_array().is_some_and(|w| w.contains(&json!("why.handover")));
                let lost = from.filter(|f| to != Some(*f) && !signed);
                out.extend(lost.map(|u| Notice::of(e, u, kinds::TAKEN, e.subject)));
            }
        }
        "conversation.transferred" => {
            out.extend(id(&d["to"]["user"]).map(|u| Notice::of(e, u, kinds::HANDED_OVER, e.subject)));
        }
        "wording.hit" if d["alert"] == true => {
            let notice = |u| Notice {
                data: json!({ "list": d["list"], "direction": d["direction"] }),
                ..Notice::of(e, u, kinds::WORDS, e.subject)
            };
            out.extend(leads(e.tenant, e.line).into_iter().map(notice));
        }
        "scheduled.held" => {
            let notice = |u| Notice {
                data: json!({ "reason": d["reason"] }),
                ..Notice::of(e, u, kinds::SCHEDULED_HELD, e.subject)
            };
            out.extend(id(&d["author"]).map(notice));
        }
        "scheduled.changed" if d["state"] == "cancelled" => {
            out.extend(id(&d["author"]).map(|u| Notice::of(e, u, kinds::SCHEDULED_CANCELLED, e.subject)));
        }
        _ => {}
    }
    let own = |n: &Notice| n.actor == Actor::user(n.user);
    out.retain(|n| !own(n));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: &'static str, by: i64, data: Value) -> Event {
        Event::new(TenantId(1), kind, 7, Actor::user(UserId(by)), 5)
            .line(LineId(11))
            .conversation(ConversationId(70))
            .data(data)
    }

    fn who(e: &Event) -> Vec<(i64, String)> {
        told(e, |_, _| vec![UserId(9)]).into_iter().map(|n| (n.user.0, n.kind)).collect()
    }

    #[test]
    fn the_mentioned_and_the_followers_are_told_once_and_never_of_their_own() {
        let e = event(
            "message.created",
            1,
            json!({ "mentions": ["1", "2"], "followers": ["1", "2", "3", "4"], "assignee": "4" }),
        );
        assert_eq!(who(&e), [(2, "mention".into()), (3, "followed".into())]);
    }

    #[test]
    fn only_a_persons_assignment_is_told() {
        let by_routing = event("conversation.assigned", 1, json!({ "to": "2", "by": null }));
        assert_eq!(who(&by_routing), []);
        let by_hand = event("conversation.assigned", 1, json!({ "to": "2", "from": "3", "by": "1" }));
        assert_eq!(who(&by_hand), [(2, "assigned".into()), (3, "taken".into())]);
        let why = json!({ "to": "2", "from": "3", "by": "2", "why": ["why.handover"] });
        assert_eq!(who(&event("conversation.assigned", 1, why)), [(2, "assigned".into())]);
    }

    #[test]
    fn listed_words_are_told_to_leads_when_they_are_to_be() {
        assert_eq!(who(&event("wording.hit", 1, json!({ "alert": true }))), [(9, "words".into())]);
        assert_eq!(who(&event("wording.hit", 1, json!({ "alert": false }))), []);
    }
}
