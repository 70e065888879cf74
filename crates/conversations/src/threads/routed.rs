//! What routing needs of conversations: a view that this area publishes, thin because it is read at every change.

use super::model::{Channel, Priority, Status};
use kernel::{
    ContactId, ConversationId, InboxId, LineId, Millis, QueueId, Result, TeamId, TenantId, UserId, args, sql,
};
use platform::store::{Row, Tx};

/// A conversation, as routing sees it.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns are explained with the table")]
pub struct Routed {
    pub id: ConversationId,
    pub tenant: TenantId,
    pub line: LineId,
    pub inbox: InboxId,
    pub channel: Channel,
    pub contact: ContactId,
    pub status: Status,
    pub assignee: Option<UserId>,
    pub assigned_at: Option<Millis>,
    pub queue: Option<QueueId>,
    pub queued_at: Option<Millis>,
    pub epoch: i64,
    pub priority: Priority,
    pub created_at: Millis,
    /// Of a drill; never in reports or bills.
    pub simulated: bool,
    /// It goes on in another one.
    pub merged: bool,
    /// For whom it is kept first, because it was passed to them.
    pub kept: Option<Kept>,
}

/// Whom a conversation was passed to, while it waits for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// To whom.
    pub by: Passed,
    /// When it was passed on.
    pub at: Millis,
}

/// To whom something is passed on without being put into their hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    /// A colleague by name.
    User(UserId),
    /// A team.
    Team(TeamId),
}

impl Routed {
    /// Does it wait for an agent?
    pub fn is_queued(&self) -> bool {
        self.status == Status::Open && self.queued_at.is_some()
    }
}

fn read(r: &Row<'_>) -> Result<Routed> {
    // Whatever happened since ended the keeping.
    let stands = r.opt_int(18)? == Some(r.int(11)?);
    let by = match (r.opt_id(15)?, r.opt_id(16)?) {
        (Some(user), _) => Some(Passed::User(user)),
        (None, team) => team.map(Passed::Team),
    };
    let at = r.opt_int(17)?.unwrap_or(0);
    Ok(Routed {
        kept: by.filter(|_| stands).map(|by| Kept { by, at }),
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        inbox: r.id(3)?,
        channel: Channel::from_word(&r.text(4)?)?,
        contact: r.id(5)?,
        status: Status::from_word(&r.text(6)?)?,
        assignee: r.opt_id(7)?,
        assigned_at: r.opt_int(8)?,
        queue: r.opt_id(9)?,
        queued_at: r.opt_int(10)?,
        epoch: r.int(11)?,
        priority: Priority::from_rank(r.int(12)?),
        created_at: r.int(13)?,
        simulated: r.bool(14)?,
        merged: r.opt_int(19)?.is_some(),
    })
}

/// These conversations, as far as the transaction's scope reaches, by id.
pub async fn routed(tx: &mut Tx, ids: &[ConversationId]) -> Result<Vec<Routed>> {
    let wanted = Tx::ids(ids.iter().map(|i| i.0));
    let rows = tx
        .all(
            sql!(
                "SELECT id, tenant_id, line_id, inbox_id, channel, contact_id, status, assignee_id, assigned_at, queue_id,
                 queued_at, epoch, priority, created_at, simulated, kept_user, kept_team, kept_at, kept_epoch,
                 merged_into
                 FROM conversation WHERE id IN_IDS($1) AND tenant_id > 0 ORDER BY id"
            ),
            args![wanted],
            read,
        )
        .await?;
    let scope = tx.scope().clone();
    Ok(rows.into_iter().filter(|r| scope.contains_line(r.tenant, r.line)).collect())
}

/// What waits for an agent or is held by one, the next `max` after an id: what routing starts from.
pub async fn routed_live(tx: &mut Tx, after: ConversationId, max: i64) -> Result<Vec<Routed>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, inbox_id, channel, contact_id, status, assignee_id, assigned_at, queue_id,
             queued_at, epoch, priority, created_at, simulated, kept_user, kept_team, kept_at, kept_epoch,
                 merged_into
             FROM conversation WHERE status <> 'resolved' AND (queued_at IS NOT NULL OR assignee_id IS NOT NULL)
             AND id > $1 AND tenant_id > 0 ORDER BY id LIMIT $2"
        ),
        args![after, max],
        read,
    )
    .await
}

/// What one user holds, in all clients.
pub async fn routed_held_by(tx: &mut Tx, user: UserId) -> Result<Vec<Routed>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, inbox_id, channel, contact_id, status, assignee_id, assigned_at, queue_id,
             queued_at, epoch, priority, created_at, simulated, kept_user, kept_team, kept_at, kept_epoch,
                 merged_into
             FROM conversation WHERE assignee_id = $1 AND status <> 'resolved' AND tenant_id > 0 ORDER BY id"
        ),
        args![user],
        read,
    )
    .await
}
