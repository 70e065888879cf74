//! Single rules by hand, each arrow of the state tables once.

use engines::acd::*;
use kernel::{LineId, LineSet, Millis, QueueId, ReservationId, SkillId, TenantId, UserId, WorkItemId};

pub const T: Millis = 1_000_000;
pub const SALES: QueueId = QueueId(1);
pub const REPAIR: QueueId = QueueId(2);

pub fn agent(id: i64) -> Agent {
    Agent {
        id: UserId(id),
        skills: vec![],
        capacity: Capacity::default(),
        queues: QueueSet::All,
        teams: vec![],
        seats: vec![],
        reach: vec![(TenantId(1), LineSet::All)],
    }
}
pub fn skilled(id: i64, level: u8) -> Agent {
    Agent { skills: vec![SkillLevel { skill: SkillId(1), level }], ..agent(id) }
}
pub fn chat(id: i64) -> WorkItem {
    WorkItem::new(WorkItemId(id), SALES, T)
}

/// A floor with the queues "sales" and "repair" of one client.
pub struct Floor {
    pub acd: Acd,
    pub now: Millis,
}

impl Floor {
    pub fn new() -> Floor {
        let mut floor = Floor { acd: Acd::new(Settings::default(), 1), now: T };
        for id in [SALES, REPAIR] {
            floor.tell(Event::QueueChanged(Queue::new(id, TenantId(1), LineId(id.0))));
        }
        floor
    }
    pub fn with(agents: &[i64]) -> Floor {
        let mut floor = Floor::new();
        for id in agents {
            floor.enter(agent(*id));
        }
        floor
    }
    pub fn enter(&mut self, agent: Agent) -> Vec<Command> {
        self.tell(Event::AgentSignedIn { agent, state: AgentState::Ready })
    }
    /// The answer without wake-ups and notices of places.
    pub fn tell(&mut self, event: Event) -> Vec<Command> {
        let mut out = self.acd.apply(event, self.now);
        out.retain(|c| !matches!(c, Command::WakeAt { .. } | Command::PositionsChanged { .. }));
        out
    }
    pub fn after(&mut self, ms: i64) -> Vec<Command> {
        self.now += ms;
        self.tell(Event::TimerFired)
    }
    pub fn queue(&mut self, item: WorkItem) -> Vec<Command> {
        self.tell(Event::ItemQueued(item))
    }
    pub fn where_is(&self, id: i64) -> ItemStatus {
        self.acd.item(WorkItemId(id)).unwrap().status
    }
    pub fn rings_at(&self, id: i64) -> Option<i64> {
        match self.where_is(id) {
            ItemStatus::Offered { agent, .. } => Some(agent.0),
            _ => None,
        }
    }
    pub fn accept(&mut self, id: i64) -> Vec<Command> {
        let row = self.acd.item(WorkItemId(id)).unwrap();
        let ItemStatus::Offered { reservation, agent, .. } = row.status else { panic!("{id} does not ring") };
        self.tell(Event::ReservationAccepted { reservation, agent, epoch: row.item.epoch })
    }
    pub fn set(&mut self, agent: i64, state: AgentState) -> Vec<Command> {
        self.tell(Event::AgentStateChanged { agent: UserId(agent), state })
    }
    pub fn edit(&mut self, id: QueueId, change: impl FnOnce(&mut Queue)) {
        let mut queue = Queue::new(id, TenantId(1), LineId(id.0));
        change(&mut queue);
        self.tell(Event::QueueChanged(queue));
    }
}

pub fn rejection(out: &[Command]) -> Option<Rejection> {
    out.iter().find_map(|c| match c {
        Command::Rejected { reason } => Some(*reason),
        _ => None,
    })
}

#[test]
fn an_offer_is_accepted_once_and_every_stale_answer_is_refused() {
    let mut f = Floor::with(&[1]);
    let out = f.queue(chat(7));
    let offer = Command::Offer {
        reservation: ReservationId(1),
        item: WorkItemId(7),
        epoch: 1,
        agent: UserId(1),
        expires_at: T + 20_000,
        charged: 3,
        why: vec![Reason::Candidates { count: 1 }],
    };
    assert_eq!(out, [offer]);
    let accept = |agent, epoch| Event::ReservationAccepted {
        reservation: ReservationId(1),
        agent: UserId(agent),
        epoch,
    };
    let stale = Some(Rejection::StaleReservation { reservation: ReservationId(1) });
    assert_eq!(rejection(&f.tell(accept(2, 1))), stale);
    assert_eq!(rejection(&f.tell(accept(1, 0))), stale);
    let out = f.tell(accept(1, 1));
    assert!(matches!(out[..], [Command::Assign { epoch: 2, by: AssignedBy::Accepted, .. }]), "{out:?}");
    let over = Some(Rejection::ReservationOver { reservation: ReservationId(1) });
    assert_eq!(rejection(&f.tell(accept(1, 1))), over, "a second tab is late");
    assert_eq!(f.where_is(7), ItemStatus::Held { agent: UserId(1) });
}

