//! What can be done with imports.

use super::jobs::{self, EXPIRE, RUN};
use super::meaning;
use super::model::{Plan, State};
use super::rows::FAULTS;
use super::store::{self, Counts, Import};
use super::view::{
    FaultRow, ImportQuery, ImportView, LookInput, TableHead, Template, TemplateInput, UploadQuery, Uploaded,
};
use super::{KEPT_MS, run};
use crate::attributes::{self, Attribute};
use crate::codes;
use crate::contacts::{Author, NAME_MAX, audit, line};
use crate::permissions::IMPORT;
use crate::sheets::{self, Format, Head, Reading, Writer};
use accounts::Caller;
use accounts::audit::{Look, look};
use bytes::Bytes;
use kernel::{
    AggregateKey, Error, Event, ImportId, JobId, Language, Result, TemplateId, TenantId, TenantScope,
};
use platform::App;
use platform::store::{Tx, made_before};
use platform::web::{Listing, Page};
use serde_json::json;
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Imports of a client that are kept at one time.
const IMPORTS_MAX: i64 = 100;
/// Templates of a client at the most.
const TEMPLATES_MAX: usize = 100;

/// Runs what reads a table on a thread for such work; what panics on a broken file is a file that cannot be read.
async fn blocking<T: Send + 'static>(f: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(f).await;
    done.map_err(|e| Error::new(&codes::TABLE_UNREADABLE).cause(e))?
}

async fn attributes_of(app: &App, scope: &TenantScope, tenant: TenantId) -> Result<Vec<Attribute>> {
    app.db().read(scope, async move |tx: &mut Tx| attributes::of_tenant(tx, tenant).await).await
}

async fn found(app: &App, caller: &Caller, id: ImportId) -> Result<(Import, TenantScope)> {
    let scope = caller.authorize_any(crate::permissions::READ);
    let inner = scope.clone();
    let import = app.db().read(&scope, async move |tx: &mut Tx| store::get(tx, &inner, id).await).await?;
    let scope = caller.authorize(IMPORT, import.tenant, None)?;
    Ok((import, scope))
}

pub(super) async fn open(app: &App, caller: &Caller, id: ImportId) -> Result<ImportView> {
    Ok(found(app, caller, id).await?.0.into())
}

pub(super) async fn list(app: &App, caller: &Caller, q: ImportQuery) -> Result<Listing<ImportView>> {
    let scope = match q.tenant {
        Some(t) => caller.authorize(IMPORT, t, None)?,
        None => caller.authorize_any(IMPORT),
    };
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let page = Page { cursor: q.cursor, limit: q.limit };
    let (rows, before) = (page.rows(), page.after::<i64>()?.unwrap_or(i64::MAX));
    let read = async move |tx: &mut Tx| store::page(tx, &tenants, before, rows as i64 + 1).await;
    let found = Listing::from_surplus(app.db().read(&scope, read).await?, rows, |i| i.id.0);
    Ok(Listing { items: found.items.into_iter().map(ImportView::from).collect(), next: found.next })
}

/// Takes a file in and looks at it. Errors: those of `table.*`, `import.too_many` (409).
pub(super) async fn upload(app: &App, caller: &Caller, q: UploadQuery, bytes: Bytes) -> Result<Uploaded> {
    let tenant = q.tenant;
    let scope = caller.authorize(IMPORT, tenant, None)?;
    let name = line("name", &q.name, NAME_MAX)?;
    let known = attributes_of(app, &scope, tenant).await?;
    let looked = bytes.clone();
    let (reading, head) = blocking(move || sheets::look(&looked)).await?;
    let plan = meaning::propose(reading, &head, &known);
    let blob = app.blobs().put(tenant, bytes).await?;
    let by = Author::of(caller, app);
    let import = Import {
        id: app.id(),
        tenant,
        name,
        hash: blob.hash,
        size: blob.size as i64,
        plan: plan.clone(),
        state: State::Draft,
        epoch: 0,
        total: head.rows as i64,
        counts: Counts::default(),
        fault: None,
        by: caller.user,
        created_at: by.now,
        started_at: None,
        ended_at: None,
        expires_at: by.now + KEPT_MS,
    };
    let (timer, kept): (JobId, _) = (app.id(), import.clone());
    let write = async move |tx: &mut Tx| {
        if store::count(tx, tenant).await? >= IMPORTS_MAX {
            return Err(Error::new(&codes::IMPORTS_FULL));
        }
        platform::blobs::record(tx, tenant, &blob, by.now).await?;
        store::insert(tx, &kept).await?;
        tx.enqueue(&jobs::job(EXPIRE, timer, tenant, kept.id, kept.expires_at)).await?;
        let facts = json!({ "file": kept.name, "rows": kept.total, "bytes": kept.size });
        audit(tx, &by, tenant, "import.created", ("import", kept.id.0), None, Some(facts)).await?;
        tx.emit(Event::new(tenant, "import.created", kept.id.0, by.actor, by.now));
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("import", tenant.0), write).await?;
    Ok(Uploaded { import: import.into(), head: TableHead::of(head, plan) })
}

