//! Routes and shapes of views.

use super::filter::{Condition, Field, Filter};
use super::plan::plan;
use super::saved::{Definition, Saved, ViewColumn, ViewOrder};
use super::scan::{Found, LOOKED_MAX, Place, Viewer, scan};
use super::store;
use crate::audience::{Audience, AudienceInput, Reader};
use crate::codes;
use crate::lists::{self, ConversationPage};
use crate::permissions::{ALL, READ, VIEWS};
use crate::protection::Sight;
use accounts::{Caller, Directory, audit};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{AggregateKey, Error, Event, Millis, Result, TeamId, TenantScope, UserId, ViewId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, Listing, Page, PathId, Query, decode_cursor, encode_cursor};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// One's own views at the most.
const OWN_MAX: usize = 50;
/// Shared views of one client at the most.
const SHARED_MAX: usize = 100;
/// Views listed at the most.
const LISTED_MAX: i64 = 500;
/// Views that are counted at once, the first ones.
const COUNTED: usize = 12;
/// Beyond this a count says "at least".
const COUNT_MAX: usize = 99;
/// Rows looked at for one count at the most.
const COUNT_LOOKED_MAX: usize = 1_000;

/// The routes.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(counts))
        .routes(routes!(attempt))
        .routes(routes!(change, remove))
        .routes(routes!(conversations))
}

/// A view.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ViewView {
    /// Its id.
    id: ViewId,
    /// With whom it is shared; `null` for one's own.
    audience: Option<Audience>,
    /// What it is called.
    name: String,
    /// What it asks.
    filter: Filter,
    /// In which order.
    order: ViewOrder,
    /// What its rows show beside the usual.
    columns: Vec<ViewColumn>,
    /// Its place among the others.
    place: i64,
    /// May the reader change it?
    editable: bool,
}

fn view(caller: &Caller, s: Saved) -> ViewView {
    let editable = s.audience.is_none_or(|a| a.authorize(caller, VIEWS).is_ok());
    let Saved { id, audience, place, definition } = s;
    let Definition { name, filter, order, columns } = definition;
    ViewView { id, audience, name, filter, order, columns, place, editable }
}

/// Everything the reader sees: one's own, then what is shared with them.
async fn visible(app: &App, caller: &Caller) -> Result<Vec<Saved>> {
    let reader = Reader::of(app, caller, READ, VIEWS);
    let tenants = Tx::ids(reader.scope().tenants().map(|t| t.0));
    let user = caller.user;
    let read = async move |tx: &mut Tx| {
        let mut all = store::own(tx, user, LISTED_MAX).await?;
        all.extend(store::shared(tx, &tenants, LISTED_MAX).await?);
        Ok(all)
    };
    let mut all = app.db().read(reader.scope(), read).await?;
    all.retain(|s| s.audience.is_none_or(|a| a.shows(&reader)));
    Ok(all)
}

/// Views of the reader: one's own, then those shared with them.
#[utoipa::path(get, path = "/api/v1/views", tag = "conversations", operation_id = "list_views",
    responses((status = 200, body = Listing<ViewView>)))]
async fn list(State(app): State<App>, caller: Caller) -> Answer<Json<Listing<ViewView>>> {
    let all = visible(&app, &caller).await?;
    Ok(Json(Listing::whole(all.into_iter().map(|s| view(&caller, s)).collect())))
}

/// Who reads, with the lines they see whole and those of which they see a part.
fn viewer(app: &App, caller: &Caller, filter: &Filter, now: Millis) -> Viewer {
    let whole = lists::lines(app, &caller.authorize_any(ALL), None, None);
    let mut part = lists::lines(app, &caller.authorize_any(READ), None, None);
    part.retain(|l| !whole.contains(l));
    let directory = app.port::<Arc<Directory>>();
    let mut members: HashMap<TeamId, Vec<UserId>> = HashMap::new();
    let named = filter.all().filter(|c: &&Condition| c.field == Field::Team).flat_map(|c| &c.values);
    for value in named {
        match value.parse() {
            Ok(id) => drop(members.insert(TeamId(id), directory.members(TeamId(id)))),
            Err(_) => {
                let teams = directory.teams_of(caller.user);
                let mates = teams.into_iter().flat_map(|t| directory.members(t)).collect();
                members.insert(TeamId(0), mates);
            }
        }
    }
    Viewer { user: caller.user, now, whole, part, members }
}

