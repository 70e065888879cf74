//! Inviting and answering.

use super::model::{Answer, Invitation, InvitedBy, Response};
use super::store;
use crate::codes;
use conversations::messages::{ThreadEvent, append_event};
use conversations::ports::VisitorOf;
use conversations::threads::{self, Channel, Row};
use kernel::{Actor, AggregateKey, ConversationId, Error, Event, MessageId, Millis, Result, UserId};
use platform::App;
use platform::live::Topic;
use platform::store::Tx;
use serde_json::json;

const HOUR_MS: Millis = 3_600_000;

/// Who invites, with the id of the thread's line.
#[derive(Debug, Clone, Copy)]
pub struct Inviting {
    /// Who.
    pub by: InvitedBy,
    /// Which agent, where one does.
    pub inviter: Option<UserId>,
    /// The party that the log names.
    pub actor: Actor,
    /// The id of the thread's line.
    pub event_id: MessageId,
    /// Now.
    pub now: Millis,
}

/// Invites a conversation's contact, in the caller's transaction.
///
/// Errors: `survey.off`, `survey.channel`, `survey.invited`, `not_found`.
pub async fn invite(tx: &mut Tx, id: ConversationId, how: Inviting) -> Result<Row> {
    let row = threads::by_id(tx, id).await?;
    if row.channel != Channel::Webchat {
        return Err(Error::new(&codes::SURVEY_CHANNEL));
    }
    let survey = store::of_line(tx, row.tenant, row.line).await?.filter(|s| s.enabled);
    let survey = survey.ok_or_else(|| Error::new(&codes::SURVEY_OFF))?;
    // Nobody is asked how they were served before anybody has answered them.
    if how.by == InvitedBy::Auto && (!survey.definition.auto || row.user_seq == 0) {
        return Err(Error::new(&codes::SURVEY_OFF));
    }
    let invitation = Invitation {
        conversation: row.id,
        tenant: row.tenant,
        line: row.line,
        contact: row.contact,
        agent: row.assignee,
        by: how.by,
        inviter: how.inviter,
        version: survey.version,
        expires_at: how.now + survey.definition.hours * HOUR_MS,
        definition: survey.definition,
        at: how.now,
    };
    if !store::invite(tx, &invitation).await? {
        return Err(Error::new(&codes::SURVEY_INVITED));
    }
    let line = ThreadEvent { id: how.event_id, kind: "survey_invited", data: json!({ "by": how.by }) };
    let scope = tx.scope().clone();
    let row = append_event(tx, &scope, row.id, how.actor, line, how.now).await?;
    let facts = json!({ "by": how.by, "agent": row.assignee });
    let event = Event::new(row.tenant, "survey.invited", row.id.0, how.actor, how.now);
    tx.emit(event.line(row.line).conversation(row.id).data(facts));
    Ok(row)
}

/// Tells a visitor's open windows that there is something to answer. May be lost: a window asks when it opens.
pub fn tell(app: &App, conversation: ConversationId) {
    app.live().signal(Topic::Visitor(conversation.0), r#"{"op":"survey"}"#, None);
}

/// Takes a customer's answer.
///
/// Errors: `survey.gone` where they were not invited or it is too late, `survey.answered`, `invalid` with the field.
pub async fn answer(app: &App, v: &VisitorOf, answer: Answer) -> Result<()> {
    let (now, id, event_id) = (app.now(), app.id::<i64>(), app.id::<MessageId>());
    let (tenant, contact, conversation) = (v.tenant, v.contact, answer.conversation);
    let write = async move |tx: &mut Tx| {
        let invitation = store::invitation(tx, tenant, conversation).await?;
        let invitation = invitation.filter(|i| i.contact == contact && i.expires_at > now);
        let invitation = invitation.ok_or_else(|| Error::new(&codes::SURVEY_GONE))?;
        let answer = answer.clone().checked(&invitation.definition)?;
        let facts = json!({
            "score": answer.score, "solved": answer.solved, "by": invitation.by, "agent": invitation.agent,
        });
        let (line, score) = (invitation.line, answer.score);
        if !store::respond(tx, &Response { id, invitation, answer, at: now }).await? {
            return Err(Error::new(&codes::SURVEY_ANSWERED));
        }
        let actor = Actor::contact(contact);
        let thin = ThreadEvent { id: event_id, kind: "survey_answered", data: json!({ "score": score }) };
        let scope = tx.scope().clone();
        append_event(tx, &scope, conversation, actor, thin, now).await?;
        let event = Event::new(tenant, "survey.answered", id, actor, now);
        tx.emit(event.line(line).conversation(conversation).data(facts));
        Ok(())
    };
    let scope = accounts::authorize::visitor(tenant);
    app.db().write(&scope, AggregateKey::new("conversation", conversation.0), write).await
}
