//! Shapes of handovers.

use super::model::Handover;
use super::service::draws;
use accounts::{Caller, Directory};
use kernel::{ConversationId, HandoverId, LineId, Millis, TenantId, UserId};
use platform::App;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// One thing left open.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HandoverItemView {
    /// The conversation.
    pub conversation: ConversationId,
    /// `open` or `snoozed`.
    pub kind: String,
    /// When it is due or wakes.
    pub due_at: Option<Millis>,
    /// What is to be known of it.
    pub comment: String,
    /// Does it change hands?
    pub reassign: bool,
    /// `given` or `kept`, after countersigning.
    pub outcome: Option<String>,
}

/// The sheet of a handover.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HandoverView {
    /// The sheet.
    pub id: HandoverId,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// Who hands over.
    pub from: UserId,
    /// Their alias.
    pub from_alias: String,
    /// Who receives.
    pub to: UserId,
    /// Their alias.
    pub to_alias: String,
    /// What is to be known of the shift.
    pub note: String,
    /// `draft`, `signed` or `countersigned`.
    pub state: String,
    /// When it was drawn up.
    pub created_at: Millis,
    /// When it was signed.
    pub signed_at: Option<Millis>,
    /// When it was countersigned.
    pub countersigned_at: Option<Millis>,
    /// The hash over what was signed.
    pub hash: Option<String>,
    /// Is it still what was signed?
    pub intact: bool,
    /// What is left open.
    pub items: Vec<HandoverItemView>,
    /// May the reader change and sign it?
    pub may_sign: bool,
    /// May the reader countersign it?
    pub may_countersign: bool,
}

impl HandoverView {
    /// A sheet as this caller sees it.
    pub fn of(app: &App, caller: &Caller, h: &Handover) -> HandoverView {
        let directory = app.port::<Arc<Directory>>();
        let alias = |u: UserId| directory.user(u).map(|n| n.alias.clone()).unwrap_or_default();
        let items = h.items.iter().map(|i| HandoverItemView {
            conversation: i.conversation,
            kind: i.kind.clone(),
            due_at: i.due_at,
            comment: i.comment.clone(),
            reassign: i.reassign,
            outcome: i.outcome.clone(),
        });
        HandoverView {
            id: h.id,
            tenant: h.tenant,
            line: h.line,
            from: h.from,
            from_alias: alias(h.from),
            to: h.to,
            to_alias: alias(h.to),
            note: h.note.clone(),
            state: h.state.clone(),
            created_at: h.created_at,
            signed_at: h.signed_at,
            countersigned_at: h.countersigned_at,
            hash: crate::briefings::hex(h.hash.as_deref()),
            intact: h.is_intact(),
            items: items.collect(),
            may_sign: h.is_draft() && draws(caller, h),
            may_countersign: h.state == "signed" && h.to == caller.user,
        }
    }
}

/// A sheet to be drawn up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHandover {
    /// The line.
    pub line: LineId,
    /// Who hands over; oneself if left out.
    pub from: Option<UserId>,
    /// Who receives.
    pub to: UserId,
    /// What is to be known of the shift, at most 4,000 characters.
    #[serde(default)]
    pub note: String,
}

/// What is said about an item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverItemChange {
    /// The conversation, one of the sheet's.
    pub conversation: ConversationId,
    /// What is to be known of it, at most 500 characters.
    pub comment: Option<String>,
    /// Does it change hands?
    pub reassign: Option<bool>,
}

/// What is to be different; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverChange {
    /// What is to be known of the shift, at most 4,000 characters.
    pub note: Option<String>,
    /// What is said about items.
    #[serde(default)]
    pub items: Vec<HandoverItemChange>,
}
