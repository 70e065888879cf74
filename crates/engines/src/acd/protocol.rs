//! What the engine is told, what it answers, and the reasons it gives.

use super::model::{Agent, AgentState, Marks, Queue, SkillNeed, Snapshot, WorkItem};
use kernel::{LineId, Millis, QueueId, ReservationId, SkillId, TeamId, UserId, WorkItemId};
use serde::{Deserialize, Serialize};

/// Where an item is passed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferTo {
    /// To a colleague by name: kept for them for a while, then it goes to whoever is free in its queue.
    Agent {
        /// The colleague.
        agent: UserId,
        /// How long it is kept for them, in milliseconds; cut to [`super::HOLD_MS_MAX`].
        hold_ms: i64,
    },
    /// To a team: kept for whoever of it is at work for a while, then it goes to whoever is free in its queue.
    Team {
        /// The team.
        team: TeamId,
        /// How long it is kept for them, in milliseconds; cut to [`super::HOLD_MS_MAX`].
        hold_ms: i64,
    },
    /// To a queue of the same client, where it waits with the age it has.
    Queue(QueueId),
}

/// Why an agent did not take what was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeclineReason {
    /// Too much in hand.
    Overloaded,
    /// Not able to help with this.
    NotMine,
    /// Something else.
    Other,
}

/// What happened. One event, one call of [`super::Acd::apply`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Start (again) from rows; whatever was known before is forgotten.
    Restore(Box<Snapshot>),
    /// A queue is new or was changed. Client and line of a known queue must stay.
    QueueChanged(Queue),
    /// A queue's hours began or ended.
    QueueOpened {
        /// Which.
        queue: QueueId,
        /// True: they began.
        open: bool,
    },
    /// A queue is gone. Refused while anything waits, rings or is held in it.
    QueueRemoved(QueueId),
    /// An agent signed in, or is made known as offline. One already known keeps what they hold.
    AgentSignedIn {
        /// The agent.
        agent: Agent,
        /// The state to begin in.
        state: AgentState,
    },
    /// Skills, capacity, queues or reach changed. What they hold outside the new reach waits again.
    AgentChanged(Agent),
    /// An agent, or somebody for them, chose a state. Leaving ready takes back what rings.
    AgentStateChanged {
        /// The agent.
        agent: UserId,
        /// The new state.
        state: AgentState,
    },
    /// The connection was lost: nothing more is offered; what is held is kept for the grace.
    AgentVanished(UserId),
    /// The connection is back within the grace.
    AgentReturned(UserId),
    /// The agent signed out: what is held waits again (or stays, see [`super::OnAbsence`]).
    AgentSignedOut(UserId),
    /// Somebody signed the agent out: everything they hold waits again, also what [`super::OnAbsence`] would keep.
    AgentForcedOut(UserId),
    /// New work.
    ItemQueued(WorkItem),
    /// Priority or needs changed, by a rule or a person.
    ItemChanged {
        /// The item.
        item: WorkItemId,
        /// Its new priority.
        priority: i32,
        /// Its new needs beyond the queue's.
        skills: Vec<SkillNeed>,
    },
    /// What is known of the contact changed: its tier, or a mark.
    ItemMarked {
        /// The item.
        item: WorkItemId,
        /// The contact's marks now.
        marks: Marks,
    },
    /// The customer went, or the work came to nothing.
    ItemCancelled(WorkItemId),
    /// The work is done. An agent with nothing left then wraps up if the queue says so.
    ItemClosed(WorkItemId),
    /// An agent takes an item from the list, or somebody gives it to them; no offer is made.
    ItemTaken {
        /// The item.
        item: WorkItemId,
        /// Who has it now.
        agent: UserId,
        /// True: also if they are full.
        over_capacity: bool,
    },
    /// A supervisor takes an item over, however full they are.
    ItemTakenOver {
        /// The item.
        item: WorkItemId,
        /// The supervisor; known to the engine, as offline if they take no work.
        by: UserId,
    },
    /// An item is passed on.
    ItemTransferred {
        /// The item.
        item: WorkItemId,
        /// Where to.
        to: TransferTo,
    },
    /// An agent took what rang.
    ReservationAccepted {
        /// The reservation.
        reservation: ReservationId,
        /// Who.
        agent: UserId,
        /// The epoch that the offer carried.
        epoch: i64,
    },
    /// An agent refused what rang. It goes to the next; they get it again after the cool-down at the earliest.
    ReservationDeclined {
        /// The reservation.
        reservation: ReservationId,
        /// Who.
        agent: UserId,
        /// Why.
        reason: DeclineReason,
    },
    /// Nothing happened but time: the moment of [`super::Acd::next_due`] has come.
    TimerFired,
}