async fn head_of(app: &App, import: &Import, reading: Reading) -> Result<Head> {
    let bytes = app.blobs().get(import.tenant, import.hash).await?;
    blocking(move || {
        let (mut sample, mut rows) = (vec![], 0);
        let columns = sheets::read(&bytes, &reading, &mut |number, row| {
            rows = number;
            if number <= 20 {
                sample.push(row);
            }
            ControlFlow::Continue(())
        })?;
        Ok(Head { columns, sample, rows })
    })
    .await
}

/// How the table looks when it is read in another way. Errors: those of `table.*`.
pub(super) async fn look_again(
    app: &App,
    caller: &Caller,
    id: ImportId,
    input: LookInput,
) -> Result<TableHead> {
    let (import, scope) = found(app, caller, id).await?;
    let reading = fit(&import, input.reading)?;
    let head = head_of(app, &import, reading.clone()).await?;
    let known = attributes_of(app, &scope, import.tenant).await?;
    let plan = meaning::propose(reading, &head, &known);
    Ok(TableHead::of(head, plan))
}

/// What a file is does not change by wishing.
fn fit(import: &Import, reading: Reading) -> Result<Reading> {
    if reading.format != import.plan.reading.format {
        return Err(Error::invalid("/reading/format", "unfit"));
    }
    Ok(reading)
}

/// Moves an import on, if it still stands where `from` allows.
async fn turn(
    app: &App,
    caller: &Caller,
    id: ImportId,
    action: &'static str,
    to: impl Fn(&mut Import, kernel::Millis) -> Result<bool> + Send + 'static,
) -> Result<ImportView> {
    let (import, scope) = found(app, caller, id).await?;
    let (by, job): (_, JobId) = (Author::of(caller, app), app.id());
    let (tenant, inner, entry) = (import.tenant, scope.clone(), app.ids().next());
    let write = async move |tx: &mut Tx| {
        let mut now = store::get(tx, &inner, id).await?;
        let was = now.state;
        let works = to(&mut now, by.now)?;
        if !store::turn(tx, &now).await? {
            return Err(Error::new(&codes::IMPORT_STATE));
        }
        if works {
            store::drop_faults(tx, tenant, id).await?;
            tx.enqueue(&jobs::job(RUN, job, tenant, id, by.now)).await?;
        }
        let (before, after) = (json!({ "state": was }), json!({ "state": now.state, "plan": now.plan }));
        audit(tx, &by, tenant, action, ("import", id.0), Some(before), Some(after)).await?;
        match now.state {
            State::Running => tx.emit(Event::new(tenant, "import.started", id.0, by.actor, by.now)),
            State::Cancelled => run::end(tx, &now, by.now, entry).await?,
            _ => {}
        }
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("import", id.0), write).await?;
    open(app, caller, id).await
}

