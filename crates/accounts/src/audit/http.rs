//! Reading the record.

use super::store::{self, Filter};
use super::undo::{self, Undoable};
use super::view::{AuditEntry, AuditQuery};
use crate::authorize;
use crate::permissions::AUDIT_READ;
use crate::{Accounts, Caller};
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::{ActorKind, Error, Result, TenantId, TenantScope, TokenId, UserId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Listing, Page, PathId, Problem, Query};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list_audit)).routes(routes!(undo_audit))
}

/// The record of changes and looks, newest first.
#[utoipa::path(
    get, path = "/api/v1/audit", tag = "accounts", operation_id = "list_audit", params(AuditQuery),
    responses((status = 200, body = Listing<AuditEntry>))
)]
async fn list_audit(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<AuditQuery>,
) -> Answer<Json<Listing<AuditEntry>>> {
    let (scope, tenants) = reach(&caller, q.tenant)?;
    let (subject_kind, subject_id) = subject(q.subject.as_deref())?;
    let page = Page { cursor: q.cursor.clone(), limit: q.limit };
    let rows = page.rows();
    let filter = Filter {
        tenants: Tx::ids(tenants),
        actor: q.actor.as_deref().map(|a| number("actor", a)).transpose()?,
        action: q.action,
        subject_kind,
        subject_id,
        from: q.from.unwrap_or(0),
        to: q.to.unwrap_or(i64::MAX),
        before: page.after::<i64>()?.unwrap_or(i64::MAX),
        rows: rows as i64 + 1,
    };
    let read = async move |tx: &mut Tx| {
        let found = store::list(tx, &filter).await?;
        let by_token = found.iter().filter(|e| ActorKind::from_code(e.actor_kind) == ActorKind::Token);
        let tokens = crate::tokens::names(tx, by_token.map(|e| TokenId(e.actor_id)).collect()).await?;
        Ok((found, tokens))
    };
    let (found, tokens) = app.db().read(&scope, read).await?;
    let listing = Listing::from_surplus(found, rows, |e| e.id);
    let all = app.try_port::<Undoable>();
    let directory = app.port::<Arc<Accounts>>().directory.clone();
    let name = |kind: ActorKind, id: i64| match kind {
        ActorKind::User => directory.user(UserId(id)).map_or_else(String::new, |u| u.alias.clone()),
        // A token is its owner's hand: both are named.
        ActorKind::Token => tokens.get(&TokenId(id)).map_or_else(String::new, |(name, owner)| {
            let owner = directory.user(*owner).map_or_else(String::new, |u| u.alias.clone());
            format!("{name} ({owner})")
        }),
        ActorKind::System => AuditEntry::system_name(caller.language).to_owned(),
        _ => String::new(),
    };
    let items = listing.items.into_iter().map(|e| AuditEntry::of(e, all, name)).collect();
    Ok(Json(Listing { items, next: listing.next }))
}

/// Undoes a change of a setting, if what it left still stands. The undoing is itself recorded and can be undone.
#[utoipa::path(
    post, path = "/api/v1/audit/{entry}/undo", tag = "accounts", operation_id = "undo_audit",
    params(("entry" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem))
)]
async fn undo_audit(
    State(app): State<App>,
    caller: Caller,
    PathId(entry): PathId<i64>,
) -> Answer<StatusCode> {
    caller.session()?;
    undo::undo(&app, &caller, entry).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The series that this caller may read as a whole.
pub(super) fn readable(caller: &Caller) -> Vec<i64> {
    reach(caller, None).map(|(_, all)| all).unwrap_or_default()
}

/// Whose series this caller may read. The provider's own needs the right over everything.
fn reach(caller: &Caller, tenant: Option<TenantId>) -> Result<(TenantScope, Vec<i64>)> {
    match tenant {
        Some(TenantId(0)) => Ok((caller.authorize_provider(AUDIT_READ)?, vec![0])),
        Some(t) => Ok((caller.authorize_whole(AUDIT_READ, t)?, vec![t.0])),
        None => match caller.authorize_provider(AUDIT_READ) {
            Ok(system) => {
                let all = caller.grants.everywhere(Some(AUDIT_READ));
                Ok((system, std::iter::once(0).chain(all.iter().map(|(t, _)| t.0)).collect()))
            }
            Err(missing) => {
                // An entry of one line would show to another, so the right counts for whole clients only.
                let whole: Vec<_> = caller.grants.everywhere(Some(AUDIT_READ));
                let whole: Vec<_> = whole.into_iter().filter(|(_, l)| *l == kernel::LineSet::All).collect();
                if whole.is_empty() {
                    return Err(missing);
                }
                let ids = whole.iter().map(|(t, _)| t.0).collect();
                Ok((authorize::whole(caller.user, whole), ids))
            }
        },
    }
}

fn number(field: &str, text: &str) -> Result<i64> {
    text.parse().ok().filter(|n| *n >= 0).ok_or_else(|| Error::invalid(field, "unfit"))
}

fn subject(text: Option<&str>) -> Result<(Option<String>, Option<i64>)> {
    match text.map(|t| t.split_once(':').map_or((t, None), |(k, id)| (k, Some(id)))) {
        None => Ok((None, None)),
        Some((kind, id)) => Ok((Some(kind.to_owned()), id.map(|id| number("subject", id)).transpose()?)),
    }
}