/// What the shell is to do, in this order, in one transaction.
///
/// Every command that moves an item carries its new epoch, exactly one more than before: the write says
/// `… SET epoch = $new WHERE id = $id AND epoch = $new - 1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "command")]
pub enum Command {
    /// Ring at an agent.
    Offer {
        /// The reservation, never used before.
        reservation: ReservationId,
        /// The item.
        item: WorkItemId,
        /// Its new epoch; an acceptance must carry it.
        epoch: i64,
        /// Where.
        agent: UserId,
        /// When it lapses; from that moment on acceptance is too late.
        expires_at: Millis,
        /// The units it takes of the agent's capacity.
        charged: u16,
        /// Why this agent.
        why: Vec<Reason>,
    },
    /// Stop ringing; the reservation is over and the item waits at its place (unless it is gone).
    Withdraw {
        /// The reservation.
        reservation: ReservationId,
        /// The item.
        item: WorkItemId,
        /// Its new epoch.
        epoch: i64,
        /// Where it rang.
        agent: UserId,
        /// Why.
        reason: WithdrawReason,
    },
    /// The item is in this agent's hands.
    Assign {
        /// The item.
        item: WorkItemId,
        /// Its new epoch.
        epoch: i64,
        /// Who has it.
        agent: UserId,
        /// Who had it before, if anybody.
        from: Option<UserId>,
        /// The reservation that was accepted; `None` where nothing rang.
        reservation: Option<ReservationId>,
        /// The units it takes of the agent's capacity.
        charged: u16,
        /// How it came.
        by: AssignedBy,
        /// Why this agent.
        why: Vec<Reason>,
    },
    /// The item waits (again) in this queue, with the age it had.
    Requeue {
        /// The item.
        item: WorkItemId,
        /// Its new epoch.
        epoch: i64,
        /// Where it waits.
        queue: QueueId,
        /// In whose hands it was, if anybody's.
        from: Option<UserId>,
        /// For whom it is kept first, if anybody.
        kept_for: Option<UserId>,
        /// Why.
        reason: RequeueReason,
    },
    /// The engine set an agent's state.
    SetAgentState {
        /// The agent.
        agent: UserId,
        /// The new state.
        state: AgentState,
        /// Why.
        reason: StateReason,
    },
    /// Places in this queue changed; see [`super::Acd::positions`]. Once per call and queue.
    PositionsChanged {
        /// The queue.
        queue: QueueId,
    },
    /// The event changed nothing.
    Rejected {
        /// Why.
        reason: Rejection,
    },
    /// Call again with [`Event::TimerFired`] at this time, instead of the time said before. Always the last.
    WakeAt {
        /// When.
        at: Millis,
    },
}

/// Why an agent was chosen, most important first. Stored with the reservation and shown to supervisors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "reason")]
pub enum Reason {
    /// The item was kept for them: they served the contact last.
    LastAgent,
    /// The item was passed to them by name.
    PassedByName,
    /// The item was passed to their team.
    PassedToTeam,
    /// They took it, or it was given to them.
    TakenByHand,
    /// A supervisor took it over.
    TakenOver,
    /// They belong to those who serve the queue first; others would only help out.
    OwnCrew,
    /// So many agents could have had it.
    Candidates {
        /// How many.
        count: u32,
    },
    /// Their skills fit best: the sum of their levels in what is needed.
    SkillFit {
        /// The sum.
        levels: u32,
    },
    /// They had been idle longest.
    LongestIdle {
        /// For how long.
        idle_ms: i64,
    },
    /// They had least in hand.
    LeastLoad {
        /// Units in use.
        load: u32,
        /// Units in all.
        units: u16,
    },
    /// All else was equal; the lower id goes first.
    LowerId,
}

