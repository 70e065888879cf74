//! What happens to work items.

use super::engine::{ItemSlot, Shelf};
use super::{
    Acd, AgentState, AssignedBy, Command, Decision, DeclineReason, HOLD_MS_MAX, ITEMS_MAX, ItemStatus, Marks,
    OnAbsence, PRIORITY_ABS_MAX, Preferred, Reason, Rejection, RequeueReason, SKILLS_MAX, SkillNeed,
    StateReason, TeamHold, TransferTo, WithdrawReason, WorkItem,
};
use crate::acd::timers::Timer;
use kernel::{Millis, QueueId, ReservationId, UserId, WorkItemId};

/// Refuses needs or priorities out of range.
fn check_demand(priority: i32, skills: &[SkillNeed]) -> Result<(), Rejection> {
    if priority.abs() > PRIORITY_ABS_MAX {
        return Err(Rejection::OutOfRange { field: "priority" });
    }
    if skills.len() > SKILLS_MAX {
        return Err(Rejection::TooMany { max: SKILLS_MAX });
    }
    Ok(())
}

impl Acd {
    pub(super) fn known_item(&self, item: WorkItemId) -> Result<&ItemSlot, Rejection> {
        self.items.get(&item).ok_or(Rejection::UnknownItem { item })
    }

    pub(super) fn item_queued(&mut self, item: WorkItem) -> Result<(), Rejection> {
        self.check_item(&item)?;
        let id = item.id;
        self.insert_item(item, ItemStatus::Waiting, None);
        self.enter_order(id);
        self.park(id);
        Ok(())
    }

    /// Refuses an item that cannot be taken in.
    pub(super) fn check_item(&self, item: &WorkItem) -> Result<(), Rejection> {
        check_demand(item.priority, &item.skills)?;
        if item.weight == Some(0) {
            return Err(Rejection::OutOfRange { field: "weight" });
        }
        if self.items.contains_key(&item.id) {
            return Err(Rejection::DuplicateItem { item: item.id });
        }
        if !self.queues.contains_key(&item.queue) {
            return Err(Rejection::UnknownQueue { queue: item.queue });
        }
        if self.items.len() >= ITEMS_MAX {
            return Err(Rejection::TooMany { max: ITEMS_MAX });
        }
        Ok(())
    }

    /// Takes a checked item in, without a place.
    pub(super) fn insert_item(&mut self, mut item: WorkItem, status: ItemStatus, decision: Option<Decision>) {
        if let Some(p) = item.preferred.as_mut() {
            p.until = p.until.min(self.now.saturating_add(HOLD_MS_MAX));
        }
        if let Some(t) = item.team.as_mut() {
            t.until = t.until.min(self.now.saturating_add(HOLD_MS_MAX));
        }
        let queue = &self.queues[&item.queue].queue;
        item.line.get_or_insert(queue.line);
        let rank = self.rank_of(queue, &item);
        let (stage, stage_at, shelf) = (0, None, Shelf::None);
        let slot =
            ItemSlot { item, rank, status, stage, stage_at, shelf, charged: 0, decision, rested: vec![] };
        self.items.insert(slot.item.id, slot);
    }

    pub(super) fn item_changed(
        &mut self,
        item: WorkItemId,
        priority: i32,
        skills: Vec<SkillNeed>,
    ) -> Result<(), Rejection> {
        check_demand(priority, &skills)?;
        self.alter(item, |row| {
            row.priority = priority;
            row.skills = skills;
        })
    }

    pub(super) fn item_marked(&mut self, item: WorkItemId, marks: Marks) -> Result<(), Rejection> {
        self.alter(item, |row| row.set_marks(marks))
    }

    /// Changes what an item asks for or counts, and gives it the place that follows.
    fn alter(&mut self, item: WorkItemId, change: impl FnOnce(&mut WorkItem)) -> Result<(), Rejection> {
        let status = self.known_item(item)?.status;
        if status == ItemStatus::Waiting {
            self.unpark(item);
        }
        if !matches!(status, ItemStatus::Held { .. }) {
            self.leave_order(item);
        }
        change(&mut self.slot(item).item);
        match status {
            ItemStatus::Held { .. } => {}
            ItemStatus::Waiting => {
                self.enter_order(item);
                self.park(item);
            }
            ItemStatus::Offered { .. } => {
                self.enter_order(item);
                self.recheck_offer(item);
            }
        }
        Ok(())
    }

