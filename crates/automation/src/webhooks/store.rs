//! The SQL of webhooks.

use super::model::{Delivery, Status, Target, Webhook};
use kernel::{DeliveryId, Error, Millis, Result, TenantId, WebhookId, args, sql};
use platform::store::{Row, Tx};

fn split(text: &str) -> Vec<String> {
    text.split('\n').filter(|k| !k.is_empty()).map(str::to_owned).collect()
}

fn read_webhook(r: &Row<'_>) -> Result<Webhook> {
    Ok(Webhook {
        id: r.id(0)?,
        tenant: r.id(1)?,
        url: r.text(2)?,
        kinds: split(&r.text(3)?),
        enabled: r.bool(4)?,
        stopped: r.opt_text(5)?,
        failing_since: r.opt_int(6)?,
        created_by: r.id(7)?,
        created_at: r.int(8)?,
    })
}

/// All webhooks that send something, for the reader of the log.
pub async fn listening(tx: &mut Tx) -> Result<Vec<Webhook>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, url, kinds, enabled, stopped, failing_since, created_by, created_at FROM webhook
             WHERE enabled = 1 AND tenant_id > 0 ORDER BY id"
        ),
        &[],
        read_webhook,
    )
    .await
}

/// The webhooks of the clients that the transaction's scope reaches.
pub async fn list(tx: &mut Tx) -> Result<Vec<Webhook>> {
    let tenants = Tx::ids(tx.scope().tenants().map(|t| t.0));
    tx.all(
        sql!(
            "SELECT id, tenant_id, url, kinds, enabled, stopped, failing_since, created_by, created_at FROM webhook
             WHERE tenant_id IN_IDS($1) ORDER BY tenant_id, id"
        ),
        args![tenants],
        read_webhook,
    )
    .await
}

/// One webhook that the transaction's scope reaches.
pub async fn by_id(tx: &mut Tx, id: WebhookId) -> Result<Webhook> {
    let tenants = Tx::ids(tx.scope().tenants().map(|t| t.0));
    tx.one(
        sql!(
            "SELECT id, tenant_id, url, kinds, enabled, stopped, failing_since, created_by, created_at FROM webhook
             WHERE id = $1 AND tenant_id IN_IDS($2)"
        ),
        args![id, tenants],
        read_webhook,
    )
    .await?
    .ok_or_else(Error::not_found)
}

/// Webhooks a client has.
pub async fn count(tx: &mut Tx, tenant: TenantId) -> Result<i64> {
    let sql = sql!("SELECT COUNT(*) FROM webhook WHERE tenant_id = $1");
    Ok(tx.one(sql, args![tenant], |r| r.int(0)).await?.unwrap_or(0))
}

/// Adds one.
pub async fn insert(tx: &mut Tx, w: &Webhook) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO webhook(id, tenant_id, url, kinds, enabled, created_by, created_at, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $7)"
        ),
        args![w.id, w.tenant, w.url, w.kinds.join("\n"), w.enabled, w.created_by, w.created_at],
    )
    .await
    .map(|_| ())
}

/// Writes back what can be changed.
pub async fn update(tx: &mut Tx, w: &Webhook, now: Millis) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE webhook SET url = $3, kinds = $4, enabled = $5, stopped = $6, failing_since = $7, changed_at = $8
             WHERE id = $1 AND tenant_id = $2"
        ),
        args![w.id, w.tenant, w.url, w.kinds.join("\n"), w.enabled, w.stopped, w.failing_since, now],
    )
    .await
    .map(|_| ())
}

/// Removes one with its deliveries.
pub async fn remove(tx: &mut Tx, w: &Webhook) -> Result<()> {
    tx.exec(
        sql!("DELETE FROM delivery WHERE tenant_id = $1 AND target = 'webhook' AND target_id = $2"),
        args![w.tenant, w.id],
    )
    .await?;
    tx.exec(sql!("DELETE FROM webhook WHERE id = $1 AND tenant_id = $2"), args![w.id, w.tenant])
        .await
        .map(|_| ())
}

/// Notes that something came through.
pub async fn came_through(tx: &mut Tx, tenant: TenantId, id: WebhookId) -> Result<()> {
    tx.exec(
        sql!("UPDATE webhook SET failing_since = NULL WHERE id = $1 AND tenant_id = $2 AND failing_since IS NOT NULL"),
        args![id, tenant],
    )
    .await
    .map(|_| ())
}

/// Notes that a try failed and answers since when they do.
pub async fn did_not(tx: &mut Tx, tenant: TenantId, id: WebhookId, now: Millis) -> Result<Millis> {
    let since = tx
        .one(
            sql!(
                "UPDATE webhook SET failing_since = COALESCE(failing_since, $3) WHERE id = $1 AND tenant_id = $2
                 RETURNING failing_since"
            ),
            args![id, tenant, now],
            |r| r.int(0),
        )
        .await?;
    Ok(since.unwrap_or(now))
}

