//! The SQL of consent.

use kernel::{Actor, ActorKind, ContactId, Millis, Result, TenantId, args, sql};
use platform::store::{Row, Tx};

/// One word of a contact.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub topic: String,
    pub given: bool,
    pub source: String,
    pub by: Actor,
    pub at: Millis,
}

/// Keeps a word.
pub(super) async fn insert(
    tx: &mut Tx,
    tenant: TenantId,
    contact: ContactId,
    id: i64,
    s: &Said,
) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO consent(id, tenant_id, contact_id, topic, given, source, by_kind, by_id, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![id, tenant, contact, s.topic, s.given, s.source, s.by.kind.code(), s.by.id, s.at],
    )
    .await
    .map(|_| ())
}

/// (contact, topic, given): the newest word of each topic of these contacts.
pub(crate) async fn current(
    tx: &mut Tx,
    tenant: TenantId,
    ids: &str,
) -> Result<Vec<(ContactId, String, bool)>> {
    tx.all(
        sql!(
            "SELECT c.contact_id, c.topic, c.given FROM consent c
             WHERE c.tenant_id = $1 AND c.contact_id IN_IDS($2) AND NOT EXISTS (SELECT 1 FROM consent x
               WHERE x.tenant_id = c.tenant_id AND x.contact_id = c.contact_id AND x.topic = c.topic AND x.id > c.id)"
        ),
        args![tenant, ids],
        |r| Ok((r.id(0)?, r.text(1)?, r.bool(2)?)),
    )
    .await
}

/// Every word of a contact, newest first, up to a bound.
pub(crate) async fn said(tx: &mut Tx, tenant: TenantId, contact: ContactId, rows: i64) -> Result<Vec<Said>> {
    tx.all(
        sql!(
            "SELECT topic, given, source, by_kind, by_id, at FROM consent
             WHERE tenant_id = $1 AND contact_id = $2 ORDER BY id DESC LIMIT $3"
        ),
        args![tenant, contact, rows],
        read,
    )
    .await
}

/// The newest word of each topic.
pub(crate) fn topics(all: Vec<Said>) -> Vec<Said> {
    let mut out: Vec<Said> = vec![];
    for s in all {
        if out.iter().all(|o| o.topic != s.topic) {
            out.push(s);
        }
    }
    out
}

fn read(r: &Row<'_>) -> Result<Said> {
    Ok(Said {
        topic: r.text(0)?,
        given: r.bool(1)?,
        source: r.text(2)?,
        by: Actor { kind: ActorKind::from_code(r.int(3)?), id: r.int(4)? },
        at: r.int(5)?,
    })
}