    /// Takes an offer back if its agent may no longer have the item.
    pub(super) fn recheck_offer(&mut self, item: WorkItemId) {
        let ItemStatus::Offered { agent, .. } = self.slot(item).status else { return };
        let (slot, row) = (&self.agents[&agent], &self.items[&item].item);
        let by_name = row.preferred.is_some_and(|p| p.by_name && p.agent == agent);
        let passed = by_name || self.through_team(&slot.agent, item);
        if !self.may_have(&slot.agent, row, passed, false) {
            self.withdraw(item, WithdrawReason::NoLongerFits);
            self.park(item);
        }
    }

    /// Ends the reservation of an offered item and frees the agent's units; the caller says what becomes of the item.
    pub(super) fn withdraw(&mut self, item: WorkItemId, reason: WithdrawReason) -> Option<UserId> {
        let slot = self.slot(item);
        let ItemStatus::Offered { reservation, agent, expires_at } = slot.status else { return None };
        slot.status = ItemStatus::Waiting;
        let refused = matches!(reason, WithdrawReason::Lapsed | WithdrawReason::Declined(_));
        if refused && slot.item.preferred.is_some_and(|p| p.agent == agent) {
            slot.item.preferred = None;
        }
        self.reservations.remove(&reservation);
        self.timers.remove(&(expires_at, Timer::Offer(reservation)));
        self.discharge(agent, item);
        let epoch = self.next_epoch(item);
        self.out.push(Command::Withdraw { reservation, item, epoch, agent, reason });
        Some(agent)
    }

    /// Gives an agent back the units that an item took.
    fn discharge(&mut self, agent: UserId, item: WorkItemId) {
        let charged = std::mem::take(&mut self.slot(item).charged);
        let slot = self.agent_of(agent);
        slot.load -= u32::from(charged);
        slot.items.remove(&item);
        self.refresh(agent);
    }

    /// Takes a held item out of its agent's hands; the caller says what becomes of the item.
    pub(super) fn release(&mut self, item: WorkItemId) -> Option<UserId> {
        let slot = self.slot(item);
        let ItemStatus::Held { agent } = slot.status else { return None };
        slot.status = ItemStatus::Waiting;
        let queue = slot.item.queue;
        self.queue_of(queue).held -= 1;
        self.discharge(agent, item);
        Some(agent)
    }

    /// Makes a released item wait again, with the age it had.
    pub(super) fn requeue(&mut self, item: WorkItemId, from: Option<UserId>, reason: RequeueReason) {
        self.enter_order(item);
        self.park(item);
        let epoch = self.next_epoch(item);
        let slot = self.slot(item);
        let (queue, kept_for) = (slot.item.queue, slot.item.preferred.map(|p| p.agent));
        self.out.push(Command::Requeue { item, epoch, queue, from, kept_for, reason });
    }

    pub(super) fn item_gone(&mut self, item: WorkItemId, done: bool) -> Result<(), Rejection> {
        match self.known_item(item)?.status {
            ItemStatus::Waiting => {
                self.unpark(item);
                self.leave_order(item);
            }
            ItemStatus::Offered { .. } => {
                self.withdraw(item, WithdrawReason::ItemGone);
                self.leave_order(item);
            }
            ItemStatus::Held { agent } => {
                self.release(item);
                if done {
                    let queue = self.slot(item).item.queue;
                    self.begin_wrap_up(agent, queue);
                }
                self.forget_if_gone(agent);
            }
        }
        let slot = self.items.remove(&item).expect("invariant: it was known above");
        for agent in slot.rested {
            self.forget_rest(agent, item);
        }
        Ok(())
    }

    /// After the last item of a ready agent, time for the record if the queue gives any.
    fn begin_wrap_up(&mut self, agent: UserId, queue: QueueId) {
        let wrap_up_ms = self.queue_of(queue).queue.wrap_up_ms;
        let now = self.now;
        let slot = self.agent_of(agent);
        if wrap_up_ms <= 0 || !slot.items.is_empty() || !slot.state.is_ready() {
            return;
        }
        let state = AgentState::WrapUp;
        let reason = StateReason::WrapUpStarted;
        self.out.push(Command::SetAgentState { agent, state: state.clone(), reason });
        self.set_state(agent, state);
        let until = now.saturating_add(wrap_up_ms);
        self.agent_of(agent).wrap_up_until = Some(until);
        self.timers.insert((until, Timer::WrapUp(agent)));
    }

