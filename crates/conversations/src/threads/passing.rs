//! Passing a conversation on, and taking it over: the arrows between two pairs of hands.
//!
//! | to | what becomes of it |
//! |---|---|
//! | a queue | it waits there, for anybody |
//! | a team | it waits in its queue, first for whoever of the team is at work |
//! | a colleague | it rings at them first; what is in no queue is put into their hands |
//! | oneself, as a supervisor | it is taken from whoever holds it, with a reason that both sides and the audit see |

use super::http::act;
use super::model::Row;
use super::routed::Passed;
use super::store;
use super::transitions::must_be_able;
use super::transitions::{self, HandOver, Target};
use super::view::ConversationView;
use crate::codes;
use crate::messages::{self, NewMessage};
use crate::permissions::{REPLY, TAKE_OVER};
use crate::ports::Work;
use accounts::{Caller, Directory, audit};
use axum::Json;
use axum::extract::State;
use kernel::{ConversationId, Error, QueueId, Result, TeamId, UserId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, PathId};
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A reason at the most, in characters.
const REASON_MAX: usize = 1_000;

/// The routes.
pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(transfer)).routes(routes!(take_over))
}

/// Where to.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum To {
    /// A colleague at work: it rings there first.
    User(UserId),
    /// A queue.
    Queue(QueueId),
    /// A team of which somebody is at work.
    Team(TeamId),
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TransferInput {
    /// Where to.
    to: To,
    /// Why; shown in the thread to staff.
    reason: String,
    /// What the next one should know; kept as a note.
    summary: Option<String>,
}

/// A reason, cleaned: without the digits of cards. Errors: `required`, `too_long`.
fn reason(text: &str, required: bool) -> Result<String> {
    if required && text.trim().is_empty() {
        return Err(Error::invalid("/reason", "required"));
    }
    if text.chars().count() > REASON_MAX {
        return Err(Error::invalid("/reason", "too_long"));
    }
    Ok(engines::redact::mask_cards(text.trim()).into_owned())
}

/// Passes a conversation on to a colleague, a queue or a team, with a reason and perhaps a summary.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/transfer", tag = "conversations",
    operation_id = "transfer_conversation", params(("conversation" = ConversationId, Path)),
    request_body = TransferInput, responses((status = 200, body = ConversationView)))]
async fn transfer(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<TransferInput>,
) -> Answer<Json<ConversationView>> {
    let reason = reason(&b.reason, false)?;
    let summary = b
        .summary
        .as_deref()
        .filter(|s| !s.trim().is_empty())
        .map(|s| messages::clean(s, false))
        .transpose()?;
    let (floor, ids, to) = (Floor::of(&app), (app.id(), app.id()), b.to);
    act(&app, &caller, REPLY, id, async move |tx: &mut Tx, h: &HandOver| {
        let row = store::by_id(tx, h.id).await?;
        let scope = tx.scope().clone();
        let target = match to {
            To::User(u) => floor.colleague(u, &row)?,
            To::Team(t) => floor.team(t, &row).map_err(|e| e.field("/to/team", "away"))?,
            To::Queue(q) if crate::inboxes::queue_within(tx, row.tenant, q).await? => Target::Queue(q),
            To::Queue(_) => return Err(Error::invalid("/to/queue", "unknown")),
        };
        if let Some(text) = &summary {
            messages::append(tx, &scope, &summary_note(h, ids, text.clone())).await?;
        }
        transitions::hand_over(tx, h, target, &reason).await
    })
    .await
}

/// Who is at work, and may have what.
pub(crate) struct Floor {
    directory: Arc<Directory>,
    work: Option<Arc<dyn Work>>,
}

impl Floor {
    /// The floor as it is.
    pub(crate) fn of(app: &App) -> Floor {
        let directory = app.port::<Arc<Directory>>().clone();
        Floor { directory, work: app.try_port::<Arc<dyn Work>>().cloned() }
    }

    fn at_work(&self, user: UserId) -> bool {
        self.work.as_ref().is_none_or(|w| w.presence(user).state != "offline")
    }

    /// It rings at a colleague who is at work; what no queue holds is put into their hands.
    fn colleague(&self, user: UserId, row: &Row) -> Result<Target> {
        must_be_able(&self.directory, user, row)?;
        if row.queue.is_none() || self.work.is_none() {
            return Ok(Target::User(user));
        }
        if row.assignee == Some(user) {
            return Err(Error::new(&codes::ASSIGNEE).detail("they hold it already"));
        }
        if !self.at_work(user) {
            return Err(Error::new(&codes::AWAY).field("/to/user", "away"));
        }
        Ok(Target::Offered(Passed::User(user)))
    }

    /// It waits for a team of which somebody is at work who may have it. Errors: `conversation.away`.
    pub(crate) fn team(&self, team: TeamId, row: &Row) -> Result<Target> {
        let able = |u: &UserId| self.at_work(*u) && must_be_able(&self.directory, *u, row).is_ok();
        if row.queue.is_none() || !self.directory.members(team).iter().any(able) {
            return Err(Error::new(&codes::AWAY));
        }
        Ok(Target::Offered(Passed::Team(team)))
    }
}

fn summary_note(h: &HandOver, ids: (kernel::MessageId, kernel::MessageId), body: String) -> NewMessage {
    NewMessage {
        id: ids.0,
        event_id: ids.1,
        conversation: h.id,
        author: h.actor,
        note: true,
        body,
        attachments: vec![],
        mentions: vec![],
        client_key: None,
        mail: None,
        chat: false,
        automatic: false,
        seen_seq: None,
        now: h.now,
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TakeOverInput {
    /// Why; shown in the thread to staff, kept in the audit.
    reason: String,
}

/// Takes a conversation from the agent who holds it. Both see it; it is recorded with its reason.
#[utoipa::path(post, path = "/api/v1/conversations/{conversation}/take-over", tag = "conversations",
    operation_id = "take_over_conversation", params(("conversation" = ConversationId, Path)),
    request_body = TakeOverInput, responses((status = 200, body = ConversationView)))]
async fn take_over(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ConversationId>,
    Body(b): Body<TakeOverInput>,
) -> Answer<Json<ConversationView>> {
    let reason = reason(&b.reason, true)?;
    let directory = app.port::<Arc<Directory>>().clone();
    let (user, ip, audit_id) = (caller.user, caller.info.ip, app.ids().next());
    act(&app, &caller, TAKE_OVER, id, async move |tx: &mut Tx, h: &HandOver| {
        let row = store::by_id(tx, h.id).await?;
        must_be_able(&directory, user, &row)?;
        let from = row.assignee.filter(|a| *a != user && !row.is_queued());
        let from = from.ok_or_else(|| Error::new(&codes::STATE).detail("nobody else holds it"))?;
        let entry = audit::Change {
            tenant: row.tenant,
            actor: h.actor,
            action: "conversation.taken_over",
            subject: ("conversation", row.id.0),
            before: Some(json!({ "assignee": from })),
            after: Some(json!({ "assignee": user })),
            reason: Some(&reason),
            ip: Some(ip),
        };
        audit::record(tx, audit_id, h.now, &entry).await?;
        transitions::hand_over(tx, h, Target::TakenOver(user), &reason).await
    })
    .await
}
