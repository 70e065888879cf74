//! The reference: the same rules written with plain lists, where every question is answered by looking at everything.

use engines::acd::*;
use kernel::{Millis, QueueId, ReservationId, TeamId, UserId, WorkItemId};

pub struct Person {
    pub row: AgentRow,
}

pub struct Thing {
    pub item: WorkItem,
    pub status: ItemStatus,
    pub charged: u16,
    pub rests: Vec<(UserId, Millis)>,
}

pub struct Naive {
    pub settings: Settings,
    pub now: Millis,
    pub next: i64,
    pub queues: Vec<Queue>,
    pub people: Vec<Person>,
    pub things: Vec<Thing>,
    /// Offers and automatic assignments of this step, in order.
    pub given: Vec<(WorkItemId, UserId)>,
}

impl Naive {
    pub fn new(settings: Settings, next: i64) -> Naive {
        Naive { settings, now: i64::MIN, next, queues: vec![], people: vec![], things: vec![], given: vec![] }
    }

    fn q(&self, id: QueueId) -> &Queue {
        self.queues.iter().find(|q| q.id == id).unwrap()
    }
    fn person(&self, id: UserId) -> Option<usize> {
        self.people.iter().position(|p| p.row.agent.id == id)
    }
    fn thing(&self, id: WorkItemId) -> Option<usize> {
        self.things.iter().position(|t| t.item.id == id)
    }
    fn holder(status: ItemStatus) -> Option<UserId> {
        match status {
            ItemStatus::Waiting => None,
            ItemStatus::Offered { agent, .. } | ItemStatus::Held { agent } => Some(agent),
        }
    }
    pub fn load(&self, id: UserId) -> u32 {
        self.things.iter().filter(|t| Self::holder(t.status) == Some(id)).map(|t| u32::from(t.charged)).sum()
    }
    fn weight(p: &Agent, i: &WorkItem) -> u16 {
        let usual = p.capacity.weight(i.class);
        if usual == 0 { 0 } else { i.weight.unwrap_or(usual) }
    }
    fn knows(p: &Agent, needs: &[SkillNeed]) -> bool {
        needs.iter().all(|n| p.skills.iter().any(|s| s.skill == n.skill && s.level >= n.level_min.max(1)))
    }
    /// By which of the queue's stages the agent may serve it, and the needs that count there.
    fn serves<'a>(&'a self, p: &Agent, q: &'a Queue, hours: bool) -> Option<(usize, &'a [SkillNeed])> {
        if !p.reaches(q.tenant, q.line) || (!p.seats.is_empty() && !p.seats.contains(&q.id)) {
            return None;
        }
        let in_crew = |of: &Queue, crew: &Crew| match crew {
            Crew::Members => p.queues.contains(of.id),
            Crew::Seats => p.seats.contains(&of.id),
            Crew::Teams { teams } => p.teams.iter().any(|t| teams.contains(t)),
            Crew::Queue { .. } => false,
        };
        let at_once = [Stage { after_ms: 0, crew: Crew::Members }];
        let stages = if q.stages.is_empty() { &at_once[..] } else { &q.stages };
        for (n, stage) in stages.iter().enumerate() {
            let of = match &stage.crew {
                Crew::Queue { queue } => match self.queues.iter().find(|o| o.id == *queue) {
                    Some(o) if o.tenant == q.tenant => o,
                    _ => continue,
                },
                _ => q,
            };
            let crew = match &stage.crew {
                Crew::Queue { .. } => of.stages.first().map_or(&Crew::Members, |s| &s.crew),
                crew => crew,
            };
            if (of.open || !hours) && in_crew(of, crew) && Self::knows(p, &of.skills) {
                return Some((n, &of.skills));
            }
        }
        None
    }
    /// The wall: the item's own client and line.
    fn sees(&self, p: &Agent, i: &WorkItem) -> bool {
        p.reaches(self.q(i.queue).tenant, i.line.unwrap())
    }
    fn may_have(&self, p: &Agent, i: &WorkItem, passed: bool, hours: bool) -> bool {
        let serves = || self.serves(p, self.q(i.queue), hours).is_some() && Self::knows(p, &i.skills);
        self.sees(p, i) && (passed || serves())
    }
    fn keeping_stands(&self, t: &Thing, k: Preferred) -> bool {
        let Some(p) = self.person(k.agent).map(|p| &self.people[p].row) else { return false };
        let w = Self::weight(&p.agent, &t.item);
        let at_work = match p.state {
            AgentState::Ready | AgentState::WrapUp => true,
            AgentState::Offline => false,
            _ => k.by_name,
        };
        self.now < k.until
            && (k.by_name || !t.item.straight)
            && at_work
            && w > 0
            && w <= p.agent.capacity.units
            && !t.rests.iter().any(|(a, _)| *a == k.agent)
            && self.may_have(&p.agent, &t.item, k.by_name, true)
    }
    fn team_present(&self, team: TeamId, item: &WorkItem) -> bool {
        self.people.iter().map(|p| &p.row).any(|p| {
            p.agent.teams.contains(&team) && p.state != AgentState::Offline && self.sees(&p.agent, item)
        })
    }
    pub fn rank(&self, t: &Thing) -> (i64, Millis, WorkItemId) {
        let (q, i, points) = (self.q(t.item.queue), &t.item, self.settings.points);
        let sum = i64::from(q.priority)
            + i64::from(i.priority)
            + i64::from(q.tier) * i64::from(points.client_tier)
            + i64::from(i.tier) * i64::from(points.contact_tier)
            + if i.repeat { i64::from(points.repeat) } else { 0 }
            + if i.straight { i64::from(points.straight) } else { 0 };
        let key = match self.settings.aging_ms {
            0 => -sum,
            ms => i.enqueued_at - sum * ms,
        };
        (key, i.enqueued_at, i.id)
    }
    /// Everybody who could have it, best first.
    fn fit(&self, t: &Thing) -> Vec<UserId> {
        let q = self.q(t.item.queue);
        let mut fit = vec![];
        for p in self.people.iter().map(|p| &p.row) {
            let w = Self::weight(&p.agent, &t.item);
            let free = p.connected
                && p.state == AgentState::Ready
                && w > 0
                && self.load(p.agent.id) + u32::from(w) <= u32::from(p.agent.capacity.units)
                && !t.rests.iter().any(|(a, _)| *a == p.agent.id);
            let (stage, needs) = match (t.item.preferred, t.item.team) {
                (Some(k), _) if k.agent != p.agent.id => continue,
                (Some(k), _) if !self.may_have(&p.agent, &t.item, k.by_name, true) => continue,
                (Some(_), _) => (0, &[][..]),
                (None, Some(h)) if !p.agent.teams.contains(&h.team) => continue,
                (None, Some(_)) if !self.sees(&p.agent, &t.item) => continue,
                (None, Some(_)) => (0, &q.skills[..]),
                (None, None) if !self.sees(&p.agent, &t.item) => continue,
                (None, None) => match self.serves(&p.agent, q, true) {
                    Some((stage, needs)) if Self::knows(&p.agent, &t.item.skills) => (stage, needs),
                    _ => continue,
                },
            };
            let wait = self.now - t.item.enqueued_at;
            let opens = q.stages.get(stage).map_or(0, |s| s.after_ms);
            if !free || (stage > 0 && opens > wait && !t.item.straight) {
                continue;
            }
            let sum =
                needs.iter().chain(&t.item.skills).map(|n| i64::from(p.agent.level(n.skill))).sum::<i64>();
            let levels = if q.fit == SkillFit::Best { -sum } else { sum };
            let load =
                u64::from(self.load(p.agent.id)) * 1_000_000 / u64::from(p.agent.capacity.units.max(1));
            fit.push((stage, levels, p.idle_since, load, p.agent.id));
        }
        fit.sort_unstable();
        fit.into_iter().map(|f| f.4).collect()
    }

    fn tidy(&mut self) {
        for i in 0..self.things.len() {
            let t = &self.things[i];
            if t.status == ItemStatus::Waiting
                && let Some(k) = t.item.preferred
                && !self.keeping_stands(t, k)
            {
                self.things[i].item.preferred = None;
            }
            let t = &self.things[i];
            if t.status == ItemStatus::Waiting
                && t.item.preferred.is_none()
                && let Some(h) = t.item.team
                && !(self.now < h.until && self.team_present(h.team, &t.item))
            {
                self.things[i].item.team = None;
            }
        }
    }

    fn give_all(&mut self) {
        loop {
            let mut order: Vec<usize> =
                (0..self.things.len()).filter(|i| self.things[*i].status == ItemStatus::Waiting).collect();
            order.sort_by_key(|i| self.rank(&self.things[*i]));
            let mut chosen = None;
            for i in order {
                if let Some(agent) = self.fit(&self.things[i]).first() {
                    chosen = Some((i, *agent));
                    break;
                }
            }
            let Some((i, agent)) = chosen else { return };
            self.give(i, agent);
        }
    }

    fn give(&mut self, i: usize, agent: UserId) {
        let p = self.person(agent).unwrap();
        let q = self.q(self.things[i].item.queue).clone();
        let w = Self::weight(&self.people[p].row.agent, &self.things[i].item);
        self.people[p].row.idle_since = self.now;
        self.given.push((self.things[i].item.id, agent));
        let t = &mut self.things[i];
        t.charged = w;
        t.item.epoch += 1;
        if q.auto_accept {
            t.status = ItemStatus::Held { agent };
            t.item.preferred = None;
            t.item.team = None;
        } else {
            let reservation = ReservationId(self.next);
            self.next += 1;
            t.status = ItemStatus::Offered { reservation, agent, expires_at: self.now + q.offer_ms };
        }
    }

    fn free(&mut self, i: usize) {
        let t = &mut self.things[i];
        if t.status != ItemStatus::Waiting {
            t.status = ItemStatus::Waiting;
            t.charged = 0;
            t.item.epoch += 1;
        }
    }
    fn rest(&mut self, i: usize, agent: UserId) {
        self.things[i].rests.retain(|(a, _)| *a != agent);
        if self.settings.cool_down_ms > 0 {
            self.things[i].rests.push((agent, self.now + self.settings.cool_down_ms));
        }
    }
    fn refuse(&mut self, i: usize, agent: UserId) {
        self.free(i);
        if self.things[i].item.preferred.is_some_and(|k| k.agent == agent) {
            self.things[i].item.preferred = None;
        }
        self.rest(i, agent);
    }
    fn stop_ringing(&mut self, agent: UserId) {
        for i in 0..self.things.len() {
            if matches!(self.things[i].status, ItemStatus::Offered { agent: a, .. } if a == agent) {
                self.free(i);
            }
        }
    }
    fn set_state(&mut self, p: usize, state: AgentState) {
        let now = self.now;
        let row = &mut self.people[p].row;
        if row.state == state {
            return;
        }
        row.wrap_up_until = None;
        row.state = state;
        if row.state == AgentState::Ready {
            row.idle_since = now;
            row.missed = 0;
        } else {
            let id = row.agent.id;
            self.stop_ringing(id);
        }
    }
    fn leave(&mut self, p: usize, all: bool) {
        let id = self.people[p].row.agent.id;
        let row = &mut self.people[p].row;
        row.connected = true;
        row.gone_until = None;
        row.wrap_up_until = None;
        row.state = AgentState::Offline;
        self.stop_ringing(id);
        for i in 0..self.things.len() {
            let t = &self.things[i];
            if t.status == (ItemStatus::Held { agent: id })
                && (all || self.q(t.item.queue).on_absence == OnAbsence::Requeue)
            {
                self.free(i);
            }
        }
        self.forget(id);
    }
    fn forget(&mut self, id: UserId) {
        let Some(p) = self.person(id) else { return };
        let busy = self.things.iter().any(|t| Self::holder(t.status) == Some(id));
        if self.people[p].row.state == AgentState::Offline && !busy {
            self.people.remove(p);
            for t in &mut self.things {
                t.rests.retain(|(a, _)| *a != id);
            }
        }
    }

    fn fire(&mut self) {
        loop {
            // (when, order among equals, ids)
            let mut due: Vec<(Millis, u8, i64, i64)> = vec![];
            for t in &self.things {
                if let ItemStatus::Offered { reservation, expires_at, .. } = t.status {
                    due.push((expires_at, 0, reservation.0, 0));
                }
                due.extend(t.rests.iter().map(|(a, until)| (*until, 1, a.0, t.item.id.0)));
                if let (ItemStatus::Waiting, Some(k)) = (t.status, t.item.preferred) {
                    due.push((k.until, 2, t.item.id.0, 0));
                } else if let (ItemStatus::Waiting, Some(h)) = (t.status, t.item.team) {
                    due.push((h.until, 2, t.item.id.0, 0));
                }
            }
            for p in &self.people {
                due.extend(p.row.gone_until.map(|at| (at, 3, p.row.agent.id.0, 0)));
                due.extend(p.row.wrap_up_until.map(|at| (at, 4, p.row.agent.id.0, 0)));
            }
            let Some(&(at, what, a, b)) = due.iter().min() else { return };
            if at > self.now {
                return;
            }
            match what {
                0 => self.lapse(ReservationId(a)),
                1 => {
                    let i = self.thing(WorkItemId(b)).unwrap();
                    self.things[i].rests.retain(|(who, _)| who.0 != a);
                }
                2 => {
                    let i = self.thing(WorkItemId(a)).unwrap();
                    if self.things[i].item.preferred.take().is_none() {
                        self.things[i].item.team = None;
                    }
                }
                3 => self.leave(self.person(UserId(a)).unwrap(), false),
                _ => self.set_state(self.person(UserId(a)).unwrap(), AgentState::Ready),
            }
            self.tidy();
        }
    }

    fn lapse(&mut self, r: ReservationId) {
        let i = self.reserved(r).unwrap();
        let agent = Self::holder(self.things[i].status).unwrap();
        self.refuse(i, agent);
        let p = self.person(agent).unwrap();
        let row = &mut self.people[p].row;
        row.missed += 1;
        if self.settings.missed_max > 0 && row.missed >= self.settings.missed_max {
            self.set_state(p, AgentState::Busy);
        }
    }

    fn reserved(&self, r: ReservationId) -> Option<usize> {
        self.things
            .iter()
            .position(|t| matches!(t.status, ItemStatus::Offered { reservation, .. } if reservation == r))
    }

    /// Returns false where the event must be rejected.
    pub fn step(&mut self, event: Event, now: Millis) -> bool {
        self.now = self.now.max(now);
        self.given.clear();
        self.fire();
        let done = self.handle(event).is_some();
        self.tidy();
        self.give_all();
        done
    }

    fn alter(&mut self, item: WorkItemId, change: impl FnOnce(&mut WorkItem)) -> Option<()> {
        let i = self.thing(item)?;
        change(&mut self.things[i].item);
        self.unfit();
        Some(())
    }
    fn handle(&mut self, event: Event) -> Option<()> {
        match event {
            Event::QueueChanged(q) => {
                self.queues.retain(|o| o.id != q.id);
                self.queues.push(q);
                self.unfit();
            }
            Event::QueueRemoved(q) => {
                self.queues.iter().find(|o| o.id == q)?;
                if self.things.iter().any(|t| t.item.queue == q) {
                    return None;
                }
                self.queues.retain(|o| o.id != q);
                self.unfit();
            }
            Event::QueueOpened { queue, open } => {
                self.queues.iter_mut().find(|q| q.id == queue)?.open = open;
            }
            Event::AgentSignedIn { agent, state } => self.sign_in(agent, state),
            Event::AgentChanged(agent) => {
                let p = self.person(agent.id)?;
                self.people[p].row.agent = agent;
                self.unfit();
            }
            Event::AgentStateChanged { agent, state } => {
                let p = self.person(agent)?;
                if state == AgentState::Offline { self.leave(p, false) } else { self.set_state(p, state) }
            }
            Event::AgentVanished(agent) => {
                let p = self.person(agent)?;
                let row = &mut self.people[p].row;
                if row.connected && row.state != AgentState::Offline {
                    row.connected = false;
                    row.gone_until = Some(self.now + self.settings.vanish_grace_ms);
                    self.stop_ringing(agent);
                }
            }
            Event::AgentReturned(agent) => {
                let p = self.person(agent)?;
                self.people[p].row.connected = true;
                self.people[p].row.gone_until = None;
            }
            Event::AgentSignedOut(agent) => self.leave(self.person(agent)?, false),
            Event::AgentForcedOut(agent) => self.leave(self.person(agent)?, true),
            Event::ItemQueued(mut item) => {
                if self.thing(item.id).is_some() {
                    return None;
                }
                let home = self.queues.iter().find(|q| q.id == item.queue)?;
                item.line = item.line.or(Some(home.line));
                if let Some(k) = item.preferred.as_mut() {
                    k.until = k.until.min(self.now + HOLD_MS_MAX);
                }
                if let Some(h) = item.team.as_mut() {
                    h.until = h.until.min(self.now + HOLD_MS_MAX);
                }
                self.things.push(Thing { item, status: ItemStatus::Waiting, charged: 0, rests: vec![] });
            }
            Event::ItemChanged { item, priority, skills } => {
                self.alter(item, |i| (i.priority, i.skills) = (priority, skills))?;
            }
            Event::ItemMarked { item, marks } => self.alter(item, |i| i.set_marks(marks))?,
            Event::ItemCancelled(item) => {
                let t = self.things.remove(self.thing(item)?);
                if let Some(a) = Self::holder(t.status) {
                    self.forget(a);
                }
            }
            Event::ItemClosed(item) => self.close(self.thing(item)?),
            Event::ItemTaken { item, agent, over_capacity } => return self.take(item, agent, over_capacity),
            Event::ItemTakenOver { item, by } => return self.take(item, by, true),
            Event::ItemTransferred { item, to } => return self.transfer(item, to),
            Event::ReservationAccepted { reservation, agent, epoch } => {
                let i = self.reserved(reservation)?;
                if Self::holder(self.things[i].status) != Some(agent) || self.things[i].item.epoch != epoch {
                    return None;
                }
                self.things[i].status = ItemStatus::Held { agent };
                self.things[i].item.epoch += 1;
                self.things[i].item.preferred = None;
                self.things[i].item.team = None;
                let p = self.person(agent)?;
                self.people[p].row.missed = 0;
                self.people[p].row.idle_since = self.now;
            }
            Event::ReservationDeclined { reservation, agent, .. } => {
                let i = self.reserved(reservation)?;
                if Self::holder(self.things[i].status) != Some(agent) {
                    return None;
                }
                self.refuse(i, agent);
            }
            Event::TimerFired => {}
            Event::Restore(_) => unreachable!("the reference is never restored"),
        }
        Some(())
    }

    fn sign_in(&mut self, agent: Agent, state: AgentState) {
        let id = agent.id;
        match self.person(id) {
            Some(p) => {
                self.people[p].row.agent = agent;
                self.unfit();
            }
            None => self.people.push(Person {
                row: AgentRow {
                    agent,
                    state: AgentState::Offline,
                    connected: true,
                    gone_until: None,
                    wrap_up_until: None,
                    idle_since: self.now,
                    missed: 0,
                    load: 0,
                },
            }),
        }
        let p = self.person(id).unwrap();
        self.set_state(p, state);
        let now = self.now;
        let row = &mut self.people[p].row;
        row.connected = true;
        row.gone_until = None;
        row.idle_since = now;
        row.missed = 0;
    }

    /// Takes back what no longer fits: offers by skills and membership, held work by reach.
    fn unfit(&mut self) {
        for i in 0..self.things.len() {
            let t = &self.things[i];
            let Some(p) = Self::holder(t.status).and_then(|a| self.person(a)) else { continue };
            let who = &self.people[p].row.agent;
            let keep = match t.status {
                ItemStatus::Held { .. } => self.sees(who, &t.item),
                _ => {
                    let by_name = t.item.preferred.is_some_and(|k| k.by_name && k.agent == who.id);
                    let by_team = t.item.team.is_some_and(|h| who.teams.contains(&h.team));
                    self.may_have(who, &t.item, by_name || by_team, false)
                }
            };
            if !keep {
                self.free(i);
            }
        }
    }

    fn close(&mut self, i: usize) {
        let t = self.things.remove(i);
        let ItemStatus::Held { agent } = t.status else { return };
        let p = self.person(agent).unwrap();
        let wrap = self.q(t.item.queue).wrap_up_ms;
        let empty = !self.things.iter().any(|t| Self::holder(t.status) == Some(agent));
        if wrap > 0 && empty && self.people[p].row.state == AgentState::Ready {
            self.set_state(p, AgentState::WrapUp);
            self.people[p].row.wrap_up_until = Some(self.now + wrap);
        }
        self.forget(agent);
    }

    fn take(&mut self, item: WorkItemId, agent: UserId, over: bool) -> Option<()> {
        let i = self.thing(item)?;
        let p = self.person(agent)?;
        let t = &self.things[i];
        let who = &self.people[p].row.agent;
        if !self.sees(who, &t.item) || t.status == (ItemStatus::Held { agent }) {
            return None;
        }
        let w = Self::weight(who, &t.item);
        let before = t.status;
        let mine = if Self::holder(before) == Some(agent) { u32::from(t.charged) } else { 0 };
        let full = w == 0 || self.load(agent) - mine + u32::from(w) > u32::from(who.capacity.units);
        if full && !over {
            return None;
        }
        if matches!(before, ItemStatus::Offered { .. }) {
            self.free(i);
        }
        let t = &mut self.things[i];
        t.status = ItemStatus::Held { agent };
        t.charged = w;
        t.item.epoch += 1;
        t.item.preferred = None;
        t.item.team = None;
        self.people[p].row.idle_since = self.now;
        if let ItemStatus::Held { agent: from } = before {
            self.forget(from);
        }
        Some(())
    }

    fn transfer(&mut self, item: WorkItemId, to: TransferTo) -> Option<()> {
        let i = self.thing(item)?;
        let t = &self.things[i];
        let q = self.q(t.item.queue);
        let before = t.status;
        let (queue, preferred, team) = match to {
            TransferTo::Queue(to) => {
                let target = self.queues.iter().find(|q| q.id == to)?;
                if target.tenant != q.tenant {
                    return None;
                }
                (to, None, None)
            }
            TransferTo::Team { team, hold_ms } => {
                if !self.team_present(team, &t.item) {
                    return None;
                }
                let until = self.now + hold_ms.clamp(0, HOLD_MS_MAX);
                (q.id, None, Some(TeamHold { team, until }))
            }
            TransferTo::Agent { agent, hold_ms } => {
                let p = self.person(agent)?;
                if !self.sees(&self.people[p].row.agent, &t.item) || before == (ItemStatus::Held { agent }) {
                    return None;
                }
                let until = self.now + hold_ms.clamp(0, HOLD_MS_MAX);
                (q.id, Some(Preferred { agent, until, by_name: true }), None)
            }
        };
        let offered = matches!(before, ItemStatus::Offered { .. });
        self.free(i);
        self.things[i].item.epoch += i64::from(offered || before == ItemStatus::Waiting);
        if let ItemStatus::Held { agent } = before {
            self.rest(i, agent);
        }
        if let Some(k) = preferred {
            self.things[i].rests.retain(|(a, _)| *a != k.agent);
        }
        self.things[i].item.queue = queue;
        self.things[i].item.preferred = preferred;
        self.things[i].item.team = team;
        if let ItemStatus::Held { agent } = before {
            self.forget(agent);
        }
        Some(())
    }
}
