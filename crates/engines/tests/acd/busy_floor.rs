//! A floor of 200 agents with 1,000 waiting: the rules hold there too, and the time of a step is printed (and never
//! asserted).

use crate::random_runs::Dice;
use engines::acd::*;
use kernel::{LineId, LineSet, Millis, QueueId, SkillId, TenantId, UserId, WorkItemId};
use std::time::Instant;

const AGENTS: i64 = 200;
const WAITING: i64 = 1_000;
const QUEUES: i64 = 20;
const STEPS: usize = 20_000;

fn item(dice: &mut Dice, id: i64, now: Millis) -> WorkItem {
    let need = SkillNeed { skill: SkillId(1 + dice.below(5)), level_min: 2 };
    WorkItem {
        class: if dice.below(3) == 0 { CapacityClass::Mail } else { CapacityClass::Chat },
        priority: dice.below(3) as i32,
        skills: if dice.below(4) == 0 { vec![need] } else { vec![] },
        ..WorkItem::new(WorkItemId(id), QueueId(1 + dice.below(QUEUES)), now)
    }
}

fn floor(dice: &mut Dice, now: Millis) -> Acd {
    let mut acd = Acd::new(Settings::default(), 1);
    for q in 1..=QUEUES {
        let mut queue = Queue::new(QueueId(q), TenantId(1 + q % 4), LineId(q));
        queue.skills = vec![SkillNeed { skill: SkillId(1 + q % 5), level_min: 1 }];
        acd.apply(Event::QueueChanged(queue), now);
    }
    for a in 1..=AGENTS {
        let skills =
            (1..=5).map(|s| SkillLevel { skill: SkillId(s), level: 1 + dice.below(4) as u8 }).collect();
        let agent = Agent {
            id: UserId(a),
            skills,
            capacity: Capacity::default(),
            queues: QueueSet::All,
            teams: vec![],
            seats: vec![],
            reach: (1..=4).map(|t| (TenantId(t), LineSet::All)).collect(),
        };
        acd.apply(Event::AgentSignedIn { agent, state: AgentState::Ready }, now);
    }
    acd
}

/// Answers what rings, as agents do; the steps taken.
fn answer(acd: &mut Acd, out: &[Command], now: Millis) -> usize {
    let mut steps = 0;
    for command in out {
        if let Command::Offer { reservation, epoch, agent, .. } = command {
            let (reservation, epoch, agent) = (*reservation, *epoch, *agent);
            acd.apply(Event::ReservationAccepted { reservation, agent, epoch }, now);
            steps += 1;
        }
    }
    steps
}

#[test]
fn a_step_on_a_busy_floor() {
    let (mut dice, mut now, mut id) = (Dice(42), 1_000_000, 0);
    let mut acd = floor(&mut dice, now);
    let waiting = |acd: &Acd| (1..=QUEUES).map(|q| acd.queue_len(QueueId(q)) as i64).sum::<i64>();
    while waiting(&acd) < WAITING {
        id += 1;
        let work = item(&mut dice, id, now);
        let out = acd.apply(Event::ItemQueued(work), now);
        answer(&mut acd, &out, now);
    }
    let (began, mut steps, mut worst) = (Instant::now(), 0, 0);
    while steps < STEPS {
        now += 50;
        id += 1;
        let agent = UserId(1 + dice.below(AGENTS));
        let held = acd.agent_items(agent);
        let events = match dice.below(10) {
            0 => vec![
                Event::AgentStateChanged { agent, state: AgentState::Busy },
                Event::AgentStateChanged { agent, state: AgentState::Ready },
            ],
            _ => held.first().map(|i| Event::ItemClosed(*i)).into_iter().collect(),
        };
        let fresh = Event::ItemQueued(item(&mut dice, id, now));
        let fresh = (waiting(&acd) < WAITING).then_some(fresh);
        for event in events.into_iter().chain(fresh) {
            let one = Instant::now();
            let out = acd.apply(event, now);
            worst = worst.max(one.elapsed().as_micros());
            steps += 1 + answer(&mut acd, &out, now);
        }
    }
    let each = began.elapsed().as_secs_f64() * 1e6 / steps as f64;
    println!(
        "{AGENTS} agents, {} waiting: {each:.1} µs a step over {steps}, worst {worst} µs",
        waiting(&acd)
    );
    for row in acd.snapshot().items.iter().filter(|r| r.status == ItemStatus::Waiting) {
        let why = acd.explain(row.item.id).unwrap();
        assert!(why.considered.iter().all(|c| c.verdict != Verdict::Eligible), "{why:?}");
    }
    assert!(acd.snapshot().agents.iter().all(|a| a.load <= 12));
}
