//! The nouns of routing: queues, agents and work items, as the shell states them to the engine.
//!
//! All are plain values without behaviour beyond arithmetic on themselves. Durations are milliseconds.

use kernel::{
    LineId, LineSet, Millis, QueueId, ReservationId, SkillId, TeamId, TenantId, UserId, WorkItemId,
};
use serde::{Deserialize, Serialize};

/// Most agents known to one engine.
pub const AGENTS_MAX: usize = 20_000;
/// Most queues known to one engine.
pub const QUEUES_MAX: usize = 20_000;
/// Most work items (waiting, offered and held together) known to one engine.
pub const ITEMS_MAX: usize = 500_000;
/// Most skills on one agent, queue or item.
pub const SKILLS_MAX: usize = 64;
/// Longest time for which work may be kept for one agent, in milliseconds (one hour).
pub const HOLD_MS_MAX: i64 = 3_600_000;
/// Longest name of a kind of break, in bytes.
pub const BREAK_KIND_LEN_MAX: usize = 64;
/// Largest absolute priority of a queue or an item, and of each of [`Points`].
pub const PRIORITY_ABS_MAX: i32 = 1_000_000;
/// Most stages of one queue.
pub const STAGES_MAX: usize = 8;
/// Most teams named by one stage, and of one agent.
pub const TEAMS_MAX: usize = 64;
/// Longest waiting after which a stage may open, in milliseconds (one week).
pub const STAGE_MS_MAX: i64 = 7 * 24 * 3_600_000;
/// The longest wait that one point may be worth, in milliseconds (one hour).
pub const AGING_MS_MAX: i64 = 3_600_000;

/// What a contact's and a client's standing adds to an item's priority, in points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Points {
    /// For each tier of the contact.
    pub contact_tier: i32,
    /// For each tier of the client.
    pub client_tier: i32,
    /// For a contact who comes again about the same within a day or two.
    pub repeat: i32,
    /// For a contact who is to reach a person at once ([`WorkItem::straight`]).
    pub straight: i32,
}

impl Default for Points {
    /// A minute for each tier of the contact and for coming again, half a minute for each tier of the client, five
    /// minutes for who is to reach a person at once (with the usual second a point).
    fn default() -> Points {
        Points { contact_tier: 60, client_tier: 30, repeat: 60, straight: 300 }
    }
}

/// Times and counts that hold for the whole engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// How long an agent who let an item lapse, declined it or passed it on is not offered the same item, in
    /// milliseconds.
    pub cool_down_ms: i64,
    /// After how many offers missed in a row an agent is set to busy; 0 = never.
    pub missed_max: u32,
    /// How long an agent whose connection was lost keeps what they hold, in milliseconds.
    pub vanish_grace_ms: i64,
    /// The wait that is worth one point of priority, in milliseconds, at most [`AGING_MS_MAX`]; 0 = priority never
    /// ages, and what has less may wait for ever.
    pub aging_ms: i64,
    /// What tiers and marks add.
    pub points: Points,
}

impl Default for Settings {
    /// 30 s of cool-down, busy after 2 misses, 45 s of grace, a second of waiting for each point.
    fn default() -> Settings {
        Settings {
            cool_down_ms: 30_000,
            missed_max: 2,
            vanish_grace_ms: 45_000,
            aging_ms: 1_000,
            points: Points::default(),
        }
    }
}

/// A skill that work needs, with the lowest level that will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SkillNeed {
    /// The skill.
    pub skill: SkillId,
    /// The lowest level that will do; 1 is the lowest there is.
    pub level_min: u8,
}

/// A skill that an agent has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SkillLevel {
    /// The skill.
    pub skill: SkillId,
    /// The level granted; 1 is the lowest there is.
    pub level: u8,
}

/// What sort of attention a piece of work asks for; capacity is counted by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapacityClass {
    /// Web chat, social media, text messages: answered at once, several at a time.
    Chat,
    /// Mail and whatever else is answered within hours.
    Mail,
    /// A voice call: as a rule the whole agent.
    Voice,
    /// A ticket.
    Ticket,
    /// Call-backs, follow-ups and other tasks.
    Task,
}