async fn page_of(
    app: &App,
    caller: &Caller,
    definition: (Filter, ViewOrder),
    page: Page,
) -> Result<ConversationPage> {
    let (filter, order) = definition;
    let after: Option<Place> = page.cursor.as_deref().map(decode_cursor).transpose()?;
    let rows = page.rows();
    let v = viewer(app, caller, &filter, app.now());
    let plan = plan(&filter, caller.user, v.whole.iter().chain(&v.part).copied().collect());
    let user = caller.user;
    let read = async move |tx: &mut Tx| {
        let pos = tx.position().await?;
        let found = scan(tx, &v, &filter, order, &plan, after, (rows, LOOKED_MAX)).await?;
        let whole = lists::read_rows(tx, user, &found.ids).await?;
        Ok((whole, found.next, pos))
    };
    let (found, next, pos) = app.db().read(&caller.authorize_any(READ), read).await?;
    let next = next.map(|p| encode_cursor(&p));
    let items = lists::render(app, found, &Sight::of(app, caller));
    Ok(ConversationPage { items, next, pos })
}

/// A view that the reader sees.
async fn seen(app: &App, caller: &Caller, id: ViewId) -> Result<Saved> {
    let reader = Reader::of(app, caller, READ, VIEWS);
    let tenants = Tx::ids(reader.scope().tenants().map(|t| t.0));
    let user = caller.user;
    let read = async move |tx: &mut Tx| store::get(tx, user, &tenants, id).await;
    let found = app.db().read(reader.scope(), read).await?;
    match found.audience.is_none_or(|a| a.shows(&reader)) {
        true => Ok(found),
        false => Err(Error::not_found()),
    }
}

/// Conversations of a view. A page may hold fewer rows than asked for, or none, and still have a `next`: so many
/// conversations were looked at, and there are more.
#[utoipa::path(get, path = "/api/v1/views/{view}/conversations", tag = "conversations",
    operation_id = "list_view_conversations", params(("view" = ViewId, Path), Page),
    responses((status = 200, body = ConversationPage)))]
async fn conversations(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ViewId>,
    Query(page): Query<Page>,
) -> Answer<Json<ConversationPage>> {
    let found = seen(&app, &caller, id).await?;
    let definition = (found.definition.filter, found.definition.order);
    Ok(Json(page_of(&app, &caller, definition, page).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ViewAttempt)]
struct AttemptInput {
    /// What it asks.
    filter: Filter,
    /// In which order.
    #[serde(default)]
    order: ViewOrder,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 100.
    limit: Option<u32>,
}

/// Conversations that a filter finds, before it is saved.
#[utoipa::path(post, path = "/api/v1/views/try", tag = "conversations", operation_id = "try_view",
    request_body = AttemptInput, responses((status = 200, body = ConversationPage)))]
async fn attempt(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<AttemptInput>,
) -> Answer<Json<ConversationPage>> {
    b.filter.check()?;
    let page = Page { cursor: b.cursor, limit: b.limit };
    Ok(Json(page_of(&app, &caller, (b.filter, b.order), page).await?))
}

/// How many conversations a view holds.
#[derive(Debug, Serialize, ToSchema)]
struct ViewCount {
    /// The view.
    view: ViewId,
    /// How many, at most 99.
    count: usize,
    /// Are there more?
    more: bool,
}

/// Lengths of the reader's first twelve views.
#[utoipa::path(get, path = "/api/v1/views/counts", tag = "conversations", operation_id = "count_views",
    responses((status = 200, body = Listing<ViewCount>)))]