#[test]
fn an_acceptance_at_the_moment_of_lapsing_is_too_late() {
    let mut f = Floor::with(&[1]);
    f.queue(chat(7));
    f.now += 20_000;
    let out =
        f.tell(Event::ReservationAccepted { reservation: ReservationId(1), agent: UserId(1), epoch: 1 });
    assert!(matches!(out[0], Command::Withdraw { reason: WithdrawReason::Lapsed, epoch: 2, .. }), "{out:?}");
    assert_eq!(rejection(&out), Some(Rejection::ReservationOver { reservation: ReservationId(1) }));
}

#[test]
fn what_rings_out_goes_to_the_next_and_keeps_its_place() {
    let mut f = Floor::with(&[1]);
    f.queue(chat(7));
    f.queue(chat(8));
    assert_eq!((f.acd.position(WorkItemId(7)), f.acd.position(WorkItemId(8))), (Some(1), Some(2)));
    f.after(20_000);
    assert_eq!((f.rings_at(7), f.rings_at(8)), (None, None), "two misses in a row: busy");
    assert_eq!(f.acd.agent(UserId(1)).unwrap().state, AgentState::Busy);
    assert_eq!((f.acd.position(WorkItemId(7)), f.acd.position(WorkItemId(8))), (Some(1), Some(2)));
    let out = f.enter(agent(2));
    let given: Vec<_> = out
        .iter()
        .filter_map(|c| match c {
            Command::Offer { item, .. } => Some(item.0),
            _ => None,
        })
        .collect();
    assert_eq!(given, [7, 8], "of equal rank the older id goes first");
}

#[test]
fn who_missed_an_item_rests_from_it_for_a_while() {
    let mut f = Floor::with(&[1]);
    f.queue(chat(7));
    f.after(20_000);
    assert_eq!(f.rings_at(7), None);
    let verdict = f.acd.explain(WorkItemId(7)).unwrap().considered[0].verdict.clone();
    assert_eq!(verdict, Verdict::CoolingDown { until: T + 50_000 });
    f.queue(chat(8));
    assert_eq!(f.rings_at(8), Some(1), "other work may ring meanwhile");
    f.accept(8);
    f.after(29_999);
    assert_eq!(f.rings_at(7), None);
    f.after(1);
    assert_eq!(f.rings_at(7), Some(1));
}

#[test]
fn a_declined_item_goes_to_a_colleague_and_is_no_miss() {
    let mut f = Floor::with(&[1, 2]);
    f.queue(chat(7));
    assert_eq!(f.rings_at(7), Some(1));
    let decline = Event::ReservationDeclined {
        reservation: ReservationId(1),
        agent: UserId(1),
        reason: DeclineReason::NotMine,
    };
    f.tell(decline);
    assert_eq!(f.rings_at(7), Some(2));
    assert_eq!(f.acd.agent(UserId(1)).unwrap().missed, 0);
}

#[test]
fn skill_then_idleness_then_load_then_id() {
    let mut f = Floor::new();
    f.edit(SALES, |q| q.skills = vec![SkillNeed { skill: SkillId(1), level_min: 2 }]);
    f.enter(agent(1));
    f.enter(skilled(2, 2));
    f.now += 1_000;
    f.enter(skilled(3, 3));
    let why = |out: &[Command]| match &out[0] {
        Command::Offer { agent, why, .. } => (agent.0, why[0]),
        other => panic!("{other:?}"),
    };
    assert_eq!(why(&f.queue(chat(1))), (3, Reason::SkillFit { levels: 3 }));
    f.edit(SALES, |q| {
        q.skills = vec![SkillNeed { skill: SkillId(1), level_min: 2 }];
        q.fit = SkillFit::Closest;
    });
    assert_eq!(why(&f.queue(chat(2))), (2, Reason::SkillFit { levels: 2 }));
    f.edit(SALES, |q| q.skills = vec![]);
    assert_eq!(why(&f.queue(chat(3))), (1, Reason::LongestIdle { idle_ms: 1_000 }));
    assert_eq!(why(&f.queue(WorkItem { class: CapacityClass::Mail, ..chat(4) })), (1, Reason::LowerId));
    let row = f.acd.explain(WorkItemId(1)).unwrap();
    assert_eq!(row.decision.unwrap().runner_up, Some(UserId(2)));
}

