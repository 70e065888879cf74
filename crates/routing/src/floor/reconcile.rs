//! The difference between a row and the engine, as events for the engine. Pure.

use crate::reservations::State as Rings;
use conversations::threads::{Priority, Routed, Status};
use engines::acd::{DeclineReason, Event, ItemRow, ItemStatus, SkillNeed, TransferTo, WorkItem};
use kernel::{Millis, SkillId, UserId, WorkItemId};

/// Each step of an item's own priority outweighs every queue's. With a second of waiting for each point, a step is worth
/// a wait of about a quarter of an hour, so nothing waits for ever.
const STEP: i32 = 1_000;
/// A need that nobody meets: keeps an item from being offered between being made known and being put into hands.
const NOBODY: SkillNeed = SkillNeed { skill: SkillId(0), level_min: u8::MAX };

/// How an item's priority counts.
pub(super) fn priority(p: Priority) -> i32 {
    match p {
        Priority::Low => -STEP,
        Priority::Normal => 0,
        Priority::High => STEP,
        Priority::Urgent => 2 * STEP,
    }
}

/// Where the row says that an item is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Want {
    /// Not to be routed; `done` when the work is finished.
    Gone {
        /// Finished, so that wrapping up may begin.
        done: bool,
    },
    /// In its queue.
    Waiting(WorkItem),
    /// In somebody's hands.
    Held(WorkItem, UserId),
}

/// The item that a conversation is; its line is its own, whosever its queue is. `since`: when its customer began to wait.
pub(super) fn item(row: &Routed, since: Millis) -> Option<WorkItem> {
    Some(WorkItem {
        priority: priority(row.priority),
        line: Some(row.line),
        ..WorkItem::new(WorkItemId(row.id.0), row.queue?, since)
    })
}

/// Where the row says that it is. `reaches`: may this user be given work of it?
pub(super) fn want(row: Option<&Routed>, queue_known: bool, reaches: impl Fn(UserId) -> bool) -> Want {
    let Some(row) = row else { return Want::Gone { done: false } };
    // What goes on elsewhere is not finished: there is nothing to wrap up.
    let done = row.status == Status::Resolved && !row.merged;
    if row.status != Status::Open || !queue_known {
        return Want::Gone { done };
    }
    let since = row.queued_at.or(row.assigned_at).unwrap_or(row.created_at);
    match (item(row, since), row.assignee) {
        (Some(item), _) if row.is_queued() => Want::Waiting(item),
        (Some(item), Some(user)) if reaches(user) => Want::Held(item, user),
        _ => Want::Gone { done },
    }
}

/// How an item was passed on since it was last looked at.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PassedOn {
    /// To somebody by name, or to a team.
    pub kept: bool,
    /// Who held it then, if somebody did: between two looks that may be another than the engine knows.
    pub by: Option<UserId>,
}

