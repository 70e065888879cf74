//! Single rules by hand, continued: aging, tiers, stages, seats, teams, hours, signing off and taking over.

use crate::by_hand::*;
use engines::acd::*;
use kernel::{QueueId, SkillId, TeamId, UserId, WorkItemId};

fn stage(after_ms: i64, crew: Crew) -> Stage {
    Stage { after_ms, crew }
}
fn only(id: i64, queues: &[QueueId]) -> Agent {
    Agent { queues: QueueSet::Only(queues.to_vec()), ..agent(id) }
}
fn of_team(id: i64, team: i64) -> Agent {
    Agent { teams: vec![TeamId(team)], ..only(id, &[]) }
}
fn verdict(f: &Floor, item: i64, agent: i64) -> Verdict {
    let why = f.acd.explain(WorkItemId(item)).unwrap();
    why.considered.iter().find(|c| c.agent == UserId(agent)).unwrap().verdict.clone()
}
/// Urgent work comes every ten seconds and one is answered every ten seconds; when the ordinary item is answered.
fn wait_behind_urgent_work(aging_ms: i64) -> Option<i64> {
    let mut acd = Acd::new(Settings { aging_ms, ..Settings::default() }, 1);
    let queue = Queue { auto_accept: true, ..Queue::new(SALES, kernel::TenantId(1), kernel::LineId(1)) };
    acd.apply(Event::QueueChanged(queue), T);
    let one = Agent { capacity: Capacity { units: 3, ..Capacity::default() }, ..agent(1) };
    acd.apply(Event::ItemQueued(WorkItem { priority: 60, ..chat(1_000) }), T);
    acd.apply(Event::ItemQueued(chat(1)), T);
    acd.apply(Event::AgentSignedIn { agent: one, state: AgentState::Ready }, T);
    for n in 1..200 {
        let now = T + n * 10_000;
        acd.apply(Event::ItemQueued(WorkItem { priority: 60, enqueued_at: now, ..chat(1_000 + n) }), now);
        let held = acd.agent_items(UserId(1));
        if held == [WorkItemId(1)] {
            return Some(now - 10_000 - T);
        }
        acd.apply(Event::ItemClosed(held[0]), now);
    }
    None
}

#[test]
fn with_aging_nobody_starves_and_without_it_somebody_does() {
    assert_eq!(wait_behind_urgent_work(0), None);
    // Sixty points of a second each: whoever came a minute after them goes behind them.
    let waited = wait_behind_urgent_work(1_000).unwrap();
    assert!((60_000..=80_000).contains(&waited), "{waited}");
}

#[test]
fn tiers_and_marks_count_as_points() {
    let mut f = Floor::new();
    f.edit(REPAIR, |q| q.tier = 2);
    for (id, item) in [
        (1, chat(1)),
        (2, WorkItem { tier: 2, ..chat(2) }),
        (3, WorkItem { repeat: true, ..chat(3) }),
        (4, WorkItem { straight: true, ..chat(4) }),
    ] {
        f.queue(item);
        assert!(f.acd.position(WorkItemId(id)).is_some());
    }
    let order: Vec<_> = f.acd.positions(SALES, 10).iter().map(|(i, _)| i.0).collect();
    assert_eq!(order, [4, 2, 3, 1]);
    f.now += 5_000;
    f.queue(WorkItem { queue: REPAIR, tier: 1, priority: -7, ..chat(5) });
    let standing = f.acd.explain(WorkItemId(5)).unwrap().standing;
    let wanted = Standing { item: -7, client_tier: 60, contact_tier: 60, waited: 5, ..Standing::default() };
    assert_eq!(standing, wanted);
}

#[test]
fn another_queue_helps_out_after_a_while_and_its_own_agents_go_first() {
    let mut f = Floor::new();
    f.edit(SALES, |q| q.stages = vec![stage(0, Crew::Members), stage(60_000, Crew::Queue { queue: REPAIR })]);
    f.edit(REPAIR, |q| q.skills = vec![SkillNeed { skill: SkillId(1), level_min: 1 }]);
    f.enter(Agent { queues: QueueSet::Only(vec![REPAIR]), ..skilled(2, 1) });
    f.queue(chat(7));
    assert_eq!(verdict(&f, 7, 2), Verdict::HelpsLater { after_ms: 60_000 });
    f.after(59_999);
    assert_eq!(f.rings_at(7), None);
    f.after(1);
    assert_eq!(f.rings_at(7), Some(2));
    f.now += 1_000;
    f.enter(only(3, &[SALES]));
    f.queue(WorkItem { enqueued_at: T, ..chat(8) });
    assert_eq!(f.rings_at(8), Some(3), "though agent 2 may help and is idle longer");
    let decision = f.acd.explain(WorkItemId(8)).unwrap().decision.unwrap();
    assert_eq!(decision.why[0], Reason::OwnCrew);
    assert_eq!((decision.runner_up, decision.candidates, decision.able), (Some(UserId(2)), 2, 2));
    let figures: Vec<_> = decision.considered.iter().map(|c| (c.agent.0, c.figures.unwrap().stage)).collect();
    assert_eq!(figures, [(3, 0), (2, 1)]);
}

