//! Whoever writes: the contact with this address, or a new one. On the path of every first message.

use super::model::{self, ContactBrief, NAME_MAX};
use super::store;
use crate::handles::store::{self as handle_store, FIND_MAX, Known, Put};
use crate::handles::{DEFAULT_COUNTRY, HandleKind, NewHandle, Norm, Standing, country_of, normalise};
use kernel::{Actor, ContactId, Error, Event, HandleId, Language, Millis, Result, TenantId, TenantScope};
use platform::store::Tx;
use serde_json::json;

/// A contact who comes back within this time is not written down as seen again.
const SEEN_STEP_MS: Millis = 5 * 60_000;

/// Who wrote, as the channel knows them. Ids are made before the transaction.
#[derive(Debug, Clone)]
pub struct NewContact {
    /// The id, should the contact be new.
    pub id: ContactId,
    /// Ids for the handles, one each.
    pub handle_ids: Vec<HandleId>,
    /// Whose contact.
    pub tenant: TenantId,
    /// The name they told.
    pub name: Option<String>,
    /// The language they write in.
    pub language: Option<Language>,
    /// What they are known by, the surest first; at most four count. What is no address is passed over.
    pub handles: Vec<NewHandle>,
    /// Now.
    pub now: Millis,
}

struct Candidate<'a> {
    id: HandleId,
    norm: Norm,
    value: &'a str,
    standing: Standing,
}

/// The contact known by the first proved handle that anybody has, or a new one; and whether it was made. Further handles
/// are added where they are free. Errors: `invalid` where no handle is an address, or an id is missing.
pub async fn find_or_create(tx: &mut Tx, input: &NewContact) -> Result<(ContactId, bool)> {
    let candidates = candidates(tx, input).await?;
    let norms: Vec<Norm> = candidates.iter().map(|c| c.norm.clone()).collect();
    let known = handle_store::known(tx, input.tenant, &norms).await?;
    if let Some(found) = owner_among(&candidates, &known) {
        return seen(tx, input, &candidates, &known, found).await.map(|id| (id, false));
    }
    // The unique address comes first, so that of two who come at once the later finds the earlier.
    let surest = candidates.iter().find(|c| c.standing == Standing::Proved);
    if let Some(first) = surest
        && !put(tx, input, input.id, first).await?
    {
        let known = handle_store::known(tx, input.tenant, &norms).await?;
        let Some(found) = owner_among(&candidates, &known) else {
            return Err(Error::new(&crate::codes::HANDLE_TAKEN));
        };
        return seen(tx, input, &candidates, &known, found).await.map(|id| (id, false));
    }
    create(tx, input).await?;
    for c in candidates.iter().filter(|c| surest.is_none_or(|s| s.norm != c.norm)) {
        put(tx, input, input.id, c).await?;
    }
    Ok((input.id, true))
}

/// The contact who has an address that staff write to, entered or proved; a new one otherwise, with the address as entered. A
/// claim finds nobody here either. Errors: `invalid` where it is no address; `handle.taken` where somebody was faster.
pub async fn find_or_enter(tx: &mut Tx, input: &NewContact) -> Result<ContactId> {
    let candidates = candidates(tx, input).await?;
    let norms: Vec<Norm> = candidates.iter().map(|c| c.norm.clone()).collect();
    let known = handle_store::known(tx, input.tenant, &norms).await?;
    let entered =
        |k: &&Known| k.standing >= Standing::Entered as i64 && candidates.iter().any(|c| is_same(k, c));
    if let Some(found) = known.iter().find(entered) {
        return Ok(found.contact);
    }
    for mut c in candidates {
        c.standing = Standing::Entered;
        if !put(tx, input, input.id, &c).await? {
            return Err(Error::new(&crate::codes::HANDLE_TAKEN));
        }
    }
    create(tx, input).await?;
    Ok(input.id)
}

