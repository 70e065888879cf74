//! Random floors and random events: engine and reference must agree after each, the commands alone must tell the
//! whole story, and an engine restored from a snapshot must go on as if nothing had been.

use crate::naive::Naive;
use engines::acd::*;
use kernel::{
    LineId, LineSet, Millis, QueueId, ReservationId, SkillId, TeamId, TenantId, UserId, WorkItemId,
};
use std::collections::BTreeMap;

/// SplitMix64: small, good enough, and the same everywhere.
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    pub fn below(&mut self, n: i64) -> i64 {
        (self.next() % n as u64) as i64
    }
    fn one_in(&mut self, n: i64) -> bool {
        self.below(n) == 0
    }
    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as i64) as usize]
    }
    fn needs(&mut self) -> Vec<SkillNeed> {
        (0..self.pick(&[0, 0, 0, 1, 2]))
            .map(|_| SkillNeed { skill: SkillId(1 + self.below(3)), level_min: self.pick(&[0, 1, 1, 2, 3]) })
            .collect()
    }
    /// Lines 1 and 2 are client 1's, line 3 is client 2's; queue n belongs to line n, queue 4 to line 1 again.
    /// Line 5 has no queue.
    fn queue(&mut self) -> Queue {
        let id = 1 + self.below(4);
        let line = if id == 4 { 1 } else { id };
        let mut q = Queue::new(QueueId(id), TenantId(if line == 3 { 2 } else { 1 }), LineId(line));
        q.skills = self.needs();
        q.priority = self.pick(&[0, 0, 5, -5]);
        q.fit = self.pick(&[SkillFit::Best, SkillFit::Closest]);
        q.offer_ms = self.pick(&[5_000, 20_000]);
        q.auto_accept = self.one_in(4);
        q.wrap_up_ms = self.pick(&[0, 10_000]);
        q.tier = self.pick(&[0, 0, 0, 1]);
        q.open = !self.one_in(6);
        q.stages = self.stages(id);
        q.on_absence = self.pick(&[OnAbsence::Requeue, OnAbsence::Requeue, OnAbsence::Keep]);
        q
    }
    /// None as a rule; else two or three, of every kind.
    fn stages(&mut self, of: i64) -> Vec<Stage> {
        if self.one_in(2) {
            return vec![];
        }
        let (mut after_ms, mut stages) = (0, vec![]);
        for _ in 0..self.pick(&[1, 2, 2, 3]) {
            let other = QueueId(1 + (of + self.below(3)) % 4);
            let crew = match self.below(4) {
                0 => Crew::Members,
                1 => Crew::Seats,
                2 => Crew::Teams { teams: self.teams() },
                _ => Crew::Queue { queue: other },
            };
            stages.push(Stage { after_ms, crew });
            after_ms += self.pick(&[0, 2_000, 20_000]);
        }
        stages
    }
    fn teams(&mut self) -> Vec<TeamId> {
        (1..=3).filter(|_| self.one_in(2)).map(TeamId).collect()
    }
    fn agent(&mut self) -> Agent {
        let mut skills = vec![];
        for skill in 1..=3 {
            if !self.one_in(3) {
                skills.push(SkillLevel { skill: SkillId(skill), level: 1 + self.below(3) as u8 });
            }
        }
        let only = |lines: &[i64]| LineSet::Only(lines.iter().copied().map(LineId).collect());
        let reach = match self.below(10) {
            0 => vec![(TenantId(1), only(&[1]))],
            6 => vec![(TenantId(1), only(&[1, 5]))],
            7 => vec![(TenantId(1), only(&[2])), (TenantId(2), LineSet::All)],
            8 => vec![(TenantId(1), only(&[1, 2])), (TenantId(2), only(&[3]))],
            9 => vec![(TenantId(1), only(&[5])), (TenantId(2), only(&[3, 5]))],
            1 => vec![(TenantId(1), LineSet::All)],
            2 => vec![(TenantId(2), LineSet::All)],
            _ => vec![(TenantId(1), LineSet::All), (TenantId(2), LineSet::All)],
        };
        let queues = match self.below(3) {
            0 => QueueSet::Only((1..=4).filter(|_| !self.one_in(3)).map(QueueId).collect()),
            _ => QueueSet::All,
        };
        let (units, mail) = (self.pick(&[12, 12, 6, 3, 0]), self.pick(&[2, 2, 0]));
        let capacity = Capacity { units, mail, ..Capacity::default() };
        let seats = match self.below(6) {
            0 => vec![QueueId(1 + self.below(4))],
            1 => vec![QueueId(1), QueueId(4)],
            _ => vec![],
        };
        Agent { id: UserId(1 + self.below(6)), skills, capacity, queues, teams: self.teams(), seats, reach }
    }
    fn state(&mut self) -> AgentState {
        match self.below(18) {
            0 => AgentState::WrapUp,
            1 => AgentState::Break { kind: "meal".into() },
            2 => AgentState::Busy,
            3 => AgentState::Training,
            4 => AgentState::Meeting,
            5 => AgentState::Offline,
            _ => AgentState::Ready,
        }
    }
    fn item(&mut self, now: Millis) -> WorkItem {
        WorkItem {
            id: WorkItemId(1 + self.below(25)),
            kind: WorkKind::Conversation,
            queue: QueueId(1 + self.below(4)),
            line: self.pick(&[None, None, Some(LineId(1)), Some(LineId(2)), Some(LineId(5))]),
            class: self.pick(&[
                CapacityClass::Chat,
                CapacityClass::Chat,
                CapacityClass::Mail,
                CapacityClass::Voice,
            ]),
            weight: self.pick(&[None, None, None, Some(1), Some(5)]),
            priority: self.pick(&[0, 0, 0, 5, -1]),
            skills: if self.one_in(3) { self.needs() } else { vec![] },
            enqueued_at: now - self.pick(&[0, 0, 0, 60_000]),
            preferred: self.one_in(4).then(|| Preferred {
                agent: UserId(1 + self.below(7)),
                until: now + self.pick(&[-1, 0, 15_000, 2 * HOLD_MS_MAX]),
                by_name: self.one_in(3),
            }),
            team: self.one_in(8).then(|| TeamHold {
                team: TeamId(1 + self.below(3)),
                until: now + self.pick(&[0, 15_000, 2 * HOLD_MS_MAX]),
            }),
            tier: self.pick(&[0, 0, 0, 1, 2]),
            repeat: self.one_in(8),
            straight: self.one_in(8),
            epoch: self.below(3),
        }
    }
    fn item_id(&mut self, of: &Naive) -> WorkItemId {
        if of.things.is_empty() || self.one_in(12) {
            return WorkItemId(1 + self.below(25));
        }
        of.things[self.below(of.things.len() as i64) as usize].item.id
    }
    fn reservation(&mut self, of: &Naive) -> (ReservationId, UserId, i64) {
        let ringing: Vec<_> = of
            .things
            .iter()
            .filter_map(|t| match t.status {
                ItemStatus::Offered { reservation, agent, .. } => Some((reservation, agent, t.item.epoch)),
                _ => None,
            })
            .collect();
        if ringing.is_empty() {
            return (ReservationId(self.below(50)), UserId(1), 1);
        }
        let (r, a, e) = self.pick(&ringing);
        match self.below(12) {
            0 => (ReservationId(r.0 - 1), a, e),
            1 => (r, UserId(a.0 % 6 + 1), e),
            2 => (r, a, e - 1),
            _ => (r, a, e),
        }
    }
    fn event(&mut self, of: &Naive, now: Millis) -> Event {
        let agent = UserId(1 + self.below(6));
        match self.below(53) {
            0 => {
                let fresh = self.queue();
                Event::QueueChanged(fresh)
            }
            1 => Event::QueueRemoved(QueueId(1 + self.below(5))),
            2..=4 => Event::AgentSignedIn { agent: self.agent(), state: self.state() },
            5 => Event::AgentChanged(self.agent()),
            6..=9 => Event::AgentStateChanged { agent, state: self.state() },
            10 => Event::AgentVanished(agent),
            11 | 12 => Event::AgentReturned(agent),
            13 => Event::AgentSignedOut(agent),
            14..=22 => Event::ItemQueued(self.item(now)),
            23 => Event::ItemChanged {
                item: self.item_id(of),
                priority: self.below(3) as i32,
                skills: self.needs(),
            },
            24 => Event::ItemCancelled(self.item_id(of)),
            25..=28 => Event::ItemClosed(self.item_id(of)),
            29 => Event::ItemTaken { item: self.item_id(of), agent, over_capacity: self.one_in(2) },
            30 => Event::ItemTransferred {
                item: self.item_id(of),
                to: TransferTo::Queue(QueueId(1 + self.below(5))),
            },
            31 | 32 => Event::ItemTransferred {
                item: self.item_id(of),
                to: TransferTo::Agent { agent, hold_ms: self.pick(&[0, 10_000, i64::MAX]) },
            },
            33..=39 => {
                let (reservation, agent, epoch) = self.reservation(of);
                Event::ReservationAccepted { reservation, agent, epoch }
            }
            40 => {
                let (reservation, agent, _) = self.reservation(of);
                Event::ReservationDeclined { reservation, agent, reason: DeclineReason::NotMine }
            }
            41 | 42 => Event::ItemTransferred {
                item: self.item_id(of),
                to: TransferTo::Team {
                    team: TeamId(1 + self.below(3)),
                    hold_ms: self.pick(&[0, 10_000, i64::MAX]),
                },
            },
            43..=45 => Event::QueueOpened { queue: QueueId(1 + self.below(5)), open: !self.one_in(3) },
            46 => Event::AgentForcedOut(agent),
            47 => Event::ItemTakenOver { item: self.item_id(of), by: agent },
            48 => {
                let (tier, repeat, straight) = (self.pick(&[0, 1, 2]), self.one_in(3), self.one_in(3));
                Event::ItemMarked { item: self.item_id(of), marks: Marks { tier, repeat, straight } }
            }
            _ => Event::TimerFired,
        }
    }
}