#[test]
fn capacity_is_counted_in_units_by_class() {
    let mut f = Floor::with(&[1]);
    for id in 1..=5 {
        f.queue(chat(id));
    }
    assert_eq!((f.rings_at(4), f.rings_at(5)), (Some(1), None), "four chats of three units fill twelve");
    f.queue(WorkItem { class: CapacityClass::Voice, priority: 9, ..chat(6) });
    f.tell(Event::ItemCancelled(WorkItemId(1)));
    assert_eq!((f.rings_at(6), f.rings_at(5)), (None, Some(1)), "a call needs the whole agent");
    let verdict = f.acd.explain(WorkItemId(6)).unwrap().considered[0].verdict.clone();
    assert_eq!(verdict, Verdict::Full { load: 12, units: 12, weight: 12 });
}

#[test]
fn priority_goes_before_age_and_age_before_id() {
    let mut f = Floor::new();
    f.queue(chat(1));
    f.queue(WorkItem { enqueued_at: T - 5, ..chat(2) });
    f.queue(WorkItem { priority: 1, ..chat(3) });
    let order: Vec<_> = f.acd.positions(SALES, 10).iter().map(|(i, _)| i.0).collect();
    assert_eq!(order, [3, 2, 1]);
    f.tell(Event::ItemChanged { item: WorkItemId(1), priority: 2, skills: vec![] });
    assert_eq!(f.acd.position(WorkItemId(1)), Some(1));
}

#[test]
fn work_is_kept_for_the_last_agent_for_a_while_only() {
    let mut f = Floor::with(&[1, 2]);
    f.set(2, AgentState::WrapUp);
    let kept = |until| Some(Preferred { agent: UserId(2), until, by_name: false });
    f.queue(WorkItem { preferred: kept(T + 9_000), ..chat(7) });
    assert_eq!(f.rings_at(7), None, "kept, though agent 1 is free");
    f.after(9_000);
    assert_eq!(f.rings_at(7), Some(1));
    f.queue(WorkItem { preferred: kept(T + 60_000), ..chat(8) });
    f.set(2, AgentState::Ready);
    assert_eq!(f.rings_at(8), Some(2));
    f.set(2, AgentState::Meeting);
    assert_eq!(f.rings_at(8), Some(1), "who is in a meeting is not waited for");
}

#[test]
fn an_agent_who_vanishes_keeps_the_work_for_the_grace_and_loses_it_after() {
    let mut f = Floor::with(&[1]);
    f.queue(chat(7));
    f.accept(7);
    f.now += 5_000;
    f.queue(chat(8));
    let out = f.tell(Event::AgentVanished(UserId(1)));
    assert!(matches!(out[..], [Command::Withdraw { reason: WithdrawReason::AgentGone, .. }]), "{out:?}");
    f.after(44_999);
    f.tell(Event::AgentReturned(UserId(1)));
    assert_eq!((f.where_is(7), f.rings_at(8)), (ItemStatus::Held { agent: UserId(1) }, Some(1)));
    f.tell(Event::AgentVanished(UserId(1)));
    f.enter(Agent { capacity: Capacity { units: 3, ..Capacity::default() }, ..agent(2) });
    assert_eq!(f.rings_at(8), Some(2));
    let out = f.after(45_000);
    assert!(
        out.iter().any(|c| matches!(
            c,
            Command::Requeue { item: WorkItemId(7), reason: RequeueReason::AgentVanished, .. }
        )),
        "{out:?}"
    );
    assert_eq!(f.acd.position(WorkItemId(7)), Some(1), "with the age it had, before the younger");
    assert_eq!(f.acd.agent(UserId(1)), None);
}

#[test]
fn mail_stays_with_who_signs_out_if_the_queue_says_so() {
    let mut f = Floor::with(&[1]);
    f.edit(SALES, |q| q.on_absence = OnAbsence::Keep);
    f.queue(chat(7));
    f.accept(7);
    f.queue(WorkItem { queue: REPAIR, ..chat(8) });
    f.accept(8);
    f.tell(Event::AgentSignedOut(UserId(1)));
    assert_eq!((f.where_is(7), f.where_is(8)), (ItemStatus::Held { agent: UserId(1) }, ItemStatus::Waiting));
    f.tell(Event::ItemClosed(WorkItemId(7)));
    assert_eq!(f.acd.agent(UserId(1)), None, "forgotten with the last of it");
}

