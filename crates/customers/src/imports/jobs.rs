//! The jobs of imports: the work itself, in slices, and the end of what was kept.

use super::model::State;
use super::run::{self, Ended};
use super::store::{self, Import};
use kernel::{AggregateKey, Error, ImportId, JobId, Kind, Millis, Result, TenantId};
use platform::App;
use platform::jobs::{Job, NewJob, TRIES_MAX};
use platform::store::Tx;

/// The kind of the working job.
pub(crate) const RUN: &str = "import.run";
/// The kind of the timer that removes an import.
pub(crate) const EXPIRE: &str = "import.expire";

/// A job of an import.
pub(super) fn job(kind: &'static str, id: JobId, tenant: TenantId, import: ImportId, at: Millis) -> NewJob {
    NewJob {
        id,
        tenant,
        kind,
        subject: import.0,
        payload: serde_json::Value::Null,
        due_at: at,
        unique_key: Some(format!("{kind}:{import}")),
    }
}

async fn load(app: &App, job: &Job) -> Result<Option<Import>> {
    let (id, scope) = (ImportId(job.subject), accounts::authorize::job(job.tenant));
    let inner = scope.clone();
    match app.db().read(&scope, async move |tx: &mut Tx| store::get(tx, &inner, id).await).await {
        Err(e) if e.code == &kernel::NOT_FOUND => Ok(None),
        other => other.map(Some),
    }
}

/// Works on an import for a slice, and goes on later where there is more.
pub(crate) async fn run(app: App, job: Job) -> Result<()> {
    let scope = accounts::authorize::job(job.tenant);
    let Some(import) = load(&app, &job).await?.filter(|i| i.state.is_busy()) else { return Ok(()) };
    // A check keeps what it has seen in memory: when it comes again it begins anew.
    let import = if import.state == State::Checking { restart(&app, import).await? } else { import };
    let again = self::job(RUN, app.id(), job.tenant, import.id, app.now().max(job.due_at + 1));
    let kept = import.clone();
    match run::slice(&app, &scope, import).await {
        Ok(Ended::Through) => Ok(()),
        Ok(Ended::Pause) => {
            let write = async move |tx: &mut Tx| tx.enqueue(&again).await;
            app.db().write(&scope, AggregateKey::new("import", kept.id.0), write).await
        }
        Err(e) if e.code.kind == Kind::Invalid || job.attempts >= TRIES_MAX => fail(&app, kept, &e).await,
        Err(e) => Err(e),
    }
}

async fn restart(app: &App, import: Import) -> Result<Import> {
    if import.counts.done == 0 {
        return Ok(import);
    }
    let scope = accounts::authorize::job(import.tenant);
    let (inner, id) = (scope.clone(), import.id);
    let write = async move |tx: &mut Tx| {
        let mut i = store::get(tx, &inner, id).await?;
        i.counts = store::Counts::default();
        store::drop_faults(tx, i.tenant, id).await?;
        store::turn(tx, &i).await?;
        store::get(tx, &inner, id).await
    };
    app.db().write(&scope, AggregateKey::new("import", id.0), write).await
}

/// Marks an import as broken off.
async fn fail(app: &App, import: Import, e: &Error) -> Result<()> {
    tracing::warn!(import = %import.id, error = %e, "an import broke off");
    let scope = accounts::authorize::job(import.tenant);
    let (inner, code, now, entry) = (scope.clone(), e.code.code.to_owned(), app.now(), app.ids().next());
    let write = async move |tx: &mut Tx| {
        let mut i = store::get(tx, &inner, import.id).await?;
        if i.epoch != import.epoch {
            return Ok(());
        }
        i.state = State::Failed;
        i.fault = Some(code.clone());
        i.ended_at = Some(now);
        store::turn(tx, &i).await?;
        run::end(tx, &i, now, entry).await
    };
    app.db().write(&scope, AggregateKey::new("import", import.id.0), write).await
}

/// Removes an import with its file.
pub(crate) async fn expire(app: App, job: Job) -> Result<()> {
    let Some(import) = load(&app, &job).await? else { return Ok(()) };
    let scope = accounts::authorize::job(job.tenant);
    let write = async move |tx: &mut Tx| {
        store::remove(tx, import.tenant, import.id).await?;
        if !store::holds_file(tx, import.tenant, import.hash).await? {
            platform::blobs::forget(tx, import.tenant, import.hash).await?;
        }
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("import", job.subject), write).await
}
