//! The SQL of counting: one statement for each kind of fact, grouped by line, queue, agent and slot of time.

use super::model::{Cell, Sums};
use super::occupancy::{Stay, day_of};
use kernel::{CategoryId, LineId, Millis, Result, TenantId, UserId, args, sql};
use platform::store::{Row, Tx};
use std::collections::BTreeMap;

/// Within which an answer to a turn counts.
const REPLY_MS: Millis = 180_000;
/// Waitings answered within this count where a line has no target.
pub const ANSWER_WITHIN_MS: Millis = 60_000;
/// Who leaves within this is not counted as lost where a line has no target.
pub const SHORT_ABANDON_MS: Millis = 5_000;
/// A state or serving is looked for this long before a day.
const LOOK_BACK_MS: Millis = 7 * 24 * 3_600_000;
/// A serving, from then to then.
type Contact = (Millis, Option<Millis>);

/// Servings and states of the agents of one day.
const STRETCHES_MAX: i64 = 200_000;

/// What to count: facts of these lines that arrived in `[from, to)`, in slots of `step`.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The clients.
    pub tenants: String,
    /// The lines.
    pub lines: String,
    /// The first moment.
    pub from: Millis,
    /// The first moment after.
    pub to: Millis,
    /// The length of a slot.
    pub step: Millis,
    /// Now: what is still open counts as far as it has come.
    pub now: Millis,
}

impl Ask {
    /// Everything in one slot.
    pub fn whole(of: &[(TenantId, LineId)], from: Millis, to: Millis, now: Millis) -> Ask {
        let tenants: std::collections::BTreeSet<i64> = of.iter().map(|(t, _)| t.0).collect();
        let lines = Tx::ids(of.iter().map(|(_, l)| l.0));
        // Longer than the whole, so that there is one slot.
        Ask { tenants: Tx::ids(tenants), lines, from, to, step: (to - from).max(0) + 1, now }
    }
}

/// The cells of waitings, turns, servings, wrapping up, offers and records, in no order.
pub async fn cells(tx: &mut Tx, ask: &Ask) -> Result<Vec<Cell>> {
    let mut all = waitings(tx, ask).await?;
    all.extend(turns(tx, ask).await?);
    all.extend(servings(tx, ask).await?);
    all.extend(wrap_ups(tx, ask).await?);
    all.extend(offers(tx, ask).await?);
    all.extend(recorded(tx, ask).await?);
    all.extend(rated(tx, ask).await?);
    Ok(all)
}

fn cell(r: &Row<'_>, sums: Sums) -> Result<Cell> {
    let user = UserId(r.opt_int(2)?.unwrap_or(0));
    Ok(Cell { line: r.id(0)?, queue: r.id(1)?, user, slot: r.int(3)?, sums })
}

async fn waitings(tx: &mut Tx, a: &Ask) -> Result<Vec<Cell>> {
    tx.all(
        sql!(
            "SELECT q.line_id, q.queue_id, q.user_id, (q.from_at - $3) / CAST($5 AS BIGINT), COUNT(*),
             CAST(SUM(CASE WHEN q.outcome = 'assigned' THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN q.outcome = 'assigned' AND q.to_at - q.from_at <= COALESCE(t.answer_within_ms, $6)
                 THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN q.outcome = 'abandoned' THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN q.outcome = 'abandoned' AND q.to_at - q.from_at < COALESCE(t.short_abandon_ms, $7)
                 THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN q.outcome IN ('moved', 'resolved') THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN q.outcome = 'assigned' THEN q.to_at - q.from_at ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN q.to_at IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN q.to_at IS NOT NULL THEN q.to_at - q.from_at ELSE 0 END) AS BIGINT)
             FROM queue_leg q LEFT JOIN line_target t ON t.line_id = q.line_id AND t.tenant_id = q.tenant_id
             WHERE q.tenant_id IN_IDS($1) AND q.line_id IN_IDS($2) AND q.from_at >= $3 AND q.from_at < $4
             AND q.simulated = 0 GROUP BY 1, 2, 3, 4"
        ),
        args![a.tenants, a.lines, a.from, a.to, a.step, ANSWER_WITHIN_MS, SHORT_ABANDON_MS],
        |r| {
            let sums = Sums {
                offered: r.int(4)?,
                answered: r.int(5)?,
                answered_in: r.int(6)?,
                abandoned: r.int(7)?,
                short_abandoned: r.int(8)?,
                flowed_out: r.int(9)?,
                answer_wait_ms: r.int(10)?,
                waited: r.int(11)?,
                wait_ms: r.int(12)?,
                ..Sums::default()
            };
            cell(r, sums)
        },
    )
    .await
}