/// How much of an agent each class of work takes. A class of weight 0 is not given to the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Capacity {
    /// What the agent has in all.
    pub units: u16,
    /// What one chat takes.
    pub chat: u16,
    /// What one mail takes.
    pub mail: u16,
    /// What one call takes.
    pub voice: u16,
    /// What one ticket takes.
    pub ticket: u16,
    /// What one task takes.
    pub task: u16,
}

impl Default for Capacity {
    /// 12 units: four chats, six mails or tickets, one call, or mixtures.
    fn default() -> Capacity {
        Capacity { units: 12, chat: 3, mail: 2, voice: 12, ticket: 2, task: 2 }
    }
}

impl Capacity {
    /// What one item of the class takes; 0 = the agent does not get such work.
    pub fn weight(&self, class: CapacityClass) -> u16 {
        match class {
            CapacityClass::Chat => self.chat,
            CapacityClass::Mail => self.mail,
            CapacityClass::Voice => self.voice,
            CapacityClass::Ticket => self.ticket,
            CapacityClass::Task => self.task,
        }
    }
}

/// Which of several qualified agents a queue prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SkillFit {
    /// The most skilled: the customer gets the best there is.
    #[default]
    Best,
    /// The least over-qualified: experts stay free for what only they can do.
    Closest,
}

/// What happens to held work when its agent signs out or does not come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnAbsence {
    /// It waits again, with the age it had: somebody is sitting there.
    #[default]
    Requeue,
    /// It stays with the agent until they are back: mail, tickets.
    Keep,
}

/// Some of the agents who may serve a queue. All need its line within reach; whoever has a dedicated seat elsewhere is
/// in none of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "crew")]
pub enum Crew {
    /// The queue's members with its skills.
    Members,
    /// Those with a dedicated seat in the queue and its skills.
    Seats,
    /// Those of these teams (a site is the teams that sit there) with the queue's skills, members or not.
    Teams {
        /// The teams.
        teams: Vec<TeamId>,
    },
    /// Those of the first stage of another queue of the same client, with that queue's skills instead of this one's.
    Queue {
        /// The other queue.
        queue: QueueId,
    },
}

/// From what wait on a crew may serve a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// The wait, in milliseconds.
    pub after_ms: i64,
    /// Who then may serve it too.
    pub crew: Crew,
}

/// A queue: where work waits, with the skills it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// Its id.
    pub id: QueueId,
    /// The client; never changes.
    pub tenant: TenantId,
    /// The line; never changes.
    pub line: LineId,
    /// What every item of it needs.
    pub skills: Vec<SkillNeed>,
    /// Added to the priority of each of its items; larger goes first.
    pub priority: i32,
    /// Which of several qualified agents it prefers.
    pub fit: SkillFit,
    /// How long an offer rings, in milliseconds; at least 1.
    pub offer_ms: i64,
    /// True: work is assigned without asking.
    pub auto_accept: bool,
    /// After an agent's last item is closed, how long they wrap up, in milliseconds; 0 = not at all.
    pub wrap_up_ms: i64,
    /// What happens to held work of it when the agent is gone.
    pub on_absence: OnAbsence,
    /// The client's tier; each counts [`Points::client_tier`].
    pub tier: u8,
    /// Is it within its hours? A closed queue takes work in and offers none of it, except what was passed on by name
    /// and what an open queue of a later stage serves for it. What rings when it closes may still be accepted.
    pub open: bool,
    /// Who serves it and after what wait others help, by rising wait; empty = its members at once.
    pub stages: Vec<Stage>,
}

impl Queue {
    /// A queue with the usual settings: open, served by its members, no skills needed, priority 0, offers ring 20 s,
    /// no wrap-up.
    pub fn new(id: QueueId, tenant: TenantId, line: LineId) -> Queue {
        Queue {
            id,
            tenant,
            line,
            skills: vec![],
            priority: 0,
            fit: SkillFit::Best,
            offer_ms: 20_000,
            auto_accept: false,
            wrap_up_ms: 0,
            on_absence: OnAbsence::Requeue,
            tier: 0,
            open: true,
            stages: vec![],
        }
    }
}

