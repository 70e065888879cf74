//! The SQL of the block list.

use super::model::State;
use crate::handles::{HandleKind, Norm, mask};
use kernel::{BlockId, ContactId, InboxId, LineId, Millis, Result, TenantId, TenantScope, UserId, args, sql};
use platform::store::{Row, Tx};

/// The kind of an entry that names no address.
const NO_KIND: i64 = -1;

/// An entry as it is stored.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub id: BlockId,
    pub tenant: TenantId,
    pub contact: Option<ContactId>,
    pub handle: Option<Norm>,
    pub line: Option<LineId>,
    pub inbox: Option<InboxId>,
    pub reason: String,
    pub state: State,
    pub by: UserId,
    pub asked_at: Millis,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<Millis>,
    pub answer: Option<String>,
    pub expires_at: Option<Millis>,
    pub hits: i64,
    pub hit_at: Option<Millis>,
}

impl Entry {
    /// The address, masked.
    pub fn masked(&self) -> Option<String> {
        self.handle.as_ref().map(|h| mask(h.kind, &h.value))
    }
}

/// Somebody blocked wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// By which entry.
    pub block: BlockId,
    /// Is the message taken silently? Otherwise it is refused.
    pub silent: bool,
}

/// Is this contact, or one of the addresses it has, blocked at this inbox? Asked in the transaction that takes a message.
pub async fn blocked(
    tx: &mut Tx,
    tenant: TenantId,
    line: LineId,
    inbox: InboxId,
    contact: ContactId,
    now: Millis,
) -> Result<Option<Hit>> {
    let found: Option<BlockId> = tx
        .one(
            sql!(
                "SELECT x.id FROM (
                   SELECT b.id FROM contact_block b
                   WHERE b.tenant_id = $1 AND b.contact_id = $4 AND b.state = 'active'
                     AND (b.expires_at IS NULL OR b.expires_at > $5)
                     AND (b.line_id = 0 OR b.line_id = $2) AND (b.inbox_id = 0 OR b.inbox_id = $3)
                   UNION ALL
                   SELECT b.id FROM contact_handle h JOIN contact_block b ON b.tenant_id = h.tenant_id
                     AND b.kind = h.kind AND b.norm = h.norm AND b.state = 'active'
                   WHERE h.tenant_id = $1 AND h.contact_id = $4 AND b.contact_id = 0
                     AND (b.expires_at IS NULL OR b.expires_at > $5)
                     AND (b.line_id = 0 OR b.line_id = $2) AND (b.inbox_id = 0 OR b.inbox_id = $3)) x
                 ORDER BY x.id LIMIT 1"
            ),
            args![tenant, line, inbox, contact, now],
            |r| r.id(0),
        )
        .await?;
    let Some(block) = found else { return Ok(None) };
    Ok(Some(Hit { block, silent: silent(tx, tenant).await? }))
}

/// Counts a message from somebody blocked.
pub async fn hit(tx: &mut Tx, tenant: TenantId, block: BlockId, now: Millis) -> Result<()> {
    tx.exec(
        sql!("UPDATE contact_block SET hits = hits + 1, hit_at = $3 WHERE tenant_id = $1 AND id = $2"),
        args![tenant, block, now],
    )
    .await
    .map(|_| ())
}

/// Are messages from those blocked taken silently?
pub(super) async fn silent(tx: &mut Tx, tenant: TenantId) -> Result<bool> {
    let s = sql!("SELECT silent FROM block_policy WHERE tenant_id = $1");
    Ok(tx.one(s, args![tenant], |r| r.bool(0)).await?.unwrap_or(false))
}

/// Sets what becomes of them.
pub(super) async fn set_silent(tx: &mut Tx, tenant: TenantId, silent: bool) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO block_policy(tenant_id, silent) VALUES ($1, $2)
             ON CONFLICT (tenant_id) DO UPDATE SET silent = excluded.silent"
        ),
        args![tenant, silent],
    )
    .await
    .map(|_| ())
}

/// Of these contacts, those who are blocked anywhere.
pub(crate) async fn blocked_among(
    tx: &mut Tx,
    tenant: TenantId,
    ids: &str,
    now: Millis,
) -> Result<Vec<ContactId>> {
    let mut found: Vec<ContactId> = tx
        .all(
            sql!(
                "SELECT contact_id FROM contact_block
                 WHERE tenant_id = $1 AND state = 'active' AND (expires_at IS NULL OR expires_at > $3)
                   AND contact_id IN_IDS($2)"
            ),
            args![tenant, ids, now],
            |r| r.id(0),
        )
        .await?;
    let by_address: Vec<ContactId> = tx
        .all(
            sql!(
                "SELECT h.contact_id FROM contact_block b
                 JOIN contact_handle h ON h.tenant_id = b.tenant_id AND h.kind = b.kind AND h.norm = b.norm
                 WHERE b.tenant_id = $1 AND b.state = 'active' AND (b.expires_at IS NULL OR b.expires_at > $3)
                   AND b.contact_id = 0 AND h.contact_id IN_IDS($2)"
            ),
            args![tenant, ids, now],
            |r| r.id(0),
        )
        .await?;
    found.extend(by_address);
    Ok(found)
}