async fn turns(tx: &mut Tx, a: &Ask) -> Result<Vec<Cell>> {
    tx.all(
        sql!(
            "SELECT line_id, queue_id, user_id, (asked_at - $3) / CAST($5 AS BIGINT),
             CAST(SUM(is_first) AS BIGINT),
             CAST(SUM(CASE WHEN is_first = 1 AND outcome = 'replied' THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN is_first = 1 AND outcome = 'replied' THEN ended_at - asked_at ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN is_first = 1 AND outcome = 'replied' AND ended_at - asked_at <= 30000 THEN 1 ELSE 0 END)
                 AS BIGINT),
             CAST(SUM(CASE WHEN is_first = 1 AND outcome = 'replied' AND ended_at - asked_at > 30000
                 AND ended_at - asked_at <= 60000 THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN is_first = 1 AND outcome = 'replied' AND ended_at - asked_at > 60000
                 AND ended_at - asked_at <= 180000 THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN is_first = 1 AND outcome = 'replied' AND ended_at - asked_at > 180000
                 AND ended_at - asked_at <= 300000 THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN is_first = 1 AND outcome = 'replied' AND ended_at - asked_at > 300000 THEN 1 ELSE 0 END)
                 AS BIGINT),
             CAST(SUM(CASE WHEN outcome = 'replied' THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN outcome = 'replied' THEN ended_at - asked_at ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN outcome = 'replied' AND ended_at - asked_at <= $7 THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN (outcome IS NULL AND $6 - asked_at > $7)
                 OR (outcome = 'unanswered' AND ended_at - asked_at > $7) THEN 1 ELSE 0 END) AS BIGINT)
             FROM reply_turn
             WHERE tenant_id IN_IDS($1) AND line_id IN_IDS($2) AND asked_at >= $3 AND asked_at < $4
             AND simulated = 0 GROUP BY 1, 2, 3, 4"
        ),
        args![a.tenants, a.lines, a.from, a.to, a.step, a.now, REPLY_MS],
        |r| {
            let (replied, unanswered) = (r.int(12)?, r.int(15)?);
            let sums = Sums {
                arrivals: r.int(4)?,
                first_replied: r.int(5)?,
                first_reply_ms: r.int(6)?,
                first_30s: r.int(7)?,
                first_60s: r.int(8)?,
                first_180s: r.int(9)?,
                first_300s: r.int(10)?,
                first_later: r.int(11)?,
                replied,
                reply_ms: r.int(13)?,
                reply_due: replied + unanswered,
                reply_in: r.int(14)?,
                unanswered,
                ..Sums::default()
            };
            cell(r, sums)
        },
    )
    .await
}

async fn servings(tx: &mut Tx, a: &Ask) -> Result<Vec<Cell>> {
    tx.all(
        sql!(
            "SELECT line_id, queue_id, user_id, (from_at - $3) / CAST($5 AS BIGINT), COUNT(*),
             CAST(SUM(to_at - from_at) AS BIGINT),
             CAST(SUM(CASE WHEN outcome IN ('transferred', 'passed') THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN outcome = 'resolved' THEN 1 ELSE 0 END) AS BIGINT)
             FROM agent_leg
             WHERE tenant_id IN_IDS($1) AND line_id IN_IDS($2) AND from_at >= $3 AND from_at < $4
             AND to_at IS NOT NULL AND simulated = 0 GROUP BY 1, 2, 3, 4"
        ),
        args![a.tenants, a.lines, a.from, a.to, a.step],
        |r| {
            let sums = Sums {
                handled: r.int(4)?,
                handle_ms: r.int(5)?,
                transferred: r.int(6)?,
                resolved: r.int(7)?,
                ..Sums::default()
            };
            cell(r, sums)
        },
    )
    .await
}

