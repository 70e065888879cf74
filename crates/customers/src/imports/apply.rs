//! One batch of rows in one transaction: who is meant, what changes, written in a handful of statements.

use super::model::{MatchBy, OnMatch, Plan};
use super::rows::{Draft, Fault};
use super::store::Counts;
use crate::contacts::{name_key, stranger};
use crate::handles::{HandleKind, Norm, Standing};
use crate::organisations;
use kernel::{ContactId, HandleId, Language, Millis, OrganisationId, Result, TenantId, args, sql};
use platform::store::Tx;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A row with the ids it may need, made before the transaction.
#[derive(Debug, Clone)]
pub(super) struct Prepared {
    pub draft: Draft,
    pub contact: ContactId,
    pub handles: Vec<HandleId>,
    pub organisation: OrganisationId,
    pub consents: Vec<i64>,
}

/// What a batch came to.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    pub counts: Counts,
    pub faults: Vec<(u64, Fault)>,
    pub contacts: Vec<ContactId>,
}

/// A contact as a row finds it, and leaves it.
#[derive(Debug, Clone, Default)]
struct State {
    id: i64,
    name: String,
    named: bool,
    salutation: Option<String>,
    language: Option<String>,
    tier: Option<String>,
    organisation: Option<i64>,
    preferences: Option<String>,
    note: Option<String>,
    first_seen_at: Millis,
    last_seen_at: Millis,
}

/// Who has which address; entered or proved ones only. A claim gives way, as it does to whoever enters it by hand.
type Owners = HashMap<(i64, String), i64>;

/// What a check has seen so far: rows that it would have made.
pub(super) type Seen = HashSet<(i64, String)>;

fn key(n: &Norm) -> (i64, String) {
    (n.kind.code(), n.value.clone())
}

/// Who has the addresses of these rows. CROSS JOIN keeps the order in SQLite: each address is looked up, while the planner, which
/// knows nothing of the list's length, would read all addresses of the client for each batch.
async fn owners(tx: &mut Tx, tenant: TenantId, rows: &[Prepared]) -> Result<Owners> {
    let norms: Vec<Value> =
        rows.iter().flat_map(|p| &p.draft.handles).map(|h| json!([h.0.kind.code(), h.0.value])).collect();
    let found = tx
        .all(
            sql!(
                "SELECT h.kind, h.norm, h.contact_id FROM ROWS_OF($2) CROSS JOIN contact_handle h
                 WHERE h.tenant_id = $1 AND h.kind = CAST(r.value ->> 0 AS BIGINT) AND h.norm = r.value ->> 1
                   AND h.standing > 0"
            ),
            args![tenant, Value::from(norms).to_string()],
            |r| Ok(((r.int(0)?, r.text(1)?), r.int(2)?)),
        )
        .await?;
    Ok(found.into_iter().collect())
}

/// Whom a row means: nobody yet, or a contact. An address of somebody else is a fault.
fn meant(d: &Draft, plan: &Plan, owners: &Owners) -> std::result::Result<Option<i64>, Fault> {
    let mut found: Option<i64> = None;
    for (norm, _, place) in &d.handles {
        let Some(owner) = owners.get(&key(norm)) else { continue };
        let counts = match plan.match_by {
            MatchBy::Handle => true,
            MatchBy::External => norm.kind == HandleKind::External,
            MatchBy::Nothing => false,
        };
        match found {
            None if counts => found = Some(*owner),
            Some(first) if counts && first != *owner => {
                return Err(Fault { place: *place, fault: "two_people" });
            }
            _ => {}
        }
    }
    // What does not find anybody must not take anything from anybody.
    for (norm, _, place) in &d.handles {
        if owners.get(&key(norm)).is_some_and(|o| found != Some(*o)) {
            return Err(Fault { place: *place, fault: if found.is_some() { "two_people" } else { "taken" } });
        }
    }
    Ok(found)
}

/// For each row the first column whose address a row before it had, and what these rows add to what was seen.
pub(super) fn met(rows: &[Prepared], seen: &mut Seen) -> Vec<Option<usize>> {
    let mut out = vec![];
    for p in rows {
        out.push(p.draft.handles.iter().find(|h| seen.contains(&key(&h.0))).map(|h| h.2));
        seen.extend(p.draft.handles.iter().map(|h| key(&h.0)));
    }
    out
}

