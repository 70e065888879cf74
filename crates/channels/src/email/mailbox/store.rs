//! The SQL of mailboxes.

use super::model::{Mailbox, MailboxConfig};
use kernel::{Error, InboxId, Millis, Result, TenantId, args, sql};
use platform::mail::Address;
use platform::store::{Row, Tx};

fn read(r: &Row<'_>) -> Result<Mailbox> {
    let address = Address::parse(&r.text(3)?).ok_or_else(|| Error::internal("a stored address is none"))?;
    let config: MailboxConfig =
        serde_json::from_str(&r.text(4)?).map_err(|e| Error::internal("a mailbox's settings").cause(e))?;
    Ok(Mailbox {
        inbox: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        address,
        config,
        uid_validity: r.opt_int(5)?,
        uid_next: r.opt_int(6)?,
        epoch: r.int(7)?,
        fetched_at: r.opt_int(8)?,
        failing_since: r.opt_int(9)?,
        fault: r.opt_text(10)?,
        answer: r.opt_text(11)?,
        dropped: r.int(12)?,
        dropped_at: r.opt_int(13)?,
    })
}

/// The mailbox of an inbox.
pub async fn by_inbox(tx: &mut Tx, tenant: TenantId, inbox: InboxId) -> Result<Option<Mailbox>> {
    tx.one(
        sql!(
            "SELECT inbox_id, tenant_id, line_id, address, config, uid_validity, uid_next, epoch, fetched_at,
             failing_since, fault, answer, dropped, dropped_at FROM mailbox WHERE inbox_id = $1 AND tenant_id = $2"
        ),
        args![inbox, tenant],
        read,
    )
    .await
}

/// The mailbox of an address, in lower case. For who brings mail and knows no client yet: a system's read.
pub async fn by_address(tx: &mut Tx, address: &str) -> Result<Option<Mailbox>> {
    tx.one(
        sql!(
            "SELECT inbox_id, tenant_id, line_id, address, config, uid_validity, uid_next, epoch, fetched_at,
             failing_since, fault, answer, dropped, dropped_at FROM mailbox WHERE address = $1 AND tenant_id > 0"
        ),
        args![address],
        read,
    )
    .await
}

/// Writes settings. A change of the server or folder begins its fetching anew. False where another inbox has the address.
pub async fn insert_or_update(tx: &mut Tx, m: &Mailbox, now: Millis) -> Result<bool> {
    let config =
        serde_json::to_string(&m.config).map_err(|e| Error::internal("a mailbox's settings").cause(e))?;
    let taken = sql!("SELECT inbox_id FROM mailbox WHERE address = $1 AND inbox_id <> $2 AND tenant_id > 0");
    let address = m.address.as_str().to_lowercase();
    if tx.one(taken, args![address, m.inbox], |r| r.id::<InboxId>(0)).await?.is_some() {
        return Ok(false);
    }
    // The epoch goes up: whoever fetches with the settings before is refused from here on.
    tx.exec(
        sql!(
            "INSERT INTO mailbox(inbox_id, tenant_id, line_id, address, config, is_fetched, uid_validity, uid_next, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (inbox_id) DO UPDATE SET address = excluded.address, config = excluded.config,
             is_fetched = excluded.is_fetched, uid_validity = excluded.uid_validity, uid_next = excluded.uid_next,
             lease_until = 0, epoch = mailbox.epoch + 1, failing_since = NULL, fault = NULL, answer = NULL,
             changed_at = excluded.changed_at"
        ),
        args![
            m.inbox, m.tenant, m.line, address, config, m.config.imap.is_some(), m.uid_validity, m.uid_next, now
        ],
    )
    .await
    .map(|_| true)
}

/// Forgets how far a folder was fetched, and when that began: the next look is the first one.
pub async fn begin_anew(tx: &mut Tx, tenant: TenantId, inbox: InboxId) -> Result<()> {
    let sql = sql!(
        "UPDATE mailbox SET uid_validity = NULL, uid_next = NULL, old_below = NULL, begun_at = NULL, fetched_at = NULL
         WHERE inbox_id = $1 AND tenant_id = $2"
    );
    tx.exec(sql, args![inbox, tenant]).await.map(|_| ())
}

/// Removes a mailbox; answers whether there was one.
pub async fn remove(tx: &mut Tx, tenant: TenantId, inbox: InboxId) -> Result<bool> {
    let sql = sql!("DELETE FROM mailbox WHERE inbox_id = $1 AND tenant_id = $2");
    Ok(tx.exec(sql, args![inbox, tenant]).await? > 0)
}

/// Mailboxes of these inboxes, by inbox, after one.
pub async fn list(
    tx: &mut Tx,
    (tenants, inboxes): (&str, &str),
    after: InboxId,
    limit: i64,
) -> Result<Vec<Mailbox>> {
    tx.all(
        sql!(
            "SELECT inbox_id, tenant_id, line_id, address, config, uid_validity, uid_next, epoch, fetched_at,
             failing_since, fault, answer, dropped, dropped_at FROM mailbox WHERE tenant_id IN_IDS($1) AND inbox_id IN_IDS($2)
             AND inbox_id > $3 ORDER BY inbox_id LIMIT $4"
        ),
        args![tenants, inboxes, after, limit],
        read,
    )
    .await
}
