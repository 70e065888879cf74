//! Contacts as search sees them: name, organisation, tags. Never an address.

use super::store;
use futures_util::future::BoxFuture;
use kernel::{ContactId, Event, LineId, Result, TenantId, TenantScope};
use platform::App;
use platform::search::{Doc, DocKind, Documents};
use platform::store::Tx;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Contacts indexed again after their organisation changed its name; the rest follow when they change themselves.
const RENAMED_MAX: i64 = 2_000;

/// The source of contacts for search.
pub struct ContactDocuments;

impl Documents for ContactDocuments {
    fn kinds(&self) -> &'static [&'static str] {
        &[
            "contact.created",
            "contact.changed",
            "contact.merged",
            "contact.merge_undone",
            "contacts.imported",
            "organisation.changed",
        ]
    }

    fn documents<'a>(&'a self, app: &'a App, events: &'a [Arc<Event>]) -> BoxFuture<'a, Result<Vec<Doc>>> {
        Box::pin(async move {
            let of = |kind: &str| -> Vec<(TenantId, i64)> {
                events.iter().filter(|e| e.kind.starts_with(kind)).map(|e| (e.tenant, e.subject)).collect()
            };
            let (mut contacts, firms) = (of("contact."), of("organisation."));
            contacts.extend(events.iter().filter(|e| e.kind == "contacts.imported").flat_map(imported));
            let read = async move |tx: &mut Tx| {
                let mut ids: Vec<(TenantId, ContactId)> =
                    contacts.iter().map(|(t, c)| (*t, ContactId(*c))).collect();
                for (tenant, firm) in &firms {
                    let more = store::of_organisation(tx, *tenant, *firm, RENAMED_MAX).await?;
                    ids.extend(more.into_iter().map(|c| (*tenant, c)));
                }
                ids.sort_unstable();
                ids.dedup();
                documents(tx, &ids).await
            };
            app.db().read(&accounts::authorize::reader(), read).await
        })
    }

    fn all<'a>(&'a self, app: &'a App, after: i64, max: usize) -> BoxFuture<'a, Result<Vec<Doc>>> {
        Box::pin(async move {
            let read = async move |tx: &mut Tx| {
                let ids = store::all_after(tx, after, max as i64).await?;
                let ids: Vec<_> = ids.into_iter().map(|(c, t)| (t, c)).collect();
                documents(tx, &ids).await
            };
            let scope: TenantScope = accounts::authorize::reader();
            app.db().read(&scope, read).await
        })
    }
}

/// The contacts that a batch of an import made or changed.
fn imported(e: &Arc<Event>) -> Vec<(TenantId, i64)> {
    let ids = e.data["contacts"].as_array().into_iter().flatten();
    ids.filter_map(|id| Some((e.tenant, id.as_str()?.parse().ok()?))).collect()
}

async fn documents(tx: &mut Tx, of: &[(TenantId, ContactId)]) -> Result<Vec<Doc>> {
    let tenants = Tx::ids(of.iter().map(|(t, _)| t.0));
    let ids = Tx::ids(of.iter().map(|(_, c)| c.0));
    let mut tags: BTreeMap<ContactId, Vec<String>> = BTreeMap::new();
    for (contact, tag) in store::tags(tx, &tenants, &ids).await? {
        tags.entry(contact).or_default().push(tag);
    }
    let mut rows = store::rows(tx, &tenants, &ids).await?;
    rows.sort_unstable_by_key(|r| r.brief.id);
    let doc = |r: super::model::ContactRow| {
        let mut text = r.brief.name;
        let words = r.organisation.map(|(_, name)| name).into_iter();
        for word in words.chain(tags.remove(&r.brief.id).unwrap_or_default()) {
            text.push('\n');
            text.push_str(&word);
        }
        Doc {
            kind: DocKind::Contact,
            id: r.brief.id.0,
            tenant: r.brief.tenant,
            line: LineId(0),
            conversation: 0,
            at: r.last_seen_at,
            text,
            fresh: false,
            delete: false,
        }
    };
    // Who is not there any more was merged into another.
    let gone = |(tenant, id): &(TenantId, ContactId)| Doc {
        kind: DocKind::Contact,
        id: id.0,
        tenant: *tenant,
        line: LineId(0),
        conversation: 0,
        at: 0,
        text: String::new(),
        fresh: false,
        delete: true,
    };
    let known: std::collections::BTreeSet<ContactId> = rows.iter().map(|r| r.brief.id).collect();
    let mut out: Vec<Doc> = of.iter().filter(|(_, c)| !known.contains(c)).map(gone).collect();
    out.extend(rows.into_iter().map(doc));
    Ok(out)
}
