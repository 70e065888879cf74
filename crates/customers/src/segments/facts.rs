//! Loads what a plan asks about, for one window of contacts.

use super::plan::{Facts, Needs, Plan};
use super::store;
use crate::contacts::ContactFigures;
use crate::{blocks, consents};
use kernel::{ContactId, Result, TenantId, TenantScope};
use platform::App;
use platform::store::Tx;
use std::collections::HashMap;
use std::sync::Arc;

/// A window: its contacts with the facts that are needed.
pub(super) struct Window {
    pub facts: Vec<Facts>,
    /// The least id looked at; `None` where there is nobody further.
    pub last: Option<ContactId>,
}

/// Up to `rows` contacts before an id, with their facts.
pub(super) async fn load(
    app: &App,
    scope: &TenantScope,
    tenant: TenantId,
    plan: &Plan,
    before: i64,
    rows: usize,
) -> Result<Window> {
    let (needs, source, now) = (plan.needs, plan.source.clone(), app.now());
    let read = async move |tx: &mut Tx| {
        let ids = store::window(tx, tenant, &source, before, rows as i64).await?;
        let last = ids.last().copied().filter(|_| ids.len() == rows);
        let facts = fill(tx, tenant, needs, &Tx::ids(ids.iter().map(|i| i.0)), now).await?;
        Ok(Window { facts, last })
    };
    let mut window = app.db().read(scope, read).await?;
    if needs.figures
        && let Some(port) = app.try_port::<Arc<dyn ContactFigures>>()
    {
        let ids: Vec<ContactId> = window.facts.iter().map(|f| f.id).collect();
        let figures = port.figures(app, scope, &ids, now).await?;
        for f in &mut window.facts {
            f.figures = figures.get(&f.id).copied().unwrap_or_default();
        }
    }
    Ok(window)
}

/// The facts of these contacts that the store holds, newest contact first.
pub(super) async fn fill(
    tx: &mut Tx,
    tenant: TenantId,
    needs: Needs,
    ids: &str,
    now: i64,
) -> Result<Vec<Facts>> {
    let mut all = store::facts(tx, tenant, ids).await?;
    let place: HashMap<ContactId, usize> = all.iter().enumerate().map(|(i, f)| (f.id, i)).collect();
    if needs.tags {
        for (id, tag) in store::tags(tx, tenant, ids).await? {
            if let Some(i) = place.get(&id) {
                all[*i].tags.push(tag);
            }
        }
    }
    if needs.handles {
        for (id, kind, norm) in store::handles(tx, tenant, ids).await? {
            if let Some(i) = place.get(&id) {
                all[*i].handles.push((kind, norm));
            }
        }
    }
    if needs.attributes {
        for (id, attribute, value) in store::attributes(tx, tenant, ids).await? {
            if let Some(i) = place.get(&id) {
                all[*i].attributes.insert(attribute, value);
            }
        }
    }
    if needs.consents {
        for (id, topic, given) in consents::current(tx, tenant, ids).await? {
            if let Some(i) = place.get(&id) {
                all[*i].consents.insert(topic, given);
            }
        }
    }
    if needs.blocked {
        for id in blocks::blocked_among(tx, tenant, ids, now).await? {
            if let Some(i) = place.get(&id) {
                all[*i].blocked = true;
            }
        }
    }
    Ok(all)
}
