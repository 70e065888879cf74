//! The SQL of inboxes.

use super::model::{Inbox, InboxConfig};
use crate::threads::Channel;
use kernel::{Error, InboxId, QueueId, Result, TenantId, TenantScope, args, sql};
use platform::store::{Row, Tx};

fn read(r: &Row<'_>) -> Result<Inbox> {
    let config: InboxConfig =
        serde_json::from_str(&r.text(7)?).map_err(|e| Error::internal("an inbox's settings").cause(e))?;
    Ok(Inbox {
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        channel: Channel::from_word(&r.text(3)?)?,
        name: r.text(4)?,
        queue: r.opt_id(5)?,
        enabled: r.bool(6)?,
        config,
        key: r.text(8)?,
        created_at: r.int(9)?,
    })
}

/// The inbox with this public name. For the public origin, which knows no client yet: a system's read.
pub async fn by_key(tx: &mut Tx, key: &str) -> Result<Option<Inbox>> {
    tx.one(
        sql!(
            "SELECT id, tenant_id, line_id, channel, name, queue_id, enabled, config, key, created_at FROM inbox
             WHERE key = $1 AND tenant_id > 0"
        ),
        args![key],
        read,
    )
    .await
}

/// The inbox of this id that the scope reaches.
pub async fn by_id(tx: &mut Tx, scope: &TenantScope, id: InboxId) -> Result<Inbox> {
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let found = tx
        .one(
            sql!(
                "SELECT id, tenant_id, line_id, channel, name, queue_id, enabled, config, key, created_at FROM inbox
                 WHERE id = $1 AND tenant_id IN_IDS($2)"
            ),
            args![id, tenants],
            read,
        )
        .await?;
    found.filter(|i| scope.contains_line(i.tenant, i.line)).ok_or_else(Error::not_found)
}

/// All inboxes, for the cache.
pub async fn all(tx: &mut Tx) -> Result<Vec<Inbox>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, channel, name, queue_id, enabled, config, key, created_at FROM inbox
             WHERE tenant_id > 0 ORDER BY id"
        ),
        &[],
        read,
    )
    .await
}

/// Adds one.
pub async fn insert(tx: &mut Tx, i: &Inbox) -> Result<()> {
    let config =
        serde_json::to_string(&i.config).map_err(|e| Error::internal("an inbox's settings").cause(e))?;
    tx.exec(
        sql!(
            "INSERT INTO inbox(id, tenant_id, line_id, channel, name, queue_id, enabled, config, key, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![i.id, i.tenant, i.line, i.channel.word(), i.name, i.queue, i.enabled, config, i.key, i.created_at],
    )
    .await
    .map(|_| ())
}

/// Writes back what can be changed.
pub async fn update(tx: &mut Tx, i: &Inbox) -> Result<()> {
    let config =
        serde_json::to_string(&i.config).map_err(|e| Error::internal("an inbox's settings").cause(e))?;
    tx.exec(
        sql!("UPDATE inbox SET name = $3, queue_id = $4, enabled = $5, config = $6 WHERE id = $1 AND tenant_id = $2"),
        args![i.id, i.tenant, i.name, i.queue, i.enabled, config],
    )
    .await
    .map(|_| ())
}

/// Is this a queue of the client, in a line that the scope reaches? A queue stands in one line; work of another line of
/// the same client may wait in it, but only whoever holds the right in both may tie the two together. For everybody else
/// it does not exist.
pub async fn queue_within(tx: &mut Tx, tenant: kernel::TenantId, queue: kernel::QueueId) -> Result<bool> {
    let sql = sql!("SELECT line_id FROM queue WHERE id = $1 AND tenant_id = $2");
    let line = tx.one(sql, args![queue, tenant], |r| r.id(0)).await?;
    Ok(line.is_some_and(|line| tx.scope().contains_line(tenant, line)))
}

/// The queue of a line that is called like this one.
pub async fn queue_named_like(
    tx: &mut Tx,
    like: QueueId,
    tenant: TenantId,
    line: kernel::LineId,
) -> Result<Option<QueueId>> {
    let sql = sql!(
        "SELECT q.id FROM queue q JOIN queue l ON l.name_key = q.name_key
         WHERE l.id = $1 AND q.tenant_id = $2 AND q.line_id = $3"
    );
    tx.one(sql, args![like, tenant, line], |r| r.id(0)).await
}

/// Removes an inbox by which nothing ever came in; false when it stays.
pub async fn remove_unused(tx: &mut Tx, i: &Inbox) -> Result<bool> {
    let sql = sql!(
        "DELETE FROM inbox WHERE id = $1 AND tenant_id = $2
         AND NOT EXISTS (SELECT 1 FROM conversation c WHERE c.tenant_id = $2 AND c.line_id = $3 AND c.inbox_id = $1)"
    );
    Ok(tx.exec(sql, args![i.id, i.tenant, i.line]).await? == 1)
}

/// The queue of a line that is called like this one, else the line's first.
pub async fn queue_like(
    tx: &mut Tx,
    like: Option<QueueId>,
    tenant: TenantId,
    line: kernel::LineId,
) -> Result<Option<QueueId>> {
    let like = like.unwrap_or(QueueId(0));
    tx.one(
        sql!(
            "SELECT q.id FROM queue q LEFT JOIN queue l ON l.id = $1 AND l.name_key = q.name_key
             WHERE q.tenant_id = $2 AND q.line_id = $3
             ORDER BY CASE WHEN l.id IS NULL THEN 1 ELSE 0 END, q.id LIMIT 1"
        ),
        args![like, tenant, line],
        |r| r.id(0),
    )
    .await
}
