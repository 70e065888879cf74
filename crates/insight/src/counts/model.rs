//! The sums of which every figure is made, for one line, queue, agent or hour. Pure.

use kernel::{LineId, QueueId, UserId};
use std::ops::AddAssign;

macro_rules! sums {
    ($($(#[doc = $doc:literal])+ $name:ident),+ $(,)?) => {
        /// Sums over facts. Times are milliseconds.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct Sums { $($(#[doc = $doc])+ pub $name: i64),+ }

        impl AddAssign for Sums {
            fn add_assign(&mut self, o: Sums) { $(self.$name += o.$name;)+ }
        }
    };
}

sums! {
    /// Waitings that began.
    offered,
    /// Of these, taken by an agent.
    answered,
    /// Of these, within the line's target.
    answered_in,
    /// Left by the customer.
    abandoned,
    /// Of these, so soon that it does not count.
    short_abandoned,
    /// Moved to another queue, or closed by somebody else than the customer before an agent took it.
    flowed_out,
    /// How long those who were answered waited.
    answer_wait_ms,
    /// Waitings that have ended.
    waited,
    /// How long these lasted.
    wait_ms,
    /// Contacts that came: a first message of a conversation, or the first after its end.
    arrivals,
    /// Of these, answered.
    first_replied,
    /// How long they waited for that answer.
    first_reply_ms,
    /// First answers within 30 s.
    first_30s,
    /// First answers after more than 30 s and within a minute.
    first_60s,
    /// First answers after more than a minute and within three.
    first_180s,
    /// First answers after more than three minutes and within five.
    first_300s,
    /// First answers after more than five minutes.
    first_later,
    /// Turns that were answered, first ones included.
    replied,
    /// How long these waited for their answer.
    reply_ms,
    /// Turns that were to be answered within three minutes: answered, or left without an answer for longer.
    reply_due,
    /// Of these, answered within three minutes.
    reply_in,
    /// Turns left without an answer for more than three minutes.
    unanswered,
    /// Servings that ended.
    handled,
    /// How long these lasted.
    handle_ms,
    /// Of these, handed to a colleague or a queue.
    transferred,
    /// Of these, ended with the conversation resolved.
    resolved,
    /// Wrapping up for the line.
    wrap_up_ms,
    /// Offers made to agents.
    rung,
    /// Of these, those that ended.
    ring_ended,
    /// How long these rang.
    ring_ms,
    /// Offers that lapsed.
    missed,
    /// Offers that were declined.
    declined,
    /// Dispositions recorded.
    recorded,
    /// Of these, with what was asked for solved.
    solved,
    /// Contacts asked how it was.
    invited,
    /// Of these, who said so.
    rated,
    /// Of these, 4 or 5 of 5.
    satisfied,
    /// Time signed in, of agents.
    signed_in_ms,
    /// Time with at least one contact or wrapping up, outside breaks, training and meetings.
    engaged_ms,
    /// Time ready with no contact.
    idle_ms,
    /// Breaks taken.
    breaks,
    /// How long these lasted.
    break_ms,
}

/// The sums of one queue and agent of a line, in one slot of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The line.
    pub line: LineId,
    /// The queue; 0 where there is none.
    pub queue: QueueId,
    /// The agent; 0 where there is none.
    pub user: UserId,
    /// How many steps after the beginning.
    pub slot: i64,
    /// What was counted.
    pub sums: Sums,
}

/// The sums of all these cells together.
pub fn total<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> Sums {
    let mut all = Sums::default();
    cells.into_iter().for_each(|c| all += c.sums);
    all
}
