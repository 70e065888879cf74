//! The SQL of breaks. These tables are the provider's own: a break belongs to a person, not to a client.

use super::model::{Break, BreakState, Kind, Used};
use kernel::{BreakId, BreakKindId, Millis, Result, TeamId, UserId, args, sql};
use platform::store::{Row, Tx};

/// Requests listed at the most.
pub const LISTED_MAX: i64 = 500;

fn read_kind(r: &Row<'_>) -> Result<Kind> {
    Ok(Kind {
        id: r.id(0)?,
        key: r.text(1)?,
        name_en: r.text(2)?,
        name_zh: r.text(3)?,
        minutes_each: r.int(4)?,
        minutes_day: r.int(5)?,
        times_day: r.int(6)?,
        at_once: r.int(7)?,
        approval: r.bool(8)?,
        position: r.int(9)?,
        archived: r.bool(10)?,
        anytime: r.bool(11)?,
    })
}

/// Every kind, in its order.
pub async fn kinds(tx: &mut Tx) -> Result<Vec<Kind>> {
    tx.all(
        sql!(
            "SELECT id, key, name_en, name_zh, minutes_each, minutes_day, times_day, at_once, approval, position, archived,
             anytime FROM break_kind ORDER BY position, id"
        ),
        &[],
        read_kind,
    )
    .await
}

/// Takes a kind for a decision: until this transaction ends no other decides about it. `None` if there is none.
pub async fn take_kind(tx: &mut Tx, id: BreakKindId) -> Result<Option<Kind>> {
    tx.one(
        sql!(
            "UPDATE break_kind SET turn = turn + 1 WHERE id = $1 RETURNING id, key, name_en, name_zh, minutes_each,
             minutes_day, times_day, at_once, approval, position, archived, anytime"
        ),
        args![id],
        read_kind,
    )
    .await
}

/// Adds a kind; false when its key is taken.
pub async fn insert_kind(tx: &mut Tx, k: &Kind, now: Millis) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO break_kind(id, key, name_en, name_zh, minutes_each, minutes_day, times_day, at_once, approval,
                 position, archived, created_at, anytime)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                 ON CONFLICT DO NOTHING"
            ),
            args![
                k.id, k.key, k.name_en, k.name_zh, k.minutes_each, k.minutes_day, k.times_day, k.at_once, k.approval,
                k.position, k.archived, now, k.anytime
            ],
        )
        .await?;
    Ok(n == 1)
}

/// Changes a kind; its key stays.
pub async fn update_kind(tx: &mut Tx, k: &Kind) -> Result<()> {
    tx.exec(
        sql!(
            "UPDATE break_kind SET name_en = $2, name_zh = $3, minutes_each = $4, minutes_day = $5, times_day = $6,
             at_once = $7, approval = $8, position = $9, archived = $10, anytime = $11 WHERE id = $1"
        ),
        args![
            k.id, k.name_en, k.name_zh, k.minutes_each, k.minutes_day, k.times_day, k.at_once, k.approval, k.position,
            k.archived, k.anytime
        ],
    )
    .await
    .map(|_| ())
}

fn read(r: &Row<'_>) -> Result<Break> {
    Ok(Break {
        id: r.id(0)?,
        user: r.id(1)?,
        kind: r.id(2)?,
        team: r.id(3)?,
        day: r.int(4)?,
        state: BreakState::from_word(&r.text(5)?)?,
        planned_ms: r.int(6)?,
        asked_at: r.int(7)?,
        reason: r.opt_text(8)?,
        began_at: r.opt_int(9)?,
        due_at: r.opt_int(10)?,
        overrun_at: r.opt_int(11)?,
        granted_at: r.opt_int(12)?,
    })
}

/// Writes a request; false when its user has an open one.
pub async fn insert(tx: &mut Tx, b: &Break) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "INSERT INTO break_request(id, user_id, kind_id, team_id, day, state, planned_ms, asked_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"
            ),
            args![b.id, b.user, b.kind, b.team, b.day, b.state.word(), b.planned_ms, b.asked_at],
        )
        .await?;
    Ok(n == 1)
}

/// One request.
pub async fn by_id(tx: &mut Tx, id: BreakId) -> Result<Option<Break>> {
    tx.one(
        sql!(
            "SELECT id, user_id, kind_id, team_id, day, state, planned_ms, asked_at, reason, began_at, due_at, overrun_at,
             granted_at FROM break_request WHERE id = $1"
        ),
        args![id],
        read,
    )
    .await
}

/// The open requests of these users.
pub async fn open_of(tx: &mut Tx, users: &[UserId]) -> Result<Vec<Break>> {
    let users = Tx::ids(users.iter().map(|u| u.0));
    tx.all(
        sql!(
            "SELECT id, user_id, kind_id, team_id, day, state, planned_ms, asked_at, reason, began_at, due_at, overrun_at,
             granted_at FROM break_request WHERE user_id IN_IDS($1) AND state IN ('asked', 'queued', 'active') ORDER BY id"
        ),
        args![users],
        read,
    )
    .await
}

