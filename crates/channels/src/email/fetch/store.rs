//! The SQL of fetching: who holds a mailbox, and how far its folder was fetched.
//!
//! Every write names the epoch. Who holds an older one, however late its write comes, is refused and writes nothing.

use super::cursor::Cursor;
use crate::codes;
use kernel::{Error, InboxId, Millis, Result, TenantId, args, sql};
use platform::store::Tx;

/// A mailbox held for fetching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Its inbox.
    pub inbox: InboxId,
    /// The client.
    pub tenant: TenantId,
    /// For the how manyeth time it was taken.
    pub epoch: i64,
}

/// Mailboxes that nobody fetches just now, the longest waiting first. A system's read.
pub async fn free(tx: &mut Tx, now: Millis, limit: i64) -> Result<Vec<(InboxId, TenantId)>> {
    let sql = sql!(
        "SELECT inbox_id, tenant_id FROM mailbox WHERE is_fetched = 1 AND lease_until <= $1 AND tenant_id > 0
         ORDER BY lease_until, inbox_id LIMIT $2"
    );
    tx.all(sql, args![now, limit], |r| Ok((r.id(0)?, r.id(1)?))).await
}

/// Takes a mailbox that nobody holds; `None` where another was faster.
pub async fn take(
    tx: &mut Tx,
    (inbox, tenant): (InboxId, TenantId),
    node: i64,
    (now, until): (Millis, Millis),
) -> Result<Option<Lease>> {
    let sql = sql!(
        "UPDATE mailbox SET node_id = $3, lease_until = $4, epoch = epoch + 1
         WHERE inbox_id = $1 AND tenant_id = $2 AND lease_until <= $5 AND is_fetched = 1 RETURNING epoch"
    );
    let epoch = tx.one(sql, args![inbox, tenant, node, until, now], |r| r.int(0)).await?;
    Ok(epoch.map(|epoch| Lease { inbox, tenant, epoch }))
}

/// Holds on; false where another holds it. With 0 it is given back.
pub async fn hold_until(tx: &mut Tx, l: Lease, until: Millis) -> Result<bool> {
    let sql =
        sql!("UPDATE mailbox SET lease_until = $4 WHERE inbox_id = $1 AND tenant_id = $2 AND epoch = $3");
    Ok(tx.exec(sql, args![l.inbox, l.tenant, l.epoch, until]).await? == 1)
}

/// Gives every mailbox back: for a store with one owner, at its start. Taking one again raises its epoch as always.
pub async fn give_all_back(tx: &mut Tx) -> Result<()> {
    let sql = sql!("UPDATE mailbox SET lease_until = 0 WHERE lease_until > 0 AND tenant_id > 0");
    tx.exec(sql, &[]).await.map(|_| ())
}

fn refused_unless(written: u64) -> Result<()> {
    if written == 1 { Ok(()) } else { Err(Error::new(&codes::MAILBOX_TAKEN_OVER)) }
}

/// How far the folder was fetched; `None` before the first look.
pub async fn cursor(tx: &mut Tx, l: Lease) -> Result<Option<Cursor>> {
    let sql = sql!(
        "SELECT uid_validity, uid_next, begun_at, old_below FROM mailbox
         WHERE inbox_id = $1 AND tenant_id = $2 AND epoch = $3"
    );
    let found = tx
        .one(sql, args![l.inbox, l.tenant, l.epoch], |r| {
            Ok((r.opt_int(0)?, r.opt_int(1)?, r.opt_int(2)?, r.opt_int(3)?))
        })
        .await?;
    let Some((validity, next, begun_at, old_below)) = found else {
        return Err(Error::new(&codes::MAILBOX_TAKEN_OVER));
    };
    let number = |n: i64| u32::try_from(n).map_err(|_| Error::internal("a number of IMAP has 32 bits"));
    let (Some(validity), Some(next)) = (validity, next) else { return Ok(None) };
    Ok(Some(Cursor {
        validity: number(validity)?,
        next: number(next)?,
        begun_at: begun_at.unwrap_or(0),
        old_below: number(old_below.unwrap_or(0))?,
    }))
}

/// Writes how far the folder was fetched. Error: `mailbox.taken_over`.
pub async fn advance(tx: &mut Tx, l: Lease, c: Cursor) -> Result<()> {
    let sql = sql!(
        "UPDATE mailbox SET uid_validity = $4, uid_next = $5, begun_at = $6, old_below = $7
         WHERE inbox_id = $1 AND tenant_id = $2 AND epoch = $3"
    );
    let (validity, next, old_below) = (i64::from(c.validity), i64::from(c.next), i64::from(c.old_below));
    refused_unless(
        tx.exec(sql, args![l.inbox, l.tenant, l.epoch, validity, next, c.begun_at, old_below]).await?,
    )
}

/// Fetching goes well. Error: `mailbox.taken_over`.
pub async fn well(tx: &mut Tx, l: Lease, now: Millis) -> Result<()> {
    let sql = sql!(
        "UPDATE mailbox SET fetched_at = $4, failing_since = NULL, fault = NULL, answer = NULL
         WHERE inbox_id = $1 AND tenant_id = $2 AND epoch = $3"
    );
    refused_unless(tx.exec(sql, args![l.inbox, l.tenant, l.epoch, now]).await?)
}

/// Fetching fails. Error: `mailbox.taken_over`.
pub async fn failing(tx: &mut Tx, l: Lease, fault: &str, answer: &str, now: Millis) -> Result<()> {
    let sql = sql!(
        "UPDATE mailbox SET failing_since = COALESCE(failing_since, $4), fault = $5, answer = $6
         WHERE inbox_id = $1 AND tenant_id = $2 AND epoch = $3"
    );
    let answer = Some(answer).filter(|a| !a.is_empty());
    refused_unless(tx.exec(sql, args![l.inbox, l.tenant, l.epoch, now, fault, answer]).await?)
}
