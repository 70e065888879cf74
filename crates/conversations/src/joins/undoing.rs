//! Taking a merge or a split back.

use super::merging::{self, Deed, both, outbound};
use super::model::{self, Join, Joining, Kind};
use super::store;
use crate::codes;
use crate::permissions::REPLY;
use crate::scheduled;
use crate::threads::{self, Row, Status, Waiting, Whole};
use accounts::{Caller, Directory};
use kernel::{AggregateKey, Error, JobId, JoinId, Result};
use platform::App;
use platform::store::Tx;
use serde_json::json;
use std::sync::Arc;

/// Takes a join back, and answers the conversation that stands for itself again. Errors: `not_found`; `join.over`, `join.later`;
/// `conversation.state` where another live conversation is in the way.
pub(super) async fn undo(app: &App, caller: &Caller, id: JoinId) -> Result<Whole> {
    let scope = caller.authorize_any(REPLY);
    let j = app.db().read(&scope, async move |tx: &mut Tx| store::get(tx, id).await).await?;
    let deed = Deed { join: id, ..Deed::by(app, caller) };
    let (user, app_, timer) = (caller.user, app.clone(), app.id::<JobId>());
    let write = async move |tx: &mut Tx| {
        // Again, for what is true within the transaction.
        let (origin, holder) = both(tx, j.origin, j.holder).await?;
        let j = store::get(tx, id).await?;
        model::may_undo(&j, deed.now)?;
        if !store::undone(tx, &j, deed.actor, deed.now).await? {
            return Err(Error::new(&codes::JOIN_OVER));
        }
        let row = match j.kind {
            Kind::Merged => part(tx, &app_, &deed, &j, (origin, holder), timer).await?,
            Kind::Split | Kind::Forwarded => rejoin(tx, &app_, &deed, &j, (origin, holder)).await?,
        };
        threads::read_whole(tx, row, user).await
    };
    app.db().write(&scope, AggregateKey::new("conversation", j.holder.0), write).await
}

/// The origin of a merge is as it was; what came meanwhile stays where it came.
async fn part(
    tx: &mut Tx,
    app: &App,
    deed: &Deed,
    j: &Join,
    (mut origin, mut holder): (Row, Row),
    timer: JobId,
) -> Result<Row> {
    if origin.merged_into != Some(holder.id) || holder.merged_into.is_some() {
        return Err(Error::new(&codes::JOIN_LATER));
    }
    origin.merged_into = None;
    let lives = j.back.status.is_some_and(|s| s != Status::Resolved);
    if lives {
        if store::is_in_the_way(tx, &origin).await? {
            return Err(Error::new(&codes::STATE).detail("the contact has a live conversation in this inbox"));
        }
        revive(tx, app, deed, j, &mut origin, timer).await?;
    }
    threads::save(tx, &origin).await?;
    give_back(tx, j, &mut holder).await?;
    store::repoint_these(tx, &j.back.repointed, &holder, &origin).await?;
    scheduled::move_along(
        tx,
        (&holder, &origin),
        Some(&j.back.scheduled),
        origin.last_seq + 1,
        (deed.actor, deed.now),
    )
    .await?;
    store::return_mentions(tx, &holder, &origin).await?;
    if let Some(channel) = outbound(app, origin.channel) {
        let joining = joining(j, &origin, &holder);
        channel.part(tx, &joining, &j.back.channel).await?;
    }
    deed.lines(tx, (&origin, "merge_undone"), (&holder, "merge_undone_here"), None).await?;
    if lives {
        let row = threads::by_id(tx, origin.id).await?;
        threads::emit(tx, &row, deed.actor, deed.now, "conversation.reopened", json!({}));
        if row.is_queued() {
            threads::queued_event(tx, &row, deed.actor, deed.now);
        }
    }
    deed.told(tx, (&origin, &holder), "conversation.join_undone", json!({ "kind": j.kind })).await?;
    threads::by_id(tx, origin.id).await
}

