//! Keeping a mail: its bytes on the disk, then its row and the job that reads it, in one transaction with whatever the way it
//! came has to remember.

use super::model::{Arrival, Envelope, Ids, Status, Via};
use super::{jobs, store};
use crate::email::mailbox::Mailbox;
use bytes::Bytes;
use kernel::{Actor, AggregateKey, Code, Event, JobId, Millis, Result};
use platform::App;
use platform::blobs::{self, BlobRef};
use platform::store::Tx;

/// A mail that comes.
#[derive(Debug, Clone)]
pub struct Arriving {
    /// By which way.
    pub via: Via,
    /// What was said about it.
    pub envelope: Envelope,
    /// Its bytes.
    pub raw: Bytes,
}

/// A mail whose bytes are kept, ready to be written down; everything made before the transaction.
#[derive(Debug, Clone)]
pub struct Prepared {
    arrival: Arrival,
    blob: BlobRef,
    job: JobId,
    now: Millis,
}

impl Prepared {
    /// To be laid aside at once, with an error code and more about it: of this mail not all could be had.
    pub fn laid_aside(mut self, fault: &'static Code, detail: String) -> Prepared {
        self.arrival.status = Status::Quarantined;
        (self.arrival.fault, self.arrival.detail) = (Some(fault.code.to_owned()), Some(detail));
        self
    }
}

/// Keeps the bytes. Errors: `blobs.too_large`, `store.full`.
pub async fn prepare(app: &App, to: &Mailbox, mail: Arriving) -> Result<Prepared> {
    let (size, now) = (mail.raw.len() as i64, app.now());
    let blob = app.blobs().put(to.tenant, mail.raw).await?;
    let arrival = Arrival {
        id: app.id(),
        tenant: to.tenant,
        line: to.line,
        inbox: to.inbox,
        blob: blob.hash,
        size,
        via: mail.via,
        envelope: mail.envelope,
        status: Status::Pending,
        tries: 0,
        fault: None,
        detail: None,
        kind: None,
        conversation: None,
        message: None,
        ids: Ids::default(),
        judged: None,
        received_at: now,
        settled_at: None,
    };
    Ok(Prepared { arrival, blob, job: app.id(), now })
}

/// Writes a kept mail down, in the transaction of who brought it. False where the same bytes came to this inbox before:
/// nothing is written then, and it counts as taken all the same.
pub async fn write(tx: &mut Tx, p: &Prepared) -> Result<bool> {
    blobs::record(tx, p.arrival.tenant, &p.blob, p.now).await?;
    if !store::insert(tx, &p.arrival).await? {
        return Ok(false);
    }
    match p.arrival.status {
        Status::Quarantined => {
            store::settle(tx, &p.arrival, p.now).await?;
            let facts = serde_json::json!({ "inbox": p.arrival.inbox, "fault": p.arrival.fault });
            let event =
                Event::new(p.arrival.tenant, "mail.quarantined", p.arrival.id.0, Actor::SYSTEM, p.now);
            tx.emit(event.line(p.arrival.line).data(facts));
        }
        _ => tx.enqueue(&jobs::reading(p.job, &p.arrival, p.now)).await?,
    }
    Ok(true)
}

/// Keeps a mail and answers after the commit whether it was new.
pub async fn keep(app: &App, to: &Mailbox, mail: Arriving) -> Result<bool> {
    let prepared = prepare(app, to, mail).await?;
    let (scope, key) = (accounts::authorize::inbox(to.tenant), AggregateKey::new("mailbox", to.inbox.0));
    app.db().write(&scope, key, async move |tx: &mut Tx| write(tx, &prepared).await).await
}
