//! Whose turn is it? Mails of one inbox are looked into one after the other, in the order in which they came: of two that
//! belong to one thread the earlier one stands first. Different inboxes do not wait for each other.
//!
//! Within one program a lock per inbox keeps the order. Another program on the same store is seen by the tries that it counted
//! in the row, and waited for a little.

use super::model::Arrival;
use super::store;
use kernel::{ArrivalId, InboxId, Result, TenantId};
use platform::App;
use platform::store::Tx;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

/// Older mails that one job brings along at the most: their own jobs bring the rest.
const BEHIND_MAX: i64 = 100;
/// An older mail that another program looks into is waited for this often …
const LOOKS_MAX: usize = 60;
/// … this far apart.
const LOOK_EVERY: Duration = Duration::from_millis(50);

static TURNS: Mutex<Option<HashMap<InboxId, Arc<Turn<()>>>>> = Mutex::new(None);

/// Waits until nobody else in this program looks into mails of the inbox. Those who wait come in the order in which they asked.
pub(super) async fn of(inbox: InboxId) -> OwnedMutexGuard<()> {
    let turn = {
        let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
        let turns = turns.get_or_insert_default();
        // Inboxes at rest need no entry.
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        turns.entry(inbox).or_default().clone()
    };
    turn.lock_owned().await
}

/// Mails of the inbox that came before this one and were not looked into yet, oldest first. Whoever asks holds the turn.
pub(super) async fn behind(
    app: &App,
    (tenant, inbox): (TenantId, InboxId),
    before: ArrivalId,
) -> Result<Vec<Arrival>> {
    let mut looks = 0;
    loop {
        let scope = accounts::authorize::job(tenant);
        let look = async move |tx: &mut Tx| store::waiting(tx, tenant, inbox, before, BEHIND_MAX).await;
        let all = app.db().read(&scope, look).await?;
        let (tried, fresh): (Vec<_>, Vec<_>) = all.into_iter().partition(|a| a.tries > 0);
        if tried.is_empty() || looks == LOOKS_MAX {
            return Ok(fresh);
        }
        looks += 1;
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
