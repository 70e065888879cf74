//! What can be done with segments.

use super::facts;
use super::model::Filter;
use super::plan::Plan;
use super::store;
use super::view::{Counted, FilterInput, Segment, SegmentInput, SegmentPatch, SegmentQuery};
use crate::attributes;
use crate::codes;
use crate::contacts::{self, Author, Contact, NAME_MAX, audit, line};
use crate::permissions::{EDIT, READ};
use accounts::Caller;
use kernel::{AggregateKey, ContactId, Error, Event, Result, SegmentId, TenantId, TenantScope};
use platform::App;
use platform::store::{Tx, made_before};
use platform::web::{Listing, Page, encode_cursor};
use serde_json::json;

/// Contacts looked at in one read.
pub(crate) const WINDOW: usize = 2_000;
/// Windows for one page of a list; a page may then be short, and its cursor goes on from there.
const WINDOWS_PER_PAGE: usize = 25;
/// Windows for one count.
const WINDOWS_PER_COUNT: usize = 250;
/// Of a count, so many are shown.
const SOME: usize = 5;

/// A part of those whom a plan admits.
pub(crate) struct Walk {
    pub ids: Vec<ContactId>,
    /// Where to go on; `None` at the end.
    pub next: Option<i64>,
}

/// Checks a filter against the client's attributes. Errors: `invalid`.
pub(crate) async fn compile(
    app: &App,
    scope: &TenantScope,
    tenant: TenantId,
    filter: &Filter,
) -> Result<Plan> {
    let read = async move |tx: &mut Tx| attributes::of_tenant(tx, tenant).await;
    let attributes = app.db().read(scope, read).await?;
    Plan::of(filter, &attributes)
}

/// The filter of a segment of this client. Error: `not_found`.
pub(crate) async fn filter_of(
    app: &App,
    scope: &TenantScope,
    tenant: TenantId,
    id: SegmentId,
) -> Result<Filter> {
    let inner = scope.clone();
    let found = app.db().read(scope, async move |tx: &mut Tx| store::get(tx, &inner, id).await).await?;
    if found.tenant == tenant { Ok(found.filter) } else { Err(Error::not_found()) }
}

/// Up to `want` of those whom the plan admits, before an id, newest first, looking through so many windows at the most.
pub(crate) async fn walk(
    app: &App,
    scope: &TenantScope,
    tenant: TenantId,
    plan: &Plan,
    mut before: i64,
    want: usize,
    windows: usize,
) -> Result<Walk> {
    let (mut ids, now) = (vec![], app.now());
    for _ in 0..windows {
        let window = facts::load(app, scope, tenant, plan, before, WINDOW).await?;
        for f in window.facts.iter().filter(|f| plan.admits(f, now)) {
            ids.push(f.id);
            if ids.len() == want {
                return Ok(Walk { ids, next: Some(f.id.0) });
            }
        }
        match window.last {
            Some(last) => before = last.0,
            None => return Ok(Walk { ids, next: None }),
        }
    }
    Ok(Walk { ids, next: Some(before) })
}

async fn page(
    app: &App,
    scope: &TenantScope,
    tenant: TenantId,
    filter: &Filter,
    page: &Page,
) -> Result<Listing<Contact>> {
    let plan = compile(app, scope, tenant, filter).await?;
    let before = page.after::<i64>()?.unwrap_or(i64::MAX);
    let found = walk(app, scope, tenant, &plan, before, page.rows(), WINDOWS_PER_PAGE).await?;
    let items = contacts::shown(app, scope, tenant, &found.ids).await?;
    Ok(Listing { items, next: found.next.map(|n| encode_cursor(&n)) })
}

/// How many a filter holds, and some of them.
async fn count(app: &App, scope: &TenantScope, tenant: TenantId, filter: &Filter) -> Result<Counted> {
    let plan = compile(app, scope, tenant, filter).await?;
    let found = walk(app, scope, tenant, &plan, i64::MAX, usize::MAX, WINDOWS_PER_COUNT).await?;
    let first = &found.ids[..found.ids.len().min(SOME)];
    let some = contacts::shown(app, scope, tenant, first).await?;
    Ok(Counted { count: found.ids.len() as i64, exact: found.next.is_none(), some })
}

