//! A start from rows.

use super::{
    AGENTS_MAX, Acd, Command, ItemRow, ItemStatus, QUEUES_MAX, Rejection, RequeueReason, Snapshot,
    WithdrawReason,
};
use crate::acd::timers::Timer;
use kernel::{ReservationId, UserId, WorkItemId};

impl Acd {
    /// Forgets everything and takes in the rows. What does not fit together (an offer at somebody who is not there,
    /// a holder who is not known) waits again; a row that cannot be taken in at all is rejected by name.
    pub(super) fn restore(&mut self, rows: Snapshot) {
        let fresh = Acd::new(self.settings, self.next_reservation.max(rows.next_reservation));
        let (now, out) = (self.now, std::mem::take(&mut self.out));
        *self = Acd { now, out, ..fresh };
        for queue in rows.queues {
            match self.check_queue(&queue) {
                Ok(()) if self.queues.len() >= QUEUES_MAX => self.too_many(QUEUES_MAX),
                Ok(()) => self.insert_queue(queue),
                Err(reason) => self.out.push(Command::Rejected { reason }),
            }
        }
        for row in rows.agents {
            let id = row.agent.id;
            if self.agents.len() >= AGENTS_MAX {
                self.too_many(AGENTS_MAX);
                continue;
            }
            self.insert_agent(row.agent, row.state);
            let slot = self.agent_of(id);
            slot.idle_since = row.idle_since;
            slot.missed = row.missed;
            slot.wrap_up_until = row.wrap_up_until;
            if let Some(until) = row.wrap_up_until {
                self.timers.insert((until, Timer::WrapUp(id)));
            }
            if !row.connected && self.agent_of(id).state != super::AgentState::Offline {
                let grace = self.now.saturating_add(self.settings.vanish_grace_ms.max(1));
                self.lose(id, row.gone_until.unwrap_or(grace));
            }
        }
        let mut waiting = vec![];
        for row in rows.items {
            self.restore_item(row, &mut waiting);
        }
        for rest in rows.cool_downs {
            if self.agents.contains_key(&rest.agent) && self.items.contains_key(&rest.item) {
                self.rest_until(rest.agent, rest.item, rest.until);
            }
        }
        for item in waiting {
            self.park(item);
        }
        self.settle_offers();
        let items: Vec<WorkItemId> = self.items.keys().copied().collect();
        for item in items {
            self.recheck_held(item);
        }
        self.fire_due();
    }

    fn too_many(&mut self, max: usize) {
        self.out.push(Command::Rejected { reason: Rejection::TooMany { max } });
    }

    fn restore_item(&mut self, row: ItemRow, waiting: &mut Vec<WorkItemId>) {
        if let Err(reason) = self.check_item(&row.item) {
            self.out.push(Command::Rejected { reason });
            return;
        }
        let item = row.item.id;
        let known = |agent: &UserId| self.agents.contains_key(agent);
        match row.status {
            ItemStatus::Held { agent } if known(&agent) => {
                self.insert_item(row.item, row.status, row.decision);
                let queue = self.slot(item).item.queue;
                self.queue_of(queue).held += 1;
                self.recharge(agent, item, row.charged);
            }
            ItemStatus::Offered { agent, reservation, expires_at } if known(&agent) => {
                self.insert_item(row.item, row.status, row.decision);
                self.enter_order(item);
                self.recharge(agent, item, row.charged);
                self.reservations.insert(reservation, item);
                self.timers.insert((expires_at, Timer::Offer(reservation)));
                self.next_reservation = self.next_reservation.max(reservation.0.saturating_add(1));
            }
            status => {
                self.insert_item(row.item, ItemStatus::Waiting, row.decision);
                self.enter_order(item);
                waiting.push(item);
                self.tell_lost(item, status);
            }
        }
    }

    /// Counts a restored item against its agent, without touching how long they are idle.
    fn recharge(&mut self, agent: UserId, item: WorkItemId, charged: u16) {
        self.slot(item).charged = charged;
        let slot = self.agent_of(agent);
        slot.load += u32::from(charged);
        slot.items.insert(item);
        self.refresh(agent);
    }

    /// Says that an item of somebody who is not known waits again.
    fn tell_lost(&mut self, item: WorkItemId, status: ItemStatus) {
        if status == ItemStatus::Waiting {
            return;
        }
        let epoch = self.next_epoch(item);
        let queue = self.slot(item).item.queue;
        self.out.push(match status {
            ItemStatus::Offered { reservation, agent, .. } => {
                Command::Withdraw { reservation, item, epoch, agent, reason: WithdrawReason::AgentGone }
            }
            ItemStatus::Held { agent } => Command::Requeue {
                item,
                epoch,
                queue,
                from: Some(agent),
                kept_for: None,
                reason: RequeueReason::AgentVanished,
            },
            ItemStatus::Waiting => Command::Rejected { reason: Rejection::UnknownItem { item } },
        });
    }

    /// Takes back offers at agents who cannot hear them or may not have the item.
    fn settle_offers(&mut self) {
        let offers: Vec<(ReservationId, WorkItemId)> =
            self.reservations.iter().map(|(r, i)| (*r, *i)).collect();
        for (_, item) in offers {
            let ItemStatus::Offered { agent, .. } = self.slot(item).status else { continue };
            let slot = &self.agents[&agent];
            let reason = match (slot.connected, slot.state.is_ready()) {
                (false, _) => WithdrawReason::AgentGone,
                (true, false) => WithdrawReason::AgentNotReady,
                (true, true) => {
                    self.recheck_offer(item);
                    continue;
                }
            };
            self.withdraw(item, reason);
            self.park(item);
        }
    }
}
