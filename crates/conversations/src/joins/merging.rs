//! Merging: one conversation ends and goes on in another of the same contact.

use super::model::{self, Back, Join, Joining, Kind};
use super::store;
use crate::messages::{self, ThreadEvent};
use crate::permissions::REPLY;
use crate::ports::Outbound;
use crate::scheduled;
use crate::threads::{self, Channel, Row, Status, Whole};
use accounts::Caller;
use accounts::audit::{Change, record};
use kernel::{Actor, AggregateKey, ConversationId, Event, JoinId, MessageId, Millis, Result};
use platform::App;
use platform::store::Tx;
use serde_json::json;
use std::net::IpAddr;
use std::sync::Arc;

/// Who joins, when, and the ids it takes; made before the transaction, which may run twice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deed {
    pub join: JoinId,
    /// Of the thin lines in the origin and in the holder.
    pub lines: (MessageId, MessageId),
    pub audit: i64,
    pub actor: Actor,
    pub ip: IpAddr,
    pub now: Millis,
}

impl Deed {
    pub(super) fn by(app: &App, caller: &Caller) -> Deed {
        Deed {
            join: app.id(),
            lines: (app.id(), app.id()),
            audit: app.id(),
            actor: caller.actor,
            ip: caller.info.ip,
            now: app.now(),
        }
    }