/// How an item came into an agent's hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssignedBy {
    /// They accepted an offer.
    Accepted,
    /// The queue assigns without asking.
    Auto,
    /// They took it, or it was given to them.
    Taken,
    /// A supervisor took it over.
    TakenOver,
}

/// Why an offer ended without acceptance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawReason {
    /// Nobody answered in time.
    Lapsed,
    /// The agent refused.
    Declined(DeclineReason),
    /// The agent left ready.
    AgentNotReady,
    /// The agent's connection was lost, or they signed out.
    AgentGone,
    /// The customer went, or the work was closed.
    ItemGone,
    /// Somebody else took it, or was given it.
    Taken,
    /// It was passed on.
    Transferred,
    /// The needs, the queue or the agent's skills changed so that they no longer fit.
    NoLongerFits,
}

/// Why an item waits again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequeueReason {
    /// The agent's connection was lost and did not come back within the grace.
    AgentVanished,
    /// The agent signed out.
    AgentSignedOut,
    /// Somebody signed the agent out.
    AgentForcedOut,
    /// The agent may no longer see this client or line.
    ReachLost,
    /// It was passed on.
    Transferred,
}

/// Why the engine set an agent's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateReason {
    /// Too many offers missed in a row.
    MissedOffers {
        /// How many.
        missed: u32,
    },
    /// The connection did not come back within the grace.
    Vanished,
    /// The last item was closed; time to finish the record.
    WrapUpStarted,
    /// The time for the record is over.
    WrapUpEnded,
}

/// Why an event changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "rejection")]
pub enum Rejection {
    /// No such queue.
    #[error("no such queue: {queue}")]
    UnknownQueue {
        /// Which.
        queue: QueueId,
    },
    /// The agent is not known: neither signed in nor holding anything.
    #[error("agent {agent} is not known")]
    UnknownAgent {
        /// Who.
        agent: UserId,
    },
    /// No such item, or it is closed.
    #[error("no such open item: {item}")]
    UnknownItem {
        /// Which.
        item: WorkItemId,
    },
    /// The item is already known.
    #[error("item {item} is already known")]
    DuplicateItem {
        /// Which.
        item: WorkItemId,
    },
    /// The reservation is over, or never was.
    #[error("reservation {reservation} is over")]
    ReservationOver {
        /// Which.
        reservation: ReservationId,
    },
    /// The reservation is another agent's, or the epoch is not the offer's.
    #[error("reservation {reservation} does not match the offer")]
    StaleReservation {
        /// Which.
        reservation: ReservationId,
    },
    /// The agent is full.
    #[error("agent {agent} is full")]
    CapacityFull {
        /// Who.
        agent: UserId,
    },
    /// The agent may not see this client or line.
    #[error("agent {agent} may not see this work")]
    OutOfReach {
        /// Who.
        agent: UserId,
    },
    /// The item is in this agent's hands already.
    #[error("item {item} is in this agent's hands already")]
    AlreadyHeld {
        /// Which.
        item: WorkItemId,
    },
    /// The queue is another client's, or a queue's client or line would change.
    #[error("queue {queue} belongs elsewhere")]
    OtherClient {
        /// Which.
        queue: QueueId,
    },
    /// Nobody of the team is at work who may see this client and line.
    #[error("nobody of team {team} is at work")]
    NobodyInTeam {
        /// Which.
        team: TeamId,
    },
    /// The queue still holds work.
    #[error("queue {queue} still holds work")]
    QueueInUse {
        /// Which.
        queue: QueueId,
    },
    /// A named bound would be exceeded.
    #[error("more than {max}")]
    TooMany {
        /// The bound.
        max: usize,
    },
    /// A value is out of range; the field is named.
    #[error("{field} is out of range")]
    OutOfRange {
        /// Which field.
        field: &'static str,
    },
}