/// What the rows of a shell would say, kept up by commands alone.
#[derive(Default)]
struct Ledger {
    items: BTreeMap<WorkItemId, (i64, ItemStatus, u16)>,
    reservations_seen: i64,
}

impl Ledger {
    fn see(&mut self, event: &Event, out: &[Command]) {
        let refused = out.iter().any(|c| matches!(c, Command::Rejected { .. }));
        if let (Event::ItemQueued(item), false) = (event, refused) {
            self.items.insert(item.id, (item.epoch, ItemStatus::Waiting, 0));
        }
        for command in out {
            let (item, epoch, status, charged) = match command {
                Command::Offer { reservation, item, epoch, agent, expires_at, charged, .. } => {
                    assert!(reservation.0 > self.reservations_seen, "a reservation is used once");
                    self.reservations_seen = reservation.0;
                    assert_eq!(self.items[item].1, ItemStatus::Waiting, "one reservation per item");
                    let (reservation, agent, expires_at) = (*reservation, *agent, *expires_at);
                    (item, epoch, ItemStatus::Offered { reservation, agent, expires_at }, *charged)
                }
                Command::Withdraw { item, epoch, reservation, .. } => {
                    let rings = matches!(self.items[item].1, ItemStatus::Offered { reservation: r, .. } if r == *reservation);
                    assert!(rings, "only what rings is withdrawn");
                    (item, epoch, ItemStatus::Waiting, 0)
                }
                Command::Assign { item, epoch, agent, charged, .. } => {
                    (item, epoch, ItemStatus::Held { agent: *agent }, *charged)
                }
                Command::Requeue { item, epoch, .. } => (item, epoch, ItemStatus::Waiting, 0),
                _ => continue,
            };
            let row = self.items.get_mut(item).expect("commands name open items");
            assert_eq!(*epoch, row.0 + 1, "each change of hands counts one");
            *row = (*epoch, status, charged);
        }
        if let (Event::ItemCancelled(item) | Event::ItemClosed(item), false) = (event, refused) {
            self.items.remove(item);
        }
    }
}