/// Keeps another plan. Errors: `invalid`, `import.state` (409), those of `table.*`.
pub(super) async fn plan(app: &App, caller: &Caller, id: ImportId, plan: Plan) -> Result<ImportView> {
    let (import, scope) = found(app, caller, id).await?;
    plan.check()?;
    plan.targets(&attributes_of(app, &scope, import.tenant).await?)?;
    let reading = fit(&import, plan.reading.clone())?;
    let total = match reading == import.plan.reading {
        true => import.total,
        false => head_of(app, &import, reading).await?.rows as i64,
    };
    let to = move |i: &mut Import, _| {
        if !i.state.is_open() {
            return Err(Error::new(&codes::IMPORT_STATE));
        }
        i.plan = plan.clone();
        (i.state, i.total, i.counts, i.fault) = (State::Draft, total, Counts::default(), None);
        Ok(false)
    };
    turn(app, caller, id, "import.planned", to).await
}

/// Tries an import without writing. Error: `import.state` (409).
pub(super) async fn check(app: &App, caller: &Caller, id: ImportId) -> Result<ImportView> {
    let (import, scope) = found(app, caller, id).await?;
    import.plan.targets(&attributes_of(app, &scope, import.tenant).await?)?;
    let to = |i: &mut Import, _| {
        if !i.state.is_open() {
            return Err(Error::new(&codes::IMPORT_STATE));
        }
        (i.state, i.counts, i.fault) = (State::Checking, Counts::default(), None);
        Ok(true)
    };
    turn(app, caller, id, "import.checked", to).await
}

/// Takes a checked import in. Error: `import.state` (409).
pub(super) async fn start(app: &App, caller: &Caller, id: ImportId) -> Result<ImportView> {
    let to = |i: &mut Import, now| {
        if i.state != State::Checked {
            return Err(Error::new(&codes::IMPORT_STATE));
        }
        (i.state, i.counts, i.started_at) = (State::Running, Counts::default(), Some(now));
        Ok(true)
    };
    turn(app, caller, id, "import.started", to).await
}

/// Stops an import; what was taken in stays. Error: `import.state` (409).
pub(super) async fn cancel(app: &App, caller: &Caller, id: ImportId) -> Result<ImportView> {
    let to = |i: &mut Import, now| {
        match i.state {
            State::Done | State::Cancelled => return Err(Error::new(&codes::IMPORT_STATE)),
            State::Checking => i.state = State::Draft,
            _ => (i.state, i.ended_at) = (State::Cancelled, Some(now)),
        }
        Ok(false)
    };
    turn(app, caller, id, "import.cancelled", to).await
}

pub(super) async fn faults(
    app: &App,
    caller: &Caller,
    id: ImportId,
    page: Page,
) -> Result<Listing<FaultRow>> {
    let (import, scope) = found(app, caller, id).await?;
    let (rows, after) = (page.rows(), page.after::<i64>()?.unwrap_or(0));
    let read = async move |tx: &mut Tx| store::faults(tx, import.tenant, id, after, rows as i64 + 1).await;
    Ok(Listing::from_surplus(app.db().read(&scope, read).await?, rows, |f| f.number))
}

/// The rows that could not be taken, as a file of the same kind with the reason in a last column; its look is recorded.
pub(super) async fn faults_file(
    app: &App,
    caller: &Caller,
    id: ImportId,
) -> Result<(Format, String, Vec<u8>)> {
    let (import, scope) = found(app, caller, id).await?;
    let tenant = import.tenant;
    let read = async move |tx: &mut Tx| store::faults(tx, tenant, id, 0, i64::MAX).await;
    let faults = app.db().read(&scope, read).await?;
    let seen = Look {
        tenant,
        actor: caller.actor,
        kind: "import",
        id: id.0,
        how: "exported",
        reason: None,
        ip: Some(caller.info.ip),
    };
    look(app, &scope, seen).await?;
    let bytes = app.blobs().get(tenant, import.hash).await?;
    let (format, language) = (import.plan.reading.format, caller.language);
    let made = blocking(move || with_reasons(&bytes, &import, &faults, language)).await?;
    Ok((format, "faults".into(), made))
}

