//! The SQL of labels.

use super::http::{Category, DispositionInput, DispositionView, Kind, Outcome};
use crate::threads::Row as Conversation;
use kernel::{CategoryId, Error, LineId, Millis, Result, TenantId, UserId, args, sql};
use platform::store::{Row, Tx};

fn read_category(r: &Row<'_>) -> Result<Category> {
    Ok(Category {
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        parent: r.opt_id(3)?,
        name_zh: r.text(4)?,
        name_en: r.text(5)?,
    })
}

/// The categories of one line.
pub async fn categories(tx: &mut Tx, tenant: TenantId, line: LineId, limit: i64) -> Result<Vec<Category>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, parent_id, name_zh, name_en FROM category
             WHERE line_id = $1 AND tenant_id = $2 AND archived = 0 ORDER BY id LIMIT $3"
        ),
        args![line, tenant, limit],
        read_category,
    )
    .await
}

/// Adds a category.
pub async fn insert_category(tx: &mut Tx, c: &Category) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO category(id, tenant_id, line_id, parent_id, name_zh, name_en) VALUES ($1, $2, $3, $4, $5, $6)"
        ),
        args![c.id, c.tenant, c.line, c.parent, c.name_zh, c.name_en],
    )
    .await
    .map(|_| ())
}

/// Takes a category away unless something was recorded under it or stands below it; false when it stays.
pub async fn archive_category(tx: &mut Tx, tenant: TenantId, line: LineId, id: CategoryId) -> Result<bool> {
    let sql = sql!(
        "UPDATE category SET archived = 1 WHERE id = $1 AND line_id = $2 AND tenant_id = $3 AND archived = 0
         AND NOT EXISTS (SELECT 1 FROM category c WHERE c.tenant_id = $3 AND c.parent_id = $1 AND c.archived = 0)
         AND NOT EXISTS (SELECT 1 FROM disposition d WHERE d.tenant_id = $3 AND d.line_id = $2 AND d.category_id = $1)
         AND NOT EXISTS (SELECT 1 FROM conversation o WHERE o.tenant_id = $3 AND o.line_id = $2 AND o.category_id = $1)"
    );
    Ok(tx.exec(sql, args![id, line, tenant]).await? == 1)
}

/// A category's names, Chinese and English; `None` when it is not one of the line's.
pub async fn category_names(
    tx: &mut Tx,
    tenant: TenantId,
    line: LineId,
    id: CategoryId,
) -> Result<Option<(String, String)>> {
    let sql = sql!(
        "SELECT name_zh, name_en FROM category WHERE id = $1 AND line_id = $2 AND tenant_id = $3 AND archived = 0"
    );
    tx.one(sql, args![id, line, tenant], |r| Ok((r.text(0)?, r.text(1)?))).await
}

/// Is this a category of the line?
pub async fn category_is_of(tx: &mut Tx, tenant: TenantId, line: LineId, id: CategoryId) -> Result<bool> {
    let sql = sql!(
        "SELECT COUNT(*) FROM category WHERE id = $1 AND line_id = $2 AND tenant_id = $3 AND archived = 0"
    );
    Ok(tx.one(sql, args![id, line, tenant], |r| r.int(0)).await? == Some(1))
}

/// Tags in use at a client, in the order of their names.
pub async fn tags(tx: &mut Tx, tenant: TenantId, limit: i64) -> Result<Vec<String>> {
    tx.all(
        sql!("SELECT DISTINCT name FROM conversation_tag WHERE tenant_id = $1 ORDER BY name LIMIT $2"),
        args![tenant, limit],
        |r| r.text(0),
    )
    .await
}

/// The record of a conversation.
pub async fn disposition(tx: &mut Tx, c: &Conversation) -> Result<Option<DispositionView>> {
    let row = tx
        .one(
            sql!(
                "SELECT kind, category_id, cause, outcome, note, by_user, at FROM disposition
                 WHERE conversation_id = $1 AND tenant_id = $2"
            ),
            args![c.id, c.tenant],
            |r| Ok((r.text(0)?, r.opt_id(1)?, r.text(2)?, r.text(3)?, r.text(4)?, r.id(5)?, r.int(6)?)),
        )
        .await?;
    let Some((kind, category, cause, outcome, note, by, at)) = row else { return Ok(None) };
    Ok(Some(DispositionView {
        kind: Kind::from_word(&kind).ok_or_else(|| Error::internal("a disposition's kind"))?,
        category,
        cause,
        outcome: Outcome::from_word(&outcome).ok_or_else(|| Error::internal("a disposition's outcome"))?,
        note,
        by,
        at,
    }))
}

/// Keeps the record of a conversation; a later one replaces it.
pub async fn record(
    tx: &mut Tx,
    c: &Conversation,
    d: &DispositionInput,
    by: UserId,
    now: Millis,
) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO disposition(conversation_id, tenant_id, line_id, kind, category_id, cause, outcome, note, by_user, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (conversation_id) DO UPDATE SET kind = excluded.kind, category_id = excluded.category_id,
             cause = excluded.cause, outcome = excluded.outcome, note = excluded.note, by_user = excluded.by_user,
             at = excluded.at"
        ),
        args![
            c.id, c.tenant, c.line, d.kind.word(), d.category, d.cause, d.outcome.word(), d.note, by, now
        ],
    )
    .await
    .map(|_| ())
}