    pub(super) fn item_taken(
        &mut self,
        item: WorkItemId,
        agent: UserId,
        over_capacity: bool,
    ) -> Result<(), Rejection> {
        self.take(item, agent, over_capacity, AssignedBy::Taken)
    }

    pub(super) fn item_taken_over(&mut self, item: WorkItemId, by: UserId) -> Result<(), Rejection> {
        self.take(item, by, true, AssignedBy::TakenOver)
    }

    /// Puts an item into somebody's hands, wherever it is.
    fn take(
        &mut self,
        item: WorkItemId,
        agent: UserId,
        over_capacity: bool,
        by: AssignedBy,
    ) -> Result<(), Rejection> {
        let row = self.known_item(item)?;
        let to = self.agents.get(&agent).ok_or(Rejection::UnknownAgent { agent })?;
        if !self.reaches_item(&to.agent, &row.item) {
            return Err(Rejection::OutOfReach { agent });
        }
        if row.status == (ItemStatus::Held { agent }) {
            return Err(Rejection::AlreadyHeld { item });
        }
        let rings_here = matches!(row.status, ItemStatus::Offered { agent: a, .. } if a == agent);
        let weight = to.weight(row.item.class, row.item.weight);
        let load = to.load - if rings_here { u32::from(row.charged) } else { 0 };
        let room = weight > 0 && load + u32::from(weight) <= u32::from(to.agent.capacity.units);
        if !room && !over_capacity {
            return Err(Rejection::CapacityFull { agent });
        }
        let mut from = None;
        match row.status {
            ItemStatus::Waiting => {
                self.unpark(item);
                self.leave_order(item);
            }
            ItemStatus::Offered { .. } => {
                self.withdraw(item, WithdrawReason::Taken);
                self.leave_order(item);
            }
            ItemStatus::Held { .. } => from = self.release(item),
        }
        let why = if by == AssignedBy::TakenOver { Reason::TakenOver } else { Reason::TakenByHand };
        let decision = self.plain_decision(item, agent, vec![why]);
        self.charge(agent, item, weight);
        self.hold(item, agent, from, None, by, decision);
        if let Some(from) = from {
            self.forget_if_gone(from);
        }
        Ok(())
    }

    /// Counts an item against an agent.
    pub(super) fn charge(&mut self, agent: UserId, item: WorkItemId, weight: u16) {
        self.slot(item).charged = weight;
        let now = self.now;
        let slot = self.agent_of(agent);
        slot.load += u32::from(weight);
        slot.idle_since = now;
        slot.items.insert(item);
        self.refresh(agent);
    }

    /// Puts a charged item, which is out of its queue's order, into the agent's hands.
    pub(super) fn hold(
        &mut self,
        item: WorkItemId,
        agent: UserId,
        from: Option<UserId>,
        reservation: Option<ReservationId>,
        by: AssignedBy,
        decision: Decision,
    ) {
        let epoch = self.next_epoch(item);
        let slot = self.slot(item);
        slot.status = ItemStatus::Held { agent };
        slot.item.preferred = None;
        slot.item.team = None;
        let (queue, charged, why) = (slot.item.queue, slot.charged, decision.why.clone());
        slot.decision = Some(decision);
        self.queue_of(queue).held += 1;
        self.out.push(Command::Assign { item, epoch, agent, from, reservation, charged, by, why });
    }