#[test]
fn teams_stand_in_by_stages_members_or_not() {
    let mut f = Floor::new();
    let teams = |t| Crew::Teams { teams: vec![TeamId(t)] };
    f.edit(SALES, |q| q.stages = vec![stage(0, teams(1)), stage(30_000, teams(2))]);
    f.enter(of_team(2, 2));
    f.enter(agent(3));
    f.queue(chat(7));
    assert_eq!((f.rings_at(7), verdict(&f, 7, 3)), (None, Verdict::NotInQueue));
    f.after(30_000);
    assert_eq!(f.rings_at(7), Some(2));
    f.enter(of_team(1, 1));
    f.queue(WorkItem { enqueued_at: f.now, ..chat(8) });
    assert_eq!(f.rings_at(8), Some(1));
}

#[test]
fn who_must_reach_a_person_at_once_finds_every_stage_open() {
    let mut f = Floor::new();
    f.edit(SALES, |q| q.stages = vec![stage(0, Crew::Members), stage(60_000, Crew::Queue { queue: REPAIR })]);
    f.enter(only(2, &[REPAIR]));
    f.queue(WorkItem { straight: true, ..chat(7) });
    assert_eq!(f.rings_at(7), Some(2));
    f.enter(only(3, &[SALES]));
    f.set(3, AgentState::WrapUp);
    f.accept(7);
    let kept = Some(Preferred { agent: UserId(3), until: T + 60_000, by_name: false });
    f.queue(WorkItem { straight: true, preferred: kept, ..chat(8) });
    assert_eq!(f.rings_at(8), Some(2), "and waits for no last agent");
}

#[test]
fn dedicated_seats_serve_their_queue_alone_and_first() {
    let mut f = Floor::new();
    f.edit(SALES, |q| q.stages = vec![stage(0, Crew::Seats), stage(20_000, Crew::Members)]);
    f.enter(agent(1));
    f.queue(chat(7));
    assert_eq!(f.rings_at(7), None);
    f.enter(Agent { seats: vec![SALES], ..agent(2) });
    assert_eq!(f.rings_at(7), Some(2));
    f.set(1, AgentState::Busy);
    f.queue(WorkItem { queue: REPAIR, ..chat(8) });
    assert_eq!((f.rings_at(8), verdict(&f, 8, 2)), (None, Verdict::SeatElsewhere));
    f.tell(Event::ItemTransferred {
        item: WorkItemId(8),
        to: TransferTo::Agent { agent: UserId(2), hold_ms: 60_000 },
    });
    assert_eq!(f.rings_at(8), Some(2), "by name also elsewhere");
}

#[test]
fn a_closed_queue_waits_for_its_hours_unless_an_open_one_helps() {
    let mut f = Floor::with(&[1]);
    f.tell(Event::QueueOpened { queue: SALES, open: false });
    f.queue(chat(7));
    assert_eq!((f.rings_at(7), verdict(&f, 7, 1)), (None, Verdict::QueueClosed));
    f.tell(Event::QueueOpened { queue: SALES, open: true });
    assert_eq!(f.rings_at(7), Some(1));
    f.tell(Event::QueueOpened { queue: SALES, open: false });
    assert_eq!(f.rings_at(7), Some(1), "what rings may still be accepted");
    f.accept(7);
    f.queue(chat(8));
    assert_eq!(f.rings_at(8), None);
    f.edit(SALES, |q| {
        q.open = false;
        q.stages = vec![stage(0, Crew::Members), stage(0, Crew::Queue { queue: REPAIR })];
    });
    assert_eq!(f.rings_at(8), Some(1), "a member of the open one");
    let unknown = f.tell(Event::QueueOpened { queue: QueueId(9), open: true });
    assert_eq!(rejection(&unknown), Some(Rejection::UnknownQueue { queue: QueueId(9) }));
}

