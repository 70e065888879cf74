//! The jobs of exports: writing the file, and removing it.

use super::store::{self, Export};
use super::view::ExportState;
use super::{ROWS_MAX, rows};
use crate::contacts::{self, Author, audit};
use crate::handles::{Handle, of_contacts};
use crate::permissions::EXPORT;
use crate::segments;
use crate::sheets::Writer;
use crate::{attributes, codes};
use accounts::Directory;
use kernel::{
    Actor, AggregateKey, ContactId, Error, Event, ExportId, JobId, Kind, Language, Millis, Result, TenantId,
    TenantScope,
};
use platform::App;
use platform::jobs::{Job, NewJob, TRIES_MAX};
use platform::store::Tx;
use serde_json::json;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// The kind of the writing job.
pub(crate) const RUN: &str = "export.run";
/// The kind of the timer that removes the file.
pub(crate) const EXPIRE: &str = "export.expire";
/// Contacts read at once.
const PAGE: usize = 1_000;
/// Windows of contacts walked for one page.
const WINDOWS: usize = 50;

/// A job of an export. The language is that of its heads.
pub(super) fn job(
    kind: &'static str,
    id: JobId,
    tenant: TenantId,
    e: ExportId,
    at: Millis,
    language: Language,
) -> NewJob {
    NewJob {
        id,
        tenant,
        kind,
        subject: e.0,
        payload: json!({ "language": language.tag() }),
        due_at: at,
        unique_key: Some(format!("{kind}:{e}")),
    }
}

async fn load(app: &App, scope: &TenantScope, job: &Job) -> Result<Option<Export>> {
    let (id, inner) = (ExportId(job.subject), scope.clone());
    match app.db().read(scope, async move |tx: &mut Tx| store::get(tx, &inner, id).await).await {
        Err(e) if e.code == &kernel::NOT_FOUND => Ok(None),
        other => other.map(Some),
    }
}

/// Writes the file. Done twice, it is the same file.
pub(crate) async fn run(app: App, job: Job) -> Result<()> {
    let scope = accounts::authorize::job(job.tenant);
    let Some(export) = load(&app, &scope, &job).await?.filter(|e| e.state == ExportState::Running) else {
        return Ok(());
    };
    let language = job.payload["language"].as_str().and_then(|l| l.parse().ok()).unwrap_or_default();
    let (ended, kept) = match write(&app, &scope, &export, language).await {
        Ok((bytes, count)) => {
            let blob = app.blobs().put(export.tenant, bytes.into()).await?;
            let (rows, size) = (count as i64, blob.size as i64);
            (Export { state: ExportState::Done, rows, size, hash: Some(blob.hash), ..export }, Some(blob))
        }
        Err(e) if matches!(e.code.kind, Kind::Invalid | Kind::Forbidden) || job.attempts >= TRIES_MAX => {
            (Export { state: ExportState::Failed, fault: Some(e.code.code.to_owned()), ..export }, None)
        }
        Err(e) => return Err(e),
    };
    let (now, entry) = (app.now(), app.ids().next());
    let ended = Export { ended_at: Some(now), ..ended };
    let write = async move |tx: &mut Tx| {
        if let Some(blob) = &kept {
            platform::blobs::record(tx, ended.tenant, blob, now).await?;
        }
        store::save(tx, &ended).await?;
        let facts = json!({ "state": ended.state, "rows": ended.rows, "bytes": ended.size });
        let by = Author { actor: Actor::user(ended.by), ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED), now, entry };
        audit(tx, &by, ended.tenant, "export.ended", ("export", ended.id.0), None, Some(facts.clone()))
            .await?;
        tx.emit(Event::new(ended.tenant, "export.ended", ended.id.0, by.actor, now).data(facts));
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("export", job.subject), write).await
}

async fn write(app: &App, scope: &TenantScope, e: &Export, language: Language) -> Result<(Vec<u8>, usize)> {
    let tenant = e.tenant;
    // What was allowed when it was asked for must still be.
    let grants = app.port::<Arc<Directory>>().grants(e.by);
    if !grants.may(EXPORT, tenant, None) || !e.within(|p| grants.may(p, tenant, None)) {
        return Err(Error::new(&accounts::codes::MISSING_PERMISSION));
    }
    let plan = segments::compile(app, scope, tenant, &e.filter).await?;
    let known =
        app.db().read(scope, async move |tx: &mut Tx| attributes::of_tenant(tx, tenant).await).await?;
    let mut out = Writer::new(e.format, e.shape.charset, ',');
    out.row(&rows::heads(&e.shape.columns, &known, language)?)?;
    let (mut before, mut count) = (i64::MAX, 0);
    loop {
        let walk = segments::walk(app, scope, tenant, &plan, before, PAGE, WINDOWS).await?;
        let shown = contacts::shown(app, scope, tenant, &walk.ids).await?;
        let full = if e.clear { full(app, scope, tenant, &walk.ids).await? } else { HashMap::new() };
        for c in &shown {
            let own: Vec<&Handle> = full.get(&c.id).into_iter().flatten().collect();
            let sight = rows::Sight { clear: e.clear.then_some(own.as_slice()), personal: e.shape.personal };
            out.row(&rows::row(c, &e.shape.columns, sight))?;
        }
        count += shown.len();
        if count > ROWS_MAX {
            return Err(Error::new(&codes::TABLE_TOO_LONG));
        }
        match walk.next {
            Some(next) => before = next,
            None => break,
        }
    }
    let done = tokio::task::spawn_blocking(move || out.finish()).await;
    let bytes = done.map_err(|e| Error::internal("a table could not be written").cause(e))??;
    Ok((bytes, count))
}

async fn full(
    app: &App,
    scope: &TenantScope,
    tenant: TenantId,
    ids: &[ContactId],
) -> Result<HashMap<ContactId, Vec<Handle>>> {
    let ids = Tx::ids(ids.iter().map(|c| c.0));
    let read = async move |tx: &mut Tx| of_contacts(tx, &Tx::ids([tenant.0]), &ids).await;
    let mut out: HashMap<ContactId, Vec<Handle>> = HashMap::new();
    for h in app.db().read(scope, read).await? {
        out.entry(h.contact).or_default().push(h);
    }
    Ok(out)
}

/// Removes the file.
pub(crate) async fn expire(app: App, job: Job) -> Result<()> {
    let scope = accounts::authorize::job(job.tenant);
    let Some(export) = load(&app, &scope, &job).await? else { return Ok(()) };
    let gone = export.hash;
    let ended = Export { state: ExportState::Expired, hash: None, ..export };
    let write = async move |tx: &mut Tx| {
        store::save(tx, &ended).await?;
        match gone {
            Some(hash) => platform::blobs::forget(tx, ended.tenant, hash).await,
            None => Ok(()),
        }
    };
    app.db().write(&scope, AggregateKey::new("export", job.subject), write).await?;
    match gone {
        Some(hash) => app.blobs().remove(job.tenant, hash).await,
        None => Ok(()),
    }
}
