//! What can be done with contacts: rights, transaction, model, store, events, record.

use super::changes::{self, Author, audit};
use super::history;
use super::model::{self, HANDLES_MAX, NAME_MAX, REASON_MAX, WORD_MAX, name_key};
use super::store::{self, NewRow};
use super::view::{
    Contact, ContactInput, ContactPatch, ContactQuery, HandleInput, HandleView, Lookup, LookupAnswer,
    Unmasked,
};
use crate::handles::store::{self as handle_store, Put};
use crate::handles::{Norm, Standing, country_of, mask, normalise};
use crate::permissions::{EDIT, LOOKUP, READ, UNMASK};
use crate::{attributes, codes, organisations};
use accounts::Caller;
use accounts::audit::{Look, look};
use kernel::{AggregateKey, ContactId, Error, Event, HandleId, Millis, Result, TenantId, TenantScope};
use platform::App;
use platform::store::{Tx, made_before};
use platform::web::{Listing, Page};
use serde_json::json;
use std::collections::HashMap;

/// The client of a contact that the caller may read. Error: `not_found`.
pub(crate) async fn tenant_of(app: &App, caller: &Caller, id: ContactId) -> Result<TenantId> {
    let scope = caller.authorize_any(READ);
    let inner = scope.clone();
    app.db().read(&scope, async move |tx: &mut Tx| store::tenant(tx, &inner, id).await).await
}

/// A contact's client, and the caller's scope of a right there. Errors: `not_found`, `access.missing_permission`.
pub(crate) async fn reach(
    app: &App,
    caller: &Caller,
    id: ContactId,
    p: kernel::Permission,
) -> Result<(TenantId, TenantScope)> {
    let tenant = tenant_of(app, caller, id).await?;
    Ok((tenant, caller.authorize(p, tenant, None)?))
}

/// These contacts of one client as they are shown, in the order of `ids`, with addresses masked.
pub(crate) async fn shown(
    app: &App,
    scope: &TenantScope,
    tenant: TenantId,
    ids: &[ContactId],
) -> Result<Vec<Contact>> {
    let ids = ids.to_vec();
    let read = async move |tx: &mut Tx| views(tx, &Tx::ids([tenant.0]), &ids).await;
    let found = app.db().read(scope, read).await?;
    with_figures(app, scope, found).await
}

/// The contact to whom an id leads by now, as it is shown. Error: `not_found`.
pub(crate) async fn shown_now(
    app: &App,
    scope: &TenantScope,
    tenant: TenantId,
    id: ContactId,
) -> Result<Contact> {
    let read = async move |tx: &mut Tx| {
        let now = crate::merges::current(tx, tenant, id).await?;
        view(tx, tenant, now).await
    };
    let found = app.db().read(scope, read).await?;
    with_figures(app, scope, vec![found]).await?.pop().ok_or_else(Error::not_found)
}

/// These contacts as they are shown, in the order of `ids`, with addresses masked.
async fn views(tx: &mut Tx, tenants: &str, ids: &[ContactId]) -> Result<Vec<Contact>> {
    let list = Tx::ids(ids.iter().map(|i| i.0));
    let rows = store::rows(tx, tenants, &list).await?;
    let mut by_id: HashMap<ContactId, Contact> =
        rows.into_iter().map(|r| (r.brief.id, Contact::of(r))).collect();
    for h in handle_store::of_contacts(tx, tenants, &list).await? {
        if let Some(c) = by_id.get_mut(&h.contact) {
            c.handles.push(HandleView::masked(&h));
        }
    }
    for (id, tag) in store::tags(tx, tenants, &list).await? {
        if let Some(c) = by_id.get_mut(&id) {
            c.tags.push(tag);
        }
    }
    for (id, key, value) in attributes::values(tx, tenants, &list).await? {
        if let Some(c) = by_id.get_mut(&id) {
            c.attributes.insert(key, value);
        }
    }
    Ok(ids.iter().filter_map(|i| by_id.remove(i)).collect())
}