/// Tries a batch without writing. `met` says whom the table itself made before.
pub(super) async fn check(
    tx: &mut Tx,
    tenant: TenantId,
    plan: &Plan,
    rows: &[Prepared],
    met: &[Option<usize>],
) -> Result<Outcome> {
    let owners = owners(tx, tenant, rows).await?;
    let mut out = Outcome::default();
    for (p, before) in rows.iter().zip(met) {
        let found = match (meant(&p.draft, plan, &owners), before) {
            (Ok(None), Some(place)) if plan.match_by == MatchBy::Nothing => {
                Err(Fault { place: *place, fault: "taken" })
            }
            (Ok(None), Some(_)) => Ok(Some(0)),
            (other, _) => other,
        };
        settle(&mut out, p, plan, found);
    }
    Ok(out)
}

/// Counts what becomes of a row; true where it is written.
fn settle(
    out: &mut Outcome,
    p: &Prepared,
    plan: &Plan,
    found: std::result::Result<Option<i64>, Fault>,
) -> bool {
    match (found, plan.on_match) {
        (Ok(None), _) => out.counts.made += 1,
        (Ok(Some(_)), OnMatch::Update | OnMatch::Fill) => out.counts.changed += 1,
        (Ok(Some(_)), OnMatch::Skip) => {
            out.counts.skipped += 1;
            return false;
        }
        (Ok(Some(_)), OnMatch::Refuse) => {
            out.counts.failed += 1;
            out.faults.push((p.draft.number, Fault { place: 0, fault: "known" }));
            return false;
        }
        (Err(fault), _) => {
            out.counts.failed += 1;
            out.faults.push((p.draft.number, fault));
            return false;
        }
    }
    true
}

/// Takes a batch in.
pub(super) async fn take(
    tx: &mut Tx,
    tenant: TenantId,
    plan: &Plan,
    rows: &[Prepared],
    source: &str,
    now: Millis,
) -> Result<Outcome> {
    let mut owners = owners(tx, tenant, rows).await?;
    let mut states = states(tx, tenant, owners.values().copied()).await?;
    let (mut out, mut written) = (Outcome::default(), Written::default());
    let firms = firms(tx, tenant, rows, now).await?;
    for p in rows {
        let found = meant(&p.draft, plan, &owners);
        let to = match &found {
            Ok(Some(id)) => *id,
            _ => p.contact.0,
        };
        let fresh = matches!(found, Ok(None));
        if !settle(&mut out, p, plan, found) {
            continue;
        }
        let firm = p.draft.organisation.as_deref().and_then(|n| firms.get(&name_key(n))).copied();
        let state = states.entry(to).or_insert_with(|| State { id: to, ..State::default() });
        let replace = fresh || plan.on_match == OnMatch::Update;
        fill(state, &p.draft, firm, replace, now);
        written.add(p, to, replace);
        for h in &p.draft.handles {
            owners.insert(key(&h.0), to);
        }
        out.contacts.push(ContactId(to));
    }
    out.contacts.sort_unstable();
    out.contacts.dedup();
    let touched: Vec<&State> = out.contacts.iter().filter_map(|c| states.get(&c.0)).collect();
    put_contacts(tx, tenant, &touched).await?;
    written.put(tx, tenant, source, now).await?;
    Ok(out)
}

async fn states(
    tx: &mut Tx,
    tenant: TenantId,
    ids: impl Iterator<Item = i64>,
) -> Result<HashMap<i64, State>> {
    let ids: HashSet<i64> = ids.collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = tx
        .all(
            sql!(
                "SELECT id, name, named, salutation, language, tier, organisation_id, preferences, note, first_seen_at,
                   last_seen_at FROM contact WHERE tenant_id = $1 AND id IN_IDS($2)"
            ),
            args![tenant, Tx::ids(ids)],
            |r| {
                Ok(State {
                    id: r.int(0)?,
                    name: r.text(1)?,
                    named: r.bool(2)?,
                    salutation: r.opt_text(3)?,
                    language: r.opt_text(4)?,
                    tier: r.opt_text(5)?,
                    organisation: r.opt_int(6)?,
                    preferences: r.opt_text(7)?,
                    note: r.opt_text(8)?,
                    first_seen_at: r.int(9)?,
                    last_seen_at: r.int(10)?,
                })
            },
        )
        .await?;
    Ok(found.into_iter().map(|s| (s.id, s)).collect())
}