    /// A thin line in both threads, each naming the other.
    pub(super) async fn lines(
        &self,
        tx: &mut Tx,
        (origin, in_origin): (&Row, &'static str),
        (holder, in_holder): (&Row, &'static str),
        count: Option<usize>,
    ) -> Result<()> {
        let scope = tx.scope().clone();
        let at = [(self.lines.0, origin, in_origin, holder), (self.lines.1, holder, in_holder, origin)];
        for (id, row, kind, other) in at {
            let mut data = json!({ "conversation": other.id, "number": other.number, "join": self.join });
            if self.actor.kind == kernel::ActorKind::User {
                data["by"] = json!(self.actor.id.to_string());
            }
            if let Some(count) = count {
                data["count"] = json!(count);
            }
            messages::append_event(tx, &scope, row.id, self.actor, ThreadEvent { id, kind, data }, self.now)
                .await?;
        }
        Ok(())
    }

    /// The record, and the event by which everybody else hears of it.
    pub(super) async fn told(
        &self,
        tx: &mut Tx,
        (origin, holder): (&Row, &Row),
        what: &'static str,
        mut facts: serde_json::Value,
    ) -> Result<()> {
        facts["into"] = json!(holder.id);
        facts["join"] = json!(self.join);
        let change = Change {
            tenant: origin.tenant,
            actor: self.actor,
            action: what,
            subject: ("conversation", origin.id.0),
            before: None,
            after: Some(facts.clone()),
            reason: None,
            ip: Some(self.ip),
        };
        record(tx, self.audit, self.now, &change).await?;
        facts["contact"] = json!(origin.contact);
        facts["channel"] = json!(origin.channel.word());
        let event = Event::new(origin.tenant, what, origin.id.0, self.actor, self.now);
        tx.emit(event.line(origin.line).conversation(origin.id).data(facts));
        Ok(())
    }
}

/// The channel's part in joining.
pub(super) fn outbound(app: &App, channel: Channel) -> Option<Arc<dyn Outbound>> {
    let all = app.try_port::<Vec<Arc<dyn Outbound>>>()?;
    all.iter().find(|o| o.channel() == channel).cloned()
}

/// Merges `id` into `into`, and answers that one. Errors: those of [`model::may_merge`]; `not_found`.
pub(super) async fn merge(
    app: &App,
    caller: &Caller,
    id: ConversationId,
    into: ConversationId,
) -> Result<Whole> {
    let scope = caller.authorize_any(REPLY);
    let (deed, user, app_) = (Deed::by(app, caller), caller.user, app.clone());
    let write = async move |tx: &mut Tx| {
        let (origin, holder) = both(tx, id, into).await?;
        model::may_merge(&origin, &holder)?;
        tx.made(deed.join.0);
        let row = join(tx, &app_, &deed, origin, holder).await?;
        threads::read_whole(tx, row, user).await
    };
    app.db().write(&scope, AggregateKey::new("conversation", into.0), write).await
}

/// Two conversations that the scope reaches, held until the transaction ends.
pub(super) async fn both(tx: &mut Tx, origin: ConversationId, holder: ConversationId) -> Result<(Row, Row)> {
    threads::hold(tx, origin, holder).await?;
    Ok((threads::by_id(tx, origin).await?, threads::by_id(tx, holder).await?))
}

/// Makes one of two, of which it is known that they may be; answers the one that stands.
pub(super) async fn join(tx: &mut Tx, app: &App, deed: &Deed, origin: Row, holder: Row) -> Result<Row> {
    let now = deed.now;
    let was = (origin.status, origin.snoozed_until, origin.queued_at);
    let channel = match outbound(app, origin.channel) {
        Some(channel) => {
            let joining = Joining {
                kind: Kind::Merged,
                origin: origin.clone(),
                holder: holder.clone(),
                messages: vec![],
                joined_at: now,
            };
            channel.join(app, tx, &joining).await?
        }
        None => serde_json::Value::Null,
    };
    // The thin line is one more message of the holder.
    let seen = holder.last_seq + 1;
    let scheduled = scheduled::move_along(tx, (&origin, &holder), None, seen, (deed.actor, now)).await?;
    store::move_begun(tx, &origin, &holder).await?;
    store::move_mentions(tx, &origin, &holder).await?;
    let repointed = store::repoint(tx, &origin, &holder).await?;
    let mut back = Back {
        status: Some(was.0),
        snoozed_until: was.1,
        queued_at: was.2,
        waited: Some((origin.waiting, origin.waiting_since)),
        holder_count: holder.contact_count,
        scheduled,
        repointed,
        channel,
        ..Back::default()
    };
    let carried = model::waits_on(&origin, &holder);
    let holder = enrich(tx, &origin, holder, carried, &mut back).await?;
    let origin = end(tx, deed, origin, &holder).await?;
    deed.lines(tx, (&origin, "merged"), (&holder, "merged_here"), None).await?;
    let join = Join {
        id: deed.join,
        tenant: origin.tenant,
        line: origin.line,
        kind: Kind::Merged,
        holder: holder.id,
        origin: origin.id,
        seqs: None,
        back,
        at: now,
        by: deed.actor,
        undone_at: None,
    };
    store::insert(tx, &join).await?;
    deed.told(tx, (&origin, &holder), "conversation.merged", json!({})).await?;
    threads::by_id(tx, holder.id).await
}

/// Followers and tags come along, and whoever waited waits on.
async fn enrich(
    tx: &mut Tx,
    origin: &Row,
    mut holder: Row,
    carried: Option<Millis>,
    back: &mut Back,
) -> Result<Row> {
    let new: Vec<_> = origin.followers.iter().filter(|f| !holder.followers.contains(f)).copied().collect();
    for user in &new {
        threads::followers_add(tx, &holder, *user).await?;
    }
    let room = threads::TAGS_MAX.saturating_sub(holder.tags.len());
    let tags: Vec<String> =
        origin.tags.iter().filter(|t| !holder.tags.contains(t)).take(room).cloned().collect();
    holder.followers.extend(&new);
    holder.tags.extend(tags.iter().cloned());
    threads::retag(tx, &holder, &[], &tags).await?;
    if let Some(since) = carried {
        back.holder_waited = Some((holder.waiting, holder.waiting_since));
        (holder.waiting, holder.waiting_since) = (threads::Waiting::Agent, Some(since));
        if holder.status == Status::Snoozed {
            holder.wake();
            tx.cancel_job(&threads::wake_key(holder.id)).await?;
        }
    }
    (back.followers, back.tags) = (new, tags);
    threads::save(tx, &holder).await?;
    Ok(holder)
}

/// The origin ends, without a record of its own, and points at where it goes on.
pub(super) async fn end(tx: &mut Tx, deed: &Deed, mut origin: Row, holder: &Row) -> Result<Row> {
    let lived = origin.status != Status::Resolved;
    if lived {
        origin.resolve(deed.now)?;
        tx.cancel_job(&threads::wake_key(origin.id)).await?;
    }
    origin.merged_into = Some(holder.id);
    threads::save(tx, &origin).await?;
    if lived {
        let facts = json!({ "merged_into": holder.id });
        threads::emit(tx, &origin, deed.actor, deed.now, "conversation.resolved", facts);
    }
    Ok(origin)
}