async fn view(tx: &mut Tx, tenant: TenantId, id: ContactId) -> Result<Contact> {
    views(tx, &Tx::ids([tenant.0]), &[id]).await?.pop().ok_or_else(Error::not_found)
}

async fn with_figures(app: &App, scope: &TenantScope, mut contacts: Vec<Contact>) -> Result<Vec<Contact>> {
    let ids: Vec<ContactId> = contacts.iter().map(|c| c.id).collect();
    let figures = history::figures(app, scope, &ids).await?;
    for c in &mut contacts {
        if let Some(f) = figures.get(&c.id) {
            c.figures(f);
        }
    }
    Ok(contacts)
}

/// One contact as it is shown. Records nothing: who lets somebody open it does. Error: `not_found`.
pub async fn full(app: &App, scope: &TenantScope, tenant: TenantId, id: ContactId) -> Result<Contact> {
    if !scope.contains(tenant) {
        return Err(Error::not_found());
    }
    let found = app.db().read(scope, async move |tx: &mut Tx| view(tx, tenant, id).await).await?;
    with_figures(app, scope, vec![found]).await?.pop().ok_or_else(Error::not_found)
}

/// A page of contacts: newest first, or by name where the name's beginning is given.
pub(super) async fn list(app: &App, caller: &Caller, q: ContactQuery) -> Result<Listing<Contact>> {
    let scope = match q.tenant {
        Some(t) => caller.authorize(READ, t, None)?,
        None => caller.authorize_any(READ),
    };
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let page = Page { cursor: q.cursor, limit: q.limit };
    let rows = page.rows();
    let prefix = q.q.as_deref().map(name_key).filter(|p| !p.is_empty());
    if prefix.as_ref().is_some_and(|p| p.chars().count() > NAME_MAX) {
        return Err(Error::invalid("q", "too_long"));
    }
    let wanted = rows as i64 + 1;
    let tag = q.tag;
    let by_name = prefix.is_some();
    let (recent, named) = match by_name {
        false => (page.after::<i64>()?.unwrap_or(i64::MAX), Default::default()),
        true => (0, page.after::<(String, i64)>()?.unwrap_or_default()),
    };
    let read = async move |tx: &mut Tx| {
        let ids = match &prefix {
            Some(p) => store::page_named(tx, &tenants, tag.as_deref(), p, &named, wanted).await?,
            None => store::page_recent(tx, &tenants, tag.as_deref(), recent, wanted).await?,
        };
        views(tx, &tenants, &ids).await
    };
    let found = app.db().read(&scope, read).await?;
    let found = with_figures(app, &scope, found).await?;
    Ok(match by_name {
        true => Listing::from_surplus(found, rows, |c| (c.name_key.clone(), c.id.0)),
        false => Listing::from_surplus(found, rows, |c| c.id.0),
    })
}

/// The contact to whom an id leads, where it was merged into another of a client within reach.
async fn merged_into(app: &App, caller: &Caller, id: ContactId) -> Result<ContactId> {
    let scope = caller.authorize_any(READ);
    let tenants: Vec<TenantId> = scope.tenants().collect();
    let read = async move |tx: &mut Tx| {
        for tenant in &tenants {
            let now = crate::merges::current(tx, *tenant, id).await?;
            if now != id {
                return Ok(now);
            }
        }
        Ok(id)
    };
    app.db().read(&scope, read).await
}

/// Opens a contact: the look is recorded.
pub(super) async fn open(app: &App, caller: &Caller, id: ContactId) -> Result<Contact> {
    let (id, tenant) = match tenant_of(app, caller, id).await {
        Err(e) if e.code == &kernel::NOT_FOUND => {
            let id = merged_into(app, caller, id).await?;
            (id, tenant_of(app, caller, id).await?)
        }
        other => (id, other?),
    };
    let scope = caller.authorize(READ, tenant, None)?;
    let contact = full(app, &scope, tenant, id).await?;
    look(app, &scope, a_look(caller, tenant, id, "opened", None)).await?;
    Ok(contact)
}

