//! Conversations: one exchange with a contact over an inbox.
//!
//! ```text
//!                 contact writes (none live)
//!                          │
//!                          ▼            routing gives it to an agent
//!              ┌──── open, in a queue ─────────────────────────▶ open, assigned ──── agent resolves ───▶ resolved
//!              │           ▲   ▲                                   │  ▲   │                                │  │
//!              │           │   └── transferred to a queue, or the  ┘  │   └─ snoozed ──▶ snoozed           │  │
//!              │           │       agent vanished (epoch + 1)         │   (time comes,   │                 │  │
//!              │           │                                          └── contact writes)┘                 │  │
//!              │           └───── contact writes within 24 h, agent not able any more ────────────────────┘  │
//!              └───── nobody needed any more: resolved by contact or agent ─────────────▶ (resolved)         │
//!                             contact writes after 24 h: a new conversation ◀────────────────────────────────┘
//! ```
//!
//! | state | assignee | queue and queued_at | who may act |
//! |---|---|---|---|
//! | open, queued | none | set | routing; anybody with `conversations.assign` |
//! | open, assigned | an enabled user with `conversations.reply` on the line | queue kept, queued_at empty | the assignee and those with `conversations.reply` |
//! | snoozed | kept | queued_at empty | the same; wakes at its time or when the contact writes |
//! | resolved | kept, for "last agent" | queued_at empty | reopened by an agent, or by the contact within [`REOPEN_MS`] |
//!
//! What an absent agent held goes back to its queue with its first waiting time; each hand-over raises `epoch`, and a write
//! that carries an older epoch is refused. Invariants: at most one live conversation per (inbox, contact, thread); message
//! numbers of a conversation are gap-free; `queued_at` is set exactly while it waits for an agent.
//!
//! One that was merged into another (`merged_into`) has ended; nobody writes into it, and what comes for its contact goes into the
//! other ([`crate::joins`]).
//!
//! Events: `conversation.opened`, `.queued`, `.assigned`, `.transferred`, `.resolved`, `.reopened`, `.snoozed`, `.changed`.

mod http;
mod jobs;
mod model;
mod numbers;
mod passing;
mod routed;
mod service;
mod store;
mod transitions;
mod view;

pub use http::routes;
pub(crate) use http::{Whole, act, read_whole, show};
pub use jobs::{WAKE, wake as wake_job};
pub(crate) use jobs::{key as wake_key, timer as wake_timer};
pub use model::{Channel, Person, Priority, Row, Status, Undo, Waiting};
pub use numbers::Numbers;
pub(crate) use passing::Floor;
pub use routed::{Kept, Passed, Routed, routed, routed_held_by, routed_live};
pub(crate) use service::queued_event;
pub use service::{Page, Start, open_or_find, start};
pub use store::{
    OnMessage, all_by_ids, by_id, by_ids, latest, live_or_recent, queued_rows, standing_for,
    update_on_message,
};
pub(crate) use store::{followers_add, followers_remove, hold, retag, save};
pub use transitions::{
    Assign, HandOver, Target, assign, follow, hand_over, reopen, requeue, resolve, set_category,
    set_priority, set_tags, snooze, wake,
};
pub(crate) use transitions::{
    TAGS_MAX, emit, is_at_work, must_be_able, reopen_for_staff, resolve_with, snooze_with_timer,
    take_by_answering,
};
pub use view::{
    BrandView, ContactMark, ConversationRow, ConversationView, LastTime, LastView, Own, PersonMark,
    ScreenView, WaysView, contact_mark, person_mark, row_view,
};

/// A contact who writes within this after the end reopens the conversation; later it is a new one.
pub const REOPEN_MS: kernel::Millis = 24 * 3_600_000;

#[cfg(test)]
pub(crate) use model::tests::sample as sample_row;
