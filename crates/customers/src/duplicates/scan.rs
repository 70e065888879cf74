//! One scan of a client's contacts.

use super::model::{self, Card};
use super::store;
use kernel::{Actor, AggregateKey, Error, Event, Millis, Result, TenantId};
use platform::App;
use platform::store::Tx;
use serde_json::json;

/// Contacts looked at, the newest.
pub(super) const CARDS_MAX: usize = 300_000;
/// Pairs proposed by one scan at the most.
const PAIRS_MAX: usize = 5_000;
/// Contacts read at once.
const PAGE: usize = 5_000;
/// Pairs written at once.
const WRITTEN: usize = 250;

/// Looks through the client's contacts and proposes pairs. Bears being run twice.
pub(super) async fn run(app: &App, tenant: TenantId) -> Result<()> {
    let (scope, started) = (accounts::authorize::job(tenant), app.now());
    let mut cards: Vec<Card> = vec![];
    loop {
        let before = cards.last().map_or(i64::MAX, |c| c.id);
        let read = async move |tx: &mut Tx| store::cards(tx, tenant, before, PAGE as i64).await;
        let page = app.db().read(&scope, read).await?;
        let more = page.len() == PAGE;
        cards.extend(page);
        if !more || cards.len() >= CARDS_MAX {
            break;
        }
    }
    let looked = cards.len() as i64;
    let found = tokio::task::spawn_blocking(move || model::find(&cards, PAIRS_MAX));
    let found = found.await.map_err(|e| Error::internal("the search for pairs broke off").cause(e))?;
    let pairs = found.len() as i64;
    for some in found.chunks(WRITTEN) {
        let some: Vec<(i64, model::Found)> = some.iter().map(|f| (app.ids().next(), f.clone())).collect();
        let write = async move |tx: &mut Tx| {
            for (id, f) in &some {
                store::propose(tx, tenant, *id, f, started).await?;
            }
            Ok(())
        };
        app.db().write(&scope, AggregateKey::new("contact_pair", tenant.0), write).await?;
    }
    let now: Millis = app.now();
    let write = async move |tx: &mut Tx| {
        store::forget_stale(tx, tenant, started).await?;
        store::end(tx, tenant, now, looked, pairs).await?;
        let event = Event::new(tenant, "duplicates.scanned", tenant.0, Actor::SYSTEM, now);
        tx.emit(event.data(json!({ "contacts": looked, "pairs": pairs })));
        Ok(())
    };
    app.db().write(&scope, AggregateKey::new("contact_pair", tenant.0), write).await
}
