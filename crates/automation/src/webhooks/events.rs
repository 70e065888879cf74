//! The reader of the log that turns events into deliveries.

use super::jobs;
use super::model::{Delivery, Status, Target, Webhook};
use super::store;
use conversations::inboxes::{Cache, inboxes_of};
use conversations::threads::Channel;
use kernel::{ActorKind, AggregateKey, DeliveryId, Event, InboxId, JobId, Result, TenantId};
use platform::App;
use platform::log::Reader;
use platform::store::Tx;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Deliveries written in one transaction.
const CHUNK: usize = 100;

/// Writes a delivery for each event and each who listens to it.
pub struct WebhookReader {
    app: App,
    /// Who listens, by client; `None` until it was read.
    listening: Option<HashMap<TenantId, Vec<Webhook>>>,
}

impl WebhookReader {
    /// For this program.
    pub fn new(app: App) -> WebhookReader {
        WebhookReader { app, listening: None }
    }

    /// Reads who listens, when that is not known or has changed.
    async fn refresh(&mut self, events: &[Arc<Event>]) -> Result<()> {
        if self.listening.is_some() && !events.iter().any(|e| e.kind.starts_with("webhook.")) {
            return Ok(());
        }
        let read = async |tx: &mut Tx| store::listening(tx).await;
        let all = self.app.db().read(&accounts::authorize::reader(), read).await?;
        let mut by_tenant: HashMap<TenantId, Vec<Webhook>> = HashMap::new();
        for w in all {
            by_tenant.entry(w.tenant).or_default().push(w);
        }
        self.listening = Some(by_tenant);
        Ok(())
    }

    fn for_webhooks(&self, e: &Event, out: &mut Vec<Delivery>) {
        let Some(hooks) = self.listening.as_ref().and_then(|l| l.get(&e.tenant)) else { return };
        let Some(kind) = kind_of(e) else { return };
        // What happened before a webhook was made is none of its business, however late the log is read.
        for w in hooks.iter().filter(|w| w.listens(kind) && w.created_at <= e.at) {
            out.push(self.delivery(e, kind, Target::Webhook(w.id)));
        }
    }

    fn delivery(&self, e: &Event, kind: &str, target: Target) -> Delivery {
        let now = self.app.now();
        Delivery {
            id: self.app.id(),
            tenant: e.tenant,
            target,
            pos: e.pos,
            kind: kind.to_owned(),
            subject: e.subject,
            conversation: e.conversation,
            facts: if kind.starts_with("conversation.") { e.data.clone() } else { mark_of(e) },
            happened_at: e.at,
            status: Status::Pending,
            attempts: 0,
            next_at: Some(now),
            tried_at: None,
            took_ms: None,
            code: None,
            fault: None,
            response: None,
            created_at: now,
        }
    }

    /// Replies of API inboxes that have an address for them.
    async fn for_inboxes(&self, events: &[Arc<Event>], out: &mut Vec<Delivery>) -> Result<()> {
        let replies: Vec<&Arc<Event>> = events.iter().filter(|e| is_reply(e)).collect();
        if replies.is_empty() {
            return Ok(());
        }
        let inboxes = self.app.port::<Arc<Cache>>().list();
        let with_url = |i: &&Arc<conversations::inboxes::Inbox>| {
            i.channel == Channel::Api && i.config.webhook_url.is_some()
        };
        let targets: HashSet<InboxId> = inboxes.iter().filter(with_url).map(|i| i.id).collect();
        let tenants: HashSet<TenantId> = inboxes.iter().filter(with_url).map(|i| i.tenant).collect();
        let wanted: Vec<&Arc<Event>> = replies.into_iter().filter(|e| tenants.contains(&e.tenant)).collect();
        let inbox_of = inboxes_of(&self.app, &wanted).await?;
        for e in wanted {
            if let Some(inbox) = inbox_of.get(&e.conversation).filter(|i| targets.contains(i)) {
                out.push(self.delivery(e, "message.created", Target::Inbox(*inbox)));
            }
        }
        Ok(())
    }

