//! Whose turn is it? Mails are looked into side by side, and taken in one inbox after the other in the order in which they came:
//! of two that belong to one thread the earlier one stands first. Different inboxes do not wait for each other.
//!
//! Within one program whoever looks into a mail has a ticket, and the oldest ticket of an inbox goes first. Another program on the
//! same store is seen by the tries that it counted in the row, and waited for a little.

use super::model::Arrival;
use super::store;
use kernel::{ArrivalId, InboxId, Result, TenantId};
use platform::App;
use platform::store::Tx;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Older mails that one job brings along at the most: their own jobs bring the rest.
const BEHIND_MAX: i64 = 100;
/// An older mail that another program looks into is waited for this often …
const LOOKS_MAX: usize = 60;
/// … this far apart.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// Nobody waits longer for the mails before: better a thread out of order than a mail that does not arrive.
const WAIT_MAX: Duration = Duration::from_secs(20);

/// The mails of one inbox that are looked into in this program.
#[derive(Default)]
struct Queue {
    under_way: Mutex<BTreeSet<ArrivalId>>,
    left: Notify,
}

impl Queue {
    fn with<T>(&self, f: impl FnOnce(&mut BTreeSet<ArrivalId>) -> T) -> T {
        f(&mut self.under_way.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

static QUEUES: Mutex<Option<HashMap<InboxId, Arc<Queue>>>> = Mutex::new(None);

/// A place among those who look into mails of an inbox; given back when it is dropped.
pub(super) struct Ticket {
    queue: Arc<Queue>,
    id: ArrivalId,
}

/// Takes a ticket for a mail.
pub(super) fn enter(inbox: InboxId, id: ArrivalId) -> Ticket {
    let queue = {
        let mut queues = QUEUES.lock().unwrap_or_else(PoisonError::into_inner);
        let queues = queues.get_or_insert_default();
        // Inboxes at rest need no entry.
        queues.retain(|_, queue| Arc::strong_count(queue) > 1);
        queues.entry(inbox).or_default().clone()
    };
    queue.with(|all| all.insert(id));
    Ticket { queue, id }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.queue.with(|all| all.remove(&self.id));
        self.queue.left.notify_waiters();
    }
}

impl Ticket {
    /// Waits until no older mail of the inbox is under way.
    pub(super) async fn first(&self) {
        let wait = async {
            loop {
                let left = self.queue.left.notified();
                tokio::pin!(left);
                // From here on nobody leaves unheard.
                left.as_mut().enable();
                if self.queue.with(|all| all.first() == Some(&self.id)) {
                    return;
                }
                left.await;
            }
        };
        if tokio::time::timeout(WAIT_MAX, wait).await.is_err() {
            tracing::warn!(mail = %self.id, "a mail is taken in before one that came earlier: that one takes too long");
        }
    }
}

/// Mails of the inbox that came before this one and were not looked into yet, oldest first. Whoever asks goes first.
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
