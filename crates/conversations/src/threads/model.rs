//! A conversation's state and every arrow of its drawing, as pure functions.

use crate::codes;
use kernel::{
    CategoryId, ContactId, ConversationId, Error, InboxId, LineId, Millis, QueueId, Result, TenantId, UserId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:tt),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }
        impl $name {
            /// The word stored and sent.
            pub fn word(self) -> &'static str { match self { $($name::$variant => $word),+ } }
            /// From the word stored.
            pub fn from_word(w: &str) -> Result<$name> {
                match w { $($word => Ok($name::$variant),)+ _ => Err(Error::internal(format!("{w} is no {}", stringify!($name)))) }
            }
        }
    };
}

words! {
    /// Where a conversation stands.
    Status { /// Work to do.
        Open = "open", /// Sleeps until a time or the contact's next message.
        Snoozed = "snoozed", /// Ended.
        Resolved = "resolved" }
}
words! {
    /// Who is to act.
    Waiting { /// We are.
        Agent = "agent", /// They are.
        Customer = "customer", /// Nobody.
        Nobody = "none" }
}
words! {
    /// A kind of medium.
    Channel { /// The widget.
        Webchat = "webchat", /// Any source, over the API.
        Api = "api", /// Mail.
        Email = "email" }
}
words! {
    /// How urgent.
    Priority { /// Can wait.
        Low = "low", /// As usual.
        Normal = "normal", /// Before others.
        High = "high", /// Before everything.
        Urgent = "urgent" }
}

/// How a reply over a channel can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Undo {
    /// It goes at once, and can be withdrawn for some seconds unless it was read.
    Withdraw,
    /// It cannot be called back, so it waits for its author's undo time before it goes.
    Hold,
}

impl Channel {
    /// How a reply over this channel can be taken back.
    pub fn undo(self) -> Undo {
        match self {
            Channel::Webchat => Undo::Withdraw,
            Channel::Api | Channel::Email => Undo::Hold,
        }
    }
}

impl Priority {
    /// The number stored: 0 is low.
    pub fn rank(self) -> i64 {
        self as i64
    }
    /// From the number stored.
    pub fn from_rank(rank: i64) -> Priority {
        match rank {
            0 => Priority::Low,
            2 => Priority::High,
            3 => Priority::Urgent,
            _ => Priority::Normal,
        }
    }
}

/// Someone who is party to a conversation, by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Person {
    /// A member of staff.
    User(UserId),
    /// The contact.
    Contact(ContactId),
    /// The program.
    System,
}

/// A conversation as it is stored.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns are explained with the table and in the module's head")]
pub struct Row {
    pub id: ConversationId,
    pub tenant: TenantId,
    pub line: LineId,
    pub inbox: InboxId,
    pub channel: Channel,
    pub contact: ContactId,
    pub number: i64,
    pub status: Status,
    pub waiting: Waiting,
    pub waiting_since: Option<Millis>,
    pub next_due: Option<Millis>,
    pub assignee: Option<UserId>,
    pub assigned_at: Option<Millis>,
    /// Why routing chose this agent: reason keys.
    pub why: Vec<String>,
    pub queue: Option<QueueId>,
    pub queued_at: Option<Millis>,
    pub epoch: i64,
    pub priority: Priority,
    pub tags: Vec<String>,
    pub followers: Vec<UserId>,
    pub category: Option<CategoryId>,
    pub snoozed_until: Option<Millis>,
    pub last_seq: i64,
    pub last_at: Millis,
    pub last_text: String,
    pub last_by: kernel::ActorKind,
    pub last_note: bool,
    /// Number of the last reply by staff.
    pub user_seq: i64,
    /// Messages by the contact so far.
    pub contact_count: i64,
    pub contact_delivered: i64,
    pub contact_read: i64,
    pub staff_read: i64,
    pub first_reply_at: Option<Millis>,
    pub page_url: Option<String>,
    pub page_title: Option<String>,
    /// What a mail said it is about.
    pub subject: Option<String>,
    pub created_at: Millis,
    pub resolved_at: Option<Millis>,
    pub thread: String,
    /// Its sleep ended then, and nobody has acted since.
    pub woke_at: Option<Millis>,
    /// Where it goes on, since it was merged.
    pub merged_into: Option<ConversationId>,
}

