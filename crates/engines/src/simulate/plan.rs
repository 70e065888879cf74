//! What a simulated day is made of, and the two plans everybody needs: a floor of a provider, and one plain queue.

use super::{Dice, Duration};
use crate::acd::{
    Agent, Capacity, CapacityClass, Crew, Queue, QueueSet, Settings, SkillLevel, SkillNeed, Stage,
};
use kernel::{LineId, LineSet, Millis, QueueId, SkillId, TeamId, TenantId, UserId};

/// One hour, in milliseconds.
pub(super) const HOUR: Millis = 3_600_000;
const MINUTE: Millis = 60_000;

/// A queue with those who come to it.
#[derive(Debug, Clone)]
pub struct QueuePlan {
    /// The queue.
    pub queue: Queue,
    /// By which class of capacity its work counts.
    pub class: CapacityClass,
    /// Customers an hour from each time on, by rising time.
    pub arrivals: Vec<(Millis, f64)>,
    /// How long a matter takes.
    pub handling: Duration,
    /// How long customers wait before they leave; `None` = as long as it takes.
    pub patience: Option<Duration>,
    /// When its hours begin and end; `None` = always open.
    pub hours: Option<(Millis, Millis)>,
}

/// A break of an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Break {
    /// When it begins.
    pub at: Millis,
    /// How long it lasts, in milliseconds.
    pub ms: i64,
}

/// An agent with their shift.
#[derive(Debug, Clone)]
pub struct AgentPlan {
    /// The agent.
    pub agent: Agent,
    /// When they sign in.
    pub from: Millis,
    /// From when on they take nothing more; they sign out with the last matter.
    pub until: Millis,
    /// Their breaks, by rising time.
    pub breaks: Vec<Break>,
}

/// How agents answer what rings.
#[derive(Debug, Clone, Copy)]
pub struct Conduct {
    /// How long they take to accept.
    pub answer: Duration,
    /// The share they let ring out.
    pub ignores: f64,
    /// The share they refuse.
    pub declines: f64,
    /// The share of finished matters that they pass on to another queue of the client.
    pub passes_on: f64,
}

/// What goes wrong.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// Lost connections in an hour, of each agent.
    pub vanishings_per_hour: f64,
    /// The share of these that last for minutes instead of seconds.
    pub long_share: f64,
    /// When the server stops, and for how long it is away, in milliseconds.
    pub restarts: Vec<(Millis, i64)>,
}

/// Who is there when the day begins.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// So many customers of the first queue are there already; they are not counted.
    pub customers: usize,
    /// Only the first so many of those who come are counted, and the day ends with the last of them; `None` = all.
    pub counted: Option<u64>,
}

/// A day.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What chance begins from.
    pub seed: u64,
    /// The engine's settings.
    pub settings: Settings,
    /// The queues.
    pub queues: Vec<QueuePlan>,
    /// The agents.
    pub agents: Vec<AgentPlan>,
    /// How they answer.
    pub conduct: Conduct,
    /// What goes wrong.
    pub faults: Faults,
    /// When nobody comes any more.
    pub end: Millis,
    /// The threshold of the service level, in milliseconds.
    pub within_ms: i64,
    /// Who is there at the beginning.
    pub start: Start,
}

/// How busy each hour from eight in the morning is, relative to the mean: two humps, as service lines have them.
const HUMPS: [f64; 12] = [0.55, 0.95, 1.3, 1.35, 1.0, 0.85, 1.05, 1.25, 1.2, 1.0, 0.85, 0.65];
/// Agents that one queue of the floor is planned with.
const AGENTS_PER_QUEUE: u32 = 20;

impl Plan {
    /// One queue whose customers come, wait and are handled without memory, and agents with one customer at a time: what
    /// Erlang's formulas describe. Times are in milliseconds, the rate is customers per millisecond.
    pub fn plain(seed: u64, rate: f64, handling_ms: f64, patience_ms: Option<f64>, agents: u32) -> Plan {
        let (tenant, line) = (TenantId(1), LineId(1));
        let queue = Queue { auto_accept: true, ..Queue::new(QueueId(1), tenant, line) };
        let agent = |id: u32| AgentPlan {
            agent: Agent {
                id: UserId(i64::from(id)),
                skills: vec![],
                capacity: Capacity::default(),
                queues: QueueSet::All,
                teams: vec![],
                seats: vec![],
                reach: vec![(tenant, LineSet::All)],
            },
            from: 0,
            until: Millis::MAX,
            breaks: vec![],
        };
        Plan {
            seed,
            settings: Settings::default(),
            queues: vec![QueuePlan {
                queue,
                class: CapacityClass::Voice,
                arrivals: vec![(0, rate * HOUR as f64)],
                handling: Duration::Exponential { mean_ms: handling_ms },
                patience: patience_ms.map(|mean_ms| Duration::Exponential { mean_ms }),
                hours: None,
            }],
            agents: (1..=agents).map(agent).collect(),
            conduct: Conduct {
                answer: Duration::Fixed { ms: 0 },
                ignores: 0.0,
                declines: 0.0,
                passes_on: 0.0,
            },
            faults: Faults::default(),
            end: Millis::MAX,
            within_ms: 20_000,
            start: Start::default(),
        }
    }