/// Every open request, oldest first.
pub async fn open(tx: &mut Tx) -> Result<Vec<Break>> {
    tx.all(
        sql!(
            "SELECT id, user_id, kind_id, team_id, day, state, planned_ms, asked_at, reason, began_at, due_at, overrun_at,
             granted_at FROM break_request WHERE state IN ('asked', 'queued', 'active') ORDER BY asked_at, id LIMIT $1"
        ),
        args![LISTED_MAX],
        read,
    )
    .await
}

/// What waits for a place of a kind, oldest first.
pub async fn queued(tx: &mut Tx, kind: BreakKindId) -> Result<Vec<Break>> {
    tx.all(
        sql!(
            "SELECT id, user_id, kind_id, team_id, day, state, planned_ms, asked_at, reason, began_at, due_at, overrun_at,
             granted_at FROM break_request WHERE kind_id = $1 AND state = 'queued' AND granted_at IS NULL ORDER BY asked_at, id LIMIT $2"
        ),
        args![kind, LISTED_MAX],
        read,
    )
    .await
}

/// How many places of a kind a team has taken: by breaks that go on, and by those that only wait for a conversation's end.
pub async fn taken_in(tx: &mut Tx, kind: BreakKindId, team: TeamId) -> Result<i64> {
    let n = tx
        .one(
            sql!(
                "SELECT COUNT(*) FROM break_request WHERE kind_id = $1 AND team_id = $2
                 AND (state = 'active' OR (state = 'queued' AND granted_at IS NOT NULL))"
            ),
            args![kind, team],
            |r| r.int(0),
        )
        .await?;
    Ok(n.unwrap_or(0))
}

/// What these users have used of each kind on a day, with the break that goes on counted until `now`.
pub async fn used_on(
    tx: &mut Tx,
    users: &[UserId],
    day: i64,
    now: Millis,
) -> Result<Vec<(UserId, BreakKindId, Used)>> {
    let users = Tx::ids(users.iter().map(|u| u.0));
    tx.all(
        sql!(
            "SELECT user_id, kind_id, COUNT(*), CAST(SUM(COALESCE(ended_at, $3) - began_at) AS BIGINT)
             FROM break_request WHERE user_id IN_IDS($1) AND day = $2 AND began_at IS NOT NULL
             GROUP BY user_id, kind_id ORDER BY user_id, kind_id"
        ),
        args![users, day, now],
        |r| Ok((r.id(0)?, r.id(1)?, Used { times: r.int(2)?, ms: r.opt_int(3)?.unwrap_or(0) })),
    )
    .await
}

/// The newest request of a user on a day, where it was refused.
pub async fn refused_of(tx: &mut Tx, user: UserId, day: i64) -> Result<Option<Break>> {
    let newest = tx
        .one(
            sql!(
                "SELECT id, user_id, kind_id, team_id, day, state, planned_ms, asked_at, reason, began_at, due_at,
                 overrun_at, granted_at FROM break_request WHERE user_id = $1 AND day = $2 ORDER BY id DESC LIMIT 1"
            ),
            args![user, day],
            read,
        )
        .await?;
    Ok(newest.filter(|b| b.state == BreakState::Refused))
}

/// Moves a request on from the state it was in; false when it is in another one by now.
pub async fn turn(tx: &mut Tx, id: BreakId, from: BreakState, b: &Break, by: Option<UserId>) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "UPDATE break_request SET state = $3, began_at = $4, due_at = $5, reason = $6,
                 decided_by = COALESCE(CAST($7 AS BIGINT), decided_by), granted_at = $8 WHERE id = $1 AND state = $2"
            ),
            args![id, from.word(), b.state.word(), b.began_at, b.due_at, b.reason, by, b.granted_at],
        )
        .await?;
    Ok(n == 1)
}

/// Ends the break that goes on. Answers the request it was.
pub async fn end_active(tx: &mut Tx, user: UserId, now: Millis) -> Result<Option<Break>> {
    tx.one(
        sql!(
            "UPDATE break_request SET state = 'ended', ended_at = $2 WHERE user_id = $1 AND state = 'active'
             RETURNING id, user_id, kind_id, team_id, day, state, planned_ms, asked_at, reason, began_at, due_at, overrun_at,
             granted_at"
        ),
        args![user, now],
        read,
    )
    .await
}

/// Takes back what has not begun. Answers the request it was.
pub async fn cancel_waiting(tx: &mut Tx, user: UserId, now: Millis) -> Result<Option<Break>> {
    tx.one(
        sql!(
            "UPDATE break_request SET state = 'cancelled', ended_at = $2 WHERE user_id = $1 AND state IN ('asked', 'queued')
             RETURNING id, user_id, kind_id, team_id, day, state, planned_ms, asked_at, reason, began_at, due_at, overrun_at,
             granted_at"
        ),
        args![user, now],
        read,
    )
    .await
}

/// Notes that a break is over its time; false when it ended before, or this was noted.
pub async fn note_overrun(tx: &mut Tx, id: BreakId, now: Millis) -> Result<bool> {
    let n = tx
        .exec(
            sql!(
                "UPDATE break_request SET overrun_at = $2 WHERE id = $1 AND state = 'active' AND overrun_at IS NULL
                 AND due_at <= $2"
            ),
            args![id, now],
        )
        .await?;
    Ok(n == 1)
}