fn read_delivery(r: &Row<'_>) -> Result<Delivery> {
    Ok(Delivery {
        id: r.id(0)?,
        tenant: r.id(1)?,
        target: Target::from_stored(&r.text(2)?, r.int(3)?)?,
        pos: r.int(4)?,
        kind: r.text(5)?,
        subject: r.int(6)?,
        conversation: r.int(7)?,
        facts: r.json(8)?,
        happened_at: r.int(9)?,
        status: Status::from_word(&r.text(10)?)?,
        attempts: r.int(11)?,
        next_at: r.opt_int(12)?,
        tried_at: r.opt_int(13)?,
        took_ms: r.opt_int(14)?,
        code: r.opt_int(15)?,
        fault: r.opt_text(16)?,
        response: r.opt_text(17)?,
        created_at: r.int(18)?,
    })
}

/// Adds a delivery; false when this event was written for this target before.
pub async fn insert_delivery(tx: &mut Tx, d: &Delivery) -> Result<bool> {
    let facts = (!d.facts.is_null()).then(|| d.facts.to_string());
    let n = tx
        .exec(
            sql!(
                "INSERT INTO delivery(id, tenant_id, target, target_id, pos, kind, subject, conversation_id, facts,
                 happened_at, status, next_at, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                 ON CONFLICT (target, target_id, pos) DO NOTHING"
            ),
            args![
                d.id, d.tenant, d.target.word(), d.target.id(), d.pos, d.kind, d.subject, d.conversation, facts,
                d.happened_at, d.status.word(), d.next_at, d.created_at
            ],
        )
        .await?;
    Ok(n == 1)
}

/// One delivery that the transaction's scope reaches.
pub async fn delivery(tx: &mut Tx, id: DeliveryId) -> Result<Option<Delivery>> {
    let tenants = Tx::ids(tx.scope().tenants().map(|t| t.0));
    tx.one(
        sql!(
            "SELECT id, tenant_id, target, target_id, pos, kind, subject, conversation_id, facts, happened_at, status,
             attempts, next_at, tried_at, took_ms, code, fault, response, created_at FROM delivery
             WHERE id = $1 AND tenant_id IN_IDS($2)"
        ),
        args![id, tenants],
        read_delivery,
    )
    .await
}

/// A page of a webhook's deliveries, newest first, older than `before`.
pub async fn deliveries(tx: &mut Tx, w: &Webhook, before: i64, limit: i64) -> Result<Vec<Delivery>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, target, target_id, pos, kind, subject, conversation_id, facts, happened_at, status,
             attempts, next_at, tried_at, took_ms, code, fault, response, created_at FROM delivery
             WHERE tenant_id = $1 AND target = 'webhook' AND target_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"
        ),
        args![w.tenant, w.id, before, limit],
        read_delivery,
    )
    .await
}

/// The newest delivery of a reply of an API inbox.
pub async fn of_reply(
    tx: &mut Tx,
    tenant: TenantId,
    inbox: kernel::InboxId,
    message: i64,
) -> Result<Option<Delivery>> {
    tx.one(
        sql!(
            "SELECT id, tenant_id, target, target_id, pos, kind, subject, conversation_id, facts, happened_at, status,
             attempts, next_at, tried_at, took_ms, code, fault, response, created_at FROM delivery
             WHERE tenant_id = $1 AND target = 'inbox' AND target_id = $2 AND subject = $3 ORDER BY id DESC LIMIT 1"
        ),
        args![tenant, inbox, message],
        read_delivery,
    )
    .await
}

/// Writes back what a try came to, or that it is to be tried again.
pub async fn update_delivery(tx: &mut Tx, d: &Delivery) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE delivery SET status = $3, attempts = $4, next_at = $5, tried_at = $6, took_ms = $7, code = $8,
             fault = $9, response = $10 WHERE id = $1 AND tenant_id = $2"
        ),
        args![
            d.id, d.tenant, d.status.word(), d.attempts, d.next_at, d.tried_at, d.took_ms, d.code, d.fault, d.response
        ],
    )
    .await
    .map(|_| ())
}

/// Removes a step's worth of deliveries that are old and done with; answers how many.
pub async fn prune(tx: &mut Tx, before: Millis, limit: i64) -> Result<u64> {
    // every tenant: what is old goes for all alike
    tx.exec(
        sql!(
            "DELETE FROM delivery WHERE id IN (SELECT id FROM delivery WHERE created_at < $1 AND status <> 'pending'
             ORDER BY created_at, id LIMIT $2)"
        ),
        args![before, limit],
    )
    .await
}