#[test]
fn after_the_last_item_comes_the_record() {
    let mut f = Floor::with(&[1]);
    f.edit(SALES, |q| q.wrap_up_ms = 30_000);
    for id in [7, 8] {
        f.queue(chat(id));
        f.accept(id);
    }
    assert_eq!(f.tell(Event::ItemClosed(WorkItemId(7))), []);
    let out = f.tell(Event::ItemClosed(WorkItemId(8)));
    let begun = StateReason::WrapUpStarted;
    assert_eq!(out, [Command::SetAgentState { agent: UserId(1), state: AgentState::WrapUp, reason: begun }]);
    f.queue(chat(9));
    assert_eq!(f.rings_at(9), None);
    f.after(30_000);
    assert_eq!(f.rings_at(9), Some(1));
}

#[test]
fn passed_on_by_name_it_rings_there_first_and_by_queue_elsewhere() {
    let mut f = Floor::with(&[1]);
    f.enter(Agent { queues: QueueSet::Only(vec![]), ..agent(2) });
    f.queue(chat(7));
    f.accept(7);
    let to = TransferTo::Agent { agent: UserId(2), hold_ms: 60_000 };
    let out = f.tell(Event::ItemTransferred { item: WorkItemId(7), to });
    assert!(
        matches!(out[0], Command::Requeue { from: Some(UserId(1)), kept_for: Some(UserId(2)), .. }),
        "{out:?}"
    );
    assert_eq!(f.rings_at(7), Some(2), "a colleague by name need not be of the queue");
    f.after(20_000);
    assert_eq!(f.rings_at(7), None, "agent 1 passed it on and rests from it");
    f.after(10_000);
    assert_eq!(f.rings_at(7), Some(1));
    f.accept(7);
    f.tell(Event::ItemTransferred { item: WorkItemId(7), to: TransferTo::Queue(REPAIR) });
    assert_eq!(f.acd.item(WorkItemId(7)).unwrap().item.queue, REPAIR);
}

#[test]
fn nothing_crosses_the_wall() {
    let mut f = Floor::with(&[1]);
    f.tell(Event::QueueChanged(Queue::new(QueueId(3), TenantId(2), LineId(3))));
    let mut other = agent(2);
    other.reach = vec![(TenantId(2), LineSet::All)];
    f.enter(other);
    f.queue(WorkItem { priority: 5, queue: QueueId(3), ..chat(7) });
    assert_eq!(f.rings_at(7), Some(2));
    let outside = |agent| Some(Rejection::OutOfReach { agent });
    let take = |agent| Event::ItemTaken { item: WorkItemId(7), agent, over_capacity: true };
    assert_eq!(rejection(&f.tell(take(UserId(1)))), outside(UserId(1)));
    let to = TransferTo::Agent { agent: UserId(1), hold_ms: 1_000 };
    let pass = Event::ItemTransferred { item: WorkItemId(7), to };
    assert_eq!(rejection(&f.tell(pass)), outside(UserId(1)));
    let move_over = Event::ItemTransferred { item: WorkItemId(7), to: TransferTo::Queue(SALES) };
    assert_eq!(rejection(&f.tell(move_over)), Some(Rejection::OtherClient { queue: SALES }));
    f.accept(7);
    let narrowed = Agent { reach: vec![], ..agent(2) };
    let out = f.tell(Event::AgentChanged(narrowed));
    assert!(matches!(out[..], [Command::Requeue { reason: RequeueReason::ReachLost, .. }]), "{out:?}");
}

#[test]
fn taken_by_hand_it_stops_ringing_elsewhere() {
    let mut f = Floor::with(&[1, 2]);
    f.queue(chat(7));
    let out = f.tell(Event::ItemTaken { item: WorkItemId(7), agent: UserId(2), over_capacity: false });
    assert!(matches!(out[0], Command::Withdraw { agent: UserId(1), reason: WithdrawReason::Taken, .. }));
    assert!(matches!(out[1], Command::Assign { agent: UserId(2), by: AssignedBy::Taken, epoch: 3, .. }));
    let out = f.tell(Event::ItemTaken { item: WorkItemId(7), agent: UserId(1), over_capacity: false });
    assert!(matches!(out[0], Command::Assign { agent: UserId(1), from: Some(UserId(2)), epoch: 4, .. }));
    for id in 11..=13 {
        f.tell(Event::ItemQueued(chat(id)));
        f.tell(Event::ItemTaken { item: WorkItemId(id), agent: UserId(1), over_capacity: false });
    }
    f.tell(Event::ItemQueued(chat(14)));
    let take = |over_capacity| Event::ItemTaken { item: WorkItemId(14), agent: UserId(1), over_capacity };
    assert_eq!(rejection(&f.tell(take(false))), Some(Rejection::CapacityFull { agent: UserId(1) }));
    assert_eq!(rejection(&f.tell(take(true))), None);
    assert_eq!(f.acd.agent(UserId(1)).unwrap().load, 15);
}