impl Row {
    fn must(&self, holds: bool) -> Result<()> {
        if holds { Ok(()) } else { Err(Error::new(&codes::STATE).detail(self.status.word())) }
    }

    /// Refuses what is written into one that goes on elsewhere. Error: `conversation.merged`, whose detail is the id of the one
    /// to take.
    pub fn must_stand(&self) -> Result<()> {
        match self.merged_into {
            Some(into) => Err(Error::new(&codes::MERGED).detail(into.to_string())),
            None => Ok(()),
        }
    }

    /// Refuses a write that carries an older epoch.
    pub fn check_epoch(&self, epoch: Option<i64>) -> Result<()> {
        match epoch {
            Some(e) if e != self.epoch => Err(Error::new(&codes::STALE_EPOCH)),
            _ => Ok(()),
        }
    }

    /// Open or snoozed → open, assigned.
    pub fn assign(&mut self, to: UserId, why: Vec<String>, now: Millis) -> Result<()> {
        self.must(self.status != Status::Resolved)?;
        self.wake();
        self.assignee = Some(to);
        self.assigned_at = Some(now);
        self.woke_at = None;
        self.why = why;
        self.queued_at = None;
        self.epoch += 1;
        Ok(())
    }

    /// Open or snoozed → open, in a queue. What an absent agent held keeps the time it first waited from.
    pub fn enqueue(&mut self, queue: Option<QueueId>, since: Millis) -> Result<()> {
        self.must(self.status != Status::Resolved)?;
        self.wake();
        self.assignee = None;
        self.assigned_at = None;
        self.woke_at = None;
        self.why = vec![];
        self.queue = queue.or(self.queue);
        self.queued_at = Some(since);
        self.epoch += 1;
        Ok(())
    }

    /// Open or snoozed → resolved.
    pub fn resolve(&mut self, now: Millis) -> Result<()> {
        self.must(self.status != Status::Resolved)?;
        self.status = Status::Resolved;
        self.snoozed_until = None;
        self.woke_at = None;
        self.waiting = Waiting::Nobody;
        self.waiting_since = None;
        self.next_due = None;
        self.queued_at = None;
        self.resolved_at = Some(now);
        self.epoch += 1;
        Ok(())
    }

    /// Resolved → open; whoever held it before holds it again, if they still may.
    pub fn reopen(&mut self, now: Millis, keep_assignee: bool) -> Result<()> {
        self.must_stand()?;
        self.must(self.status == Status::Resolved)?;
        self.status = Status::Open;
        self.resolved_at = None;
        self.epoch += 1;
        if keep_assignee && self.assignee.is_some() {
            self.assigned_at = Some(now);
        } else {
            self.assignee = None;
            self.assigned_at = None;
            self.queued_at = Some(now);
        }
        Ok(())
    }

    /// Open, assigned → snoozed until a time.
    pub fn snooze(&mut self, until: Millis, now: Millis) -> Result<()> {
        self.must(self.status != Status::Resolved && self.assignee.is_some())?;
        if until <= now {
            return Err(Error::invalid("/until", "past"));
        }
        self.status = Status::Snoozed;
        self.snoozed_until = Some(until);
        self.woke_at = None;
        Ok(())
    }

    /// Snoozed → open, where it was.
    pub fn wake(&mut self) {
        if self.status == Status::Snoozed {
            self.status = Status::Open;
            self.snoozed_until = None;
        }
    }

