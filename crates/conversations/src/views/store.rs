//! The SQL of views: saved ones, and the walks over one index each that their lists are merged from.

use super::saved::{Definition, Saved};
use crate::audience::Audience;
use kernel::{ConversationId, Error, LineId, Millis, Result, TenantId, UserId, ViewId, args, sql};
use platform::store::{Row, Tx};

/// A line of a client.
pub type Line = (TenantId, LineId);
/// A time and an id after which to go on.
pub type After = (Millis, i64);

fn place(r: &Row<'_>) -> Result<(Millis, ConversationId)> {
    Ok((r.int(0)?, r.id(1)?))
}

/// Open ones that woke and nobody has acted on, the longest ago first.
pub async fn woke(tx: &mut Tx, l: Line, after: After, limit: i64) -> Result<Vec<(Millis, ConversationId)>> {
    let sql = sql!(
        "SELECT woke_at, id FROM conversation WHERE line_id = $1 AND tenant_id = $2 AND woke_at IS NOT NULL
         AND (woke_at, id) > ($3, $4) AND status = 'open' ORDER BY woke_at, id LIMIT $5"
    );
    tx.all(sql, args![l.1, l.0, after.0, after.1, limit], place).await
}

/// Open ones with something due, soonest first.
pub async fn due(tx: &mut Tx, l: Line, after: After, limit: i64) -> Result<Vec<(Millis, ConversationId)>> {
    let sql = sql!(
        "SELECT next_due, id FROM conversation WHERE line_id = $1 AND tenant_id = $2 AND next_due IS NOT NULL
         AND (next_due, id) > ($3, $4) AND status = 'open' AND woke_at IS NULL ORDER BY next_due, id LIMIT $5"
    );
    tx.all(sql, args![l.1, l.0, after.0, after.1, limit], place).await
}

/// Open ones that wait for us with nothing due, the longest wait first.
pub async fn waits(tx: &mut Tx, l: Line, after: After, limit: i64) -> Result<Vec<(Millis, ConversationId)>> {
    let sql = sql!(
        "SELECT waiting_since, id FROM conversation WHERE line_id = $1 AND tenant_id = $2
         AND waiting_since IS NOT NULL AND (waiting_since, id) > ($3, $4) AND status = 'open'
         AND next_due IS NULL AND woke_at IS NULL ORDER BY waiting_since, id LIMIT $5"
    );
    tx.all(sql, args![l.1, l.0, after.0, after.1, limit], place).await
}

/// Open ones for which nothing is due and nobody waits, the last active first.
pub async fn calm(tx: &mut Tx, l: Line, before: After, limit: i64) -> Result<Vec<(Millis, ConversationId)>> {
    let sql = sql!(
        "SELECT last_at, id FROM conversation WHERE line_id = $1 AND tenant_id = $2 AND status = 'open'
         AND (last_at, id) < ($3, $4) AND waiting_since IS NULL AND next_due IS NULL AND woke_at IS NULL
         ORDER BY last_at DESC, id DESC LIMIT $5"
    );
    tx.all(sql, args![l.1, l.0, before.0, before.1, limit], place).await
}

/// Those of one state, the last active first.
pub async fn recent(
    tx: &mut Tx,
    l: Line,
    status: &str,
    before: After,
    limit: i64,
) -> Result<Vec<(Millis, ConversationId)>> {
    let sql = sql!(
        "SELECT last_at, id FROM conversation WHERE line_id = $1 AND tenant_id = $2 AND status = $3
         AND (last_at, id) < ($4, $5) ORDER BY last_at DESC, id DESC LIMIT $6"
    );
    tx.all(sql, args![l.1, l.0, status, before.0, before.1, limit], place).await
}

fn definition(r: &Row<'_>, at: usize) -> Result<Definition> {
    serde_json::from_value(r.json(at)?).map_err(|e| Error::internal("a stored view cannot be read").cause(e))
}

fn read_own(r: &Row<'_>) -> Result<Saved> {
    Ok(Saved { id: r.id(0)?, audience: None, place: r.int(1)?, definition: definition(r, 2)? })
}

fn read_shared(r: &Row<'_>) -> Result<Saved> {
    let audience = Audience { tenant: r.id(1)?, line: r.opt_id(2)?, team: r.opt_id(3)?, owner: None };
    Ok(Saved { id: r.id(0)?, audience: Some(audience), place: r.int(4)?, definition: definition(r, 5)? })
}

/// A person's own views, in their order.
pub async fn own(tx: &mut Tx, user: UserId, limit: i64) -> Result<Vec<Saved>> {
    tx.all(
        sql!("SELECT id, place, definition FROM own_view WHERE user_id = $1 ORDER BY place, id LIMIT $2"),
        args![user, limit],
        read_own,
    )
    .await
}

/// The shared views of these clients, in their order.
pub async fn shared(tx: &mut Tx, tenants: &str, limit: i64) -> Result<Vec<Saved>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, team_id, place, definition FROM shared_view WHERE tenant_id IN_IDS($1)
             ORDER BY place, id LIMIT $2"
        ),
        args![tenants, limit],
        read_shared,
    )
    .await
}

/// One's own view, or a shared one of these clients; `not_found` otherwise.
pub async fn get(tx: &mut Tx, user: UserId, tenants: &str, id: ViewId) -> Result<Saved> {
    let own = tx
        .one(
            sql!("SELECT id, place, definition FROM own_view WHERE id = $1 AND user_id = $2"),
            args![id, user],
            read_own,
        )
        .await?;
    if let Some(own) = own {
        return Ok(own);
    }
    tx.get(
        sql!(
            "SELECT id, tenant_id, line_id, team_id, place, definition FROM shared_view
             WHERE id = $1 AND tenant_id IN_IDS($2)"
        ),
        args![id, tenants],
        read_shared,
    )
    .await
}

fn text(s: &Saved) -> Result<String> {
    serde_json::to_string(&s.definition).map_err(|e| Error::internal("a view cannot be stored").cause(e))
}

/// Keeps a view, new or changed.
pub async fn put(tx: &mut Tx, s: &Saved, user: UserId, now: Millis) -> Result<()> {
    let (text, name) = (text(s)?, &s.definition.name);
    match &s.audience {
        None => {
            tx.exec(
                sql!(
                    "INSERT INTO own_view(id, user_id, name, definition, place, created_at) VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT (id) DO UPDATE SET name = excluded.name, definition = excluded.definition,
                     place = excluded.place"
                ),
                args![s.id, user, name, text, s.place, now],
            )
            .await
        }
        Some(a) => {
            tx.exec(
                sql!(
                    "INSERT INTO shared_view(id, tenant_id, line_id, team_id, name, definition, place, created_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                     ON CONFLICT (id) DO UPDATE SET name = excluded.name, definition = excluded.definition,
                     place = excluded.place"
                ),
                args![s.id, a.tenant, a.line, a.team, name, text, s.place, now],
            )
            .await
        }
    }
    .map(|_| ())
}

/// Takes a view away.
pub async fn remove(tx: &mut Tx, s: &Saved, user: UserId) -> Result<()> {
    match &s.audience {
        None => tx.exec(sql!("DELETE FROM own_view WHERE id = $1 AND user_id = $2"), args![s.id, user]).await,
        Some(a) => {
            tx.exec(sql!("DELETE FROM shared_view WHERE id = $1 AND tenant_id = $2"), args![s.id, a.tenant])
                .await
        }
    }
    .map(|_| ())
}
