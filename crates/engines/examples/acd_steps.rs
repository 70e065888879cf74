//! How long one step of the routing engine takes, at the two sizes of the requirement. Prints figures, asserts none.
//!
//! `cargo run --release -p hark-engines --example acd_steps`

use engines::acd::*;
use kernel::{LineId, LineSet, Millis, QueueId, SkillId, TenantId, UserId, WorkItemId};
use std::time::Instant;

/// One size of floor.
struct Size {
    agents: i64,
    waiting: usize,
    queues: i64,
    steps: usize,
}

const SIZES: [Size; 2] = [
    Size { agents: 200, waiting: 1_000, queues: 20, steps: 50_000 },
    Size { agents: 5_000, waiting: 50_000, queues: 300, steps: 20_000 },
];

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as i64
    }
}

fn floor(size: &Size, dice: &mut Dice, now: Millis) -> Acd {
    let mut acd = Acd::new(Settings::default(), 1);
    let (mut queues, tenants) = (vec![], size.queues / 5);
    for q in 1..=size.queues {
        let mut queue = Queue::new(QueueId(q), TenantId(1 + (q - 1) % tenants), LineId(q));
        queue.skills = vec![SkillNeed { skill: SkillId(1 + q % 5), level_min: 1 }];
        let neighbour = QueueId(1 + (q - 1 + tenants) % size.queues);
        queue.stages = vec![
            Stage { after_ms: 0, crew: Crew::Members },
            Stage { after_ms: 120_000, crew: Crew::Queue { queue: neighbour } },
        ];
        queue.wrap_up_ms = 10_000;
        queues.push(queue);
    }
    let agents = (1..=size.agents)
        .map(|a| AgentRow {
            agent: Agent {
                id: UserId(a),
                skills: (1..=5)
                    .map(|s| SkillLevel { skill: SkillId(s), level: 1 + dice.below(4) as u8 })
                    .collect(),
                capacity: Capacity::default(),
                queues: QueueSet::All,
                teams: vec![],
                seats: vec![],
                reach: (0..tenants.min(20))
                    .map(|t| (TenantId(1 + (a + t) % tenants), LineSet::All))
                    .collect(),
            },
            state: AgentState::Ready,
            connected: true,
            gone_until: None,
            wrap_up_until: None,
            idle_since: now,
            missed: 0,
            load: 0,
        })
        .collect();
    let rows = Snapshot { queues, agents, ..Snapshot::default() };
    acd.apply(Event::Restore(Box::new(rows)), now);
    acd
}

/// The times of all steps, and the engine's clock.
struct Watch {
    acd: Acd,
    now: Millis,
    took: Vec<u32>,
    timed: bool,
}

impl Watch {
    fn tell(&mut self, event: Event) -> Vec<Command> {
        let began = Instant::now();
        let out = self.acd.apply(event, self.now);
        if self.timed {
            self.took.push(u32::try_from(began.elapsed().as_nanos()).unwrap_or(u32::MAX));
        }
        out
    }

    /// Tells, and answers what rings as agents do.
    fn tell_and_answer(&mut self, event: Event) {
        for command in self.tell(event) {
            if let Command::Offer { reservation, epoch, agent, .. } = command {
                self.tell(Event::ReservationAccepted { reservation, agent, epoch });
            }
        }
    }
}

fn waiting(acd: &Acd, queues: i64) -> usize {
    (1..=queues).map(|q| acd.queue_len(QueueId(q))).sum()
}

fn measure(size: &Size) {
    let (mut dice, now) = (Dice(42), 1_000_000);
    let mut w = Watch { acd: floor(size, &mut dice, now), now, took: vec![], timed: false };
    let mut id = 0;
    let mut item = |dice: &mut Dice, now| {
        id += 1;
        let need = SkillNeed { skill: SkillId(1 + dice.below(5)), level_min: 2 };
        WorkItem {
            class: if dice.below(3) == 0 { CapacityClass::Mail } else { CapacityClass::Chat },
            priority: dice.below(3) as i32 * 100,
            skills: if dice.below(4) == 0 { vec![need] } else { vec![] },
            tier: dice.below(3) as u8,
            ..WorkItem::new(WorkItemId(id), QueueId(1 + dice.below(size.queues)), now)
        }
    };
    let began = Instant::now();
    let mut wait = 0;
    while wait < size.waiting {
        for _ in 0..(size.waiting - wait).max(100) {
            w.now += 10;
            let fresh = item(&mut dice, w.now);
            w.tell_and_answer(Event::ItemQueued(fresh));
        }
        wait = waiting(&w.acd, size.queues);
    }
    let filled_s = began.elapsed().as_secs_f64();
    w.timed = true;
    while w.took.len() < size.steps {
        w.now += 10;
        let agent = UserId(1 + dice.below(size.agents));
        let held = w.acd.agent_items(agent).first().copied();
        match (dice.below(20), held) {
            (0, _) => {
                w.tell_and_answer(Event::AgentStateChanged { agent, state: AgentState::Busy });
                w.tell_and_answer(Event::AgentStateChanged { agent, state: AgentState::Ready });
            }
            (1, Some(held)) => {
                let to = QueueId(1 + dice.below(size.queues));
                w.tell_and_answer(Event::ItemTransferred { item: held, to: TransferTo::Queue(to) });
            }
            (2, _) => {
                w.tell_and_answer(Event::AgentVanished(agent));
                w.tell_and_answer(Event::AgentReturned(agent));
            }
            (_, Some(held)) => {
                w.tell_and_answer(Event::ItemClosed(held));
                let fresh = item(&mut dice, w.now);
                w.tell_and_answer(Event::ItemQueued(fresh));
            }
            (_, None) => w.tell_and_answer(Event::TimerFired),
        }
    }
    w.took.sort_unstable();
    let at = |share: f64| f64::from(w.took[((w.took.len() - 1) as f64 * share) as usize]) / 1_000.0;
    let mean = w.took.iter().map(|t| f64::from(*t)).sum::<f64>() / w.took.len() as f64 / 1_000.0;
    println!(
        "{} agents, {} queues, {} waiting: mean {mean:.1} µs a step, p50 {:.1}, p99 {:.1}, p99.9 {:.1}, worst {:.0} \
         over {} steps (filled in {filled_s:.1} s)",
        size.agents,
        size.queues,
        waiting(&w.acd, size.queues),
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0),
        w.took.len(),
    );
}

fn main() {
    SIZES.iter().for_each(measure);
}
