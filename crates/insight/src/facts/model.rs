//! What an event means for the turns of its conversation. Pure.

use kernel::{ActorKind, ConversationId, Event, UserId};

/// One change to the facts of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The contact wrote.
    Asked,
    /// A member of staff answered.
    Replied(UserId),
    /// The conversation ended.
    Ended,
    /// It goes on in another one, or what was asked in it does.
    WentOn(ConversationId),
    /// It stands for itself again.
    CameBack,
    /// The contact was asked how it was, about this agent.
    Invited(Option<UserId>),
    /// The contact said how it was, 1 to 5.
    Rated(i64),
}

/// What may be said.
const SCORES: std::ops::RangeInclusive<i64> = 1..=5;

/// What an event does, if anything.
pub fn step(e: &Event) -> Option<Step> {
    match e.kind.as_ref() {
        "message.created" if e.data["note"] != true && e.data["event"] != true => match e.actor.kind {
            ActorKind::Contact => Some(Step::Asked),
            ActorKind::User => Some(Step::Replied(UserId(e.actor.id))),
            _ => None,
        },
        "conversation.resolved" if !e.data["merged_into"].is_null() => None,
        "conversation.resolved" => Some(Step::Ended),
        "conversation.merged" => into(e).map(Step::WentOn),
        "conversation.split" if e.data["carried"] == true => into(e).map(Step::WentOn),
        "conversation.join_undone" => Some(Step::CameBack),
        "survey.invited" => {
            let agent = e.data["agent"].as_str().and_then(|a| a.parse().ok());
            Some(Step::Invited(agent))
        }
        "survey.answered" => e.data["score"].as_i64().filter(|s| SCORES.contains(s)).map(Step::Rated),
        _ => None,
    }
}

fn into(e: &Event) -> Option<ConversationId> {
    e.data["into"].as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{Actor, ContactId, TenantId};
    use serde_json::json;

    #[test]
    fn only_words_between_the_contact_and_a_human_count() {
        let told = |actor, data| step(&Event::new(TenantId(1), "message.created", 1, actor, 1).data(data));
        let (contact, user) = (Actor::contact(ContactId(3)), Actor::user(UserId(7)));
        assert_eq!(told(contact, json!({ "note": false })), Some(Step::Asked));
        assert_eq!(told(user, json!({ "note": false })), Some(Step::Replied(UserId(7))));
        assert_eq!(told(user, json!({ "note": true })), None);
        assert_eq!(told(contact, json!({ "note": false, "event": true })), None);
        assert_eq!(told(Actor { kind: ActorKind::Bot, id: 1 }, json!({ "note": false })), None);
        assert_eq!(told(Actor::SYSTEM, json!({ "note": false })), None);
    }
}