/// Which of the client's segments hold this contact.
pub(crate) async fn member_of(
    app: &App,
    scope: &TenantScope,
    tenant: TenantId,
    id: ContactId,
) -> Result<Vec<Segment>> {
    /// Segments that are asked.
    const ASKED_MAX: i64 = 50;
    let read = async move |tx: &mut Tx| {
        let segments = store::page(tx, &Tx::ids([tenant.0]), 0, ASKED_MAX).await?;
        Ok((segments, attributes::of_tenant(tx, tenant).await?))
    };
    let (segments, attributes) = app.db().read(scope, read).await?;
    let now = app.now();
    let mut out = vec![];
    for s in segments {
        // A filter over an attribute that is gone holds nobody.
        let Ok(mut plan) = Plan::of(&s.filter, &attributes) else { continue };
        plan.source = super::plan::Source::Everybody;
        let one = facts::load(app, scope, tenant, &plan, id.0 + 1, 1).await?;
        if one.facts.first().is_some_and(|f| f.id == id && plan.admits(f, now)) {
            out.push(s);
        }
    }
    Ok(out)
}

pub(super) async fn list(app: &App, caller: &Caller, q: SegmentQuery) -> Result<Listing<Segment>> {
    let scope = match q.tenant {
        Some(t) => caller.authorize(READ, t, None)?,
        None => caller.authorize_any(READ),
    };
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let page = Page { cursor: q.cursor, limit: q.limit };
    let (rows, after) = (page.rows(), page.after::<i64>()?.unwrap_or(0));
    let read = async move |tx: &mut Tx| store::page(tx, &tenants, after, rows as i64 + 1).await;
    let found = app.db().read(&scope, read).await?;
    Ok(Listing::from_surplus(found, rows, |s| s.id.0))
}

pub(super) async fn open(app: &App, caller: &Caller, id: SegmentId) -> Result<Segment> {
    let scope = caller.authorize_any(READ);
    let inner = scope.clone();
    app.db().read(&scope, async move |tx: &mut Tx| store::get(tx, &inner, id).await).await
}

pub(super) async fn contacts_of(
    app: &App,
    caller: &Caller,
    id: SegmentId,
    p: Page,
) -> Result<Listing<Contact>> {
    let segment = open(app, caller, id).await?;
    let scope = caller.authorize(READ, segment.tenant, None)?;
    page(app, &scope, segment.tenant, &segment.filter, &p).await
}

pub(super) async fn find(app: &App, caller: &Caller, q: FilterInput) -> Result<Listing<Contact>> {
    let scope = caller.authorize(READ, q.tenant, None)?;
    page(app, &scope, q.tenant, &q.filter, &Page { cursor: q.cursor, limit: q.limit }).await
}

pub(super) async fn count_filter(app: &App, caller: &Caller, q: FilterInput) -> Result<Counted> {
    let scope = caller.authorize(READ, q.tenant, None)?;
    count(app, &scope, q.tenant, &q.filter).await
}

/// Counts a segment anew and keeps the figure.
pub(super) async fn recount(app: &App, caller: &Caller, id: SegmentId) -> Result<Segment> {
    let segment = open(app, caller, id).await?;
    let tenant = segment.tenant;
    let scope = caller.authorize(READ, tenant, None)?;
    let counted = count(app, &scope, tenant, &segment.filter).await?;
    let now = app.now();
    let write = async move |tx: &mut Tx| store::counted(tx, tenant, id, counted.count, now).await;
    app.db().write(&scope, AggregateKey::new("segment", id.0), write).await?;
    open(app, caller, id).await
}

fn as_text(filter: &Filter) -> Result<String> {
    serde_json::to_string(filter).map_err(|e| Error::internal("a filter as text").cause(e))
}