#[test]
fn after_a_restart_nobody_is_connected_and_held_work_waits_for_its_agent() {
    let mut f = Floor::with(&[1, 2]);
    f.queue(chat(7));
    f.accept(7);
    f.queue(chat(8));
    assert_eq!(f.rings_at(8), Some(2));
    let mut rows = f.acd.snapshot();
    for row in &mut rows.agents {
        row.connected = false;
    }
    let unknown = ItemStatus::Held { agent: UserId(99) };
    rows.items.push(ItemRow { item: chat(9), status: unknown, charged: 3, decision: None });
    rows.items.push(ItemRow {
        item: WorkItem { queue: QueueId(77), ..chat(10) },
        status: ItemStatus::Waiting,
        charged: 0,
        decision: None,
    });
    let mut acd = Acd::new(Settings::default(), 500);
    let out = acd.apply(Event::Restore(Box::new(rows)), f.now + 60_000);
    assert_eq!(rejection(&out), Some(Rejection::UnknownQueue { queue: QueueId(77) }));
    let waits = |c: &&Command| matches!(c, Command::Requeue { .. } | Command::Withdraw { .. });
    assert_eq!(out.iter().filter(waits).count(), 2, "{out:?}");
    assert_eq!(acd.item(WorkItemId(7)).unwrap().status, ItemStatus::Held { agent: UserId(1) });
    let out = acd.apply(Event::AgentReturned(UserId(2)), f.now + 61_000);
    let offered: Vec<_> = out
        .iter()
        .filter_map(|c| match c {
            Command::Offer { reservation, item, .. } => Some((reservation.0, item.0)),
            _ => None,
        })
        .collect();
    assert_eq!(offered, [(500, 8), (501, 9)]);
}

#[test]
fn what_is_out_of_bounds_is_refused() {
    let mut f = Floor::with(&[1]);
    let field = |out: Vec<Command>| match rejection(&out) {
        Some(Rejection::OutOfRange { field }) => field,
        other => panic!("{other:?}"),
    };
    assert_eq!(field(f.queue(WorkItem { weight: Some(0), ..chat(7) })), "weight");
    assert_eq!(field(f.queue(WorkItem { priority: PRIORITY_ABS_MAX + 1, ..chat(7) })), "priority");
    let kind = "x".repeat(BREAK_KIND_LEN_MAX + 1);
    assert_eq!(field(f.set(1, AgentState::Break { kind })), "kind");
    let need = SkillNeed { skill: SkillId(1), level_min: 1 };
    let many = f.queue(WorkItem { skills: vec![need; SKILLS_MAX + 1], ..chat(7) });
    assert_eq!(rejection(&many), Some(Rejection::TooMany { max: SKILLS_MAX }));
    let unknown = f.tell(Event::ItemClosed(WorkItemId(7)));
    assert_eq!(rejection(&unknown), Some(Rejection::UnknownItem { item: WorkItemId(7) }));
    let busy = f.tell(Event::QueueRemoved(QueueId(9)));
    assert_eq!(rejection(&busy), Some(Rejection::UnknownQueue { queue: QueueId(9) }));
}

#[test]
fn one_sleep_is_enough() {
    let mut acd = Acd::new(Settings::default(), 1);
    acd.apply(Event::QueueChanged(Queue::new(SALES, TenantId(1), LineId(1))), T);
    acd.apply(Event::AgentSignedIn { agent: agent(1), state: AgentState::Ready }, T);
    let out = acd.apply(Event::ItemQueued(chat(7)), T);
    assert_eq!(out.last(), Some(&Command::WakeAt { at: T + 20_000 }));
    assert_eq!(acd.next_due(), Some(T + 20_000));
    let out = acd.apply(Event::TimerFired, T + 20_000);
    assert_eq!(out.last(), Some(&Command::WakeAt { at: T + 50_000 }), "the end of the cool-down");
    assert_eq!(acd.apply(Event::TimerFired, T), [], "time never goes back");
}