async fn wrap_ups(tx: &mut Tx, a: &Ask) -> Result<Vec<Cell>> {
    tx.all(
        sql!(
            "SELECT line_id, CAST(0 AS BIGINT), user_id, (from_at - $3) / CAST($5 AS BIGINT),
             CAST(SUM(to_at - from_at) AS BIGINT)
             FROM agent_interval
             WHERE tenant_id IN_IDS($1) AND line_id IN_IDS($2) AND from_at >= $3 AND from_at < $4
             AND state = 'wrap_up' AND to_at IS NOT NULL AND simulated = 0 GROUP BY 1, 2, 3, 4"
        ),
        args![a.tenants, a.lines, a.from, a.to, a.step],
        |r| cell(r, Sums { wrap_up_ms: r.int(4)?, ..Sums::default() }),
    )
    .await
}

async fn offers(tx: &mut Tx, a: &Ask) -> Result<Vec<Cell>> {
    tx.all(
        sql!(
            "SELECT r.line_id, r.queue_id, r.user_id, (r.offered_at - $3) / CAST($5 AS BIGINT), COUNT(*),
             CAST(SUM(CASE WHEN r.ended_at IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN r.ended_at IS NOT NULL THEN r.ended_at - r.offered_at ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN r.state = 'lapsed' THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN r.state = 'declined' THEN 1 ELSE 0 END) AS BIGINT)
             FROM reservation r JOIN conversation c ON c.id = r.conversation_id AND c.tenant_id = r.tenant_id
             WHERE r.tenant_id IN_IDS($1) AND r.line_id IN_IDS($2) AND r.offered_at >= $3 AND r.offered_at < $4
             AND c.simulated = 0 GROUP BY 1, 2, 3, 4"
        ),
        args![a.tenants, a.lines, a.from, a.to, a.step],
        |r| {
            let sums = Sums {
                rung: r.int(4)?,
                ring_ended: r.int(5)?,
                ring_ms: r.int(6)?,
                missed: r.int(7)?,
                declined: r.int(8)?,
                ..Sums::default()
            };
            cell(r, sums)
        },
    )
    .await
}

async fn recorded(tx: &mut Tx, a: &Ask) -> Result<Vec<Cell>> {
    tx.all(
        sql!(
            "SELECT d.line_id, COALESCE(c.queue_id, 0), d.by_user, (d.at - $3) / CAST($5 AS BIGINT), COUNT(*),
             CAST(SUM(CASE WHEN d.outcome = 'solved' THEN 1 ELSE 0 END) AS BIGINT)
             FROM disposition d JOIN conversation c ON c.id = d.conversation_id AND c.tenant_id = d.tenant_id
             WHERE d.tenant_id IN_IDS($1) AND d.line_id IN_IDS($2) AND d.at >= $3 AND d.at < $4
             AND c.simulated = 0 GROUP BY 1, 2, 3, 4"
        ),
        args![a.tenants, a.lines, a.from, a.to, a.step],
        |r| cell(r, Sums { recorded: r.int(4)?, solved: r.int(5)?, ..Sums::default() }),
    )
    .await
}

async fn rated(tx: &mut Tx, a: &Ask) -> Result<Vec<Cell>> {
    tx.all(
        sql!(
            "SELECT line_id, queue_id, user_id, (asked_at - $3) / CAST($5 AS BIGINT), COUNT(*),
             CAST(SUM(CASE WHEN score IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN score >= 4 THEN 1 ELSE 0 END) AS BIGINT)
             FROM satisfaction
             WHERE tenant_id IN_IDS($1) AND line_id IN_IDS($2) AND asked_at >= $3 AND asked_at < $4
             AND simulated = 0 GROUP BY 1, 2, 3, 4"
        ),
        args![a.tenants, a.lines, a.from, a.to, a.step],
        |r| cell(r, Sums { invited: r.int(4)?, rated: r.int(5)?, satisfied: r.int(6)?, ..Sums::default() }),
    )
    .await
}

