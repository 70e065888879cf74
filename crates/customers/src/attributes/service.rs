//! What can be done with attributes.

use super::model::{ATTRIBUTES_MAX, AttributeKind, CHOICES_MAX, is_key};
use super::store;
use super::view::{Attribute, AttributeInput, AttributeQuery};
use crate::codes;
use crate::contacts::{ATTRIBUTE_MAX, Author, NAME_MAX, audit, line};
use crate::permissions::{EDIT, READ};
use accounts::Caller;
use kernel::{AggregateKey, ContactId, Error, Event, Result, TenantId};
use platform::App;
use platform::store::{Tx, made_before};
use platform::web::{Listing, Page};
use serde_json::json;
use std::collections::BTreeMap;

/// Sets a contact's values by key; `None` removes one. Card numbers in them are masked.
/// Error: `invalid` where the client has no such attribute or the value does not fit it.
pub(crate) async fn set_values(
    tx: &mut Tx,
    tenant: TenantId,
    contact: ContactId,
    values: &BTreeMap<String, Option<String>>,
) -> Result<()> {
    if values.is_empty() {
        return Ok(());
    }
    let known = store::page(tx, &Tx::ids([tenant.0]), 0, ATTRIBUTES_MAX as i64).await?;
    for (key, value) in values {
        let field = format!("/attributes/{key}");
        let Some(a) = known.iter().find(|a| a.key == *key) else {
            return Err(Error::invalid(field, "unknown"));
        };
        match value.as_deref().map(str::trim).filter(|v| !v.is_empty()) {
            None => store::unset(tx, tenant, contact, a.id).await?,
            Some(value) => {
                let value = line(&field, value, ATTRIBUTE_MAX)?;
                if !a.kind.fits(&value, a.choices.as_deref().unwrap_or_default()) {
                    return Err(Error::invalid(field, "unfit"));
                }
                store::set(tx, tenant, contact, a.id, &engines::redact::mask_cards(&value)).await?;
            }
        }
    }
    Ok(())
}

pub(super) async fn list(app: &App, caller: &Caller, q: AttributeQuery) -> Result<Listing<Attribute>> {
    let scope = match q.tenant {
        Some(t) => caller.authorize(READ, t, None)?,
        None => caller.authorize_any(READ),
    };
    let tenants = Tx::ids(scope.tenants().map(|t| t.0));
    let page = Page { cursor: q.cursor, limit: q.limit };
    let rows = page.rows();
    let after = page.after::<i64>()?.unwrap_or(0);
    let read = async move |tx: &mut Tx| store::page(tx, &tenants, after, rows as i64 + 1).await;
    let found = app.db().read(&scope, read).await?;
    Ok(Listing::from_surplus(found, rows, |a| a.id))
}

fn choices(kind: AttributeKind, given: Option<&[String]>) -> Result<Option<Vec<String>>> {
    match (kind, given) {
        (AttributeKind::Choice, Some(c)) if (1..=CHOICES_MAX).contains(&c.len()) => {
            let fit = |(i, c): (usize, &String)| line(&format!("/choices/{i}"), c, NAME_MAX);
            let mut out: Vec<String> = vec![];
            for choice in c.iter().enumerate().map(fit) {
                let choice = choice?;
                if !out.contains(&choice) {
                    out.push(choice);
                }
            }
            Ok(Some(out))
        }
        (AttributeKind::Choice, _) => Err(Error::invalid("/choices", "required")),
        (_, None) => Ok(None),
        (_, Some(_)) => Err(Error::invalid("/choices", "unfit")),
    }
}

async fn one(tx: &mut Tx, tenant: TenantId, id: i64) -> Result<Attribute> {
    let found = store::page(tx, &Tx::ids([tenant.0]), id - 1, 1).await?;
    found.into_iter().next().ok_or_else(Error::not_found)
}

/// Defines an attribute. Errors: `attribute.key_taken`, `attribute.too_many` (409), `invalid`.
pub(super) async fn create(app: &App, caller: &Caller, input: AttributeInput) -> Result<Attribute> {
    let tenant = input.tenant;
    let scope = caller.authorize(EDIT, tenant, None)?;
    if !is_key(&input.key) {
        return Err(Error::invalid("/key", "unfit"));
    }
    let by = Author::of(caller, app);
    let made = Attribute {
        id: app.ids().next(),
        tenant,
        key: input.key.clone(),
        label_en: line("/label_en", &input.label_en, NAME_MAX)?,
        label_zh: line("/label_zh", &input.label_zh, NAME_MAX)?,
        kind: input.kind,
        choices: choices(input.kind, input.choices.as_deref())?,
        created_at: by.now,
    };
    let write = async move |tx: &mut Tx| {
        let bound = ATTRIBUTES_MAX as i64 + 1;
        if store::page(tx, &Tx::ids([tenant.0]), 0, bound).await?.len() >= ATTRIBUTES_MAX {
            return Err(Error::new(&codes::ATTRIBUTES_FULL));
        }
        if !store::insert(tx, &made).await? {
            return Err(Error::new(&codes::ATTRIBUTE_TAKEN).field("/key", "taken"));
        }
        let after = json!({ "key": made.key, "label_en": made.label_en, "label_zh": made.label_zh,
                "kind": made.kind, "choices": made.choices });
        audit(tx, &by, tenant, "attribute.created", ("attribute", made.id), None, Some(after)).await?;
        tx.emit(Event::new(tenant, "attribute.created", made.id, by.actor, by.now));
        tx.made(made.id);
        one(tx, tenant, made.id).await
    };
    match made_before() {
        Some(before) => app.db().read(&scope, async move |tx: &mut Tx| one(tx, tenant, before).await).await,
        None => app.db().write(&scope, AggregateKey::new("attribute", tenant.0), write).await,
    }
}