/// Why an agent does not get an item now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum Verdict {
    /// It rings there.
    Offered,
    /// They hold it.
    Holds,
    /// Could have it; another was chosen, or it has not been their turn within this call.
    Eligible,
    /// The client or line is not theirs.
    OutOfReach,
    /// The queue is of a line of theirs, the item itself of another that is not.
    OtherLine {
        /// The item's line.
        line: LineId,
    },
    /// The item is of a line of theirs, the queue it waits in of another that is not; by name they could have it.
    QueueOutOfReach,
    /// The queue is outside of its hours.
    QueueClosed,
    /// They have a dedicated seat elsewhere.
    SeatElsewhere,
    /// Neither a member of the queue nor of a crew that helps it.
    NotInQueue,
    /// They may help out once it has waited longer.
    HelpsLater {
        /// From what wait on, in milliseconds.
        after_ms: i64,
    },
    /// A skill is missing or too low.
    LacksSkill {
        /// Which.
        skill: SkillId,
        /// The lowest level that will do.
        level_min: u8,
        /// The level they have; 0 = none.
        level: u8,
    },
    /// Their connection is lost.
    NotConnected,
    /// Not ready.
    NotReady {
        /// The state they are in.
        state: AgentState,
    },
    /// Too much in hand, or the class of work is not given to them.
    Full {
        /// Units in use.
        load: u32,
        /// Units in all.
        units: u16,
        /// Units the item would take; 0 = the class is not given to them.
        weight: u16,
    },
    /// They missed, refused or passed on this item a moment ago.
    CoolingDown {
        /// Until when.
        until: Millis,
    },
    /// It is kept for a team that is not theirs.
    KeptForTeam {
        /// Which.
        team: TeamId,
        /// Until when.
        until: Millis,
    },
    /// It is kept for somebody else.
    KeptForOther {
        /// For whom.
        agent: UserId,
        /// Until when.
        until: Millis,
    },
}

/// What an agent was compared by, most important first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// Which stage of the queue they serve it by; 0 = its own crew.
    pub stage: u8,
    /// The sum of their levels in what is needed.
    pub levels: u32,
    /// For how long they had been idle, in milliseconds.
    pub idle_ms: i64,
    /// Units in use.
    pub load: u32,
    /// Units in all.
    pub units: u16,
}

/// One agent as seen from one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Considered {
    /// The agent.
    pub agent: UserId,
    /// How they stand to the item.
    pub verdict: Verdict,
    /// What they were compared by, if they could have had it.
    pub figures: Option<Figures>,
}

/// What an item's place was made of, in points of priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// The queue's priority.
    pub queue: i64,
    /// The item's own.
    pub item: i64,
    /// For the client's tier.
    pub client_tier: i64,
    /// For the contact's tier.
    pub contact_tier: i64,
    /// For coming again.
    pub repeat: i64,
    /// For being marked to reach a person at once.
    pub straight: i64,
    /// For the wait so far; 0 where priority does not age.
    pub waited: i64,
}

/// The last decision about an item, with what is needed to explain it later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// When.
    pub at: Millis,
    /// Who was chosen.
    pub agent: UserId,
    /// Why.
    pub why: Vec<Reason>,
    /// Who came next, if there was a choice.
    pub runner_up: Option<UserId>,
    /// Why it was this item's turn.
    pub standing: Standing,
    /// How many could have had it.
    pub candidates: u32,
    /// How many may serve the queue at all, busy and absent ones too; 0 where it was kept for somebody or taken.
    pub able: u32,
    /// The best candidates, best first, then some of those who could not have it; at most
    /// [`super::CONSIDERED_MAX`].
    pub considered: Vec<Considered>,
}

/// Where an item stands and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The item.
    pub item: WorkItemId,
    /// Its queue.
    pub queue: QueueId,
    /// Where it is.
    pub status: super::ItemStatus,
    /// Its priority with all that counts into it, now.
    pub standing: Standing,
    /// Its place in the queue, counted from 1; `None` once it is held.
    pub place: Option<u32>,
    /// The last decision.
    pub decision: Option<Decision>,
    /// Agents by id, how each stands to it now; at most [`super::EXPLAINED_MAX`].
    pub considered: Vec<Considered>,
}
