//! The routes of duplicates.

use super::{jobs, store};
use crate::codes;
use crate::contacts::{self, Author, Contact, audit};
use crate::permissions::{MERGE, READ};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::{AggregateKey, ContactId, Error, JobId, Millis, PairId, Result, TenantId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body, Listing, Page, PathId, Query};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A scan that runs longer than this has died.
const PATIENCE_MS: Millis = 10 * 60_000;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_duplicates))
        .routes(routes!(dismiss_duplicate))
        .routes(routes!(look_at_scan, scan_duplicates))
}

/// Two contacts who may be one.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct Duplicate {
    /// Which pair.
    id: PairId,
    /// Whose contacts.
    tenant: TenantId,
    /// How much speaks for it, of 100.
    score: i64,
    /// Why: `phone`, `mail`, `external`, `name`, `similar_name`, `phone_tail`, `organisation`.
    reasons: Vec<String>,
    /// When it was found.
    found_at: Millis,
    /// Both contacts, the older first.
    contacts: Vec<Contact>,
}

/// Whose duplicates are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct DuplicateQuery {
    /// Of which client.
    tenant: TenantId,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 100.
    limit: Option<u32>,
}

/// Whose contacts are to be looked through.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DuplicateScanInput)]
struct ScanInput {
    /// Of which client.
    tenant: TenantId,
}

/// Whose scan is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ScanQuery {
    /// Of which client.
    tenant: TenantId,
}

/// The newest look through a client's contacts.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = DuplicateScan)]
struct Scan {
    /// When it began; `null` where there was none.
    started_at: Option<Millis>,
    /// When it ended.
    ended_at: Option<Millis>,
    /// Contacts looked at.
    contacts: i64,
    /// Pairs waiting for somebody.
    open: i64,
}

/// Pairs of contacts who may be one, the surest first.
#[utoipa::path(
    get, path = "/api/v1/duplicates", tag = "customers", operation_id = "list_duplicates", params(DuplicateQuery),
    responses((status = 200, body = Listing<Duplicate>))
)]
async fn list_duplicates(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<DuplicateQuery>,
) -> Answer<Json<Listing<Duplicate>>> {
    let (tenant, scope) = (q.tenant, caller.authorize(READ, q.tenant, None)?);
    let page = Page { cursor: q.cursor, limit: q.limit };
    let (rows, after) = (page.rows(), page.after::<(i64, i64)>()?.unwrap_or((i64::MAX, i64::MAX)));
    let read = async move |tx: &mut Tx| store::page(tx, tenant, after, rows as i64 + 1).await;
    let found = Listing::from_surplus(app.db().read(&scope, read).await?, rows, |p| (p.score, p.id.0));
    let ids: Vec<ContactId> = found.items.iter().flat_map(|p| [p.a, p.b]).collect();
    let mut known: Vec<Contact> = vec![];
    for some in ids.chunks(platform::web::PAGE_MAX as usize) {
        known.extend(contacts::shown(&app, &scope, tenant, some).await?);
    }
    let of = |id: ContactId| known.iter().find(|c| c.id == id).cloned();
    let shown = |p: store::Pair| {
        let contacts = vec![of(p.a)?, of(p.b)?];
        Some(Duplicate {
            id: p.id,
            tenant: p.tenant,
            score: p.score,
            reasons: p.reasons,
            found_at: p.found_at,
            contacts,
        })
    };
    Ok(Json(Listing { items: found.items.into_iter().filter_map(shown).collect(), next: found.next }))
}

/// Says that two contacts are not one; the pair is not proposed again.
#[utoipa::path(
    post, path = "/api/v1/duplicates/{pair}/dismiss", tag = "customers", operation_id = "dismiss_duplicate",
    params(("pair" = PairId, Path)), responses((status = 204))
)]
async fn dismiss_duplicate(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<PairId>,
) -> Answer<StatusCode> {
    let scope = caller.authorize_any(READ);
    let inner = scope.clone();
    let pair = app.db().read(&scope, async move |tx: &mut Tx| store::get(tx, &inner, id).await).await?;
    let tenant = pair.tenant;
    let scope = caller.authorize(MERGE, tenant, None)?;
    let (user, by) = (caller.user, Author::of(&caller, &app));
    let write = async move |tx: &mut Tx| {
        if !store::dismiss(tx, tenant, id, user, by.now).await? {
            return Err(Error::new(&codes::PAIR_DECIDED));
        }
        let facts = json!({ "contacts": [pair.a, pair.b] });
        audit(tx, &by, tenant, "duplicate.dismissed", ("pair", id.0), None, Some(facts)).await
    };
    app.db().write(&scope, AggregateKey::new("contact_pair", tenant.0), write).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn newest(app: &App, scope: &kernel::TenantScope, tenant: TenantId) -> Result<Scan> {
    let read =
        async move |tx: &mut Tx| Ok((store::scan(tx, tenant).await?, store::count_open(tx, tenant).await?));
    let (scan, open) = app.db().read(scope, read).await?;
    let (started_at, ended_at, contacts) = scan.map_or((None, None, 0), |s| (Some(s.0), s.1, s.2));
    Ok(Scan { started_at, ended_at, contacts, open })
}

/// The newest look through a client's contacts for duplicates.
#[utoipa::path(
    get, path = "/api/v1/duplicates/scan", tag = "customers", operation_id = "look_at_scan", params(ScanQuery),
    responses((status = 200, body = Scan))
)]
async fn look_at_scan(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<ScanQuery>,
) -> Answer<Json<Scan>> {
    let scope = caller.authorize(READ, q.tenant, None)?;
    Ok(Json(newest(&app, &scope, q.tenant).await?))
}

/// Looks through a client's contacts for duplicates; done beside the work, and each night anyway.
#[utoipa::path(
    post, path = "/api/v1/duplicates/scan", tag = "customers", operation_id = "scan_duplicates",
    request_body = ScanInput, responses((status = 202, body = Scan))
)]
async fn scan_duplicates(
    State(app): State<App>,
    caller: Caller,
    Body(input): Body<ScanInput>,
) -> Answer<(StatusCode, Json<Scan>)> {
    let tenant = input.tenant;
    let scope = caller.authorize(MERGE, tenant, None)?;
    let (by, job): (_, JobId) = (Author::of(&caller, &app), app.id());
    let write = async move |tx: &mut Tx| {
        if store::begin(tx, tenant, by.now, PATIENCE_MS).await? {
            tx.enqueue(&jobs::job(job, tenant, by.now)).await?;
            audit(tx, &by, tenant, "duplicates.scan_asked", ("tenant", tenant.0), None, None).await?;
        }
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("contact_pair", tenant.0), write).await?;
    Ok((StatusCode::ACCEPTED, Json(newest(&app, &scope, tenant).await?)))
}
