//! The SQL of reservations.

use super::model::{End, Reservation, State};
use kernel::{ConversationId, Millis, ReservationId, Result, TenantId, UserId, args, sql};
use platform::store::{Row, Tx};

fn read(r: &Row<'_>) -> Result<Reservation> {
    Ok(Reservation {
        id: r.id(0)?,
        tenant: r.id(1)?,
        line: r.id(2)?,
        conversation: r.id(3)?,
        contact: r.id(4)?,
        inbox: r.id(5)?,
        queue: r.id(6)?,
        user: r.id(7)?,
        state: State::from_word(&r.text(8)?)?,
        reason: r.opt_text(9)?,
        epoch: r.int(10)?,
        charged: r.int(11)?,
        why: r.text(12)?.split('\n').filter(|s| !s.is_empty()).map(str::to_owned).collect(),
        waiting_since: r.int(13)?,
        offered_at: r.int(14)?,
        expires_at: r.int(15)?,
        ended_at: r.opt_int(16)?,
    })
}

/// Adds an active reservation; false when the conversation already has one.
pub async fn insert(tx: &mut Tx, r: &Reservation, owner_epoch: i64) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO reservation(id, tenant_id, line_id, conversation_id, contact_id, inbox_id, queue_id, user_id,
                 state, epoch, owner_epoch, charged, why, waiting_since, offered_at, expires_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'active', $9, $10, $11, $12, $13, $14, $15)
                 ON CONFLICT DO NOTHING"
            ),
            args![
                r.id, r.tenant, r.line, r.conversation, r.contact, r.inbox, r.queue, r.user, r.epoch, owner_epoch,
                r.charged, r.why.join("\n"), r.waiting_since, r.offered_at, r.expires_at
            ],
        )
        .await?;
    Ok(n == 1)
}

/// Takes a reservation for its agent, in time; what it was, if it could be taken.
pub async fn take(
    tx: &mut Tx,
    id: ReservationId,
    tenant: TenantId,
    user: UserId,
    now: Millis,
) -> Result<Option<Reservation>> {
    tx.one(
        sql!(
            "UPDATE reservation SET state = 'accepted', ended_at = $4
             WHERE id = $1 AND tenant_id = $2 AND user_id = $3 AND state = 'active' AND expires_at > $4
             RETURNING id, tenant_id, line_id, conversation_id, contact_id, inbox_id, queue_id, user_id, state, reason,
             epoch, charged, why, waiting_since, offered_at, expires_at, ended_at"
        ),
        args![id, tenant, user, now],
        read,
    )
    .await
}

/// Declines a reservation for its agent; false when it was over.
pub async fn refuse(tx: &mut Tx, r: &Reservation, reason: &str, now: Millis) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "UPDATE reservation SET state = 'declined', reason = $4, ended_at = $5
                 WHERE id = $1 AND tenant_id = $2 AND user_id = $3 AND state = 'active'"
            ),
            args![r.id, r.tenant, r.user, reason, now],
        )
        .await?;
    Ok(n == 1)
}

/// Ends an active reservation; false when it had ended.
pub async fn end(tx: &mut Tx, id: ReservationId, tenant: TenantId, end: End, now: Millis) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "UPDATE reservation SET state = $3, reason = $4, ended_at = $5
                 WHERE id = $1 AND tenant_id = $2 AND state = 'active'"
            ),
            args![id, tenant, end.state.word(), end.reason, now],
        )
        .await?;
    Ok(n == 1)
}

/// Where a reservation stands; `None` if there is none.
pub async fn state_of(tx: &mut Tx, id: ReservationId, tenant: TenantId) -> Result<Option<State>> {
    let sql = sql!("SELECT state FROM reservation WHERE id = $1 AND tenant_id = $2");
    tx.one(sql, args![id, tenant], |r| State::from_word(&r.text(0)?)).await
}

