//! The reader of the log that turns replies in conversations of mail into deliveries.

use super::jobs;
use super::model::{Delivery, Status};
use super::store;
use conversations::inboxes::{Cache, inboxes_of};
use conversations::threads::Channel;
use kernel::{ActorKind, AggregateKey, ConversationId, Event, InboxId, JobId, MessageId, Result, TenantId};
use platform::App;
use platform::log::Reader;
use platform::store::Tx;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Deliveries written in one transaction.
const CHUNK: usize = 100;

/// Writes a delivery for each reply.
pub struct MailOut {
    app: App,
}

impl MailOut {
    /// For this program.
    pub fn new(app: App) -> MailOut {
        MailOut { app }
    }
}

/// A reply by staff, a program or the house; notes and thin lines are none.
fn is_reply(e: &Event) -> bool {
    e.kind == "message.created"
        && e.actor.kind != ActorKind::Contact
        && e.data["note"] != true
        && e.data["event"] != true
}

/// By which inbox a reply leaves: the one it names, or its conversation's own; by none where it is for the widget. Pure.
fn way(e: &Event, of: &HashMap<i64, InboxId>) -> Option<InboxId> {
    if e.data["chat"] == true {
        return None;
    }
    let named = e.data["mail"].as_str().and_then(|s| s.parse().ok()).map(InboxId);
    named.or_else(|| of.get(&e.conversation).copied())
}

impl Reader for MailOut {
    fn name(&self) -> &'static str {
        "mail out"
    }

    async fn handle(&mut self, events: &[Arc<Event>]) -> Result<()> {
        let replies: Vec<&Arc<Event>> = events.iter().filter(|e| is_reply(e)).collect();
        if replies.is_empty() {
            return Ok(());
        }
        let inboxes = self.app.port::<Arc<Cache>>().list();
        let of_mail = inboxes.iter().filter(|i| i.channel == Channel::Email);
        let (targets, tenants): (HashSet<InboxId>, HashSet<TenantId>) =
            of_mail.map(|i| (i.id, i.tenant)).unzip();
        let wanted: Vec<&Arc<Event>> = replies.into_iter().filter(|e| tenants.contains(&e.tenant)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let inbox_of = inboxes_of(&self.app, &wanted).await?;
        let now = self.app.now();
        let mut by_tenant: BTreeMap<TenantId, Vec<(Delivery, JobId)>> = BTreeMap::new();
        for e in wanted {
            let Some(inbox) = way(e, &inbox_of).filter(|i| targets.contains(i)) else { continue };
            let delivery = Delivery {
                message: MessageId(e.subject),
                tenant: e.tenant,
                inbox,
                conversation: ConversationId(e.conversation),
                status: Status::Pending,
                attempts: 0,
                next_at: Some(now),
                fault: None,
                answer: None,
                taken: vec![],
                created_at: now,
            };
            by_tenant.entry(e.tenant).or_default().push((delivery, self.app.id()));
        }
        for (tenant, all) in by_tenant {
            for part in all.chunks(CHUNK) {
                let part = part.to_vec();
                let write = async move |tx: &mut Tx| {
                    for (d, job) in &part {
                        if store::insert(tx, d).await? {
                            tx.enqueue(&jobs::job(*job, d, d.created_at)).await?;
                        }
                    }
                    Ok(())
                };
                let scope = accounts::authorize::job(tenant);
                self.app.db().write(&scope, AggregateKey::new("mail out", tenant.0), write).await?;
            }
        }
        Ok(())
    }
}
