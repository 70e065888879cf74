//! The live picture against a naive count, at many moments of random histories that cross midnight in two zones.

use crate::house::{HOUR, House, MIDNIGHT};
use crate::naive::Facts;
use insight::days::Day;
use insight::monitor::Floor;
use kernel::{ConversationId, LineId, TenantId, UserId, args, sql};
use platform::store::Tx;
use testkit::{Engine, SeededRng};

/// Moments of one history at which the picture is compared.
const MOMENTS: usize = 12;
/// What happens between two moments.
const STEPS: usize = 25;

struct History<'a> {
    h: &'a mut House,
    dice: SeededRng,
    users: Vec<UserId>,
    /// What goes on: conversation, its line, is it held.
    live: Vec<(ConversationId, LineId)>,
}

impl History<'_> {
    async fn step(&mut self) {
        self.h.clock.advance(self.dice.below(90_000) as i64);
        match self.dice.below(10) {
            0..=3 => self.comes().await,
            4 | 5 => self.ends_waiting().await,
            6 | 7 => self.ends_serving().await,
            8 => self.says().await,
            _ => self.changes_state().await,
        }
    }

    async fn comes(&mut self) {
        let line = *self.dice.pick(&[self.h.line, self.h.line, self.h.other]);
        let drill = self.dice.below(12) == 0;
        let c = self.h.conversation(line, drill).await;
        let queue = *self.dice.pick(&[self.h.queue, self.h.second]);
        let now = self.h.app.now();
        self.h.waited(c, queue, now, None, "", 0).await;
        self.h.turn(c, true, now, None, "", 0).await;
        self.live.push((c, line));
    }

    fn any(&self) -> Option<(ConversationId, LineId)> {
        (!self.live.is_empty()).then(|| *self.dice.pick(&self.live))
    }

    async fn ends_waiting(&mut self) {
        let Some((c, _)) = self.any() else { return };
        let (user, now) = (*self.dice.pick(&self.users), self.h.app.now());
        let how = *self.dice.pick(&["assigned", "assigned", "assigned", "abandoned", "moved", "resolved"]);
        let taken = (how == "assigned").then_some(user);
        let open = self
            .h
            .write(async move |tx: &mut Tx| {
                tx.exec(
                    sql!("UPDATE queue_leg SET to_at = $2, outcome = $3, user_id = $4 WHERE conversation_id = $1 AND to_at IS NULL"),
                    args![c, now, how, taken],
                )
                .await
            })
            .await;
        if open > 0 && how == "assigned" {
            self.h.served(c, user, now, None, "").await;
        }
        if how == "moved" && open > 0 {
            self.h.waited(c, self.h.second, now, None, "", 0).await;
        }
        if matches!(how, "abandoned" | "resolved") {
            self.end_turn(c, "unanswered", None).await;
        }
    }

    async fn ends_serving(&mut self) {
        let Some((c, _)) = self.any() else { return };
        let now = self.h.app.now();
        let how = *self.dice.pick(&["resolved", "resolved", "transferred", "requeued", "snoozed"]);
        let open = self
            .h
            .write(async move |tx: &mut Tx| {
                tx.exec(
                    sql!("UPDATE agent_leg SET to_at = $2, outcome = $3 WHERE conversation_id = $1 AND to_at IS NULL"),
                    args![c, now, how],
                )
                .await
            })
            .await;
        if open > 0 && matches!(how, "transferred" | "requeued") {
            self.h.waited(c, self.h.queue, now, None, "", 0).await;
        }
    }

    async fn end_turn(&mut self, c: ConversationId, how: &'static str, user: Option<UserId>) -> u64 {
        let now = self.h.app.now();
        self.h
            .write(async move |tx: &mut Tx| {
                tx.exec(
                    sql!(
                        "UPDATE reply_turn SET ended_at = $2, ended_pos = asked_pos + 1, outcome = $3, user_id = $4
                         WHERE conversation_id = $1 AND ended_pos IS NULL"
                    ),
                    args![c, now, how, user],
                )
                .await
            })
            .await
    }

    async fn says(&mut self) {
        let Some((c, _)) = self.any() else { return };
        let user = *self.dice.pick(&self.users);
        if self.end_turn(c, "replied", Some(user)).await == 0 {
            self.h.turn(c, false, self.h.app.now(), None, "", 0).await;
        }
    }

    async fn changes_state(&mut self) {
        let (user, now) = (*self.dice.pick(&self.users), self.h.app.now());
        let state = *self.dice.pick(&["ready", "ready", "break", "busy", "meeting", "offline"]);
        self.h
            .write(async move |tx: &mut Tx| {
                tx.exec(
                    sql!("UPDATE agent_interval SET to_at = $2 WHERE user_id = $1 AND to_at IS NULL"),
                    args![user, now],
                )
                .await
            })
            .await;
        if state != "offline" {
            self.h.stayed(user, state, (TenantId(0), LineId(0)), now, None).await;
        }
    }

    async fn compare(&self, engine: Engine) {
        let (floor, facts) =
            (Floor::read(&self.h.app).await.expect("a picture"), Facts::read(&self.h.app).await);
        let now = self.h.app.now();
        for (line, zone) in [(self.h.line, "Asia/Shanghai"), (self.h.other, "Europe/London")] {
            let seen = &floor.lines[&line];
            let day = Day::at(now, zone).expect("a day");
            assert_eq!(seen.day_from, day.from);
            assert_eq!((seen.waiting, seen.oldest), facts.waiting(line, None), "waiting on {engine:?}");
            for q in &seen.queues {
                assert_eq!((q.waiting, q.oldest), facts.waiting(line, Some(q.id)), "queue on {engine:?}");
            }
            assert_eq!(seen.serving, facts.in_hand(line, None), "in hand on {engine:?}");
            assert_eq!(seen.sums, facts.day(line, day.from, now, None), "the day on {engine:?}");
            for user in &self.users {
                let own = floor.days.get(&(line, *user)).copied().unwrap_or_default();
                assert_eq!(own, facts.day(line, day.from, now, Some(*user)), "an agent's day on {engine:?}");
            }
            let oldest = facts.turns.iter().filter(|t| t.line == line && t.ended.is_none() && !t.drill);
            assert_eq!(seen.unanswered_since, oldest.map(|t| t.asked).min());
        }
        let signed_in: Vec<UserId> = facts.states.keys().copied().collect();
        assert_eq!(floor.agents.iter().map(|a| a.user).collect::<Vec<_>>(), signed_in);
        for a in &floor.agents {
            let lines = [self.h.line, self.h.other];
            let load: i64 = lines.iter().map(|l| facts.in_hand(*l, Some(a.user))).sum();
            let state = facts.states[&a.user].as_str();
            let expected = if state == "ready" && load > 0 { "serving" } else { state };
            assert_eq!(a.state, expected);
            for (line, n) in &a.lines {
                assert_eq!(*n, facts.in_hand(*line, Some(a.user)));
            }
        }
        let free =
            floor.agents.iter().filter(|a| a.state == "ready" && a.lines.contains_key(&self.h.line)).count();
        assert_eq!(floor.lines[&self.h.line].free, free as i64);
    }
}

async fn random_history(engine: Engine) {
    let mut h = House::on(engine).await;
    let mut users = vec![];
    for login in ["anna", "ben", "cleo"] {
        users.push(h.person(login, "agent", h.tenant, h.line).await.1);
    }
    // An evening in China that goes over midnight there and, hours later, in London.
    h.clock.set(MIDNIGHT + 22 * HOUR);
    let mut history = History { h: &mut h, dice: SeededRng::from_env(), users, live: vec![] };
    for moment in 0..MOMENTS {
        for _ in 0..STEPS {
            history.step().await;
        }
        history.compare(engine).await;
        if moment == MOMENTS / 2 {
            history.h.clock.advance(7 * HOUR);
            history.compare(engine).await;
        }
    }
    let facts = Facts::read(&history.h.app).await;
    assert!(
        facts.waitings.len() > 50 && facts.turns.len() > 50,
        "the history is long enough to say something"
    );
}

#[tokio::test]
async fn the_live_picture_equals_a_count_of_the_facts_at_any_moment() {
    for engine in Engine::ALL {
        random_history(engine).await;
    }
}
