//! The routes of contacts.

use super::service;
use super::view::{
    Contact, ContactInput, ContactPatch, ContactQuery, HandleInput, Lookup, LookupAnswer, Reason, Unmasked,
};
use accounts::Caller;
use axum::Json;
use axum::extract::State;
use http::StatusCode;
use kernel::{ContactId, HandleId};
use platform::App;
use platform::web::{Answer, Body, Listing, PathId, Query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_contacts, create_contact))
        .routes(routes!(lookup_contact))
        .routes(routes!(open_contact, change_contact))
        .routes(routes!(unmask_contact))
        .routes(routes!(add_handle))
        .routes(routes!(remove_handle))
        .merge(super::around::routes())
        .merge(super::bulk::routes())
}

/// Contacts with masked addresses: newest first, or by name where `q` gives its beginning.
#[utoipa::path(
    get, path = "/api/v1/contacts", tag = "customers", operation_id = "list_contacts", params(ContactQuery),
    responses((status = 200, body = Listing<Contact>))
)]
async fn list_contacts(
    State(app): State<App>,
    caller: Caller,
    Query(q): Query<ContactQuery>,
) -> Answer<Json<Listing<Contact>>> {
    let page = service::list(&app, &caller, q).await?;
    let items = page.items.into_iter().map(|c| c.seen_by(&caller)).collect();
    Ok(Json(Listing { items, next: page.next }))
}

/// Makes a contact.
#[utoipa::path(
    post, path = "/api/v1/contacts", tag = "customers", operation_id = "create_contact",
    request_body = ContactInput, responses((status = 201, body = Contact))
)]
async fn create_contact(
    State(app): State<App>,
    caller: Caller,
    Body(input): Body<ContactInput>,
) -> Answer<(StatusCode, Json<Contact>)> {
    Ok((StatusCode::CREATED, Json(service::create(&app, &caller, input).await?.seen_by(&caller))))
}

/// Opens a contact; the look is recorded.
#[utoipa::path(
    get, path = "/api/v1/contacts/{contact}", tag = "customers", operation_id = "open_contact",
    params(("contact" = ContactId, Path)), responses((status = 200, body = Contact))
)]
async fn open_contact(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ContactId>,
) -> Answer<Json<Contact>> {
    Ok(Json(service::open(&app, &caller, id).await?.seen_by(&caller)))
}

/// Changes a contact.
#[utoipa::path(
    patch, path = "/api/v1/contacts/{contact}", tag = "customers", operation_id = "change_contact",
    params(("contact" = ContactId, Path)), request_body = ContactPatch, responses((status = 200, body = Contact))
)]
async fn change_contact(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ContactId>,
    Body(patch): Body<ContactPatch>,
) -> Answer<Json<Contact>> {
    Ok(Json(service::change(&app, &caller, id, patch).await?.seen_by(&caller)))
}

/// The addresses in full, for a reason that is recorded before the answer.
#[utoipa::path(
    post, path = "/api/v1/contacts/{contact}/unmask", tag = "customers", operation_id = "unmask_contact",
    params(("contact" = ContactId, Path)), request_body = Reason, responses((status = 200, body = Unmasked))
)]
async fn unmask_contact(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ContactId>,
    Body(why): Body<Reason>,
) -> Answer<Json<Unmasked>> {
    Ok(Json(service::unmask(&app, &caller, id, &why.reason).await?))
}

/// Whoever has an address, for a reason that is recorded before the answer.
#[utoipa::path(
    post, path = "/api/v1/contacts/lookup", tag = "customers", operation_id = "lookup_contact",
    request_body = Lookup, responses((status = 200, body = LookupAnswer))
)]
async fn lookup_contact(
    State(app): State<App>,
    caller: Caller,
    Body(q): Body<Lookup>,
) -> Answer<Json<LookupAnswer>> {
    let found = service::lookup(&app, &caller, q).await?;
    Ok(Json(LookupAnswer { contact: found.contact.map(|c| c.seen_by(&caller)) }))
}

/// Adds an address.
#[utoipa::path(
    post, path = "/api/v1/contacts/{contact}/handles", tag = "customers", operation_id = "add_contact_handle",
    params(("contact" = ContactId, Path)), request_body = HandleInput, responses((status = 201, body = Contact))
)]
async fn add_handle(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId<ContactId>,
    Body(input): Body<HandleInput>,
) -> Answer<(StatusCode, Json<Contact>)> {
    Ok((StatusCode::CREATED, Json(service::add_handle(&app, &caller, id, input).await?.seen_by(&caller))))
}

/// Removes an address.
#[utoipa::path(
    delete, path = "/api/v1/contacts/{contact}/handles/{handle}", tag = "customers",
    operation_id = "remove_contact_handle",
    params(("contact" = ContactId, Path), ("handle" = HandleId, Path)), responses((status = 204))
)]
async fn remove_handle(
    State(app): State<App>,
    caller: Caller,
    PathId((id, handle)): PathId<(ContactId, HandleId)>,
) -> Answer<StatusCode> {
    service::remove_handle(&app, &caller, id, handle).await?;
    Ok(StatusCode::NO_CONTENT)
}