/// Makes a segment. Errors: `segment.name_taken` (409), `segment.too_many` (409), `invalid`.
pub(super) async fn create(app: &App, caller: &Caller, input: SegmentInput) -> Result<Segment> {
    /// Segments of a client at the most.
    const SEGMENTS_MAX: usize = 200;
    let tenant = input.tenant;
    let scope = caller.authorize(EDIT, tenant, None)?;
    compile(app, &scope, tenant, &input.filter).await?;
    let by = Author::of(caller, app);
    let made = Segment {
        id: app.id(),
        tenant,
        name: line("/name", &input.name, NAME_MAX)?,
        filter: input.filter,
        created_at: by.now,
        changed_at: by.now,
        count: None,
        counted_at: None,
    };
    let (id, text, user) = (made.id, as_text(&made.filter)?, caller.user.0);
    let write = async move |tx: &mut Tx| {
        let all = store::page(tx, &Tx::ids([tenant.0]), 0, SEGMENTS_MAX as i64).await?;
        if all.len() >= SEGMENTS_MAX {
            return Err(Error::new(&codes::SEGMENTS_FULL));
        }
        if !store::insert(tx, &made, &text, user).await? {
            return Err(Error::new(&codes::SEGMENT_TAKEN).field("/name", "taken"));
        }
        let after = json!({ "name": made.name, "filter": made.filter });
        audit(tx, &by, tenant, "segment.created", ("segment", id.0), None, Some(after)).await?;
        tx.made(id.0);
        tx.emit(Event::new(tenant, "segment.created", id.0, by.actor, by.now));
        Ok(id)
    };
    let id = match made_before() {
        Some(before) => before,
        None => app.db().write(&scope, AggregateKey::new("segment", tenant.0), write).await?,
    };
    open(app, caller, id).await
}

/// Changes a segment. Errors: `segment.name_taken` (409), `invalid`, `not_found`.
pub(super) async fn change(
    app: &App,
    caller: &Caller,
    id: SegmentId,
    patch: SegmentPatch,
) -> Result<Segment> {
    let tenant = open(app, caller, id).await?.tenant;
    let scope = caller.authorize(EDIT, tenant, None)?;
    let name = patch.name.as_deref().map(|n| line("/name", n, NAME_MAX)).transpose()?;
    if let Some(filter) = &patch.filter {
        compile(app, &scope, tenant, filter).await?;
    }
    let by = Author::of(caller, app);
    let inner = scope.clone();
    let write = async move |tx: &mut Tx| {
        let before = store::get(tx, &inner, id).await?;
        let mut after = before.clone();
        after.name = name.clone().unwrap_or(after.name);
        after.filter = patch.filter.clone().unwrap_or(after.filter);
        if !store::update(tx, &after, &as_text(&after.filter)?, by.now).await? {
            return Err(Error::new(&codes::SEGMENT_TAKEN).field("/name", "taken"));
        }
        let was = json!({ "name": before.name, "filter": before.filter });
        let is = json!({ "name": after.name, "filter": after.filter });
        audit(tx, &by, tenant, "segment.changed", ("segment", id.0), Some(was), Some(is)).await?;
        tx.emit(Event::new(tenant, "segment.changed", id.0, by.actor, by.now));
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("segment", tenant.0), write).await?;
    open(app, caller, id).await
}

/// Removes a segment; its contacts stay as they are.
pub(super) async fn remove(app: &App, caller: &Caller, id: SegmentId) -> Result<()> {
    let tenant = open(app, caller, id).await?.tenant;
    let scope = caller.authorize(EDIT, tenant, None)?;
    let by = Author::of(caller, app);
    let inner = scope.clone();
    let write = async move |tx: &mut Tx| {
        let before = store::get(tx, &inner, id).await?;
        store::remove(tx, tenant, id).await?;
        let was = json!({ "name": before.name, "filter": before.filter });
        audit(tx, &by, tenant, "segment.removed", ("segment", id.0), Some(was), None).await?;
        tx.emit(Event::new(tenant, "segment.removed", id.0, by.actor, by.now));
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("segment", tenant.0), write).await
}