/// Lives again as it did: with whoever held it if they still may, else in its queue with the time it first waited.
async fn revive(tx: &mut Tx, app: &App, deed: &Deed, j: &Join, origin: &mut Row, timer: JobId) -> Result<()> {
    let directory = app.port::<Arc<Directory>>();
    let queued = j.back.queued_at;
    let keeps = queued.is_none()
        && origin.assignee.is_some_and(|u| threads::must_be_able(directory, u, origin).is_ok());
    origin.reopen(deed.now, keeps)?;
    if !keeps {
        origin.assignee = None;
        origin.queued_at = queued.or(origin.queued_at);
    }
    if let Some((waiting, since)) = j.back.waited {
        (origin.waiting, origin.waiting_since) = (waiting, since);
    }
    if let Some(until) = j.back.snoozed_until.filter(|u| *u > deed.now && keeps) {
        origin.snooze(until, deed.now)?;
        tx.enqueue(&threads::wake_timer(timer, origin.tenant, origin.id, until)).await?;
    }
    Ok(())
}

/// What came along with the origin leaves the holder; whoever waits in it is who waited before, unless somebody wrote since.
async fn give_back(tx: &mut Tx, j: &Join, holder: &mut Row) -> Result<()> {
    let gone: Vec<String> = holder.tags.iter().filter(|t| j.back.tags.contains(t)).cloned().collect();
    holder.tags.retain(|t| !gone.contains(t));
    threads::retag(tx, holder, &gone, &[]).await?;
    for user in j.back.followers.iter().filter(|u| holder.followers.contains(u)) {
        threads::followers_remove(tx, holder, *user).await?;
    }
    holder.followers.retain(|u| !j.back.followers.contains(u));
    let unchanged = holder.waiting == Waiting::Agent && holder.contact_count == j.back.holder_count;
    if let Some((waiting, since)) = j.back.holder_waited.filter(|_| unchanged) {
        (holder.waiting, holder.waiting_since) = (waiting, since);
    }
    threads::save(tx, holder).await
}

/// The part of a split goes back to where it came from, if nobody has written in it: it ends, merged into its origin.
async fn rejoin(tx: &mut Tx, app: &App, deed: &Deed, j: &Join, (origin, part): (Row, Row)) -> Result<Row> {
    if origin.merged_into.is_some() || part.merged_into.is_some() {
        return Err(Error::new(&codes::JOIN_LATER));
    }
    if store::is_written_in(tx, &part).await? {
        return Err(Error::new(&codes::JOIN_OVER));
    }
    let mut origin = origin;
    if let Some(channel) = outbound(app, origin.channel) {
        channel.part(tx, &joining(j, &origin, &part), &j.back.channel).await?;
    }
    let waits_still = origin.user_seq == j.back.user_seq && origin.waiting != Waiting::Agent;
    if let Some((waiting, since)) = j.back.waited.filter(|_| waits_still) {
        (origin.waiting, origin.waiting_since) = (waiting, since);
        threads::save(tx, &origin).await?;
    }
    // What its author has not sent yet is not lost with it.
    let seen = origin.last_seq + 1;
    scheduled::move_along(tx, (&part, &origin), None, seen, (deed.actor, deed.now)).await?;
    store::move_begun(tx, &part, &origin).await?;
    let part = merging::end(tx, deed, part, &origin).await?;
    deed.lines(tx, (&origin, "split_undone"), (&part, "split_undone_here"), None).await?;
    deed.told(tx, (&origin, &part), "conversation.join_undone", json!({ "kind": j.kind })).await?;
    threads::by_id(tx, origin.id).await
}

fn joining(j: &Join, origin: &Row, holder: &Row) -> Joining {
    Joining {
        kind: j.kind,
        origin: origin.clone(),
        holder: holder.clone(),
        messages: vec![],
        joined_at: j.at,
    }
}