    /// A provider's floor for a day of twelve hours: a queue for every twenty agents, two to each client, of chats, calls
    /// and mails; agents of several skills in teams, in early and late shifts with breaks. `load` 1 keeps the agents
    /// busy for about four fifths of their time. Without faults; see [`Faults::usual`].
    pub fn floor(seed: u64, agents: u32, load: f64) -> Plan {
        let mut dice = Dice::new(seed, 1);
        let count = agents.div_ceil(AGENTS_PER_QUEUE).max(2);
        let end = HOUR * HUMPS.len() as i64;
        let queues: Vec<QueuePlan> =
            (1..=count).map(|n| floor_queue(n, count, load * f64::from(agents) / f64::from(count))).collect();
        Plan {
            seed,
            settings: Settings::default(),
            agents: (1..=agents).map(|n| floor_agent(n, count, end, &mut dice)).collect(),
            queues,
            conduct: Conduct {
                answer: Duration::LogNormal { mean_ms: 3_000.0, variation: 0.6 },
                ignores: 0.01,
                declines: 0.005,
                passes_on: 0.03,
            },
            faults: Faults::default(),
            end,
            within_ms: 20_000,
            start: Start::default(),
        }
    }
}

/// A queue of the floor: two of five are calls, one is mail, the others are chats.
fn floor_queue(n: u32, count: u32, agents: f64) -> QueuePlan {
    let id = i64::from(n);
    let tenant = TenantId(1 + (id - 1) / 2);
    // The other queue of the client helps out.
    let other = if n.is_multiple_of(2) { id - 1 } else { id + 1 };
    let mut stages = vec![Stage { after_ms: 0, crew: Crew::Members }];
    if other <= i64::from(count) {
        stages.push(Stage { after_ms: 90_000, crew: Crew::Queue { queue: QueueId(other) } });
    }
    let (class, handling_s, patience_s, at_once) = match n % 5 {
        1 | 3 => (CapacityClass::Voice, 240.0, 120.0, 1.0),
        0 => (CapacityClass::Mail, 420.0, 4.0 * 3_600.0, 6.0),
        _ => (CapacityClass::Chat, 540.0, 300.0, 4.0),
    };
    let queue = Queue {
        skills: vec![SkillNeed { skill: SkillId(id), level_min: 1 }],
        wrap_up_ms: 10_000,
        tier: u8::from(n.is_multiple_of(4)),
        stages,
        ..Queue::new(QueueId(id), tenant, LineId(id))
    };
    // Of twelve hours an agent works eight, less breaks; concurrent work is not reached in full.
    let per_hour = agents * 0.62 * 0.8 * 3_600.0 / handling_s * f64::max(1.0, at_once * 0.8);
    let arrivals = (0..).zip(HUMPS).map(|(h, hump)| (h * HOUR, per_hour * hump)).collect();
    let mean_ms = handling_s * 1_000.0;
    let patience = Some(Duration::Exponential { mean_ms: patience_s * 1_000.0 });
    let handling = Duration::LogNormal { mean_ms, variation: 0.9 };
    QueuePlan { queue, class, arrivals, handling, patience, hours: None }
}

/// An agent of the floor: at home in one queue, able to serve one or two more, in the early or the late shift.
fn floor_agent(n: u32, count: u32, end: Millis, dice: &mut Dice) -> AgentPlan {
    let home = n % count;
    let mut skills = vec![];
    for (step, share) in [(0, 1.0), (1, 0.5), (2, 0.2)] {
        if dice.happens(share) {
            let level = 1 + u8::try_from(dice.below(3)).unwrap_or(0);
            skills.push(SkillLevel { skill: SkillId(1 + i64::from((home + step) % count)), level });
        }
    }
    let jitter = dice.draw(Duration::Exponential { mean_ms: 60_000.0 }).min(10 * MINUTE);
    let shift = match n % 3 {
        0 => end - 8 * HOUR,
        1 => 0,
        _ => HOUR,
    };
    let from = shift + jitter;
    let until = (from + 8 * HOUR).min(end);
    let spread = |dice: &mut Dice| dice.below(60) as i64 * MINUTE;
    let meal = Break { at: from + 3 * HOUR + spread(dice), ms: 30 * MINUTE };
    let first = Break { at: from + HOUR + spread(dice), ms: 10 * MINUTE };
    let second = Break { at: from + 5 * HOUR + spread(dice), ms: 10 * MINUTE };
    AgentPlan {
        agent: Agent {
            id: UserId(i64::from(n)),
            skills,
            capacity: Capacity::default(),
            queues: QueueSet::All,
            teams: vec![TeamId(1 + i64::from(n % 10))],
            seats: vec![],
            reach: (1..=i64::from(count)).map(|t| (TenantId(t), LineSet::All)).collect(),
        },
        from,
        until,
        breaks: vec![first, meal, second],
    }
}

impl Faults {
    /// What a bad day brings: an agent's connection fails every four hours, one time in five for minutes; the server
    /// restarts twice, for eight seconds and for a minute.
    pub fn usual(end: Millis) -> Faults {
        Faults {
            vanishings_per_hour: 0.25,
            long_share: 0.2,
            restarts: vec![(end / 3, 8_000), (end / 3 * 2, 60_000)],
        }
    }
}