    /// Writes deliveries with their jobs. What was written before is left as it is.
    async fn write(&self, deliveries: Vec<Delivery>) -> Result<()> {
        let mut by_tenant: BTreeMap<TenantId, Vec<(Delivery, JobId)>> = BTreeMap::new();
        for d in deliveries {
            by_tenant.entry(d.tenant).or_default().push((d, self.app.id()));
        }
        for (tenant, all) in by_tenant {
            for part in all.chunks(CHUNK) {
                let part = part.to_vec();
                let write = async move |tx: &mut Tx| {
                    for (d, job) in &part {
                        if store::insert_delivery(tx, d).await? {
                            tx.enqueue(&jobs::job(*job, d, d.created_at)).await?;
                        }
                    }
                    Ok(())
                };
                let scope = accounts::authorize::job(tenant);
                self.app.db().write(&scope, AggregateKey::new("webhook", tenant.0), write).await?;
            }
        }
        Ok(())
    }

    /// Replies that an agent sends once more.
    async fn again(&self, events: &[Arc<Event>]) -> Result<()> {
        for e in events.iter().filter(|e| e.kind == RETRIED) {
            let inbox = inboxes_of(&self.app, &[e]).await?.get(&e.conversation).copied();
            let Some(inbox) = inbox else { continue };
            let mut fresh = self.delivery(e, "message.created", Target::Inbox(inbox));
            // Counted by its place in the log too, so that reading the event twice sends it once.
            fresh.pos = -e.pos;
            let job = self.app.id();
            let write = async move |tx: &mut Tx| replay_reply(tx, &fresh, job).await;
            let scope = accounts::authorize::job(e.tenant);
            self.app.db().write(&scope, AggregateKey::new("webhook", e.tenant.0), write).await?;
        }
        Ok(())
    }
}

/// The event with which the API channel asks for a reply to be sent once more.
const RETRIED: &str = "message.retried";

/// Sends a reply once more under its first id, so that the receiver can tell; under a new one where the first is forgotten.
async fn replay_reply(tx: &mut Tx, fresh: &Delivery, job: JobId) -> Result<()> {
    let Target::Inbox(inbox) = fresh.target else { return Ok(()) };
    let known = store::of_reply(tx, fresh.tenant, inbox, fresh.subject).await?;
    match known {
        Some(d) if d.status == Status::Pending => Ok(()),
        Some(d) => {
            let d = Delivery { status: Status::Pending, attempts: 0, next_at: Some(fresh.created_at), ..d };
            store::update_delivery(tx, &d).await?;
            tx.enqueue(&jobs::job(job, &d, fresh.created_at)).await
        }
        None if store::insert_delivery(tx, fresh).await? => {
            tx.enqueue(&jobs::job(job, fresh, fresh.created_at)).await
        }
        None => Ok(()),
    }
}

/// What an event is called outside; `None` for what is never sent.
fn kind_of(e: &Event) -> Option<&'static str> {
    let name = match e.kind.as_ref() {
        "message.created" if e.data["event"] == true => return None,
        "message.created" if e.data["note"] == true => "note.created",
        other => other,
    };
    super::KINDS.iter().map(|(k, ..)| *k).find(|k| *k == name)
}

/// Of a mark: how far, and whose.
fn mark_of(e: &Event) -> serde_json::Value {
    match e.kind.as_ref() {
        "message.marked" => {
            serde_json::json!({ "seq": e.data["seq"], "state": e.data["state"], "of": e.data["of"] })
        }
        _ => serde_json::Value::Null,
    }
}

fn is_reply(e: &Event) -> bool {
    e.kind == "message.created"
        && matches!(e.actor.kind, ActorKind::User | ActorKind::Bot | ActorKind::Token)
        && e.data["note"] != true
        && e.data["event"] != true
}

impl Reader for WebhookReader {
    fn name(&self) -> &'static str {
        "webhooks"
    }

    async fn handle(&mut self, events: &[Arc<Event>]) -> Result<()> {
        self.refresh(events).await?;
        let mut deliveries = vec![];
        if self.listening.as_ref().is_some_and(|l| !l.is_empty()) {
            for e in events {
                self.for_webhooks(e, &mut deliveries);
            }
        }
        self.for_inboxes(events, &mut deliveries).await?;
        self.write(deliveries).await?;
        self.again(events).await
    }
}

/// The unique key of a delivery's job.
pub fn key_of(id: DeliveryId) -> String {
    format!("webhook:{id}")
}
