//! The reader of the log that sees whom a letter may be worth: not at once, for who is at the desk needs none.

use super::jobs::{self, About};
use accounts::Directory;
use conversations::inboxes::Cache;
use conversations::threads::Channel;
use kernel::{ActorKind, AggregateKey, ConversationId, Event, JobId, Millis, Result, TenantId, UserId};
use platform::App;
use platform::log::Reader;
use platform::store::Tx;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is older is not told any more when the log is read from its beginning.
const OLD_MS: Millis = 24 * 3_600_000;
/// Letters prepared in one transaction.
const CHUNK: usize = 100;
/// Kinds of notices that an answer can follow.
const KINDS: [&str; 4] = ["mention", "assigned", "handed_over", "followed"];

/// Prepares letters.
pub struct ToAgents {
    app: App,
}

impl ToAgents {
    /// For this program.
    pub fn new(app: App) -> ToAgents {
        ToAgents { app }
    }
}

fn id(v: &serde_json::Value) -> Option<UserId> {
    v.as_str().and_then(|s| s.parse().ok()).map(UserId)
}

/// Whom an event concerns, and about what a letter would be. Pure.
fn concerned(e: &Event) -> Option<(UserId, About)> {
    match e.kind.as_ref() {
        "personal_notice.created" if e.conversation != 0 => {
            let kind = KINDS.iter().find(|k| e.data["kind"] == **k)?;
            Some((UserId(e.subject), About::of(kind)))
        }
        "message.created"
            if e.actor.kind == ActorKind::Contact && e.data["event"] != true && e.data["note"] != true =>
        {
            id(&e.data["assignee"]).map(|u| (u, About::Message))
        }
        _ => None,
    }
}

impl Reader for ToAgents {
    fn name(&self) -> &'static str {
        "mail to agents"
    }

    async fn handle(&mut self, events: &[Arc<Event>]) -> Result<()> {
        let (now, directory) = (self.app.now(), self.app.port::<Arc<Directory>>().clone());
        let inboxes = self.app.port::<Arc<Cache>>().list();
        let has_mail = |t: TenantId| inboxes.iter().any(|i| i.tenant == t && i.channel == Channel::Email);
        let mut by_tenant: BTreeMap<TenantId, Vec<platform::jobs::NewJob>> = BTreeMap::new();
        for e in events.iter().filter(|e| e.at >= now - OLD_MS) {
            let Some((user, about)) = concerned(e) else { continue };
            if !accounts::wants_mail(&self.app, user)
                || !has_mail(e.tenant)
                || !directory.reaches(user, conversations::permissions::READ, e.tenant, e.line)
            {
                continue;
            }
            let job = jobs::telling(
                self.app.id::<JobId>(),
                e.tenant,
                ConversationId(e.conversation),
                user,
                about,
                now,
            );
            by_tenant.entry(e.tenant).or_default().push(job);
        }
        for (tenant, all) in by_tenant {
            for part in all.chunks(CHUNK) {
                let part = part.to_vec();
                let write = async move |tx: &mut Tx| {
                    for job in &part {
                        tx.enqueue(job).await?;
                    }
                    Ok(())
                };
                let key = AggregateKey::new("mail to agents", tenant.0);
                self.app.db().write(&accounts::authorize::job(tenant), key, write).await?;
            }
        }
        Ok(())
    }
}
