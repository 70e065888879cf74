//! The SQL of phrases.

use super::model::PhraseText;
use crate::audience::Audience;
use kernel::{Millis, PhraseId, Result, TenantId, UserId, args, sql};
use platform::store::{Row, Tx};

/// A phrase as it is stored.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Its id.
    pub id: PhraseId,
    /// For whom.
    pub audience: Audience,
    /// What it says.
    pub text: PhraseText,
    /// How often it was used.
    pub used: i64,
    /// When it was last changed.
    pub changed_at: Millis,
}

fn read(r: &Row<'_>) -> Result<Stored> {
    Ok(Stored {
        id: r.id(0)?,
        audience: Audience { tenant: r.id(1)?, line: r.opt_id(2)?, team: r.opt_id(3)?, owner: r.opt_id(4)? },
        text: PhraseText {
            folder: r.text(5)?,
            title: r.text(6)?,
            shortcut: r.text(7)?,
            zh: r.text(8)?,
            en: r.text(9)?,
            place: r.int(10)?,
        },
        used: r.int(11)?,
        changed_at: r.int(12)?,
    })
}

/// The phrases of these clients that are everybody's or this person's own, after an id.
pub async fn page(
    tx: &mut Tx,
    tenants: &str,
    user: UserId,
    after: PhraseId,
    limit: i64,
) -> Result<Vec<Stored>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, team_id, owner_id, folder, title, shortcut, text_zh, text_en, place, used,
             changed_at FROM phrase WHERE tenant_id IN_IDS($1) AND (owner_id IS NULL OR owner_id = $2) AND id > $3
             ORDER BY id LIMIT $4"
        ),
        args![tenants, user, after, limit],
        read,
    )
    .await
}

/// One phrase of these clients; `not_found` otherwise.
pub async fn get(tx: &mut Tx, tenants: &str, id: PhraseId) -> Result<Stored> {
    tx.get(
        sql!(
            "SELECT id, tenant_id, line_id, team_id, owner_id, folder, title, shortcut, text_zh, text_en, place, used,
             changed_at FROM phrase WHERE id = $1 AND tenant_id IN_IDS($2)"
        ),
        args![id, tenants],
        read,
    )
    .await
}

/// How many a client has that are shared, or one person's own there, up to a bound.
pub async fn count(tx: &mut Tx, tenant: TenantId, owner: Option<UserId>, limit: i64) -> Result<i64> {
    let n = tx
        .one(
            sql!(
                "SELECT COUNT(*) FROM (SELECT id FROM phrase WHERE tenant_id = $1
                 AND COALESCE(owner_id, 0) = COALESCE(CAST($2 AS BIGINT), 0) LIMIT $3) AS counted"
            ),
            args![tenant, owner, limit],
            |r| r.int(0),
        )
        .await?;
    Ok(n.unwrap_or(0))
}

/// Keeps a phrase, new or changed.
pub async fn put(tx: &mut Tx, s: &Stored) -> Result<()> {
    let (a, t) = (&s.audience, &s.text);
    tx.exec(
        sql!(
            "INSERT INTO phrase(id, tenant_id, line_id, team_id, owner_id, folder, title, shortcut, text_zh, text_en, place,
             used, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)
             ON CONFLICT (id) DO UPDATE SET folder = excluded.folder, title = excluded.title,
             shortcut = excluded.shortcut, text_zh = excluded.text_zh, text_en = excluded.text_en,
             place = excluded.place, changed_at = excluded.changed_at"
        ),
        args![
            s.id, a.tenant, a.line, a.team, a.owner, t.folder, t.title, t.shortcut, t.zh, t.en, t.place, s.used,
            s.changed_at
        ],
    )
    .await
    .map(|_| ())
}

/// Takes a phrase away.
pub async fn remove(tx: &mut Tx, tenant: TenantId, id: PhraseId) -> Result<()> {
    tx.exec(sql!("DELETE FROM phrase WHERE id = $1 AND tenant_id = $2"), args![id, tenant]).await.map(|_| ())
}

/// Counts one use.
pub async fn count_use(tx: &mut Tx, tenant: TenantId, id: PhraseId) -> Result<()> {
    tx.exec(sql!("UPDATE phrase SET used = used + 1 WHERE id = $1 AND tenant_id = $2"), args![id, tenant])
        .await
        .map(|_| ())
}
