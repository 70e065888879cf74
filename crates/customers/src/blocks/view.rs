//! What the block list's routes take and answer.

use super::model::State;
use super::store::Entry;
use crate::contacts::ContactBrief;
use crate::handles::HandleKind;
use kernel::{BlockId, ContactId, InboxId, LineId, Millis, TenantId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// An entry of the block list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Block {
    /// Which.
    pub id: BlockId,
    /// Whose.
    pub tenant: TenantId,
    /// The contact it names.
    pub contact: Option<ContactId>,
    /// The contact's name.
    pub contact_name: Option<String>,
    /// The kind of the address it names.
    pub kind: Option<HandleKind>,
    /// The address, masked.
    pub value: Option<String>,
    /// Only in this line.
    pub line: Option<LineId>,
    /// Only at this inbox.
    pub inbox: Option<InboxId>,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub state: State,
    /// Who asked.
    pub by: UserId,
    /// Did the caller ask for it?
    pub own: bool,
    /// When.
    pub asked_at: Millis,
    /// Who decided.
    pub decided_by: Option<UserId>,
    /// When.
    pub decided_at: Option<Millis>,
    /// What they said.
    pub answer: Option<String>,
    /// Until when it holds.
    pub expires_at: Option<Millis>,
    /// Messages it stopped.
    pub hits: i64,
    /// When the last of them came.
    pub hit_at: Option<Millis>,
}

impl Block {
    /// As it is shown to `user`.
    pub(crate) fn of(e: Entry, user: UserId, briefs: &[ContactBrief]) -> Block {
        let named = e.contact.and_then(|c| briefs.iter().find(|b| b.id == c));
        Block {
            value: e.masked(),
            contact_name: named.map(|b| b.name.clone()),
            id: e.id,
            tenant: e.tenant,
            contact: e.contact,
            kind: e.handle.as_ref().map(|h| h.kind),
            line: e.line,
            inbox: e.inbox,
            reason: e.reason,
            state: e.state,
            own: e.by == user,
            by: e.by,
            asked_at: e.asked_at,
            decided_by: e.decided_by,
            decided_at: e.decided_at,
            answer: e.answer,
            expires_at: e.expires_at,
            hits: e.hits,
            hit_at: e.hit_at,
        }
    }
}

/// Who is to be blocked, and why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockInput {
    /// Of which client.
    pub tenant: TenantId,
    /// A contact; or else an address.
    pub contact: Option<ContactId>,
    /// The address's kind.
    pub kind: Option<HandleKind>,
    /// The address as it is written.
    pub value: Option<String>,
    /// Only in this line.
    pub line: Option<LineId>,
    /// Only at this inbox.
    pub inbox: Option<InboxId>,
    /// Why.
    pub reason: String,
    /// Until when it is to hold; otherwise until it is lifted.
    pub expires_at: Option<Millis>,
}

/// Whether an entry is agreed to.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BlockDecision)]
pub struct Decision {
    /// Agreed, or refused.
    pub agree: bool,
    /// In words.
    pub answer: Option<String>,
}

/// Why an entry is lifted.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BlockLift)]
pub struct Lift {
    /// In words.
    pub reason: String,
}

/// Which entries are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BlockQuery {
    /// Of one client; otherwise of all within reach.
    pub tenant: Option<TenantId>,
    /// Of one state.
    pub state: Option<State>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows, 1 to 100.
    pub limit: Option<u32>,
}

/// What becomes of messages from those blocked.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockPolicy {
    /// Whose choice.
    pub tenant: TenantId,
    /// Taken silently and closed at once; otherwise refused with a few words.
    pub silent: bool,
}

/// Whose policy is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PolicyQuery {
    /// Of which client.
    pub tenant: TenantId,
}
