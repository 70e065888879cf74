//! A queue of one line in which items of another line of the client wait.

use crate::by_hand::*;
use engines::acd::*;
use kernel::{LineId, LineSet, TeamId, TenantId, UserId, WorkItemId};

/// A line without a queue.
const QUIET: LineId = LineId(9);

/// An agent of sales (line 1), of the quiet line, or of both.
fn of(id: i64, lines: &[i64]) -> Agent {
    let lines = LineSet::Only(lines.iter().copied().map(LineId).collect());
    Agent { reach: vec![(TenantId(1), lines)], ..agent(id) }
}
fn quiet(id: i64) -> WorkItem {
    WorkItem { line: Some(QUIET), ..chat(id) }
}
fn verdict(f: &Floor, item: i64, agent: i64) -> Verdict {
    let why = f.acd.explain(WorkItemId(item)).unwrap();
    why.considered.iter().find(|c| c.agent == UserId(agent)).unwrap().verdict.clone()
}
fn passed(item: i64, to: TransferTo) -> Event {
    Event::ItemTransferred { item: WorkItemId(item), to }
}
const OUT_OF_1: Option<Rejection> = Some(Rejection::OutOfReach { agent: UserId(1) });

#[test]
fn who_serves_the_queue_alone_is_not_offered_what_they_may_not_see() {
    let mut f = Floor::new();
    f.enter(of(1, &[1]));
    f.enter(of(2, &[9]));
    f.queue(quiet(7));
    f.queue(chat(8));
    assert_eq!((f.rings_at(7), f.rings_at(8)), (None, Some(1)), "it keeps nobody from their own");
    assert_eq!(verdict(&f, 7, 1), Verdict::OtherLine { line: QUIET });
    assert_eq!(verdict(&f, 7, 2), Verdict::QueueOutOfReach);
    assert_eq!(verdict(&f, 8, 2), Verdict::OutOfReach);
    f.enter(of(3, &[1, 9]));
    assert_eq!(f.rings_at(7), Some(3));
    f.tell(Event::AgentChanged(of(3, &[1])));
    assert_eq!(f.rings_at(7), None, "what they may no longer see stops ringing");
    f.tell(Event::AgentChanged(of(3, &[1, 9])));
    f.accept(7);
    let out = f.tell(Event::AgentChanged(of(3, &[1])));
    assert!(matches!(out[0], Command::Requeue { reason: RequeueReason::ReachLost, .. }), "{out:?}");
}

#[test]
fn by_name_by_team_and_by_hand_the_line_of_the_item_decides() {
    let mut f = Floor::new();
    f.enter(Agent { teams: vec![TeamId(5)], ..of(1, &[1]) });
    f.enter(of(2, &[9]));
    f.queue(quiet(7));
    let (one, two) = (UserId(1), UserId(2));
    let to = |agent| TransferTo::Agent { agent, hold_ms: 60_000 };
    let team = TransferTo::Team { team: TeamId(5), hold_ms: 60_000 };
    let taken = |agent| Event::ItemTaken { item: WorkItemId(7), agent, over_capacity: true };
    assert_eq!(rejection(&f.tell(passed(7, to(one)))), OUT_OF_1);
    assert_eq!(rejection(&f.tell(taken(one))), OUT_OF_1);
    assert_eq!(rejection(&f.tell(Event::ItemTakenOver { item: WorkItemId(7), by: one })), OUT_OF_1);
    let nobody = Some(Rejection::NobodyInTeam { team: TeamId(5) });
    assert_eq!(rejection(&f.tell(passed(7, team))), nobody);
    f.tell(passed(7, to(two)));
    assert_eq!(f.rings_at(7), Some(2), "by name the queue is not asked for");
    f.accept(7);
    f.enter(Agent { teams: vec![TeamId(5)], ..of(3, &[9]) });
    f.tell(passed(7, team));
    assert_eq!(f.rings_at(7), Some(3), "the one of the team who may see it");
    f.tell(taken(two));
    assert_eq!(f.where_is(7), ItemStatus::Held { agent: two });
}

#[test]
fn an_item_keeps_its_line_in_another_queue_and_over_a_restart() {
    let mut f = Floor::new();
    f.enter(of(1, &[1]));
    f.set(1, AgentState::Busy);
    f.queue(chat(7));
    f.tell(passed(7, TransferTo::Queue(REPAIR)));
    f.enter(of(2, &[2]));
    assert_eq!((f.rings_at(7), verdict(&f, 7, 2)), (None, Verdict::OtherLine { line: LineId(1) }));
    let mut rows = f.acd.snapshot();
    assert_eq!(rows.items[0].item.line, Some(LineId(1)));
    rows.items[0].status = ItemStatus::Held { agent: UserId(2) };
    let out = f.tell(Event::Restore(Box::new(rows)));
    assert!(matches!(out[..], [Command::Requeue { reason: RequeueReason::ReachLost, .. }]), "{out:?}");
    f.enter(of(3, &[1, 2]));
    assert_eq!(f.rings_at(7), Some(3));
}

#[test]
fn the_last_agent_is_waited_for_only_if_they_may_see_it() {
    let mut f = Floor::new();
    f.enter(of(1, &[1]));
    f.set(1, AgentState::WrapUp);
    f.enter(of(2, &[1, 9]));
    let kept = Some(Preferred { agent: UserId(1), until: T + 60_000, by_name: false });
    f.queue(WorkItem { preferred: kept, ..quiet(7) });
    assert_eq!(f.rings_at(7), Some(2));
}