/// The state an agent is in. "Serving" and "on call" are derived: ready with something in hand.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum AgentState {
    /// May be offered work.
    Ready,
    /// Finishing the record of the last contact.
    WrapUp,
    /// On a break of some kind.
    Break {
        /// The kind, as the provider names it.
        kind: String,
    },
    /// Not to be disturbed.
    Busy,
    /// In training.
    Training,
    /// In a meeting.
    Meeting,
    /// Not at work; known only because they still hold something, or so that work can be given to them.
    Offline,
}

impl AgentState {
    /// May an agent in this state be offered work?
    pub fn is_ready(&self) -> bool {
        matches!(self, AgentState::Ready)
    }
}

/// The queues an agent works in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueueSet {
    /// Every queue within reach.
    All,
    /// Only these.
    Only(Vec<QueueId>),
}

impl QueueSet {
    /// Does the set hold this queue?
    pub fn contains(&self, queue: QueueId) -> bool {
        match self {
            QueueSet::All => true,
            QueueSet::Only(queues) => queues.contains(&queue),
        }
    }
}

/// What the engine must know of an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Their id.
    pub id: UserId,
    /// What they may handle. Only grants valid now; the shell tells of grants and expiries.
    pub skills: Vec<SkillLevel>,
    /// How much at once.
    pub capacity: Capacity,
    /// The queues they work in.
    pub queues: QueueSet,
    /// The teams they belong to.
    pub teams: Vec<TeamId>,
    /// The queues in which they have a dedicated seat; if any, they get work of these alone, unless by name.
    pub seats: Vec<QueueId>,
    /// The clients and lines they may see: the wall. Nothing is ever offered or handed over outside of it: an item's
    /// own line must be within, and to be served from a queue also the queue's.
    pub reach: Vec<(TenantId, LineSet)>,
}

impl Agent {
    /// Does the agent's reach hold this line of this client?
    pub fn reaches(&self, tenant: TenantId, line: LineId) -> bool {
        self.reach.iter().any(|(t, lines)| *t == tenant && lines.contains(line))
    }

    /// The level of a skill; 0 = not granted.
    pub fn level(&self, skill: SkillId) -> u8 {
        self.skills.iter().find(|s| s.skill == skill).map_or(0, |s| s.level)
    }

    /// The first need that the agent does not meet.
    pub fn lacks(&self, needs: &[SkillNeed]) -> Option<SkillNeed> {
        needs.iter().find(|n| self.level(n.skill) < n.level_min.max(1)).copied()
    }
}

/// What is routed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkKind {
    /// A conversation.
    Conversation,
    /// A call.
    Call,
    /// A call-back request.
    Callback,
    /// A ticket.
    Ticket,
    /// A follow-up.
    FollowUp,
    /// A slot of the dialler.
    DiallerSlot,
}

/// An agent for whom work is kept for a while: the last one who served the contact, or the one it was passed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Preferred {
    /// Whom it is kept for.
    pub agent: UserId,
    /// Until when; at most [`HOLD_MS_MAX`] from now, larger is cut.
    pub until: Millis,
    /// True: passed to this agent by name, so the skills and the membership of the queue are not asked for (the
    /// reach always is), and it is kept through breaks too.
    pub by_name: bool,
}

/// A team for which work is kept for a while, because it was passed to it: the skills and the membership of the queue
/// are not asked for, the reach always is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TeamHold {
    /// Which team.
    pub team: TeamId,
    /// Until when; at most [`HOLD_MS_MAX`] from now, larger is cut.
    pub until: Millis,
}

/// What is known of the contact of an item that counts for its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct Marks {
    /// As [`WorkItem::tier`].
    pub tier: u8,
    /// As [`WorkItem::repeat`].
    pub repeat: bool,
    /// As [`WorkItem::straight`].
    pub straight: bool,
}

