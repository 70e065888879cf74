//! The routes of relations.

use super::store::{self, Relation};
use super::{KINDS, RELATIONS_MAX};
use crate::codes;
use crate::contacts::{self, Author, NAME_MAX, audit, optional_line, reach};
use crate::permissions::{EDIT, READ};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::{AggregateKey, ContactId, Error, Event, Millis, RelationId, TenantId};
use platform::App;
use platform::store::{Tx, made_before};
use platform::web::{Answer, Body, PathId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(relate_contact)).routes(routes!(remove_relation))
}

/// Who is what to the contact.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RelationInput {
    /// The other contact, of the same client.
    other: ContactId,
    /// What the other is: `family`, `colleague`, `representative`, `guardian`, `referrer` or `other`.
    kind: String,
    /// In words.
    note: Option<String>,
}

/// A relation that was kept.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = RelationMade)]
struct Related {
    /// Which.
    id: RelationId,
}

/// Relates a contact to another.
#[utoipa::path(
    post, path = "/api/v1/contacts/{contact}/relations", tag = "customers", operation_id = "relate_contact",
    params(("contact" = ContactId, Path)), request_body = RelationInput, responses((status = 201, body = Related))
)]
async fn relate_contact(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ContactId>,
    Body(input): Body<RelationInput>,
) -> Answer<(StatusCode, Json<Related>)> {
    let (tenant, scope) = reach(&app, &caller, id, EDIT).await?;
    if !KINDS.contains(&input.kind.as_str()) {
        return Err(Error::invalid("/kind", "unknown").into());
    }
    let by = Author::of(&caller, &app);
    let note = optional_line("/note", input.note.as_deref(), NAME_MAX)?;
    let made = Relation {
        id: app.id(),
        tenant,
        contact: id,
        other: input.other,
        kind: input.kind,
        note,
        created_at: by.now,
    };
    let inner = scope.clone();
    let write = async move |tx: &mut Tx| {
        let other = contacts::briefs(tx, &inner, &Tx::ids([made.other.0])).await?;
        if made.other == made.contact || other.first().is_none_or(|o| o.tenant != tenant) {
            return Err(Error::invalid("/other", "unknown"));
        }
        if store::of_contact(tx, tenant, id, RELATIONS_MAX as i64).await?.len() >= RELATIONS_MAX {
            return Err(Error::invalid("/", "too_many"));
        }
        if !store::insert(tx, &made).await? {
            return Err(Error::new(&codes::RELATION_TAKEN));
        }
        let after = json!({ "other": made.other, "kind": made.kind });
        audit(tx, &by, tenant, "contact.related", ("contact", id.0), None, Some(after)).await?;
        both(tx, tenant, &made, &by, by.now);
        tx.made(made.id.0);
        Ok(made.id)
    };
    let made = match made_before() {
        Some(before) => before,
        None => app.db().write(&scope, AggregateKey::new("contact", id.0), write).await?,
    };
    Ok((StatusCode::CREATED, Json(Related { id: made })))
}

fn both(tx: &mut Tx, tenant: TenantId, r: &Relation, by: &Author, now: Millis) {
    for id in [r.contact, r.other] {
        let event = Event::new(tenant, "contact.changed", id.0, by.actor, now);
        tx.emit(event.data(json!({ "fields": ["relations"] })));
    }
}

/// Removes a relation.
#[utoipa::path(
    delete, path = "/api/v1/relations/{relation}", tag = "customers", operation_id = "remove_relation",
    params(("relation" = RelationId, Path)), responses((status = 204))
)]
async fn remove_relation(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<RelationId>,
) -> Answer<StatusCode> {
    let scope = caller.authorize_any(READ);
    let inner = scope.clone();
    let found = app.db().read(&scope, async move |tx: &mut Tx| store::get(tx, &inner, id).await).await?;
    let tenant = found.tenant;
    let scope = caller.authorize(EDIT, tenant, None)?;
    let (by, contact) = (Author::of(&caller, &app), found.contact);
    let write = async move |tx: &mut Tx| {
        store::remove(tx, tenant, id).await?;
        let before = json!({ "other": found.other, "kind": found.kind });
        audit(tx, &by, tenant, "contact.unrelated", ("contact", found.contact.0), Some(before), None).await?;
        both(tx, tenant, &found, &by, by.now);
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("contact", contact.0), write).await?;
    Ok(StatusCode::NO_CONTENT)
}
