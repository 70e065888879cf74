//! What runs later: the end of a break's time, and places that fell free.

use super::{service, store};
use accounts::authorize;
use kernel::{AggregateKey, BreakId, BreakKindId, Event, Result, TenantId};
use platform::App;
use platform::jobs::Job;
use platform::store::Tx;
use serde_json::json;

/// A break's time is over.
pub const OVERRUN: &str = "break.overrun";
/// A place of a kind fell free.
pub const FREED: &str = "break.freed";

/// Notes that somebody is over their time, and tells them and their leads.
pub async fn overrun_job(app: App, job: Job) -> Result<()> {
    let (id, now) = (BreakId(job.subject), app.now());
    let write = async move |tx: &mut Tx| {
        let Some(b) = store::by_id(tx, id).await? else { return Ok(()) };
        if store::note_overrun(tx, id, now).await? {
            let facts = json!({ "user": b.user, "break": id, "state": b.state });
            let event =
                Event::new(TenantId(0), "presence.break_overrun", b.user.0, kernel::Actor::SYSTEM, now);
            tx.emit(event.data(facts));
        }
        Ok(())
    };
    app.db().write(&authorize::reader(), AggregateKey::new("break", id.0), write).await
}

/// Gives the place to who waits longest.
pub async fn freed_job(app: App, job: Job) -> Result<()> {
    service::fill_places(&app, BreakKindId(job.subject)).await.map(|_| ())
}