/// Keeps a new entry; false where one for the same subject and reach is open.
pub(super) async fn insert(tx: &mut Tx, b: &Entry) -> Result<bool> {
    let (kind, norm) = b.handle.as_ref().map_or((NO_KIND, ""), |h| (h.kind.code(), h.value.as_str()));
    let contact = b.contact.unwrap_or_default();
    let (line, inbox) = (b.line.unwrap_or_default(), b.inbox.unwrap_or_default());
    let made = tx
        .exec(
            sql!(
                "INSERT INTO contact_block(id, tenant_id, contact_id, kind, norm, line_id, inbox_id, reason, state,
                   by_user, asked_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING"
            ),
            args![
                b.id, b.tenant, contact, kind, norm, line, inbox, b.reason, b.state.word(), b.by, b.asked_at,
                b.expires_at
            ],
        )
        .await?;
    Ok(made > 0)
}

/// Writes where an entry stands; false where it had moved on meanwhile.
pub(super) async fn save(tx: &mut Tx, b: &Entry, was: State) -> Result<bool> {
    let changed = tx
        .exec(
            sql!(
                "UPDATE contact_block SET state = $3, decided_by = $4, decided_at = $5, answer = $6
                 WHERE tenant_id = $1 AND id = $2 AND state = $7"
            ),
            args![b.tenant, b.id, b.state.word(), b.decided_by, b.decided_at, b.answer, was.word()],
        )
        .await?;
    Ok(changed > 0)
}

/// One entry within the scope.
pub(super) async fn get(tx: &mut Tx, scope: &TenantScope, id: BlockId) -> Result<Entry> {
    let (all, tenants) = (scope.is_system(), Tx::ids(scope.tenants().map(|t| t.0)));
    tx.get(
        sql!(
            "SELECT id, tenant_id, contact_id, kind, norm, line_id, inbox_id, reason, state, by_user, asked_at,
               decided_by, decided_at, answer, expires_at, hits, hit_at FROM contact_block
             WHERE id = $1 AND (CAST($2 AS BIGINT) = 1 OR tenant_id IN_IDS($3))"
        ),
        args![id, all, tenants],
        read,
    )
    .await
}

/// A page of entries, newest first; of one state where it is given.
pub(super) async fn page(
    tx: &mut Tx,
    tenants: &str,
    state: Option<&str>,
    before: i64,
    rows: i64,
) -> Result<Vec<Entry>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, contact_id, kind, norm, line_id, inbox_id, reason, state, by_user, asked_at,
               decided_by, decided_at, answer, expires_at, hits, hit_at FROM contact_block
             WHERE tenant_id IN_IDS($1) AND (CAST($2 AS TEXT) IS NULL OR state = $2) AND id < $3
             ORDER BY id DESC LIMIT $4"
        ),
        args![tenants, state, before, rows],
        read,
    )
    .await
}

/// The entries that name a contact or one of its addresses, newest first.
pub(crate) async fn of_contact(
    tx: &mut Tx,
    tenant: TenantId,
    contact: ContactId,
    rows: i64,
) -> Result<Vec<Entry>> {
    tx.all(
        sql!(
            "SELECT b.id, b.tenant_id, b.contact_id, b.kind, b.norm, b.line_id, b.inbox_id, b.reason, b.state,
               b.by_user, b.asked_at, b.decided_by, b.decided_at, b.answer, b.expires_at, b.hits, b.hit_at
             FROM contact_block b
             WHERE b.tenant_id = $1 AND (b.contact_id = $2 OR (b.contact_id = 0 AND EXISTS (
               SELECT 1 FROM contact_handle h WHERE h.tenant_id = b.tenant_id AND h.contact_id = $2
                 AND h.kind = b.kind AND h.norm = b.norm)))
             ORDER BY b.id DESC LIMIT $3"
        ),
        args![tenant, contact, rows],
        read,
    )
    .await
}

/// Entries of one contact become another's, where none is in the way. Answers which.
pub(crate) async fn reassign(
    tx: &mut Tx,
    tenant: TenantId,
    from: ContactId,
    to: ContactId,
) -> Result<Vec<BlockId>> {
    tx.all(
        sql!(
            "UPDATE contact_block SET contact_id = $3 WHERE tenant_id = $1 AND contact_id = $2
               AND NOT EXISTS (SELECT 1 FROM contact_block x WHERE x.tenant_id = $1 AND x.contact_id = $3
                 AND x.line_id = contact_block.line_id AND x.inbox_id = contact_block.inbox_id
                 AND x.state IN ('asked', 'active'))
             RETURNING id"
        ),
        args![tenant, from, to],
        |r| r.id(0),
    )
    .await
}

fn read(r: &Row<'_>) -> Result<Entry> {
    let (contact, kind, line, inbox) = (r.int(2)?, r.int(3)?, r.int(5)?, r.int(6)?);
    let handle = match kind {
        NO_KIND => None,
        kind => Some(Norm { kind: HandleKind::from_code(kind)?, value: r.text(4)? }),
    };
    Ok(Entry {
        id: r.id(0)?,
        tenant: r.id(1)?,
        contact: ContactId(contact).some(),
        handle,
        line: LineId(line).some(),
        inbox: InboxId(inbox).some(),
        reason: r.text(7)?,
        state: State::from_word(&r.text(8)?)?,
        by: r.id(9)?,
        asked_at: r.int(10)?,
        decided_by: r.opt_id(11)?,
        decided_at: r.opt_int(12)?,
        answer: r.opt_text(13)?,
        expires_at: r.opt_int(14)?,
        hits: r.int(15)?,
        hit_at: r.opt_int(16)?,
    })
}
