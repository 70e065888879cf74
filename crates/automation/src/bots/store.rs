//! The SQL of bots and cards.

use super::model::{Bot, Card, Platform, Status};
use kernel::{BotId, CardId, Error, Language, Millis, Result, TenantId, args, sql};
use platform::store::{Row, Tx};

fn read_bot(r: &Row<'_>) -> Result<Bot> {
    Ok(Bot {
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        team: r.id(3)?,
        platform: Platform::from_word(&r.text(4)?)?,
        name: r.text(5)?,
        kinds: r.text(6)?.split('\n').filter(|k| !k.is_empty()).map(str::to_owned).collect(),
        language: r.text(7)?.parse().unwrap_or(Language::Zh),
        enabled: r.bool(8)?,
        created_by: r.id(9)?,
        created_at: r.int(10)?,
    })
}

/// The bots of these clients.
pub async fn list(tx: &mut Tx, tenants: &[TenantId]) -> Result<Vec<Bot>> {
    let tenants = Tx::ids(tenants.iter().map(|t| t.0));
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, team_id, platform, name, kinds, language, enabled, created_by, created_at
             FROM bot WHERE tenant_id IN_IDS($1) ORDER BY tenant_id, id"
        ),
        args![tenants],
        read_bot,
    )
    .await
}

/// One bot of these clients. Error: `not_found`.
pub async fn by_id(tx: &mut Tx, tenants: &[TenantId], id: BotId) -> Result<Bot> {
    let tenants = Tx::ids(tenants.iter().map(|t| t.0));
    tx.one(
        sql!(
            "SELECT id, tenant_id, line_id, team_id, platform, name, kinds, language, enabled, created_by, created_at
             FROM bot WHERE id = $1 AND tenant_id IN_IDS($2)"
        ),
        args![id, tenants],
        read_bot,
    )
    .await?
    .ok_or_else(Error::not_found)
}

/// Bots a client has.
pub async fn count(tx: &mut Tx, tenant: TenantId) -> Result<i64> {
    let sql = sql!("SELECT COUNT(*) FROM bot WHERE tenant_id = $1");
    Ok(tx.one(sql, args![tenant], |r| r.int(0)).await?.unwrap_or(0))
}

/// Adds one.
pub async fn insert(tx: &mut Tx, b: &Bot) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO bot(id, tenant_id, line_id, team_id, platform, name, kinds, language, enabled, created_by,
             created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)"
        ),
        args![
            b.id, b.tenant, b.line, b.team, b.platform.word(), b.name, b.kinds.join("\n"), b.language.tag(), b.enabled,
            b.created_by, b.created_at
        ],
    )
    .await
    .map(|_| ())
}

/// Writes back what can be changed.
pub async fn update(tx: &mut Tx, b: &Bot, now: Millis) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE bot SET line_id = $3, team_id = $4, name = $5, kinds = $6, language = $7, enabled = $8, changed_at = $9
             WHERE id = $1 AND tenant_id = $2"
        ),
        args![b.id, b.tenant, b.line, b.team, b.name, b.kinds.join("\n"), b.language.tag(), b.enabled, now],
    )
    .await
    .map(|_| ())
}

/// Removes one with its cards.
pub async fn remove(tx: &mut Tx, b: &Bot) -> Result<()> {
    tx.exec(sql!("DELETE FROM card WHERE tenant_id = $1 AND bot_id = $2"), args![b.tenant, b.id]).await?;
    tx.exec(sql!("DELETE FROM bot WHERE id = $1 AND tenant_id = $2"), args![b.id, b.tenant]).await.map(|_| ())
}

fn read_card(r: &Row<'_>) -> Result<Card> {
    Ok(Card {
        id: r.id(0)?,
        tenant: r.id(1)?,
        bot: r.id(2)?,
        notice: r.id(3)?,
        concerns: r.id(4)?,
        status: Status::from_word(&r.text(5)?)?,
        attempts: r.int(6)?,
        next_at: r.opt_int(7)?,
        tried_at: r.opt_int(8)?,
        fault: r.opt_text(9)?,
        answer: r.opt_text(10)?,
        created_at: r.int(11)?,
    })
}

/// Adds a card; false when this notice was written for this bot before.
pub async fn insert_card(tx: &mut Tx, c: &Card) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO card(id, tenant_id, bot_id, notice_id, concerns, status, next_at, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (bot_id, notice_id) DO NOTHING"
            ),
            args![c.id, c.tenant, c.bot, c.notice, c.concerns, c.status.word(), c.next_at, c.created_at],
        )
        .await?;
    Ok(n == 1)
}

/// One card of a client's bot.
pub async fn card(tx: &mut Tx, tenant: TenantId, id: CardId) -> Result<Option<Card>> {
    tx.one(
        sql!(
            "SELECT id, tenant_id, bot_id, notice_id, concerns, status, attempts, next_at, tried_at, fault, answer, created_at
             FROM card WHERE id = $1 AND tenant_id = $2"
        ),
        args![id, tenant],
        read_card,
    )
    .await
}

/// A page of a bot's cards, newest first, older than `before`.
pub async fn cards(tx: &mut Tx, b: &Bot, before: i64, limit: i64) -> Result<Vec<Card>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, bot_id, notice_id, concerns, status, attempts, next_at, tried_at, fault, answer, created_at
             FROM card WHERE tenant_id = $1 AND bot_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"
        ),
        args![b.tenant, b.id, before, limit],
        read_card,
    )
    .await
}

/// Cards that went to a bot since then, tests apart.
pub async fn sent_since(tx: &mut Tx, c: &Card, since: Millis) -> Result<i64> {
    let sql = sql!("SELECT COUNT(*) FROM card WHERE tenant_id = $1 AND bot_id = $2 AND tried_at > $3");
    Ok(tx.one(sql, args![c.tenant, c.bot, since], |r| r.int(0)).await?.unwrap_or(0))
}

/// Notes that a try begins, so that it counts before its outcome is known.
pub async fn begin_try(tx: &mut Tx, c: &Card, now: Millis) -> Result<()> {
    tx.exec(
        sql!("UPDATE card SET tried_at = $3 WHERE id = $1 AND tenant_id = $2"),
        args![c.id, c.tenant, now],
    )
    .await
    .map(|_| ())
}

/// Writes back what a try came to, or that it is to be tried again.
pub async fn update_card(tx: &mut Tx, c: &Card) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE card SET status = $3, attempts = $4, next_at = $5, fault = $6, answer = $7
             WHERE id = $1 AND tenant_id = $2"
        ),
        args![c.id, c.tenant, c.status.word(), c.attempts, c.next_at, c.fault, c.answer],
    )
    .await
    .map(|_| ())
}

/// Removes a step's worth of cards that are old and done with; answers how many.
pub async fn prune(tx: &mut Tx, before: Millis, limit: i64) -> Result<u64> {
    // every tenant: what is old goes for all alike
    tx.exec(
        sql!(
            "DELETE FROM card WHERE id IN (SELECT id FROM card WHERE created_at < $1 AND status <> 'pending'
             ORDER BY created_at, id LIMIT $2)"
        ),
        args![before, limit],
    )
    .await
}
