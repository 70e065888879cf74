//! Tags put on, and taken from, many contacts at once.

use super::changes::{Author, audit};
use super::model;
use super::store;
use crate::permissions::EDIT;
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use kernel::{AggregateKey, ContactId, Error, Event, TenantId};
use platform::App;
use platform::store::Tx;
use platform::web::{Answer, Body};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Contacts at once.
const BULK_MAX: usize = 500;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(tag_contacts))
}

/// Whose tags are to change.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ContactTagInput)]
struct TagInput {
    /// Of which client.
    tenant: TenantId,
    /// Whose, 500 at the most.
    contacts: Vec<ContactId>,
    /// Tags to put on.
    #[serde(default)]
    add: Vec<String>,
    /// Tags to take off.
    #[serde(default)]
    remove: Vec<String>,
}

/// How many changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ContactsTagged)]
struct Tagged {
    /// Contacts whose tags are now others.
    changed: i64,
}

/// Puts tags on many contacts, and takes others off.
#[utoipa::path(
    post, path = "/api/v1/contacts/tags", tag = "customers", operation_id = "tag_contacts", request_body = TagInput,
    responses((status = 200, body = Tagged))
)]
async fn tag_contacts(
    State(app): State<App>,
    caller: Caller,
    Body(input): Body<TagInput>,
) -> Answer<Json<Tagged>> {
    let tenant = input.tenant;
    let scope = caller.authorize(EDIT, tenant, None)?;
    if input.contacts.len() > BULK_MAX {
        return Err(Error::invalid("/contacts", "too_many").into());
    }
    let (add, remove) = (model::tags("/add", &input.add)?, model::tags("/remove", &input.remove)?);
    let by = Author::of(&caller, &app);
    let wanted: BTreeSet<ContactId> = input.contacts.into_iter().collect();
    let inner = scope.clone();
    let write = async move |tx: &mut Tx| {
        let (ids, tenants) = (Tx::ids(wanted.iter().map(|c| c.0)), Tx::ids([tenant.0]));
        let known = store::briefs(tx, &inner, &ids).await?;
        if known.iter().filter(|c| c.tenant == tenant).count() != wanted.len() {
            return Err(Error::invalid("/contacts", "unknown"));
        }
        let mut tags: BTreeMap<ContactId, BTreeSet<String>> =
            wanted.iter().map(|c| (*c, BTreeSet::new())).collect();
        for (contact, tag) in store::tags(tx, &tenants, &ids).await? {
            tags.entry(contact).or_default().insert(tag);
        }
        let mut changed = vec![];
        for (contact, was) in &tags {
            let mut is = was.clone();
            is.retain(|t| !remove.contains(t));
            is.extend(add.iter().cloned());
            if is == *was {
                continue;
            }
            if is.len() > model::TAGS_MAX {
                return Err(Error::invalid("/add", "too_many"));
            }
            let is: Vec<String> = is.into_iter().collect();
            store::set_tags(tx, tenant, *contact, &is).await?;
            let event = Event::new(tenant, "contact.changed", contact.0, by.actor, by.now);
            tx.emit(event.data(json!({ "fields": ["tags"] })));
            changed.push(*contact);
        }
        if !changed.is_empty() {
            let facts = json!({ "contacts": changed, "add": add, "remove": remove });
            audit(tx, &by, tenant, "contact.tagged", ("tenant", tenant.0), None, Some(facts)).await?;
        }
        Ok(changed.len() as i64)
    };
    let changed = app.db().write(&scope, AggregateKey::new("contact", tenant.0), write).await?;
    Ok(Json(Tagged { changed }))
}