fn a_look(
    caller: &Caller,
    tenant: TenantId,
    id: ContactId,
    how: &'static str,
    reason: Option<String>,
) -> Look {
    Look { tenant, actor: caller.actor, kind: "contact", id: id.0, how, reason, ip: Some(caller.info.ip) }
}

/// The addresses in full; the reason is recorded before the answer.
pub(super) async fn unmask(app: &App, caller: &Caller, id: ContactId, reason: &str) -> Result<Unmasked> {
    let tenant = tenant_of(app, caller, id).await?;
    let scope = caller.authorize(UNMASK, tenant, None)?;
    let reason = model::line("/reason", reason, REASON_MAX)?;
    look(app, &scope, a_look(caller, tenant, id, "unmasked", Some(reason))).await?;
    let read =
        async move |tx: &mut Tx| handle_store::of_contacts(tx, &Tx::ids([tenant.0]), &Tx::ids([id.0])).await;
    let handles = app.db().read(&scope, read).await?;
    Ok(Unmasked { handles: handles.into_iter().map(HandleView::clear).collect() })
}

/// Whoever has an address; asking is recorded before the answer, also where nobody is found.
pub(super) async fn lookup(app: &App, caller: &Caller, q: Lookup) -> Result<LookupAnswer> {
    let scope = caller.authorize(LOOKUP, q.tenant, None)?;
    let reason = model::line("/reason", &q.reason, REASON_MAX)?;
    let (tenant, kind, value) = (q.tenant, q.kind, q.value);
    let read = async move |tx: &mut Tx| {
        let country = country_of(tx, tenant).await?;
        let norm = normalise(kind, &value, &country).ok_or_else(|| Error::invalid("/value", "unfit"))?;
        let owner = handle_store::owner(tx, tenant, &norm).await?;
        Ok((norm, owner))
    };
    let (norm, owner) = app.db().read(&scope, read).await?;
    let asked = format!("{reason} ({})", mask(norm.kind, &norm.value));
    let id = owner.unwrap_or_default();
    look(app, &scope, a_look(caller, tenant, id, "looked_up", Some(asked))).await?;
    let contact = match owner {
        Some(id) => Some(full(app, &scope, tenant, id).await?),
        None => None,
    };
    Ok(LookupAnswer { contact })
}

/// Makes a contact. Errors: `contact.handle_taken` (409), `invalid`.
pub(super) async fn create(app: &App, caller: &Caller, input: ContactInput) -> Result<Contact> {
    let tenant = input.tenant;
    let scope = caller.authorize(EDIT, tenant, None)?;
    if input.handles.len() > HANDLES_MAX {
        return Err(Error::invalid("/handles", "too_many"));
    }
    let name = model::line("/name", &input.name, NAME_MAX)?;
    let salutation = model::optional_line("/salutation", input.salutation.as_deref(), WORD_MAX)?;
    let tier = model::optional_line("/tier", input.tier.as_deref(), WORD_MAX)?;
    let note = model::note("/note", input.note.as_deref())?;
    let tags = model::tags("/tags", &input.tags)?;
    let preferences = as_text(&model::preferences(&input.preferences)?)?;
    let by = Author::of(caller, app);
    let id: ContactId = app.id();
    let handle_ids: Vec<HandleId> = input.handles.iter().map(|_| app.id()).collect();
    let write = async move |tx: &mut Tx| {
        organisations::check(tx, tenant, input.organisation).await?;
        let row = NewRow {
            id,
            tenant,
            name: &name,
            named: true,
            salutation: salutation.clone(),
            language: input.language,
            tier: tier.clone(),
            organisation: input.organisation,
            preferences: preferences.clone(),
            note: note.clone(),
            now: by.now,
        };
        store::insert(tx, &row).await?;
        for (i, h) in input.handles.iter().enumerate() {
            put_handle(tx, tenant, id, handle_ids[i], h, &format!("/handles/{i}"), by.now).await?;
        }
        store::set_tags(tx, tenant, id, &tags).await?;
        let values = input.attributes.iter().map(|(k, v)| (k.clone(), Some(v.clone()))).collect();
        attributes::set_values(tx, tenant, id, &values).await?;
        let after = changes::masked(&view(tx, tenant, id).await?).into();
        audit(tx, &by, tenant, "contact.created", ("contact", id.0), None, Some(after)).await?;
        tx.made(id.0);
        tx.emit(Event::new(tenant, "contact.created", id.0, by.actor, by.now));
        Ok(id)
    };
    let made = match made_before() {
        Some(before) => before,
        None => app.db().write(&scope, AggregateKey::new("contact", id.0), write).await?,
    };
    full(app, &scope, tenant, made).await
}