fn with_reasons(bytes: &[u8], import: &Import, faults: &[FaultRow], language: Language) -> Result<Vec<u8>> {
    let reading = &import.plan.reading;
    let by_row: HashMap<u64, &FaultRow> = faults.iter().map(|f| (f.number as u64, f)).collect();
    let delimiter = reading.delimiter.chars().next().unwrap_or(',');
    let mut rows: Vec<(Vec<String>, &FaultRow)> = vec![];
    let columns = sheets::read(bytes, reading, &mut |number, row| {
        if let Some(fault) = by_row.get(&number) {
            rows.push((row, fault));
        }
        ControlFlow::Continue(())
    })?;
    let mut out = Writer::new(reading.format, reading.charset, delimiter);
    let width = rows.iter().map(|r| r.0.len()).max().unwrap_or(0).max(columns.len());
    let padded = |mut row: Vec<String>, last: String| {
        row.resize(width, String::new());
        row.push(last);
        row
    };
    out.row(&padded(columns.clone(), language.pick("Reason", "原因").to_owned()))?;
    for (row, fault) in rows {
        let words = FAULTS.iter().find(|f| f.0 == fault.fault).map_or("", |f| language.pick(f.1, f.2));
        let place = columns.get(fault.place as usize).filter(|_| fault.fault != "nobody");
        let reason = match place {
            Some(column) => format!("{column}{}{words}", language.pick(": ", "：")),
            None => words.to_owned(),
        };
        out.row(&padded(row, reason))?;
    }
    out.finish()
}

pub(super) async fn templates(app: &App, caller: &Caller, q: ImportQuery) -> Result<Listing<Template>> {
    let scope = match q.tenant {
        Some(t) => caller.authorize(IMPORT, t, None)?,
        None => caller.authorize_any(IMPORT),
    };
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let page = Page { cursor: q.cursor, limit: q.limit };
    let (rows, after) = (page.rows(), page.after::<i64>()?.unwrap_or(0));
    let read = async move |tx: &mut Tx| store::templates(tx, &tenants, after, rows as i64 + 1).await;
    Ok(Listing::from_surplus(app.db().read(&scope, read).await?, rows, |t| t.id.0))
}

/// Keeps a plan for the next table. Error: `import.template_taken` (409).
pub(super) async fn keep_template(app: &App, caller: &Caller, input: TemplateInput) -> Result<Template> {
    let tenant = input.tenant;
    let scope = caller.authorize(IMPORT, tenant, None)?;
    input.plan.check()?;
    input.plan.targets(&attributes_of(app, &scope, tenant).await?)?;
    let by = Author::of(caller, app);
    let name = line("/name", &input.name, NAME_MAX)?;
    let made = Template { id: app.id(), tenant, name, plan: input.plan, created_at: by.now };
    let kept = made.clone();
    let write = async move |tx: &mut Tx| {
        let all = store::templates(tx, &Tx::ids([tenant.0]), 0, TEMPLATES_MAX as i64).await?;
        if all.len() >= TEMPLATES_MAX {
            return Err(Error::invalid("/", "too_many"));
        }
        if !store::insert_template(tx, &kept).await? {
            return Err(Error::new(&codes::TEMPLATE_TAKEN).field("/name", "taken"));
        }
        let facts = json!({ "name": kept.name });
        audit(tx, &by, tenant, "import.template_kept", ("template", kept.id.0), None, Some(facts)).await?;
        tx.made(kept.id.0);
        Ok(kept.id)
    };
    let id = match made_before() {
        Some(before) => before,
        None => app.db().write(&scope, AggregateKey::new("import", tenant.0), write).await?,
    };
    template(app, &scope, id).await
}

async fn template(app: &App, scope: &TenantScope, id: TemplateId) -> Result<Template> {
    let inner = scope.clone();
    app.db().read(scope, async move |tx: &mut Tx| store::template(tx, &inner, id).await).await
}

/// Removes a template.
pub(super) async fn remove_template(app: &App, caller: &Caller, id: TemplateId) -> Result<()> {
    let was = template(app, &caller.authorize_any(crate::permissions::READ), id).await?;
    let tenant = was.tenant;
    let scope = caller.authorize(IMPORT, tenant, None)?;
    let by = Author::of(caller, app);
    let write = async move |tx: &mut Tx| {
        store::remove_template(tx, tenant, id).await?;
        let facts = json!({ "name": was.name });
        audit(tx, &by, tenant, "import.template_removed", ("template", id.0), Some(facts), None).await
    };
    app.db().write(&scope, AggregateKey::new("import", tenant.0), write).await
}
