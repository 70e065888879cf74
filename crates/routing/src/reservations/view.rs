//! An offer as its agent sees it: who, where, how long, why me.

use super::model::Reservation;
use crate::facts;
use crate::floor::Board;
use accounts::authorize;
use conversations::inboxes;
use conversations::ports::Work;
use conversations::threads;
use kernel::{ContactId, ConversationId, LineId, Millis, QueueId, ReservationId, Result, TenantId};
use platform::App;
use platform::store::Tx;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Arc;
use utoipa::ToSchema;

/// Within which the contact's other conversations count as a repeat.
const REPEAT_MS: Millis = 24 * 3_600_000;

/// Who waits.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OfferedContact {
    /// The name.
    pub name: String,
    /// One letter or character.
    pub initial: String,
    /// A colour.
    pub color: String,
    /// The client's tier of the contact.
    pub tier: Option<String>,
}

/// Where it waits.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OfferedQueue {
    /// The queue.
    pub id: QueueId,
    /// Its name.
    pub name: String,
}

/// Work offered to the reader.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReservationView {
    /// Its id.
    pub id: ReservationId,
    /// What is offered.
    pub conversation: ConversationId,
    /// Who waits.
    pub contact: OfferedContact,
    /// The client.
    pub tenant: TenantId,
    /// The line.
    pub line: LineId,
    /// Where it came in.
    pub inbox_name: String,
    /// Where it waits.
    pub queue: OfferedQueue,
    /// How long the customer had waited when this was written, in milliseconds.
    pub waiting_ms: i64,
    /// When it was offered.
    pub offered_at: Millis,
    /// From when on acceptance is too late.
    pub expires_at: Millis,
    /// Why this agent: reason keys.
    pub why: Vec<String>,
    /// The last message, its first 120 characters.
    pub last_text: Option<String>,
    /// Other conversations of the contact within 24 hours.
    pub repeat_24h: i64,
}

struct Around {
    contacts: HashMap<ConversationId, customers::ContactBrief>,
    texts: HashMap<ConversationId, String>,
    repeats: HashMap<ReservationId, i64>,
}

async fn around(tx: &mut Tx, of: &[Reservation], now: Millis) -> Result<Around> {
    let scope = tx.scope().clone();
    let ids: Vec<_> = of.iter().map(|r| r.conversation).collect();
    let rows = threads::by_ids(tx, &ids).await?;
    // Whose it is now: it may have been merged since it was offered.
    let whose: HashMap<ConversationId, ContactId> = rows.iter().map(|r| (r.id, r.contact)).collect();
    let contacts: Vec<ContactId> = whose.values().copied().collect();
    let briefs = customers::brief(tx, &scope, &contacts).await?;
    let mut repeats = HashMap::new();
    for r in of {
        let contact = whose.get(&r.conversation).copied().unwrap_or(r.contact);
        let n = facts::came_since(tx, r.tenant, contact, r.conversation, now - REPEAT_MS).await?;
        repeats.insert(r.id, n);
    }
    let briefs: HashMap<ContactId, customers::ContactBrief> = briefs.into_iter().map(|b| (b.id, b)).collect();
    Ok(Around {
        contacts: whose.iter().filter_map(|(c, who)| Some((*c, briefs.get(who)?.clone()))).collect(),
        texts: rows.into_iter().map(|r| (r.id, r.last_text)).collect(),
        repeats,
    })
}

/// The views of these reservations, which the caller has checked to be the reader's, in their order.
pub async fn views(app: &App, of: Vec<Reservation>) -> Result<Vec<ReservationView>> {
    let (board, now) = (app.port::<Arc<Board>>(), app.now());
    let inboxes = app.port::<Arc<inboxes::Cache>>();
    let mut by_tenant: HashMap<TenantId, Vec<Reservation>> = HashMap::new();
    for r in &of {
        by_tenant.entry(r.tenant).or_default().push(r.clone());
    }
    let mut known = Around { contacts: HashMap::new(), texts: HashMap::new(), repeats: HashMap::new() };
    for (tenant, some) in by_tenant {
        let read = async move |tx: &mut Tx| around(tx, &some, now).await;
        let found = app.db().read(&authorize::inbox(tenant), read).await?;
        known.contacts.extend(found.contacts);
        known.texts.extend(found.texts);
        known.repeats.extend(found.repeats);
    }
    let view = |r: Reservation| {
        let contact = known.contacts.get(&r.conversation);
        ReservationView {
            contact: OfferedContact {
                name: contact.map(|c| c.name.clone()).unwrap_or_default(),
                initial: contact.map_or_else(|| "?".into(), |c| c.initial.clone()),
                color: contact.map_or_else(|| "#7b8ba1".into(), |c| c.color.to_string()),
                tier: contact.and_then(|c| c.tier.clone()),
            },
            inbox_name: inboxes.get(r.inbox).map(|i| i.name.clone()).unwrap_or_default(),
            queue: OfferedQueue { id: r.queue, name: board.queue_name(r.queue).unwrap_or_default() },
            waiting_ms: (now - r.waiting_since).max(0),
            last_text: known.texts.get(&r.conversation).filter(|t| !t.is_empty()).cloned(),
            repeat_24h: known.repeats.get(&r.id).copied().unwrap_or(0),
            id: r.id,
            conversation: r.conversation,
            tenant: r.tenant,
            line: r.line,
            offered_at: r.offered_at,
            expires_at: r.expires_at,
            why: r.why,
        }
    };
    Ok(of.into_iter().map(view).collect())
}