fn compare(acd: &Acd, naive: &Naive, ledger: &Ledger) {
    let ours = acd.snapshot();
    let mut things: Vec<_> = naive.things.iter().map(|t| (&t.item, t.status, t.charged)).collect();
    things.sort_by_key(|t| t.0.id);
    let rows: Vec<_> = ours.items.iter().map(|r| (&r.item, r.status, r.charged)).collect();
    assert_eq!(rows, things, "items");
    let told: Vec<_> = ledger.items.iter().map(|(id, (e, s, c))| (*id, *e, *s, *c)).collect();
    let true_rows: Vec<_> =
        ours.items.iter().map(|r| (r.item.id, r.item.epoch, r.status, r.charged)).collect();
    assert_eq!(told, true_rows, "the commands tell the whole story");
    let mut people: Vec<AgentRow> =
        naive.people.iter().map(|p| AgentRow { load: naive.load(p.row.agent.id), ..p.row.clone() }).collect();
    people.sort_by_key(|p| p.agent.id);
    assert_eq!(ours.agents, people, "agents");
    for q in &naive.queues {
        let mut order: Vec<_> = naive
            .things
            .iter()
            .filter(|t| t.item.queue == q.id && !matches!(t.status, ItemStatus::Held { .. }))
            .collect();
        order.sort_by_key(|t| naive.rank(t));
        let places: Vec<_> = order.iter().zip(1..).map(|(t, place)| (t.item.id, place)).collect();
        assert_eq!(acd.positions(q.id, usize::MAX), places, "places of queue {}", q.id);
        assert_eq!(acd.queue_len(q.id), places.len());
        for (item, place) in places {
            assert_eq!(acd.position(item), Some(place));
        }
    }
    for row in ours.items.iter().filter(|r| r.status == ItemStatus::Waiting) {
        let why = acd.explain(row.item.id).expect("an open item is explained");
        let free = why.considered.iter().find(|c| c.verdict == Verdict::Eligible);
        assert_eq!(free, None, "item {} waits while an eligible agent is free", row.item.id);
    }
}