async fn candidates<'a>(tx: &mut Tx, input: &'a NewContact) -> Result<Vec<Candidate<'a>>> {
    let national =
        |h: &NewHandle| h.kind == HandleKind::Phone && !h.value.trim_start().starts_with(['+', '＋']);
    let country = if input.handles.iter().any(national) {
        country_of(tx, input.tenant).await?
    } else {
        DEFAULT_COUNTRY.to_owned()
    };
    let mut out: Vec<Candidate<'a>> = vec![];
    for (i, h) in input.handles.iter().take(FIND_MAX).enumerate() {
        let Some(norm) = normalise(h.kind, &h.value, &country) else { continue };
        let id = *input.handle_ids.get(i).ok_or_else(|| Error::internal("a handle without an id"))?;
        if out.iter().all(|c| c.norm != norm) {
            out.push(Candidate { id, norm, value: &h.value, standing: h.standing() });
        }
    }
    if out.is_empty() { Err(Error::invalid("/handles", "unfit")) } else { Ok(out) }
}

/// A claim finds nobody, and is not found by proof.
fn owner_among(candidates: &[Candidate<'_>], known: &[Known]) -> Option<ContactId> {
    let proved = candidates.iter().filter(|c| c.standing == Standing::Proved);
    proved
        .filter_map(|c| known.iter().find(|k| is_same(k, c) && k.standing >= Standing::Entered as i64))
        .map(|k| k.contact)
        .next()
}

fn is_same(k: &Known, c: &Candidate<'_>) -> bool {
    k.kind == c.norm.kind && k.norm == c.norm.value
}

async fn put(tx: &mut Tx, input: &NewContact, contact: ContactId, c: &Candidate<'_>) -> Result<bool> {
    let put = Put {
        id: c.id,
        tenant: input.tenant,
        contact,
        norm: &c.norm,
        value: c.value.trim(),
        standing: c.standing,
        now: input.now,
    };
    handle_store::put(tx, &put).await
}

/// Adds what is new about somebody known. Most often there is nothing, and nothing is written.
async fn seen(
    tx: &mut Tx,
    input: &NewContact,
    candidates: &[Candidate<'_>],
    known: &[Known],
    id: ContactId,
) -> Result<ContactId> {
    let mut changed = vec![];
    for c in candidates {
        let settled = |k: &&Known| is_same(k, c) && (k.contact != id || k.standing >= c.standing as i64);
        if known.iter().find(settled).is_some_and(|k| k.contact == id || k.standing > 0) {
            continue;
        }
        if put(tx, input, id, c).await? {
            changed.push("handles");
        }
    }
    let row = known.iter().find(|k| k.contact == id);
    let told = input.name.as_deref().map(str::trim).filter(|n| !n.is_empty());
    if let (Some(name), Some(false)) = (told, row.map(|k| k.named)) {
        let name: String = name.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect();
        store::set_name(tx, input.tenant, id, &name).await?;
        changed.push("name");
    }
    if row.is_some_and(|k| input.now - k.last_seen_at >= SEEN_STEP_MS) {
        store::set_seen(tx, input.tenant, id, input.now).await?;
    }
    if !changed.is_empty() {
        changed.dedup();
        let event = Event::new(input.tenant, "contact.changed", id.0, Actor::contact(id), input.now);
        tx.emit(event.data(json!({ "fields": changed })));
    }
    Ok(id)
}

async fn create(tx: &mut Tx, input: &NewContact) -> Result<()> {
    let told: Option<String> = input
        .name
        .as_deref()
        .map(|n| n.trim().chars().filter(|c| !c.is_control()).take(NAME_MAX).collect())
        .filter(|n: &String| !n.is_empty());
    let named = told.is_some();
    let name = told.unwrap_or_else(|| model::stranger(input.id, input.language));
    let row = store::NewRow {
        id: input.id,
        tenant: input.tenant,
        name: &name,
        named,
        salutation: None,
        language: input.language,
        tier: None,
        organisation: None,
        preferences: None,
        note: None,
        now: input.now,
    };
    store::insert(tx, &row).await?;
    tx.emit(Event::new(input.tenant, "contact.created", input.id.0, Actor::contact(input.id), input.now));
    Ok(())
}

/// What lists and threads show of these contacts; those outside the scope are left out.
pub async fn brief(tx: &mut Tx, scope: &TenantScope, ids: &[ContactId]) -> Result<Vec<ContactBrief>> {
    store::briefs(tx, scope, &Tx::ids(ids.iter().map(|i| i.0))).await
}