/// An empty set of preferences is not stored.
fn as_text(p: &model::Preferences) -> Result<Option<String>> {
    if *p == model::Preferences::default() {
        return Ok(None);
    }
    serde_json::to_string(p).map(Some).map_err(|e| Error::internal("preferences as text").cause(e))
}

async fn put_handle(
    tx: &mut Tx,
    tenant: TenantId,
    contact: ContactId,
    id: HandleId,
    input: &HandleInput,
    field: &str,
    now: Millis,
) -> Result<Norm> {
    let country = country_of(tx, tenant).await?;
    let norm = normalise(input.kind, &input.value, &country)
        .ok_or_else(|| Error::invalid(format!("{field}/value"), "unfit"))?;
    let value = input.value.trim();
    let put = Put { id, tenant, contact, norm: &norm, value, standing: Standing::Entered, now };
    if !handle_store::put(tx, &put).await? && handle_store::owner(tx, tenant, &norm).await? != Some(contact) {
        return Err(Error::new(&codes::HANDLE_TAKEN).field(field, "taken"));
    }
    Ok(norm)
}

/// A patch that was checked.
struct Checked {
    name: Option<String>,
    salutation: Option<Option<String>>,
    tier: Option<Option<String>>,
    note: Option<Option<String>>,
    tags: Option<Vec<String>>,
    preferences: Option<Option<String>>,
}

fn check(p: &ContactPatch) -> Result<Checked> {
    let word = |field: &str, v: &Option<Option<String>>| {
        v.as_ref().map(|t| model::optional_line(field, t.as_deref(), WORD_MAX)).transpose()
    };
    Ok(Checked {
        name: p.name.as_deref().map(|n| model::line("/name", n, NAME_MAX)).transpose()?,
        salutation: word("/salutation", &p.salutation)?,
        tier: word("/tier", &p.tier)?,
        note: p.note.as_ref().map(|n| model::note("/note", n.as_deref())).transpose()?,
        tags: p.tags.as_ref().map(|t| model::tags("/tags", t)).transpose()?,
        preferences: p.preferences.as_ref().map(|v| as_text(&model::preferences(v)?)).transpose()?,
    })
}

fn touched(p: &ContactPatch) -> Vec<&'static str> {
    [
        ("name", p.name.is_some()),
        ("salutation", p.salutation.is_some()),
        ("language", p.language.is_some()),
        ("tier", p.tier.is_some()),
        ("attributes", p.attributes.is_some()),
        ("preferences", p.preferences.is_some()),
        ("tags", p.tags.is_some()),
        ("organisation", p.organisation.is_some()),
        ("note", p.note.is_some()),
    ]
    .into_iter()
    .filter_map(|(field, named)| named.then_some(field))
    .collect()
}

/// Changes a contact.
pub(super) async fn change(
    app: &App,
    caller: &Caller,
    id: ContactId,
    patch: ContactPatch,
) -> Result<Contact> {
    let tenant = tenant_of(app, caller, id).await?;
    let scope = caller.authorize(EDIT, tenant, None)?;
    let (checked, fields) = (check(&patch)?, touched(&patch));
    if fields.is_empty() {
        return full(app, &scope, tenant, id).await;
    }
    let by = Author::of(caller, app);
    let write = async move |tx: &mut Tx| {
        let before = view(tx, tenant, id).await?;
        apply(tx, tenant, &before, &patch, &checked).await?;
        let after = view(tx, tenant, id).await?;
        let (was, is) = changes::differing(changes::masked(&before), changes::masked(&after), &fields);
        audit(tx, &by, tenant, "contact.changed", ("contact", id.0), Some(was.into()), Some(is.into()))
            .await?;
        let event = Event::new(tenant, "contact.changed", id.0, by.actor, by.now);
        tx.emit(event.data(json!({ "fields": fields })));
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("contact", id.0), write).await?;
    full(app, &scope, tenant, id).await
}