    pub(super) fn item_transferred(&mut self, item: WorkItemId, to: TransferTo) -> Result<(), Rejection> {
        let row = self.known_item(item)?;
        let home = &self.queues[&row.item.queue].queue;
        let (queue, preferred, team) = match to {
            TransferTo::Queue(queue) => {
                let target = self.queues.get(&queue).ok_or(Rejection::UnknownQueue { queue })?;
                if target.queue.tenant != home.tenant {
                    return Err(Rejection::OtherClient { queue });
                }
                (queue, None, None)
            }
            TransferTo::Team { team, hold_ms } => {
                if !self.team_present(team, &row.item) {
                    return Err(Rejection::NobodyInTeam { team });
                }
                let until: Millis = self.now.saturating_add(hold_ms.clamp(0, HOLD_MS_MAX));
                (row.item.queue, None, Some(TeamHold { team, until }))
            }
            TransferTo::Agent { agent, hold_ms } => {
                let target = self.agents.get(&agent).ok_or(Rejection::UnknownAgent { agent })?;
                if !self.reaches_item(&target.agent, &row.item) {
                    return Err(Rejection::OutOfReach { agent });
                }
                if row.status == (ItemStatus::Held { agent }) {
                    return Err(Rejection::AlreadyHeld { item });
                }
                let until: Millis = self.now.saturating_add(hold_ms.clamp(0, HOLD_MS_MAX));
                (row.item.queue, Some(Preferred { agent, until, by_name: true }), None)
            }
        };
        let from = self.take_out(item);
        if let Some(p) = preferred {
            self.forget_rest(p.agent, item);
        }
        let slot = self.slot(item);
        slot.item.queue = queue;
        slot.item.preferred = preferred;
        slot.item.team = team;
        self.requeue(item, from, RequeueReason::Transferred);
        if let Some(from) = from {
            self.forget_if_gone(from);
        }
        Ok(())
    }

    /// Takes an item from wherever it is; who held it then rests from it.
    fn take_out(&mut self, item: WorkItemId) -> Option<UserId> {
        match self.slot(item).status {
            ItemStatus::Waiting => self.unpark(item),
            ItemStatus::Offered { .. } => {
                self.withdraw(item, WithdrawReason::Transferred);
            }
            ItemStatus::Held { agent } => {
                self.release(item);
                self.rest(agent, item);
                return Some(agent);
            }
        }
        self.leave_order(item);
        None
    }

    /// The live reservation, if it is this agent's.
    fn reserved(&self, reservation: ReservationId, agent: UserId) -> Result<&ItemSlot, Rejection> {
        let item = self.reservations.get(&reservation).ok_or(Rejection::ReservationOver { reservation })?;
        let slot = &self.items[item];
        match slot.status {
            ItemStatus::Offered { agent: a, .. } if a == agent => Ok(slot),
            _ => Err(Rejection::StaleReservation { reservation }),
        }
    }

    pub(super) fn accepted(
        &mut self,
        reservation: ReservationId,
        agent: UserId,
        epoch: i64,
    ) -> Result<(), Rejection> {
        let slot = self.reserved(reservation, agent)?;
        if slot.item.epoch != epoch {
            return Err(Rejection::StaleReservation { reservation });
        }
        let ItemStatus::Offered { expires_at, .. } = slot.status else {
            return Err(Rejection::StaleReservation { reservation });
        };
        let item = slot.item.id;
        let decision = slot.decision.clone().unwrap_or_else(|| self.plain_decision(item, agent, vec![]));
        self.reservations.remove(&reservation);
        self.timers.remove(&(expires_at, Timer::Offer(reservation)));
        self.leave_order(item);
        let now = self.now;
        let taker = self.agent_of(agent);
        taker.missed = 0;
        taker.idle_since = now;
        self.hold(item, agent, None, Some(reservation), AssignedBy::Accepted, decision);
        Ok(())
    }

    pub(super) fn declined(
        &mut self,
        reservation: ReservationId,
        agent: UserId,
        reason: DeclineReason,
    ) -> Result<(), Rejection> {
        let item = self.reserved(reservation, agent)?.item.id;
        self.withdraw(item, WithdrawReason::Declined(reason));
        self.rest(agent, item);
        self.park(item);
        Ok(())
    }

    /// What becomes of everything an agent has when they leave.
    pub(super) fn empty_hands(&mut self, agent: UserId, reason: RequeueReason) {
        for item in self.agent_items(agent) {
            if self.withdraw(item, WithdrawReason::AgentGone).is_some() {
                self.park(item);
                continue;
            }
            let queue = self.slot(item).item.queue;
            if self.queue_of(queue).queue.on_absence == OnAbsence::Requeue {
                let from = self.release(item);
                self.requeue(item, from, reason);
            }
        }
    }
}