/// The firms that a batch names, made where they are new.
async fn firms(
    tx: &mut Tx,
    tenant: TenantId,
    rows: &[Prepared],
    now: Millis,
) -> Result<HashMap<String, i64>> {
    let mut wanted = BTreeMap::new();
    for p in rows {
        if let Some(name) = p.draft.organisation.as_deref() {
            wanted.entry(name_key(name)).or_insert((p.organisation, name));
        }
    }
    organisations::find_or_make(tx, tenant, &wanted, now).await
}

fn fill(s: &mut State, d: &Draft, firm: Option<i64>, replace: bool, now: Millis) {
    fn put<T: Clone>(was: &mut Option<T>, is: &Option<T>, replace: bool) {
        if is.is_some() && (replace || was.is_none()) {
            was.clone_from(is);
        }
    }
    if s.first_seen_at == 0 {
        (s.first_seen_at, s.last_seen_at) = (now, now);
    }
    match &d.name {
        Some(name) if replace || !s.named => {
            s.name.clone_from(name);
            s.named = true;
        }
        _ if s.name.is_empty() => s.name = stranger(ContactId(s.id), d.language),
        _ => {}
    }
    put(&mut s.salutation, &d.salutation, replace);
    put(&mut s.tier, &d.tier, replace);
    put(&mut s.note, &d.note, replace);
    put(&mut s.organisation, &firm, replace);
    put(&mut s.language, &d.language.map(Language::tag).map(str::to_owned), replace);
}

async fn put_contacts(tx: &mut Tx, tenant: TenantId, all: &[&State]) -> Result<()> {
    let rows: Vec<Value> = all
        .iter()
        .map(|s| {
            json!([
                s.id,
                s.name,
                name_key(&s.name),
                i64::from(s.named),
                s.salutation,
                s.language,
                s.tier,
                s.organisation,
                s.preferences,
                s.note,
                s.first_seen_at,
                s.last_seen_at
            ])
        })
        .collect();
    tx.exec(
        sql!(
            "INSERT INTO contact(id, tenant_id, name, name_key, named, salutation, language, tier, organisation_id,
               preferences, note, first_seen_at, last_seen_at)
             SELECT CAST(r.value ->> 0 AS BIGINT), CAST($1 AS BIGINT), r.value ->> 1, r.value ->> 2,
               CAST(r.value ->> 3 AS BIGINT), r.value ->> 4, r.value ->> 5, r.value ->> 6,
               CAST(r.value ->> 7 AS BIGINT), r.value ->> 8, r.value ->> 9, CAST(r.value ->> 10 AS BIGINT),
               CAST(r.value ->> 11 AS BIGINT) FROM ROWS_OF($2) WHERE 1 = 1
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key, named = excluded.named,
               salutation = excluded.salutation, language = excluded.language, tier = excluded.tier,
               organisation_id = excluded.organisation_id, note = excluded.note
             WHERE contact.tenant_id = excluded.tenant_id"
        ),
        args![tenant, Value::from(rows).to_string()],
    )
    .await
    .map(|_| ())
}

/// What a batch writes beside the contacts' own rows.
#[derive(Default)]
struct Written {
    handles: Vec<Value>,
    tags: Vec<Value>,
    /// The last word of a row wins, where rows replace.
    attributes: HashMap<(i64, i64), (String, bool)>,
    consents: Vec<Value>,
    put: HashSet<(i64, String)>,
}

impl Written {
    fn add(&mut self, p: &Prepared, to: i64, replace: bool) {
        for ((norm, value, _), id) in p.draft.handles.iter().zip(&p.handles) {
            // One statement must not touch the same row twice.
            if self.put.insert(key(norm)) {
                self.handles.push(json!([id.0, to, norm.kind.code(), value, norm.value]));
            }
        }
        self.tags.extend(p.draft.tags.iter().map(|t| json!([to, t])));
        for (attribute, value) in &p.draft.attributes {
            let held = self.attributes.entry((to, *attribute));
            held.and_modify(|v| {
                if replace {
                    *v = (value.clone(), true);
                }
            })
            .or_insert_with(|| (value.clone(), replace));
        }
        for ((topic, given), id) in p.draft.consents.iter().zip(&p.consents) {
            self.consents.push(json!([id, to, topic, i64::from(*given)]));
        }
    }