async fn counts(State(app): State<App>, caller: Caller) -> Answer<Json<Listing<ViewCount>>> {
    let all = visible(&app, &caller).await?;
    let now = app.now();
    let asked = all.into_iter().take(COUNTED).map(|s| {
        let v = viewer(&app, &caller, &s.definition.filter, now);
        let lines = v.whole.iter().chain(&v.part).copied().collect();
        let plan = plan(&s.definition.filter, caller.user, lines);
        (s, v, plan)
    });
    let asked: Vec<_> = asked.collect();
    let read = async move |tx: &mut Tx| {
        let mut counted = vec![];
        for (s, v, plan) in &asked {
            let d = &s.definition;
            let bounds = (COUNT_MAX + 1, COUNT_LOOKED_MAX);
            let Found { ids, next } = scan(tx, v, &d.filter, d.order, plan, None, bounds).await?;
            let more = ids.len() > COUNT_MAX || (next.is_some() && ids.len() <= COUNT_MAX);
            counted.push(ViewCount { view: s.id, count: ids.len().min(COUNT_MAX), more });
        }
        Ok(counted)
    };
    Ok(Json(Listing::whole(app.db().read(&caller.authorize_any(READ), read).await?)))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewView {
    /// With whom it is shared; without it, it is one's own.
    audience: Option<AudienceInput>,
    /// What it is.
    view: Definition,
}

async fn record(
    tx: &mut Tx,
    caller: &Caller,
    action: &'static str,
    s: &Saved,
    ids: (i64, Millis),
    before: Option<&Definition>,
    after: Option<&Definition>,
) -> Result<()> {
    // One's own list is nobody else's business: only what is shared is recorded.
    let Some(a) = s.audience else { return Ok(()) };
    let shown = |d: Option<&Definition>| {
        d.map(|d| serde_json::json!({"name": d.name, "conditions": d.filter.all().count()}))
    };
    let change = audit::Change {
        tenant: a.tenant,
        actor: caller.actor,
        action,
        subject: ("view", s.id.0),
        before: shown(before),
        after: shown(after),
        reason: None,
        ip: Some(caller.info.ip),
    };
    audit::record(tx, ids.0, ids.1, &change).await?;
    let event = Event::new(a.tenant, action, s.id.0, caller.actor, ids.1);
    tx.emit(match a.line {
        Some(line) => event.line(line),
        None => event,
    });
    Ok(())
}

fn scope_of(caller: &Caller, s: &Saved) -> Result<TenantScope> {
    match &s.audience {
        Some(a) => a.authorize(caller, VIEWS),
        None => Ok(caller.authorize_any(READ)),
    }
}

/// Adds a view.
#[utoipa::path(post, path = "/api/v1/views", tag = "conversations", operation_id = "create_view",
    request_body = NewView, responses((status = 201, body = ViewView)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Body(b): Body<NewView>,
) -> Answer<(StatusCode, Json<ViewView>)> {
    let shared = b.audience.filter(|a| !a.own);
    let audience = shared.map(|a| a.resolved(&app, &caller)).transpose()?;
    let definition = b.view.cleaned()?;
    let made = Saved { id: app.id(), audience, place: 0, definition };
    let scope = scope_of(&caller, &made)?;
    let (s, by, audit_id, now) = (made.clone(), caller.clone(), app.id::<i64>(), app.now());
    let write = async move |tx: &mut Tx| {
        let (there, max) = match s.audience {
            None => (store::own(tx, by.user, LISTED_MAX).await?.len(), OWN_MAX),
            Some(a) => (store::shared(tx, &a.tenant.to_string(), LISTED_MAX).await?.len(), SHARED_MAX),
        };
        if there >= max {
            return Err(Error::new(&codes::STORED_MAX).detail(max.to_string()));
        }
        let s = Saved { place: there as i64, ..s.clone() };
        store::put(tx, &s, by.user, now).await?;
        record(tx, &by, "view.created", &s, (audit_id, now), None, Some(&s.definition)).await?;
        Ok(s)
    };
    let kept = app.db().write(&scope, AggregateKey::new("view", made.id.0), write).await?;
    Ok((StatusCode::CREATED, Json(view(&caller, kept))))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ViewChange {
    /// What it is.
    view: Definition,
    /// Its place among the others, small first.
    place: Option<i64>,
}

/// Changes a view.
#[utoipa::path(put, path = "/api/v1/views/{view}", tag = "conversations", operation_id = "change_view",
    params(("view" = ViewId, Path)), request_body = ViewChange, responses((status = 200, body = ViewView)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ViewId>,
    Body(b): Body<ViewChange>,
) -> Answer<Json<ViewView>> {
    let old = seen(&app, &caller, id).await?;
    let scope = scope_of(&caller, &old)?;
    let place = b.place.unwrap_or(old.place);
    let new = Saved { definition: b.view.cleaned()?, place, ..old.clone() };
    let (s, by, audit_id, now) = (new.clone(), caller.clone(), app.id::<i64>(), app.now());
    let write = async move |tx: &mut Tx| {
        store::put(tx, &s, by.user, now).await?;
        let (before, after) = (Some(&old.definition), Some(&s.definition));
        record(tx, &by, "view.changed", &s, (audit_id, now), before, after).await
    };
    app.db().write(&scope, AggregateKey::new("view", id.0), write).await?;
    Ok(Json(view(&caller, new)))
}

/// Takes a view away. Its conversations stay as they are.
#[utoipa::path(delete, path = "/api/v1/views/{view}", tag = "conversations", operation_id = "remove_view",
    params(("view" = ViewId, Path)), responses((status = 204)))]
async fn remove(State(app): State<App>, caller: Caller, PathId(id): PathId<ViewId>) -> Answer<StatusCode> {
    let old = seen(&app, &caller, id).await?;
    let scope = scope_of(&caller, &old)?;
    let (by, audit_id, now) = (caller.clone(), app.id::<i64>(), app.now());
    let write = async move |tx: &mut Tx| {
        store::remove(tx, &old, by.user).await?;
        record(tx, &by, "view.removed", &old, (audit_id, now), Some(&old.definition), None).await
    };
    app.db().write(&scope, AggregateKey::new("view", id.0), write).await?;
    Ok(StatusCode::NO_CONTENT)
}