    /// As [`Row::wake`], because its time has come: it stays at the top of its lists until somebody acts.
    pub fn wake_in_time(&mut self, now: Millis) {
        if self.status == Status::Snoozed {
            self.woke_at = Some(now);
        }
        self.wake();
    }

    /// Does it wait for an agent?
    pub fn is_queued(&self) -> bool {
        self.status == Status::Open && self.queued_at.is_some()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn sample() -> Row {
        Row {
            id: ConversationId(1),
            tenant: TenantId(1),
            line: LineId(1),
            inbox: InboxId(1),
            channel: Channel::Webchat,
            contact: ContactId(1),
            number: 1,
            status: Status::Open,
            waiting: Waiting::Agent,
            waiting_since: Some(5),
            next_due: None,
            assignee: None,
            assigned_at: None,
            why: vec![],
            queue: Some(QueueId(3)),
            queued_at: Some(5),
            epoch: 0,
            priority: Priority::Normal,
            tags: vec![],
            followers: vec![],
            category: None,
            snoozed_until: None,
            last_seq: 1,
            last_at: 5,
            last_text: String::new(),
            last_by: kernel::ActorKind::Contact,
            last_note: false,
            user_seq: 0,
            contact_count: 1,
            contact_delivered: 0,
            contact_read: 0,
            staff_read: 0,
            first_reply_at: None,
            page_url: None,
            page_title: None,
            subject: None,
            created_at: 5,
            resolved_at: None,
            thread: String::new(),
            woke_at: None,
            merged_into: None,
        }
    }

    #[test]
    fn a_queued_conversation_is_assigned_and_leaves_the_queue() {
        let mut c = sample();
        c.assign(UserId(9), vec!["skill".into()], 10).expect("open");
        assert_eq!((c.assignee, c.queued_at, c.epoch), (Some(UserId(9)), None, 1));
        assert_eq!(c.queue, Some(QueueId(3)), "the queue is kept, for the way back");
    }

    #[test]
    fn what_an_absent_agent_held_goes_back_with_its_first_waiting_time() {
        let mut c = sample();
        c.assign(UserId(9), vec![], 10).expect("open");
        c.enqueue(None, 5).expect("open");
        assert_eq!((c.assignee, c.queued_at, c.queue, c.epoch), (None, Some(5), Some(QueueId(3)), 2));
        assert!(c.check_epoch(Some(1)).is_err() && c.check_epoch(Some(2)).is_ok());
    }

    #[test]
    fn a_snoozed_one_sleeps_wakes_and_is_assignable() {
        let mut c = sample();
        assert!(c.snooze(50, 10).is_err(), "nobody holds it");
        c.assign(UserId(9), vec![], 10).expect("open");
        assert!(c.snooze(10, 10).is_err(), "the time has passed");
        c.snooze(50, 10).expect("assigned");
        assert_eq!(c.status, Status::Snoozed);
        c.wake();
        assert_eq!((c.status, c.snoozed_until), (Status::Open, None));
    }

    #[test]
    fn a_resolved_one_can_only_be_reopened() {
        let mut c = sample();
        c.resolve(20).expect("open");
        assert!(c.resolve(21).is_err() && c.assign(UserId(1), vec![], 21).is_err());
        assert!(c.enqueue(None, 21).is_err() && c.snooze(99, 21).is_err());
        c.reopen(30, true).expect("resolved");
        assert!(c.is_queued(), "nobody had held it");
        assert!(c.reopen(31, true).is_err());
    }

    #[test]
    fn a_reopened_one_goes_back_to_who_held_it() {
        let mut c = sample();
        c.assign(UserId(9), vec![], 10).expect("open");
        c.resolve(20).expect("open");
        c.reopen(30, true).expect("resolved");
        assert_eq!((c.assignee, c.queued_at), (Some(UserId(9)), None));
        c.resolve(40).expect("open");
        c.reopen(50, false).expect("resolved");
        assert_eq!((c.assignee, c.queued_at), (None, Some(50)));
    }
}
