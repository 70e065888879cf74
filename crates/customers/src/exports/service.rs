//! What can be done with exports.

use super::jobs::{self, EXPIRE, RUN};
use super::store::{self, Export, Shape};
use super::view::{ExportInput, ExportQuery, ExportState, ExportView};
use super::{KEPT_MS, LINK_MS, rows};
use crate::attributes;
use crate::contacts::{Author, REASON_MAX, audit, line};
use crate::permissions::{EXPORT, PERSONAL, READ, UNMASK};
use crate::segments::{self, Filter};
use crate::sheets::{COLUMNS_MAX, Charset, Format};
use accounts::Caller;
use kernel::{AggregateKey, Error, Event, ExportId, JobId, Language, Result, TenantScope};
use platform::App;
use platform::store::{Tx, made_before};
use platform::web::{Listing, Page};
use serde_json::json;

fn kind(f: Format) -> (&'static str, &'static str) {
    match f {
        Format::Csv => ("text/csv", "csv"),
        Format::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    }
}

fn shown(app: &App, caller: &Caller, e: Export) -> ExportView {
    let (mime, ending) = kind(e.format);
    let own = e.by == caller.user && e.state == ExportState::Done && e.expires_at > app.now();
    let may = own && e.within(|p| caller.may(p, e.tenant, None));
    let url = e.hash.filter(|_| may).map(|hash| {
        let until = (app.now() + LINK_MS).min(e.expires_at);
        platform::blobs::sign_url(app, e.tenant, hash, &format!("{}.{ending}", e.name), mime, until)
    });
    e.view(url)
}

async fn stored(app: &App, scope: &TenantScope, id: ExportId) -> Result<Export> {
    let inner = scope.clone();
    app.db().read(scope, async move |tx: &mut Tx| store::get(tx, &inner, id).await).await
}

pub(super) async fn open(app: &App, caller: &Caller, id: ExportId) -> Result<ExportView> {
    let found = stored(app, &caller.authorize_any(READ), id).await?;
    caller.authorize(EXPORT, found.tenant, None)?;
    Ok(shown(app, caller, found))
}

pub(super) async fn list(app: &App, caller: &Caller, q: ExportQuery) -> Result<Listing<ExportView>> {
    let scope = match q.tenant {
        Some(t) => caller.authorize(EXPORT, t, None)?,
        None => caller.authorize_any(EXPORT),
    };
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let page = Page { cursor: q.cursor, limit: q.limit };
    let (rows, before) = (page.rows(), page.after::<i64>()?.unwrap_or(i64::MAX));
    let read = async move |tx: &mut Tx| store::page(tx, &tenants, before, rows as i64 + 1).await;
    let found = Listing::from_surplus(app.db().read(&scope, read).await?, rows, |e| e.id.0);
    let items = found.items.into_iter().map(|e| shown(app, caller, e)).collect();
    Ok(Listing { items, next: found.next })
}

/// Begins an export. Errors: `invalid`, `access.missing_permission`.
pub(super) async fn create(app: &App, caller: &Caller, input: ExportInput) -> Result<ExportView> {
    let tenant = input.tenant;
    let scope = caller.authorize(EXPORT, tenant, None)?;
    if input.clear {
        caller.authorize(UNMASK, tenant, None)?;
    }
    let purpose = line("/purpose", &input.purpose, REASON_MAX)?;
    if input.columns.is_empty() || input.columns.len() > COLUMNS_MAX {
        return Err(Error::invalid(
            "/columns",
            if input.columns.is_empty() { "required" } else { "too_many" },
        ));
    }
    let filter = match (input.segment, input.filter) {
        (Some(id), _) => segments::filter_of(app, &scope, tenant, id).await.map_err(|e| {
            let foreign = e.code == &kernel::NOT_FOUND;
            if foreign { Error::invalid("/segment", "unknown") } else { e }
        })?,
        (None, Some(filter)) => filter,
        (None, None) => Filter::everybody(),
    };
    segments::compile(app, &scope, tenant, &filter).await?;
    let known =
        app.db().read(&scope, async move |tx: &mut Tx| attributes::of_tenant(tx, tenant).await).await?;
    rows::heads(&input.columns, &known, Language::En)?;
    let by = Author::of(caller, app);
    let export = Export {
        id: app.id(),
        tenant,
        name: format!("contacts-{}", by.now / 1000),
        filter,
        shape: Shape {
            columns: input.columns,
            charset: input.charset.unwrap_or(Charset::Utf8),
            personal: caller.may(PERSONAL, tenant, None),
        },
        format: input.format,
        clear: input.clear,
        purpose,
        state: ExportState::Running,
        rows: 0,
        hash: None,
        size: 0,
        fault: None,
        by: caller.user,
        created_at: by.now,
        ended_at: None,
        expires_at: by.now + KEPT_MS,
    };
    let (id, work, timer, language): (_, JobId, JobId, _) = (export.id, app.id(), app.id(), caller.language);
    let write = async move |tx: &mut Tx| {
        store::insert(tx, &export).await?;
        tx.enqueue(&jobs::job(RUN, work, tenant, id, by.now, language)).await?;
        tx.enqueue(&jobs::job(EXPIRE, timer, tenant, id, export.expires_at, language)).await?;
        let facts = json!({ "purpose": export.purpose, "columns": export.shape.columns, "clear": export.clear,
            "personal": export.shape.personal, "filter": export.filter });
        audit(tx, &by, tenant, "export.created", ("export", id.0), None, Some(facts)).await?;
        tx.emit(Event::new(tenant, "export.created", id.0, by.actor, by.now));
        tx.made(id.0);
        Ok(id)
    };
    let id = match made_before() {
        Some(before) => before,
        None => app.db().write(&scope, AggregateKey::new("export", tenant.0), write).await?,
    };
    Ok(shown(app, caller, stored(app, &scope, id).await?))
}
