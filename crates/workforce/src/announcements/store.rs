//! The SQL of announcements.

use super::model::Announcement;
use kernel::{AnnouncementId, Millis, Result, TenantId, UserId, args, sql};
use platform::store::{Row, Tx};

/// Valid announcements considered for one person at the most.
const VALID_MAX: i64 = 500;

fn read(r: &Row<'_>) -> Result<Announcement> {
    Ok(Announcement {
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.opt_id(2)?,
        team: r.opt_id(3)?,
        role: r.opt_id(4)?,
        title: r.text(5)?,
        body: r.text(6)?,
        must_read: r.bool(7)?,
        bars_ready: r.bool(8)?,
        from_at: r.int(9)?,
        until_at: r.opt_int(10)?,
        created_by: r.id(11)?,
        created_at: r.int(12)?,
        withdrawn_at: r.opt_int(13)?,
    })
}

/// Adds an announcement.
pub async fn insert(tx: &mut Tx, n: &Announcement) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO announcement(id, tenant_id, line_id, team_id, role_id, title, body, must_read, bars_ready, from_at,
             until_at, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        ),
        args![
            n.id, n.tenant, n.line, n.team, n.role, n.title, n.body, n.must_read, n.bars_ready, n.from_at, n.until_at,
            n.created_by, n.created_at
        ],
    )
    .await
    .map(|_| ())
}

/// One announcement, if the transaction's scope reaches it.
pub async fn by_id(tx: &mut Tx, id: AnnouncementId) -> Result<Option<Announcement>> {
    let found = tx
        .one(
            sql!(
                "SELECT id, tenant_id, line_id, team_id, role_id, title, body, must_read, bars_ready, from_at, until_at,
                 created_by, created_at, withdrawn_at FROM announcement WHERE id = $1 AND tenant_id > 0"
            ),
            args![id],
            read,
        )
        .await?;
    let scope = tx.scope().clone();
    let reached = |n: &Announcement| match n.line {
        Some(line) => scope.contains_line(n.tenant, line),
        None => scope.contains(n.tenant),
    };
    Ok(found.filter(reached))
}

/// A client's announcements, newest first, before an id.
pub async fn before(
    tx: &mut Tx,
    tenant: TenantId,
    id: AnnouncementId,
    max: i64,
) -> Result<Vec<Announcement>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, team_id, role_id, title, body, must_read, bars_ready, from_at, until_at,
             created_by, created_at, withdrawn_at FROM announcement WHERE tenant_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
        ),
        args![tenant, id, max],
        read,
    )
    .await
}

/// The valid announcements of the clients in scope that this user has not read, oldest first; whom they are for is not
/// looked at yet.
pub async fn unread(tx: &mut Tx, user: UserId, now: Millis) -> Result<Vec<Announcement>> {
    let tenants = Tx::ids(tx.scope().tenants().map(|t| t.0));
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, team_id, role_id, title, body, must_read, bars_ready, from_at, until_at,
             created_by, created_at, withdrawn_at FROM announcement
             WHERE tenant_id IN_IDS($1) AND withdrawn_at IS NULL AND from_at <= $2
             AND (until_at IS NULL OR until_at > $2) AND must_read = 1
             AND NOT EXISTS (SELECT 1 FROM announcement_receipt r WHERE r.announcement_id = announcement.id AND r.user_id = $3
             AND r.tenant_id = announcement.tenant_id)
             ORDER BY id LIMIT $4"
        ),
        args![tenants, now, user, VALID_MAX],
        read,
    )
    .await
}

/// Writes a receipt; false when there is one.
pub async fn sign(tx: &mut Tx, n: &Announcement, user: UserId, now: Millis) -> Result<bool> {
    let done = tx
        .exec(
            sql!(
                "INSERT INTO announcement_receipt(announcement_id, tenant_id, user_id, at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT DO NOTHING"
            ),
            args![n.id, n.tenant, user, now],
        )
        .await?;
    Ok(done == 1)
}

/// Who has read an announcement, and when.
pub async fn receipts(tx: &mut Tx, n: &Announcement) -> Result<Vec<(UserId, Millis)>> {
    tx.all(
        sql!(
            "SELECT user_id, at FROM announcement_receipt WHERE announcement_id = $1 AND tenant_id = $2 ORDER BY user_id"
        ),
        args![n.id, n.tenant],
        |r| Ok((r.id(0)?, r.int(1)?)),
    )
    .await
}

/// Withdraws an announcement; false when it was.
pub async fn withdraw(tx: &mut Tx, n: &Announcement, now: Millis) -> Result<bool> {
    let done = tx
        .exec(
            sql!("UPDATE announcement SET withdrawn_at = $3 WHERE id = $1 AND tenant_id = $2 AND withdrawn_at IS NULL"),
            args![n.id, n.tenant, now],
        )
        .await?;
    Ok(done == 1)
}