/// How often one kind, category and outcome was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What they came for.
    pub kind: String,
    /// What came of it.
    pub outcome: String,
    /// What it was about.
    pub category: Option<CategoryId>,
    /// The category's name, Chinese and English.
    pub names: Option<(String, String)>,
    /// How often.
    pub count: i64,
}

/// Records of one line by kind, category and outcome, the most frequent first.
pub async fn records(
    tx: &mut Tx,
    tenant: TenantId,
    line: LineId,
    from: Millis,
    to: Millis,
) -> Result<Vec<Record>> {
    tx.all(
        sql!(
            "SELECT d.kind, d.outcome, d.category_id, g.name_zh, g.name_en, COUNT(*)
             FROM disposition d JOIN conversation c ON c.id = d.conversation_id AND c.tenant_id = d.tenant_id
             LEFT JOIN category g ON g.id = d.category_id AND g.tenant_id = d.tenant_id
             WHERE d.tenant_id = $1 AND d.line_id = $2 AND d.at >= $3 AND d.at < $4 AND c.simulated = 0
             GROUP BY d.kind, d.outcome, d.category_id, g.name_zh, g.name_en
             ORDER BY 6 DESC, d.kind, d.outcome, d.category_id NULLS FIRST LIMIT 1000"
        ),
        args![tenant, line, from, to],
        |r| {
            let names = r.opt_text(3)?.zip(r.opt_text(4)?);
            Ok(Record {
                kind: r.text(0)?,
                outcome: r.text(1)?,
                category: r.opt_id(2)?,
                names,
                count: r.int(5)?,
            })
        },
    )
    .await
}

/// What the day of these agents was made of, in whatever lines they served.
pub async fn people(
    tx: &mut Tx,
    users: &[UserId],
    from: Millis,
    to: Millis,
    now: Millis,
) -> Result<BTreeMap<UserId, Sums>> {
    let (ids, since) = (Tx::ids(users.iter().map(|u| u.0)), from - LOOK_BACK_MS);
    let stays = tx
        .all(
            sql!(
                "SELECT user_id, state, from_at, to_at FROM agent_interval
                 WHERE user_id IN_IDS($1) AND tenant_id >= 0 AND from_at >= $2 AND from_at < $4
                 AND (to_at IS NULL OR to_at > $3) AND simulated = 0 ORDER BY user_id, from_at LIMIT $5"
            ),
            args![ids, since, from, to, STRETCHES_MAX],
            |r| Ok((r.id::<UserId>(0)?, Stay { state: r.text(1)?, from: r.int(2)?, to: r.opt_int(3)? })),
        )
        .await?;
    let contacts = tx
        .all(
            sql!(
                "SELECT user_id, from_at, to_at FROM agent_leg
                 WHERE user_id IN_IDS($1) AND tenant_id > 0 AND from_at >= $2 AND from_at < $4
                 AND (to_at IS NULL OR to_at > $3) AND simulated = 0 ORDER BY user_id, from_at LIMIT $5"
            ),
            args![ids, since, from, to, STRETCHES_MAX],
            |r| Ok((r.id::<UserId>(0)?, (r.int(1)?, r.opt_int(2)?))),
        )
        .await?;
    let mut by_user: BTreeMap<UserId, (Vec<Stay>, Vec<Contact>)> = BTreeMap::new();
    stays.into_iter().for_each(|(u, s)| by_user.entry(u).or_default().0.push(s));
    contacts.into_iter().for_each(|(u, c)| by_user.entry(u).or_default().1.push(c));
    Ok(by_user.into_iter().map(|(u, (s, c))| (u, day_of(&s, &c, (from, to), now))).collect())
}
