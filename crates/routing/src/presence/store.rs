//! The SQL of presence. These tables are the provider's own: a state belongs to a person, not to a client.

use super::model::{AgentNow, Forced, State};
use engines::acd::Capacity;
use kernel::{LineId, Millis, Result, TenantId, UserId, args, sql};
use platform::store::{Row, Tx};

fn read(r: &Row<'_>) -> Result<AgentNow> {
    Ok(AgentNow {
        user: r.id(0)?,
        state: State::from_word(&r.text(1)?)?,
        kind: r.opt_text(2)?,
        since: r.int(3)?,
        wrap_up_until: r.opt_int(4)?,
        version: r.int(5)?,
        seen_at: r.int(6)?,
        granted: r.bool(7)?,
    })
}

/// Everybody who is signed in.
pub async fn agents(tx: &mut Tx) -> Result<Vec<AgentNow>> {
    tx.all(
        sql!(
            "SELECT user_id, state, kind, since, wrap_up_until, version, seen_at,
             CAST(CASE WHEN EXISTS (SELECT 1 FROM break_request b WHERE b.user_id = agent_state.user_id
             AND b.state = 'queued' AND b.granted_at IS NOT NULL) THEN 1 ELSE 0 END AS BIGINT) FROM agent_state
             WHERE state <> 'offline' ORDER BY user_id"
        ),
        &[],
        read,
    )
    .await
}

/// The state of these users who ever signed in.
pub async fn one(tx: &mut Tx, users: &[UserId]) -> Result<Vec<AgentNow>> {
    let users = Tx::ids(users.iter().map(|u| u.0));
    tx.all(
        sql!(
            "SELECT user_id, state, kind, since, wrap_up_until, version, seen_at,
             CAST(CASE WHEN EXISTS (SELECT 1 FROM break_request b WHERE b.user_id = agent_state.user_id
             AND b.state = 'queued' AND b.granted_at IS NOT NULL) THEN 1 ELSE 0 END AS BIGINT) FROM agent_state
             WHERE user_id IN_IDS($1) ORDER BY user_id"
        ),
        args![users],
        read,
    )
    .await
}

/// Writes a state; with `if_version` only if nobody wrote one since. False when somebody did.
pub async fn save(tx: &mut Tx, a: &AgentNow, if_version: Option<i64>) -> Result<bool> {
    // Wrapping up, and going on after it, is no end of being ready because a lead said so.
    let goes_on = if_version.is_some() && matches!(a.state, State::Ready | State::WrapUp);
    let n = tx
        .exec(
            sql!(
                "INSERT INTO agent_state(user_id, state, kind, since, wrap_up_until, version, seen_at)
                 VALUES ($1, $2, $3, $4, $5, 1, $4)
                 ON CONFLICT (user_id) DO UPDATE SET state = excluded.state, kind = excluded.kind,
                 since = excluded.since, wrap_up_until = excluded.wrap_up_until, version = agent_state.version + 1,
                 seen_at = excluded.seen_at,
                 forced_by = CASE WHEN $7 = 1 THEN agent_state.forced_by ELSE NULL END,
                 forced_reason = CASE WHEN $7 = 1 THEN agent_state.forced_reason ELSE NULL END,
                 forced_until = CASE WHEN $7 = 1 THEN agent_state.forced_until ELSE NULL END
                 WHERE CAST($6 AS BIGINT) IS NULL OR agent_state.version = $6"
            ),
            args![a.user, a.state.word(), a.kind, a.since, a.wrap_up_until, if_version, i64::from(goes_on)],
        )
        .await?;
    Ok(n == 1)
}

/// Takes somebody's state for a change: until this transaction ends no other changes it.
pub async fn take(tx: &mut Tx, user: UserId) -> Result<()> {
    let sql = sql!("UPDATE agent_state SET version = version WHERE user_id = $1");
    tx.exec(sql, args![user]).await.map(|_| ())
}

/// Notes who set the state just written, why, and until when it holds.
pub async fn mark_forced(tx: &mut Tx, f: &Forced) -> Result<()> {
    let sql = sql!(
        "UPDATE agent_state SET forced_by = $2, forced_reason = $3, forced_until = $4 WHERE user_id = $1"
    );
    tx.exec(sql, args![f.user, f.by, f.reason, f.until]).await.map(|_| ())
}