/// What to tell the engine so that it agrees. `rings`: where the engine's own reservation stands in the rows, with the
/// word for declining.
pub(super) fn moves(
    have: Option<&ItemRow>,
    want: Want,
    rings: Option<(Rings, Option<String>)>,
    passed: PassedOn,
    now: Millis,
) -> Vec<Event> {
    let Some(have) = have else { return fresh(want) };
    let id = have.item.id;
    match (have.status, want) {
        (status, Want::Waiting(item))
            if passed.by.is_some_and(|by| status != ItemStatus::Held { agent: by }) =>
        {
            // Who passes on is not asked again at once, so the engine is told first in whose hands it was.
            let hands = passed.by.map(|agent| Event::ItemTaken { item: id, agent, over_capacity: true });
            hands.into_iter().chain(transfer(have, &item, now)).collect()
        }
        (_, Want::Gone { done: true }) => vec![Event::ItemClosed(id)],
        (_, Want::Gone { done: false }) => vec![Event::ItemCancelled(id)],
        (ItemStatus::Held { agent }, Want::Held(_, user)) if agent == user => vec![],
        (ItemStatus::Offered { reservation, agent, .. }, Want::Held(_, user))
            if agent == user && rings.as_ref().is_some_and(|(s, _)| *s == Rings::Accepted) =>
        {
            vec![Event::ReservationAccepted { reservation, agent, epoch: have.item.epoch }]
        }
        (_, Want::Held(_, agent)) => vec![Event::ItemTaken { item: id, agent, over_capacity: true }],
        (ItemStatus::Held { .. }, Want::Waiting(item)) => transfer(have, &item, now),
        (_, Want::Waiting(item)) if passed.kept || item.queue != have.item.queue => {
            transfer(have, &item, now)
        }
        (ItemStatus::Offered { reservation, agent, .. }, Want::Waiting(item)) => match rings {
            Some((Rings::Active, _)) => reorder(have, &item),
            Some((Rings::Declined, word)) => {
                let reason = reason(word.as_deref());
                vec![Event::ReservationDeclined { reservation, agent, reason }]
            }
            // The row of the offer is not what the engine believes, so it is begun again.
            _ => vec![Event::ItemCancelled(id), Event::ItemQueued(item)],
        },
        (ItemStatus::Waiting, Want::Waiting(item)) => reorder(have, &item),
    }
}

fn reason(word: Option<&str>) -> DeclineReason {
    crate::reservations::decline_reason(word)
}

fn fresh(want: Want) -> Vec<Event> {
    match want {
        Want::Gone { .. } => vec![],
        Want::Waiting(item) => vec![Event::ItemQueued(item)],
        Want::Held(item, agent) => {
            let (id, priority) = (item.id, item.priority);
            let hidden = WorkItem { skills: vec![NOBODY], ..item };
            vec![
                Event::ItemQueued(hidden),
                Event::ItemTaken { item: id, agent, over_capacity: true },
                Event::ItemChanged { item: id, priority, skills: vec![] },
            ]
        }
    }
}

/// Passed on: to a queue, to a colleague by name, or to a team, with what else is known of it now.
fn transfer(have: &ItemRow, to: &WorkItem, now: Millis) -> Vec<Event> {
    let item = have.item.id;
    let named = to.preferred.filter(|p| p.by_name);
    let to_whom = match (named, to.team) {
        (Some(p), _) => TransferTo::Agent { agent: p.agent, hold_ms: p.until - now },
        (None, Some(t)) => TransferTo::Team { team: t.team, hold_ms: t.until - now },
        (None, None) => TransferTo::Queue(to.queue),
    };
    let mut events = vec![Event::ItemTransferred { item, to: to_whom }];
    events.splice(0..0, remark(have, to));
    events
}

fn reorder(have: &ItemRow, item: &WorkItem) -> Vec<Event> {
    let mut events = remark(have, item);
    if have.item.priority != item.priority {
        events.push(Event::ItemChanged { item: item.id, priority: item.priority, skills: vec![] });
    }
    events
}