#[test]
fn passed_to_a_team_it_is_kept_for_whoever_of_it_is_there() {
    let mut f = Floor::with(&[1]);
    f.queue(chat(7));
    f.accept(7);
    let pass = |team| Event::ItemTransferred {
        item: WorkItemId(7),
        to: TransferTo::Team { team: TeamId(team), hold_ms: 60_000 },
    };
    assert_eq!(rejection(&f.tell(pass(2))), Some(Rejection::NobodyInTeam { team: TeamId(2) }));
    f.enter(of_team(2, 2));
    f.set(2, AgentState::Meeting);
    f.enter(agent(3));
    f.tell(pass(2));
    assert_eq!(f.rings_at(7), None, "kept, though agent 3 is free");
    assert!(matches!(verdict(&f, 7, 3), Verdict::KeptForTeam { team: TeamId(2), .. }));
    f.set(2, AgentState::Ready);
    assert_eq!(f.rings_at(7), Some(2), "who need not be a member of the queue");
    assert!(f.acd.item(WorkItemId(7)).unwrap().decision.unwrap().why.contains(&Reason::PassedToTeam));
    f.tell(Event::AgentSignedOut(UserId(2)));
    assert_eq!(f.rings_at(7), Some(3), "nobody of the team is left");
}

#[test]
fn who_is_signed_off_loses_everything_with_its_old_rank() {
    let mut f = Floor::with(&[1]);
    f.edit(SALES, |q| q.on_absence = OnAbsence::Keep);
    f.queue(chat(7));
    f.accept(7);
    f.tell(Event::AgentSignedOut(UserId(1)));
    assert_eq!(f.where_is(7), ItemStatus::Held { agent: UserId(1) });
    f.queue(WorkItem { enqueued_at: T + 1, ..chat(8) });
    let out = f.tell(Event::AgentForcedOut(UserId(1)));
    assert!(matches!(out[..], [Command::Requeue { reason: RequeueReason::AgentForcedOut, .. }]), "{out:?}");
    assert_eq!((f.acd.position(WorkItemId(7)), f.acd.agent(UserId(1))), (Some(1), None));
}

#[test]
fn a_supervisor_takes_over_however_full_they_are() {
    let mut f = Floor::with(&[1]);
    f.queue(chat(7));
    f.accept(7);
    let none = Capacity { units: 0, ..Capacity::default() };
    f.tell(Event::AgentSignedIn { agent: Agent { capacity: none, ..agent(9) }, state: AgentState::Offline });
    let out = f.tell(Event::ItemTakenOver { item: WorkItemId(7), by: UserId(9) });
    let over = AssignedBy::TakenOver;
    assert!(
        matches!(&out[..], [Command::Assign { from: Some(UserId(1)), by, why, .. }]
            if *by == over && why[..] == [Reason::TakenOver]),
        "{out:?}"
    );
}

#[test]
fn a_decision_tells_of_a_bounded_number() {
    let mut f = Floor::new();
    for id in 1..=60 {
        f.enter(agent(id));
        if id > 20 {
            f.set(id, AgentState::Busy);
        }
    }
    f.queue(chat(7));
    let decision = f.acd.item(WorkItemId(7)).unwrap().decision.unwrap();
    assert_eq!((decision.candidates, decision.able), (20, 60));
    assert!(decision.considered.len() <= CONSIDERED_MAX, "{}", decision.considered.len());
    assert_eq!(decision.considered[0].verdict, Verdict::Offered);
    let busy = Verdict::NotReady { state: AgentState::Busy };
    assert!(decision.considered.iter().any(|c| c.verdict == busy));
    let stored = serde_json::to_string(&decision).unwrap();
    assert!(stored.len() < 4_000, "{}", stored.len());
    assert_eq!(serde_json::from_str::<Decision>(&stored).unwrap(), decision);
}

#[test]
fn stages_out_of_order_are_refused() {
    let mut f = Floor::new();
    let mut queue = Queue::new(QueueId(5), kernel::TenantId(1), kernel::LineId(1));
    for stages in [
        vec![stage(5, Crew::Members)],
        vec![stage(0, Crew::Members), stage(9, Crew::Seats), stage(8, Crew::Members)],
        vec![stage(0, Crew::Queue { queue: QueueId(5) })],
    ] {
        queue.stages = stages;
        let out = f.tell(Event::QueueChanged(queue.clone()));
        assert_eq!(rejection(&out), Some(Rejection::OutOfRange { field: "stages" }));
    }
    queue.stages = vec![stage(0, Crew::Members); STAGES_MAX + 1];
    assert_eq!(rejection(&f.tell(Event::QueueChanged(queue))), Some(Rejection::TooMany { max: STAGES_MAX }));
}