async fn apply(tx: &mut Tx, tenant: TenantId, was: &Contact, p: &ContactPatch, c: &Checked) -> Result<()> {
    let organisation = p.organisation.unwrap_or(was.organisation.as_ref().map(|o| o.id));
    if p.organisation.is_some() {
        organisations::check(tx, tenant, organisation).await?;
    }
    let preferences = match &c.preferences {
        Some(new) => new.clone(),
        None => as_text(&was.preferences)?,
    };
    let row = NewRow {
        id: was.id,
        tenant,
        name: c.name.as_deref().unwrap_or(&was.name),
        named: c.name.is_some(),
        salutation: c.salutation.clone().unwrap_or_else(|| was.salutation.clone()),
        language: p.language.unwrap_or(was.language),
        tier: c.tier.clone().unwrap_or_else(|| was.tier.clone()),
        organisation,
        preferences,
        note: c.note.clone().unwrap_or_else(|| was.note.clone()),
        now: was.last_seen_at,
    };
    store::update(tx, &row).await?;
    if let Some(tags) = &c.tags {
        store::set_tags(tx, tenant, was.id, tags).await?;
    }
    if let Some(values) = &p.attributes {
        attributes::set_values(tx, tenant, was.id, values).await?;
    }
    Ok(())
}

/// Adds an address. Errors: `contact.handle_taken` (409), `invalid`.
pub(super) async fn add_handle(
    app: &App,
    caller: &Caller,
    id: ContactId,
    input: HandleInput,
) -> Result<Contact> {
    let tenant = tenant_of(app, caller, id).await?;
    let scope = caller.authorize(EDIT, tenant, None)?;
    let by = Author::of(caller, app);
    let handle: HandleId = app.id();
    let write = async move |tx: &mut Tx| {
        if view(tx, tenant, id).await?.handles.len() >= HANDLES_MAX {
            return Err(Error::invalid("/", "too_many"));
        }
        let norm = put_handle(tx, tenant, id, handle, &input, "", by.now).await?;
        let after = json!({ "kind": norm.kind, "value": mask(norm.kind, &norm.value) });
        audit(tx, &by, tenant, "contact.handle_added", ("contact", id.0), None, Some(after)).await?;
        tx.made(id.0);
        tx.emit(handles_changed(tenant, id, &by));
        Ok(id)
    };
    if made_before::<ContactId>().is_none() {
        app.db().write(&scope, AggregateKey::new("contact", id.0), write).await?;
    }
    full(app, &scope, tenant, id).await
}

/// Removes an address. Error: `not_found`.
pub(super) async fn remove_handle(app: &App, caller: &Caller, id: ContactId, handle: HandleId) -> Result<()> {
    let tenant = tenant_of(app, caller, id).await?;
    let scope = caller.authorize(EDIT, tenant, None)?;
    let by = Author::of(caller, app);
    let write = async move |tx: &mut Tx| {
        let gone = handle_store::remove(tx, tenant, id, handle).await?.ok_or_else(Error::not_found)?;
        let before = json!({ "kind": gone.kind, "value": mask(gone.kind, &gone.norm) });
        audit(tx, &by, tenant, "contact.handle_removed", ("contact", id.0), Some(before), None).await?;
        tx.emit(handles_changed(tenant, id, &by));
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("contact", id.0), write).await
}

fn handles_changed(tenant: TenantId, id: ContactId, by: &Author) -> Event {
    let event = Event::new(tenant, "contact.changed", id.0, by.actor, by.now);
    event.data(json!({ "fields": ["handles"] }))
}