/// The contact's tier or marks, if they are others now.
fn remark(have: &ItemRow, item: &WorkItem) -> Vec<Event> {
    if have.item.marks() == item.marks() {
        return vec![];
    }
    vec![Event::ItemMarked { item: item.id, marks: item.marks() }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use conversations::threads::Channel;
    use kernel::{ContactId, ConversationId, InboxId, LineId, QueueId, ReservationId, TenantId};

    fn row() -> Routed {
        Routed {
            id: ConversationId(5),
            tenant: TenantId(1),
            line: LineId(2),
            inbox: InboxId(3),
            channel: Channel::Webchat,
            contact: ContactId(4),
            status: Status::Open,
            assignee: None,
            assigned_at: None,
            queue: Some(QueueId(7)),
            queued_at: Some(100),
            epoch: 0,
            priority: Priority::Normal,
            created_at: 90,
            simulated: false,
            kept: None,
            merged: false,
        }
    }
    const NAMED: PassedOn = PassedOn { kept: true, by: None };
    fn wanted(r: &Routed) -> Want {
        want(Some(r), true, |_| true)
    }
    fn moves(have: Option<&ItemRow>, want: Want, rings: Option<(Rings, Option<String>)>) -> Vec<Event> {
        super::moves(have, want, rings, PassedOn::default(), 1_000)
    }
    fn engine(status: ItemStatus) -> ItemRow {
        let item = item(&row(), 100).expect("a queue");
        ItemRow { item: WorkItem { epoch: 3, ..item }, status, charged: 3, decision: None }
    }
    const OFFERED: ItemStatus =
        ItemStatus::Offered { reservation: ReservationId(8), agent: UserId(9), expires_at: 200 };

    #[test]
    fn a_row_says_where_the_item_is() {
        assert!(
            matches!(wanted(&row()), Want::Waiting(i) if i.enqueued_at == 100 && i.line == Some(LineId(2)))
        );
        let held = Routed { assignee: Some(UserId(9)), queued_at: None, assigned_at: Some(150), ..row() };
        assert!(matches!(wanted(&held), Want::Held(_, UserId(9))));
        assert_eq!(want(Some(&held), true, |_| false), Want::Gone { done: false });
        assert_eq!(want(Some(&row()), false, |_| true), Want::Gone { done: false });
        let slept = Routed { status: Status::Snoozed, ..held.clone() };
        assert_eq!(wanted(&slept), Want::Gone { done: false });
        let done = Routed { status: Status::Resolved, ..held };
        assert_eq!(wanted(&done), Want::Gone { done: true });
        let elsewhere = Routed { merged: true, ..done };
        assert_eq!(wanted(&elsewhere), Want::Gone { done: false }, "there is nothing to wrap up");
        assert_eq!(want(None, true, |_| true), Want::Gone { done: false });
    }

    #[test]
    fn what_agrees_needs_nothing() {
        assert_eq!(moves(Some(&engine(ItemStatus::Waiting)), wanted(&row()), None), []);
        let ringing = Some((Rings::Active, None));
        assert_eq!(moves(Some(&engine(OFFERED)), wanted(&row()), ringing), []);
        let held = Routed { assignee: Some(UserId(9)), queued_at: None, ..row() };
        assert_eq!(moves(Some(&engine(ItemStatus::Held { agent: UserId(9) })), wanted(&held), None), []);
        assert_eq!(moves(None, Want::Gone { done: true }, None), []);
    }

    #[test]
    fn an_answer_is_told_with_the_engines_epoch() {
        let held = Routed { assignee: Some(UserId(9)), queued_at: None, ..row() };
        let accepted =
            Event::ReservationAccepted { reservation: ReservationId(8), agent: UserId(9), epoch: 3 };
        let rings = Some((Rings::Accepted, None));
        assert_eq!(moves(Some(&engine(OFFERED)), wanted(&held), rings), [accepted]);
        let told =
            moves(Some(&engine(OFFERED)), wanted(&row()), Some((Rings::Declined, Some("skill".into()))));
        assert!(matches!(told[..], [Event::ReservationDeclined { reason: DeclineReason::NotMine, .. }]));
    }

    #[test]
    fn given_by_hand_is_taken_also_over_an_offer_to_another() {
        let held = Routed { assignee: Some(UserId(10)), queued_at: None, ..row() };
        let taken = Event::ItemTaken { item: WorkItemId(5), agent: UserId(10), over_capacity: true };
        assert_eq!(moves(Some(&engine(OFFERED)), wanted(&held), None), std::slice::from_ref(&taken));
        let other = ItemStatus::Held { agent: UserId(9) };
        assert_eq!(moves(Some(&engine(other)), wanted(&held), None), [taken]);
        let unknown = moves(None, wanted(&held), None);
        assert!(
            matches!(&unknown[..], [Event::ItemQueued(i), Event::ItemTaken { .. }, Event::ItemChanged { .. }]
            if i.skills == [NOBODY])
        );
    }

    #[test]
    fn back_in_a_queue_is_a_transfer_and_urgency_a_change() {
        let elsewhere = Routed { queue: Some(QueueId(6)), ..row() };
        let to = TransferTo::Queue(QueueId(6));
        let moved = Event::ItemTransferred { item: WorkItemId(5), to };
        for status in [ItemStatus::Waiting, OFFERED, ItemStatus::Held { agent: UserId(9) }] {
            assert_eq!(moves(Some(&engine(status)), wanted(&elsewhere), None), std::slice::from_ref(&moved));
        }
        let urgent = Routed { priority: Priority::Urgent, ..row() };
        let told = moves(Some(&engine(ItemStatus::Waiting)), wanted(&urgent), None);
        assert!(matches!(told[..], [Event::ItemChanged { priority: 2_000, .. }]));
    }

    #[test]
    fn an_offer_without_its_row_is_begun_again() {
        for rings in [None, Some((Rings::Withdrawn, None)), Some((Rings::Lapsed, None))] {
            let told = moves(Some(&engine(OFFERED)), wanted(&row()), rings);
            assert!(matches!(told[..], [Event::ItemCancelled(_), Event::ItemQueued(_)]));
        }
    }

    #[test]
    fn what_is_passed_by_name_or_to_a_team_is_told_once() {
        use engines::acd::{Preferred, TeamHold};
        let waiting = |change: fn(&mut WorkItem)| {
            let Want::Waiting(mut item) = wanted(&row()) else { panic!("it waits") };
            change(&mut item);
            Want::Waiting(item)
        };
        let named =
            || waiting(|i| i.preferred = Some(Preferred { agent: UserId(9), until: 61_000, by_name: true }));
        let held = engine(ItemStatus::Held { agent: UserId(3) });
        let told = super::moves(Some(&held), named(), None, NAMED, 1_000);
        let to = TransferTo::Agent { agent: UserId(9), hold_ms: 60_000 };
        assert_eq!(told, [Event::ItemTransferred { item: WorkItemId(5), to }]);
        let again =
            super::moves(Some(&engine(ItemStatus::Waiting)), named(), None, PassedOn::default(), 1_000);
        assert_eq!(again, [], "who refused it is not rung again");
        let team = waiting(|i| i.team = Some(TeamHold { team: kernel::TeamId(4), until: 2_000 }));
        let told = super::moves(Some(&engine(ItemStatus::Waiting)), team, None, NAMED, 1_000);
        let to = TransferTo::Team { team: kernel::TeamId(4), hold_ms: 1_000 };
        assert_eq!(told, [Event::ItemTransferred { item: WorkItemId(5), to }]);
    }

    #[test]
    fn a_contacts_new_tier_is_told() {
        let Want::Waiting(mut item) = wanted(&row()) else { panic!("it waits") };
        item.tier = 2;
        let told = moves(Some(&engine(ItemStatus::Waiting)), Want::Waiting(item), None);
        assert!(matches!(told[..], [Event::ItemMarked { marks, .. }] if marks.tier == 2));
    }

    #[test]
    fn taken_over_and_passed_on_between_two_looks_it_was_in_the_last_ones_hands() {
        let (first, second) = (UserId(9), UserId(10));
        let passed = PassedOn { kept: false, by: Some(second) };
        let taken = Event::ItemTaken { item: WorkItemId(5), agent: second, over_capacity: true };
        let moved = Event::ItemTransferred { item: WorkItemId(5), to: TransferTo::Queue(QueueId(7)) };
        for status in [ItemStatus::Held { agent: first }, OFFERED, ItemStatus::Waiting] {
            let told = super::moves(Some(&engine(status)), wanted(&row()), None, passed, 1_000);
            assert_eq!(told, [taken.clone(), moved.clone()]);
        }
        let held = engine(ItemStatus::Held { agent: second });
        assert_eq!(super::moves(Some(&held), wanted(&row()), None, passed, 1_000), [moved]);
    }
}