/// A work item as it comes to the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkItem {
    /// Its id.
    pub id: WorkItemId,
    /// What it is.
    pub kind: WorkKind,
    /// The queue it waits in; the client is the queue's.
    pub queue: QueueId,
    /// The line it is of: who does not reach it does not see the item. `None` = the line of the queue it comes into.
    /// It keeps its line when it is passed on to a queue of another.
    pub line: Option<LineId>,
    /// By which class of capacity it counts.
    pub class: CapacityClass,
    /// Its weight for every agent; `None` = what the agent's capacity says for the class.
    pub weight: Option<u16>,
    /// Added to the queue's; larger goes first.
    pub priority: i32,
    /// What it needs beyond the queue's needs.
    pub skills: Vec<SkillNeed>,
    /// Since when the customer waits.
    pub enqueued_at: Millis,
    /// For whom it is kept at first.
    pub preferred: Option<Preferred>,
    /// For which team it is kept, once it is kept for nobody by name.
    pub team: Option<TeamHold>,
    /// The contact's tier; each counts [`Points::contact_tier`].
    pub tier: u8,
    /// True: the contact comes again about the same within a day or two ([`Points::repeat`]).
    pub repeat: bool,
    /// True: a marked or older contact who is to reach a person at once: it is not kept for the last agent, every
    /// stage of its queue is open from the start, and [`Points::straight`] are added.
    pub straight: bool,
    /// How often it changed hands so far; 0 for new work. See the head of [`super`].
    pub epoch: i64,
}

impl WorkItem {
    /// A conversation without marks, priority or needs of its own.
    pub fn new(id: WorkItemId, queue: QueueId, enqueued_at: Millis) -> WorkItem {
        WorkItem {
            id,
            kind: WorkKind::Conversation,
            queue,
            line: None,
            class: CapacityClass::Chat,
            weight: None,
            priority: 0,
            skills: vec![],
            enqueued_at,
            preferred: None,
            team: None,
            tier: 0,
            repeat: false,
            straight: false,
            epoch: 0,
        }
    }

    /// What counts of the contact.
    pub fn marks(&self) -> Marks {
        Marks { tier: self.tier, repeat: self.repeat, straight: self.straight }
    }

    /// Sets what counts of the contact.
    pub fn set_marks(&mut self, marks: Marks) {
        (self.tier, self.repeat, self.straight) = (marks.tier, marks.repeat, marks.straight);
    }
}

/// Where an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum ItemStatus {
    /// In its queue.
    Waiting,
    /// Ringing at an agent.
    Offered {
        /// The reservation.
        reservation: ReservationId,
        /// Where it rings.
        agent: UserId,
        /// When it lapses.
        expires_at: Millis,
    },
    /// In an agent's hands.
    Held {
        /// Whose.
        agent: UserId,
    },
}

/// An item with where it is: a row of the store at boot, and the engine's own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemRow {
    /// The item, with its present epoch.
    pub item: WorkItem,
    /// Where it is.
    pub status: ItemStatus,
    /// The units it takes of the agent's capacity while offered or held; 0 while waiting.
    pub charged: u16,
    /// The last decision about it; may be left out at boot, then nobody can be told why.
    pub decision: Option<super::Decision>,
}

/// An agent with what the engine keeps of them: a row of the store at boot, and the engine's own account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentRow {
    /// The agent.
    pub agent: Agent,
    /// Their state.
    pub state: AgentState,
    /// False: the connection is lost (at boot: not yet made).
    pub connected: bool,
    /// Until when the lost connection may come back; `None` = the whole grace, from the restoring on.
    pub gone_until: Option<Millis>,
    /// When the wrap-up that the engine started ends; `None` = it ends by hand.
    pub wrap_up_until: Option<Millis>,
    /// Since when idle: the later of going ready and of the last offer.
    pub idle_since: Millis,
    /// Offers missed in a row.
    pub missed: u32,
    /// Units in use by offered and held items (given out by the engine; ignored at the restoring).
    pub load: u32,
}

/// A rest between one agent and one item: until then it is not offered to them again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CoolDown {
    /// The agent.
    pub agent: UserId,
    /// The item.
    pub item: WorkItemId,
    /// Until when.
    pub until: Millis,
}

/// The whole of what is known, for a start from the store's rows. Also given out by the engine, so that a simulation
/// can start from the live floor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// Every queue.
    pub queues: Vec<Queue>,
    /// Every agent at work, and every one who holds something.
    pub agents: Vec<AgentRow>,
    /// Every item that is not closed.
    pub items: Vec<ItemRow>,
    /// Rests in force; may be left out at boot.
    pub cool_downs: Vec<CoolDown>,
    /// The least number for the next reservation; see [`super::Acd::new`]. 0 = go on from the engine's own.
    pub next_reservation: i64,
}
