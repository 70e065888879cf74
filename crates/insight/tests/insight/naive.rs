//! A count made the slow and obvious way: every row is read, and looked at one by one.

use insight::counts::Sums;
use kernel::{LineId, Millis, QueueId, TenantScope, UserId, sql};
use platform::App;
use platform::store::Tx;
use std::collections::BTreeMap;

/// A waiting.
pub struct Waiting {
    pub line: LineId,
    pub queue: QueueId,
    pub since: Millis,
    pub from: Millis,
    pub to: Option<Millis>,
    pub outcome: Option<String>,
    pub user: Option<UserId>,
    pub drill: bool,
}

/// A serving.
pub struct Serving {
    pub line: LineId,
    pub user: UserId,
    pub from: Millis,
    pub to: Option<Millis>,
    pub outcome: Option<String>,
    pub drill: bool,
}

/// A turn.
pub struct Turn {
    pub line: LineId,
    pub first: bool,
    pub asked: Millis,
    pub ended: Option<Millis>,
    pub outcome: Option<String>,
    pub user: Option<UserId>,
    pub drill: bool,
}

/// Everything there is.
pub struct Facts {
    pub waitings: Vec<Waiting>,
    pub servings: Vec<Serving>,
    pub turns: Vec<Turn>,
    pub states: BTreeMap<UserId, String>,
}

impl Facts {
    pub async fn read(app: &App) -> Facts {
        let read = async |tx: &mut Tx| {
            let waitings = tx
                .all(
                    sql!("SELECT line_id, queue_id, since, from_at, to_at, outcome, user_id, simulated FROM queue_leg"),
                    &[],
                    |r| {
                        Ok(Waiting {
                            line: r.id(0)?,
                            queue: r.id(1)?,
                            since: r.int(2)?,
                            from: r.int(3)?,
                            to: r.opt_int(4)?,
                            outcome: r.opt_text(5)?,
                            user: r.opt_id(6)?,
                            drill: r.bool(7)?,
                        })
                    },
                )
                .await?;
            let servings = tx
                .all(
                    sql!("SELECT line_id, user_id, from_at, to_at, outcome, simulated FROM agent_leg"),
                    &[],
                    |r| {
                        Ok(Serving {
                            line: r.id(0)?,
                            user: r.id(1)?,
                            from: r.int(2)?,
                            to: r.opt_int(3)?,
                            outcome: r.opt_text(4)?,
                            drill: r.bool(5)?,
                        })
                    },
                )
                .await?;
            let turns = tx
                .all(
                    sql!("SELECT line_id, is_first, asked_at, ended_at, outcome, user_id, simulated FROM reply_turn"),
                    &[],
                    |r| {
                        Ok(Turn {
                            line: r.id(0)?,
                            first: r.bool(1)?,
                            asked: r.int(2)?,
                            ended: r.opt_int(3)?,
                            outcome: r.opt_text(4)?,
                            user: r.opt_id(5)?,
                            drill: r.bool(6)?,
                        })
                    },
                )
                .await?;
            let states = tx
                .all(sql!("SELECT user_id, state FROM agent_interval WHERE to_at IS NULL"), &[], |r| {
                    Ok((r.id::<UserId>(0)?, r.text(1)?))
                })
                .await?;
            Ok(Facts { waitings, servings, turns, states: states.into_iter().collect() })
        };
        app.db().read(&TenantScope::system(), read).await.expect("the facts")
    }

    /// How many wait, and since when the first.
    pub fn waiting(&self, line: LineId, queue: Option<QueueId>) -> (i64, Option<Millis>) {
        let open = self
            .waitings
            .iter()
            .filter(|w| w.line == line && queue.is_none_or(|q| q == w.queue) && w.to.is_none() && !w.drill);
        (open.clone().count() as i64, open.map(|w| w.since).min())
    }

    /// What agents of a line have in hand; of one of them, if named.
    pub fn in_hand(&self, line: LineId, user: Option<UserId>) -> i64 {
        let open =
            |s: &&Serving| s.line == line && user.is_none_or(|u| u == s.user) && s.to.is_none() && !s.drill;
        self.servings.iter().filter(open).count() as i64
    }

    /// The sums of a line's day so far; of one queue or agent, if named.
    pub fn day(&self, line: LineId, from: Millis, now: Millis, user: Option<UserId>) -> Sums {
        let mut s = Sums::default();
        let here = |l: LineId, at: Millis, drill: bool| l == line && at >= from && at <= now && !drill;
        for w in &self.waitings {
            if !here(w.line, w.from, w.drill) || user.is_some_and(|u| w.user != Some(u)) {
                continue;
            }
            s.offered += 1;
            let Some(to) = w.to else { continue };
            let took = to - w.from;
            s.waited += 1;
            s.wait_ms += took;
            match w.outcome.as_deref() {
                Some("assigned") => {
                    s.answered += 1;
                    s.answer_wait_ms += took;
                    if took <= 60_000 {
                        s.answered_in += 1;
                    }
                }
                Some("abandoned") => {
                    s.abandoned += 1;
                    if took < 5_000 {
                        s.short_abandoned += 1;
                    }
                }
                _ => s.flowed_out += 1,
            }
        }
        for v in &self.servings {
            if !here(v.line, v.from, v.drill) || user.is_some_and(|u| v.user != u) {
                continue;
            }
            let Some(to) = v.to else { continue };
            s.handled += 1;
            s.handle_ms += to - v.from;
            match v.outcome.as_deref() {
                Some("transferred" | "passed") => s.transferred += 1,
                Some("resolved") => s.resolved += 1,
                _ => {}
            }
        }
        for t in &self.turns {
            if here(t.line, t.asked, t.drill) && user.is_none_or(|u| t.user == Some(u)) {
                add_turn(&mut s, t, now);
            }
        }
        s
    }
}

fn add_turn(s: &mut Sums, t: &Turn, now: Millis) {
    if t.first {
        s.arrivals += 1;
    }
    let took = t.ended.unwrap_or(now) - t.asked;
    if t.outcome.as_deref() != Some("replied") {
        if took > 180_000 {
            s.unanswered += 1;
            s.reply_due += 1;
        }
        return;
    }
    s.replied += 1;
    s.reply_due += 1;
    s.reply_ms += took;
    if took <= 180_000 {
        s.reply_in += 1;
    }
    if t.first {
        s.first_replied += 1;
        s.first_reply_ms += took;
        match took {
            ..=30_000 => s.first_30s += 1,
            30_001..=60_000 => s.first_60s += 1,
            60_001..=180_000 => s.first_180s += 1,
            180_001..=300_000 => s.first_300s += 1,
            _ => s.first_later += 1,
        }
    }
}