    async fn put(self, tx: &mut Tx, tenant: TenantId, source: &str, now: Millis) -> Result<()> {
        let text = |v: Vec<Value>| Value::from(v).to_string();
        if !self.handles.is_empty() {
            put_handles(tx, tenant, &text(self.handles), now).await?;
        }
        if !self.tags.is_empty() {
            put_tags(tx, tenant, &text(self.tags)).await?;
        }
        for replace in [true, false] {
            let some = self.attributes.iter().filter(|(_, v)| v.1 == replace);
            let rows: Vec<Value> = some.map(|((c, a), v)| json!([c, a, v.0])).collect();
            if !rows.is_empty() {
                put_attributes(tx, tenant, &text(rows), replace).await?;
            }
        }
        if !self.consents.is_empty() {
            put_consents(tx, tenant, &text(self.consents), source, now).await?;
        }
        Ok(())
    }
}

async fn put_handles(tx: &mut Tx, tenant: TenantId, rows: &str, now: Millis) -> Result<()> {
    let standing = Standing::Entered as i64;
    tx.exec(
        sql!(
            "INSERT INTO contact_handle(id, tenant_id, contact_id, kind, value, norm, standing, created_at)
             SELECT CAST(r.value ->> 0 AS BIGINT), CAST($1 AS BIGINT), CAST(r.value ->> 1 AS BIGINT),
               CAST(r.value ->> 2 AS BIGINT), r.value ->> 3, r.value ->> 4, CAST($2 AS BIGINT), CAST($3 AS BIGINT)
             FROM ROWS_OF($4) WHERE 1 = 1
             ON CONFLICT (tenant_id, kind, norm)
             DO UPDATE SET contact_id = excluded.contact_id, standing = excluded.standing
             WHERE excluded.standing > contact_handle.standing
               AND (contact_handle.standing = 0 OR contact_handle.contact_id = excluded.contact_id)"
        ),
        args![tenant, standing, now, rows],
    )
    .await
    .map(|_| ())
}

async fn put_tags(tx: &mut Tx, tenant: TenantId, rows: &str) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO contact_tag(tenant_id, contact_id, tag)
             SELECT CAST($1 AS BIGINT), CAST(r.value ->> 0 AS BIGINT), r.value ->> 1 FROM ROWS_OF($2) WHERE 1 = 1
             ON CONFLICT DO NOTHING"
        ),
        args![tenant, rows],
    )
    .await
    .map(|_| ())
}

async fn put_attributes(tx: &mut Tx, tenant: TenantId, rows: &str, replace: bool) -> Result<()> {
    let s = match replace {
        true => sql!(
            "INSERT INTO contact_attribute(tenant_id, contact_id, attribute_id, value)
             SELECT CAST($1 AS BIGINT), CAST(r.value ->> 0 AS BIGINT), CAST(r.value ->> 1 AS BIGINT), r.value ->> 2
             FROM ROWS_OF($2) WHERE 1 = 1
             ON CONFLICT (tenant_id, contact_id, attribute_id) DO UPDATE SET value = excluded.value"
        ),
        false => sql!(
            "INSERT INTO contact_attribute(tenant_id, contact_id, attribute_id, value)
             SELECT CAST($1 AS BIGINT), CAST(r.value ->> 0 AS BIGINT), CAST(r.value ->> 1 AS BIGINT), r.value ->> 2
             FROM ROWS_OF($2) WHERE 1 = 1 ON CONFLICT DO NOTHING"
        ),
    };
    tx.exec(s, args![tenant, rows]).await.map(|_| ())
}

async fn put_consents(tx: &mut Tx, tenant: TenantId, rows: &str, source: &str, now: Millis) -> Result<()> {
    tx.exec(
        sql!(
            "INSERT INTO consent(id, tenant_id, contact_id, topic, given, source, by_kind, by_id, at)
             SELECT CAST(r.value ->> 0 AS BIGINT), CAST($1 AS BIGINT), CAST(r.value ->> 1 AS BIGINT), r.value ->> 2,
               CAST(r.value ->> 3 AS BIGINT), CAST($2 AS TEXT), 0, 0, CAST($3 AS BIGINT)
             FROM ROWS_OF($4) WHERE 1 = 1"
        ),
        args![tenant, source, now, rows],
    )
    .await
    .map(|_| ())
}
