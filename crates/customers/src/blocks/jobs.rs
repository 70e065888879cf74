//! The timer that ends an entry.

use super::model::State;
use super::store;
use kernel::{Actor, AggregateKey, BlockId, Event, JobId, Millis, Result, TenantId};
use platform::App;
use platform::jobs::{Job, NewJob};
use platform::store::Tx;

/// The kind of the timer's job.
pub(crate) const EXPIRE: &str = "block.expire";

/// The timer of an entry.
pub(super) fn timer(id: JobId, tenant: TenantId, block: BlockId, at: Millis) -> NewJob {
    NewJob {
        id,
        tenant,
        kind: EXPIRE,
        subject: block.0,
        payload: serde_json::Value::Null,
        due_at: at,
        unique_key: Some(format!("{EXPIRE}:{block}")),
    }
}

/// Ends the entry if it still holds.
pub(crate) async fn expire(app: App, job: Job) -> Result<()> {
    let (id, tenant, now) = (BlockId(job.subject), job.tenant, app.now());
    let scope = accounts::authorize::job(tenant);
    let inner = scope.clone();
    let write = async move |tx: &mut Tx| {
        let entry = match store::get(tx, &inner, id).await {
            Err(e) if e.code == &kernel::NOT_FOUND => return Ok(()),
            other => other?,
        };
        if !matches!(entry.state, State::Asked | State::Active) || entry.expires_at.is_none_or(|at| at > now)
        {
            return Ok(());
        }
        let was = entry.state;
        let ended = store::Entry { state: State::Expired, ..entry };
        if store::save(tx, &ended, was).await? {
            tx.emit(Event::new(tenant, "block.expired", id.0, Actor::SYSTEM, now));
        }
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("block", id.0), write).await
}