/// Lets somebody leave the state that a lead set; false where none held.
pub async fn release(tx: &mut Tx, user: UserId, now: Millis) -> Result<bool> {
    let sql = sql!(
        "UPDATE agent_state SET forced_until = 0 WHERE user_id = $1 AND forced_by IS NOT NULL
         AND (forced_until IS NULL OR forced_until > $2)"
    );
    Ok(tx.exec(sql, args![user, now]).await? > 0)
}

/// Whose states were set by somebody else.
pub async fn forced(tx: &mut Tx, users: &[UserId]) -> Result<Vec<Forced>> {
    let users = Tx::ids(users.iter().map(|u| u.0));
    tx.all(
        sql!(
            "SELECT user_id, forced_by, forced_reason, forced_until, since FROM agent_state
             WHERE user_id IN_IDS($1) AND forced_by IS NOT NULL ORDER BY user_id"
        ),
        args![users],
        |r| {
            Ok(Forced {
                user: r.id(0)?,
                by: r.id(1)?,
                reason: r.opt_text(2)?.unwrap_or_default(),
                until: r.opt_int(3)?,
                since: r.int(4)?,
            })
        },
    )
    .await
}

/// Who set the state that this user is in, and why.
pub async fn forced_of(tx: &mut Tx, user: UserId) -> Result<Option<Forced>> {
    Ok(forced(tx, &[user]).await?.pop())
}

/// Notes that these users have a socket on this node.
pub async fn seen_by_sockets(tx: &mut Tx, users: &[UserId], now: Millis) -> Result<()> {
    let users = Tx::ids(users.iter().map(|u| u.0));
    let sql = sql!("UPDATE agent_state SET seen_at = $2 WHERE user_id IN_IDS($1) AND state <> 'offline'");
    tx.exec(sql, args![users, now]).await.map(|_| ())
}

/// Ends the open interval and begins the next, unless that is being offline.
pub async fn turn_interval(tx: &mut Tx, id: i64, a: &AgentNow, of: (TenantId, LineId)) -> Result<()> {
    tx.exec(
        sql!("UPDATE agent_interval SET to_at = $2 WHERE user_id = $1 AND to_at IS NULL AND tenant_id >= 0"),
        args![a.user, a.since],
    )
    .await?;
    if a.state == State::Offline {
        return Ok(());
    }
    tx.exec(
        sql!(
            "INSERT INTO agent_interval(id, user_id, tenant_id, line_id, state, kind, from_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"
        ),
        args![id, a.user, of.0, of.1, a.state.word(), a.kind, a.since],
    )
    .await
    .map(|_| ())
}

fn read_capacity(r: &Row<'_>) -> Result<(UserId, Capacity)> {
    let units = |i: usize| r.int(i).map(|v| u16::try_from(v).unwrap_or(0));
    let capacity = Capacity {
        units: units(1)?,
        chat: units(2)?,
        mail: units(3)?,
        voice: units(4)?,
        ticket: units(5)?,
        task: units(6)?,
    };
    Ok((r.id(0)?, capacity))
}

/// Everybody's capacity that is not the usual.
pub async fn capacities(tx: &mut Tx) -> Result<Vec<(UserId, Capacity)>> {
    tx.all(
        sql!("SELECT user_id, units, chat, mail, voice, ticket, task FROM agent_capacity ORDER BY user_id"),
        &[],
        read_capacity,
    )
    .await
}

/// Somebody's capacity; the usual where nothing was set.
pub async fn capacity_of(tx: &mut Tx, user: UserId) -> Result<Capacity> {
    let found = tx
        .one(
            sql!("SELECT user_id, units, chat, mail, voice, ticket, task FROM agent_capacity WHERE user_id = $1"),
            args![user],
            read_capacity,
        )
        .await?;
    Ok(found.map(|(_, c)| c).unwrap_or_default())
}

/// Sets somebody's capacity.
pub async fn save_capacity(tx: &mut Tx, user: UserId, c: &Capacity) -> Result<()> {
    let [units, chat, mail, voice, ticket, task] =
        [c.units, c.chat, c.mail, c.voice, c.ticket, c.task].map(i64::from);
    tx.exec(
        sql!(
            "INSERT INTO agent_capacity(user_id, units, chat, mail, voice, ticket, task)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (user_id) DO UPDATE SET units = excluded.units, chat = excluded.chat, mail = excluded.mail,
             voice = excluded.voice, ticket = excluded.ticket, task = excluded.task"
        ),
        args![user, units, chat, mail, voice, ticket, task],
    )
    .await
    .map(|_| ())
}