/// Where these reservations stand, with the reason.
pub async fn ended_states(
    tx: &mut Tx,
    ids: &[ReservationId],
) -> Result<Vec<(ReservationId, State, Option<String>)>> {
    let ids = Tx::ids(ids.iter().map(|i| i.0));
    tx.all(
        sql!("SELECT id, state, reason FROM reservation WHERE id IN_IDS($1) AND tenant_id > 0"),
        args![ids],
        |r| Ok((r.id(0)?, State::from_word(&r.text(1)?)?, r.opt_text(2)?)),
    )
    .await
}

/// These reservations, in all clients; the caller has checked whose they are.
pub async fn by_ids(tx: &mut Tx, ids: &[ReservationId]) -> Result<Vec<Reservation>> {
    let ids = Tx::ids(ids.iter().map(|i| i.0));
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, conversation_id, contact_id, inbox_id, queue_id, user_id, state, reason,
             epoch, charged, why, waiting_since, offered_at, expires_at, ended_at
             FROM reservation WHERE id IN_IDS($1) AND tenant_id > 0 ORDER BY id"
        ),
        args![ids],
        read,
    )
    .await
}

/// What rings at one agent and has not run out.
pub async fn ringing_at(tx: &mut Tx, user: UserId, now: Millis) -> Result<Vec<Reservation>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, conversation_id, contact_id, inbox_id, queue_id, user_id, state, reason,
             epoch, charged, why, waiting_since, offered_at, expires_at, ended_at
             FROM reservation WHERE user_id = $1 AND state = 'active' AND expires_at > $2 AND tenant_id > 0
             ORDER BY id LIMIT 50"
        ),
        args![user, now],
        read,
    )
    .await
}

/// Everything that rings.
pub async fn active(tx: &mut Tx) -> Result<Vec<Reservation>> {
    tx.all(
        sql!(
            "SELECT id, tenant_id, line_id, conversation_id, contact_id, inbox_id, queue_id, user_id, state, reason,
             epoch, charged, why, waiting_since, offered_at, expires_at, ended_at
             FROM reservation WHERE state = 'active' AND tenant_id > 0 ORDER BY id"
        ),
        &[],
        read,
    )
    .await
}

/// For these conversations the acceptances, oldest first: (conversation, agent, since when the customer waited, units).
pub async fn taken(
    tx: &mut Tx,
    ids: &[ConversationId],
) -> Result<Vec<(ConversationId, UserId, Millis, i64)>> {
    let ids = Tx::ids(ids.iter().map(|i| i.0));
    tx.all(
        sql!(
            "SELECT conversation_id, user_id, waiting_since, charged FROM reservation
             WHERE conversation_id IN_IDS($1) AND state = 'accepted' AND tenant_id > 0 ORDER BY id"
        ),
        args![ids],
        |r| Ok((r.id(0)?, r.id(1)?, r.int(2)?, r.int(3)?)),
    )
    .await
}

/// The last reservations of one user, newest first: (state, offered at, ended at).
pub async fn last_of_users(tx: &mut Tx, user: UserId) -> Result<Vec<(State, Millis, Option<Millis>)>> {
    tx.all(
        sql!(
            "SELECT state, offered_at, ended_at FROM reservation WHERE user_id = $1 AND tenant_id > 0
             ORDER BY id DESC LIMIT 10"
        ),
        args![user],
        |r| Ok((State::from_word(&r.text(0)?)?, r.int(1)?, r.opt_int(2)?)),
    )
    .await
}

/// Refusals and lapses since a time: who is not to be offered what again just yet.
pub async fn cool_downs(tx: &mut Tx, since: Millis) -> Result<Vec<(UserId, ConversationId, Millis)>> {
    tx.all(
        sql!(
            "SELECT user_id, conversation_id, ended_at FROM reservation
             WHERE state IN ('lapsed', 'declined') AND ended_at > $1 AND tenant_id > 0 ORDER BY id"
        ),
        args![since],
        |r| Ok((r.id(0)?, r.id(1)?, r.int(2)?)),
    )
    .await
}
