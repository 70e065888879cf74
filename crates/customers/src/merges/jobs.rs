//! What follows a merge a minute later.

use super::apply;
use super::holder::Holders;
use crate::contacts::Author;
use kernel::{Actor, AggregateKey, JobId, MergeId, Millis, Result, TenantId};
use platform::App;
use platform::jobs::{Job, NewJob};
use platform::store::Tx;
use std::net::{IpAddr, Ipv4Addr};

/// The kind of the job.
pub(crate) const SETTLE: &str = "contact.merge_settle";
/// So long after the merge.
const SETTLE_MS: Millis = 60_000;

/// The job of a merge.
pub(super) fn timer(id: JobId, tenant: TenantId, merge: MergeId, now: Millis) -> NewJob {
    NewJob {
        id,
        tenant,
        kind: SETTLE,
        subject: merge.0,
        payload: serde_json::Value::Null,
        due_at: now + SETTLE_MS,
        unique_key: Some(format!("{SETTLE}:{merge}")),
    }
}

/// Fetches what arrived meanwhile.
pub(crate) async fn settle(app: App, job: Job) -> Result<()> {
    let (id, scope) = (MergeId(job.subject), accounts::authorize::job(job.tenant));
    let ip = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let by = Author { actor: Actor::SYSTEM, ip, now: app.now(), entry: app.ids().next() };
    let holders = app.try_port::<Holders>().cloned().unwrap_or_default();
    let inner = scope.clone();
    let write = async move |tx: &mut Tx| apply::settle(tx, &inner, id, &by, &holders).await;
    app.db().write(&scope, AggregateKey::new("contact_merge", job.tenant.0), write).await
}