/// Offers never overfill; nothing crosses the wall.
fn check_offers(acd: &Acd, out: &[Command]) {
    for command in out {
        let (item, agent) = match command {
            Command::Offer { item, agent, .. } => (item, agent),
            Command::Assign { item, agent, by: AssignedBy::Auto, .. } => (item, agent),
            _ => continue,
        };
        let (row, who) = (acd.item(*item).expect("open"), acd.agent(*agent).expect("known"));
        assert!(who.load <= u32::from(who.agent.capacity.units), "agent {agent} is overfull");
        let tenant = TenantId(if row.item.queue.0 == 3 { 2 } else { 1 });
        assert!(who.agent.reaches(tenant, row.item.line.expect("a line")), "the wall");
    }
}

fn without_wake(out: &[Command]) -> Vec<&Command> {
    out.iter().filter(|c| !matches!(c, Command::WakeAt { .. })).collect()
}

fn run(seed: u64, steps: usize) -> usize {
    let mut dice = Dice(seed);
    let settings = Settings {
        cool_down_ms: dice.pick(&[0, 8_000, 30_000]),
        missed_max: dice.pick(&[0, 1, 2]),
        vanish_grace_ms: dice.pick(&[1, 15_000]),
        aging_ms: dice.pick(&[0, 1_000, 1_000, 60_000]),
        points: Points { contact_tier: 2, client_tier: 1, repeat: 1, straight: 4 },
    };
    let (mut acd, mut naive) = (Acd::new(settings, 100), Naive::new(settings, 100));
    let (mut ledger, mut twin) = (Ledger::default(), None::<Acd>);
    let (mut now, mut offers) = (1_000_000, 0);
    for step in 0..steps {
        now += dice.pick(&[0, 0, 1, 400, 2_000, 2_000, 7_000, 30_000]);
        if dice.one_in(6)
            && let Some(due) = acd.next_due()
        {
            now = now.max(due);
        }
        let event = match step {
            0..6 => Event::QueueChanged(dice.queue()),
            6..12 => Event::AgentSignedIn { agent: dice.agent(), state: AgentState::Ready },
            _ => dice.event(&naive, now),
        };
        let done = naive.step(event.clone(), now);
        let out = acd.apply(event.clone(), now);
        let refused = out.iter().any(|c| matches!(c, Command::Rejected { .. }));
        assert_eq!(done, !refused, "step {step}: {event:?} gave {out:?}");
        let given: Vec<_> = out
            .iter()
            .filter_map(|c| match c {
                Command::Offer { item, agent, .. } => Some((*item, *agent)),
                Command::Assign { item, agent, by: AssignedBy::Auto, .. } => Some((*item, *agent)),
                _ => None,
            })
            .collect();
        assert_eq!(given, naive.given, "step {step}: {event:?}");
        offers += given.len();
        ledger.see(&event, &out);
        compare(&acd, &naive, &ledger);
        check_offers(&acd, &out);
        if let Some(twin) = twin.as_mut() {
            assert_eq!(
                without_wake(&twin.apply(event.clone(), now)),
                without_wake(&out),
                "step {step}: twin"
            );
        }
        if dice.one_in(40) {
            let mut fresh = Acd::new(settings, 1);
            let moved = fresh.apply(Event::Restore(Box::new(acd.snapshot())), now);
            let quiet = |c: &Command| matches!(c, Command::PositionsChanged { .. } | Command::WakeAt { .. });
            assert!(moved.iter().all(quiet), "step {step}: restoring moved something: {moved:?}");
            assert_eq!(fresh.next_due(), acd.next_due(), "step {step}: timers");
            twin = Some(fresh);
        }
    }
    offers
}

#[test]
fn the_engine_agrees_with_a_matcher_that_tries_every_pair() {
    let number = |name| std::env::var(name).ok().and_then(|v: String| v.parse::<u64>().ok());
    if let Some(seed) = number("HARK_SEED") {
        run(seed, 250);
        return;
    }
    let runs = number("HARK_RUNS").unwrap_or(400);
    let mut offers = 0;
    for seed in 1..=runs {
        let done = std::panic::catch_unwind(|| run(seed, 250));
        match done {
            Ok(n) => offers += n,
            Err(_) => panic!("the run of seed {seed} failed; replay it with HARK_SEED={seed}"),
        }
    }
    println!("{runs} runs of 250 events, {offers} offers and assignments compared");
    assert!(offers as u64 > runs * 5, "the runs must do something");
}
