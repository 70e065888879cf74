//! What can be done with organisations.

use super::store;
use super::view::{Organisation, OrganisationInput, OrganisationPatch, OrganisationQuery};
use crate::codes;
use crate::contacts::{Author, NAME_MAX, audit, line, name_key, note};
use crate::permissions::{EDIT, READ};
use accounts::Caller;
use kernel::{AggregateKey, Error, Event, OrganisationId, Result, TenantId};
use platform::App;
use platform::store::{Tx, made_before};
use platform::web::{Listing, Page};
use serde_json::{Value, json};

/// Refuses an organisation that is not the client's. Error: `invalid`.
pub(crate) async fn check(tx: &mut Tx, tenant: TenantId, id: Option<OrganisationId>) -> Result<()> {
    match id {
        Some(id) if !store::exists(tx, tenant, id).await? => Err(Error::invalid("/organisation", "unknown")),
        _ => Ok(()),
    }
}

pub(super) async fn list(app: &App, caller: &Caller, q: OrganisationQuery) -> Result<Listing<Organisation>> {
    let scope = match q.tenant {
        Some(t) => caller.authorize(READ, t, None)?,
        None => caller.authorize_any(READ),
    };
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let page = Page { cursor: q.cursor, limit: q.limit };
    let rows = page.rows();
    let prefix = name_key(q.q.as_deref().unwrap_or(""));
    let after: (String, i64) = page.after()?.unwrap_or_default();
    let read = async move |tx: &mut Tx| store::page(tx, &tenants, &prefix, &after, rows as i64 + 1).await;
    let found = app.db().read(&scope, read).await?;
    Ok(Listing::from_surplus(found, rows, |o| (name_key(&o.name), o.id.0)))
}

pub(super) async fn open(app: &App, caller: &Caller, id: OrganisationId) -> Result<Organisation> {
    let scope = caller.authorize_any(READ);
    let inner = scope.clone();
    app.db().read(&scope, async move |tx: &mut Tx| store::get(tx, &inner, id).await).await
}

/// The record tells that there is a note, not what it says.
fn masked(o: &Organisation) -> Value {
    json!({ "name": o.name, "note": o.note.as_deref().map(|n| json!({ "characters": n.chars().count() })) })
}

/// Enters an organisation. Errors: `organisation.name_taken` (409), `invalid`.
pub(super) async fn create(app: &App, caller: &Caller, input: OrganisationInput) -> Result<Organisation> {
    let scope = caller.authorize(EDIT, input.tenant, None)?;
    let by = Author::of(caller, app);
    let made = Organisation {
        id: app.id(),
        tenant: input.tenant,
        name: line("/name", &input.name, NAME_MAX)?,
        note: note("/note", input.note.as_deref())?,
        created_at: by.now,
    };
    let key = AggregateKey::new("organisation", made.id.0);
    let write = async move |tx: &mut Tx| {
        if !store::insert(tx, &made).await? {
            return Err(Error::new(&codes::ORGANISATION_TAKEN).field("/name", "taken"));
        }
        let subject = ("organisation", made.id.0);
        audit(tx, &by, made.tenant, "organisation.created", subject, None, Some(masked(&made))).await?;
        tx.made(made.id.0);
        tx.emit(Event::new(made.tenant, "organisation.created", made.id.0, by.actor, by.now));
        Ok(made.id)
    };
    let id = match made_before() {
        Some(before) => before,
        None => app.db().write(&scope, key, write).await?,
    };
    let inner = scope.clone();
    app.db().read(&scope, async move |tx: &mut Tx| store::get(tx, &inner, id).await).await
}

/// Changes an organisation. Errors: `organisation.name_taken` (409), `invalid`, `not_found`.
pub(super) async fn change(
    app: &App,
    caller: &Caller,
    id: OrganisationId,
    patch: OrganisationPatch,
) -> Result<Organisation> {
    let tenant = open(app, caller, id).await?.tenant;
    let scope = caller.authorize(EDIT, tenant, None)?;
    let name = patch.name.as_deref().map(|n| line("/name", n, NAME_MAX)).transpose()?;
    let remark = patch.note.as_ref().map(|n| note("/note", n.as_deref())).transpose()?;
    let by = Author::of(caller, app);
    let inner = scope.clone();
    let write = async move |tx: &mut Tx| {
        let before = store::get(tx, &inner, id).await?;
        let mut after = before.clone();
        after.name = name.clone().unwrap_or(after.name);
        after.note = remark.clone().unwrap_or(after.note);
        if !store::update(tx, &after).await? {
            return Err(Error::new(&codes::ORGANISATION_TAKEN).field("/name", "taken"));
        }
        let (was, is) = (masked(&before), masked(&after));
        let subject = ("organisation", id.0);
        audit(tx, &by, tenant, "organisation.changed", subject, Some(was), Some(is)).await?;
        tx.emit(Event::new(tenant, "organisation.changed", id.0, by.actor, by.now));
        Ok(after)
    };
    app.db().write(&scope, AggregateKey::new("organisation", id.0), write).await
}
