//! Who gets which work item: a deterministic state machine.
//!
//! [`Acd::apply`] takes one [`Event`] and the time, and answers with [`Command`]s. It reads no clock, throws no dice
//! and does no IO: the same events at the same times give the same commands, on the live floor, in a test and in a
//! simulation of tomorrow. The shell (crate `routing`) owns the rows, the sockets and the one sleep.
//!
//! # A work item
//!
//! ```text
//!                 ┌──────────── Withdraw (lapsed, declined, agent gone, passed on …) ──┐
//!                 ▼                                                                    │
//!  ItemQueued ─▶ WAITING ───────────────── Offer ──────────────────────────────────▶ OFFERED
//!                 ▲  │                                                                 │
//!                 │  └─── Assign (auto-accept queue; ItemTaken) ──▶ HELD ◀─── Assign ──┘ ReservationAccepted
//!                 │                                                 │ │ ▲
//!                 └── Requeue (vanished, signed out, passed on) ────┘ │ └─ Assign (ItemTaken by another)
//!                                                                     │
//!                    ItemCancelled, ItemClosed from any state ────────┴────▶ (forgotten)
//! ```
//!
//! | in \ event     | Accepted         | Declined, lapsed | Taken               | Transferred         | Cancelled, Closed |
//! |----------------|------------------|------------------|---------------------|---------------------|-------------------|
//! | waiting        | Rejected         | Rejected         | Assign              | Requeue             | forgotten         |
//! | offered        | Assign           | Withdraw         | Withdraw, Assign    | Withdraw, Requeue   | Withdraw          |
//! | held           | Rejected         | Rejected         | Assign (`from` set) | Requeue             | forgotten; wrap-up|
//!
//! **Epoch.** Each command that moves an item carries its new epoch, exactly one more than before. The store writes
//! `… WHERE epoch = $new - 1`; an acceptance must carry the offer's epoch. What is stale is [`Command::Rejected`] and
//! changes nothing.
//!
//! **Place.** An item is ordered by priority (queue's and item's together, larger first), then by `enqueued_at`
//! (older first), then by id. What rings keeps its place and still counts, so that a visitor's number never rises
//! because somebody let it ring out. What waits again after an agent vanished has the age it had.
//!
//! # An agent
//!
//! ```text
//!            AgentStateChanged (any to any)
//!   ┌─────────────────────────────────────────────────────────────────────────────┐
//!   │ READY ──last item closed, queue.wrap_up_ms > 0──▶ WRAP_UP ──time over──▶ READY │
//!   │ READY ──missed_max offers missed in a row───────▶ BUSY                         │
//!   │ break{kind}, training, meeting, offline: only by AgentStateChanged             │
//!   └──────────────────────────────────────────────────────────────────────────────┘
//!   connected ──AgentVanished──▶ gone ──AgentReturned, AgentSignedIn──▶ connected
//!                                 └──vanish_grace_ms──▶ OFFLINE; what is held waits again (or is kept: OnAbsence)
//!   AgentSignedOut: the same at once
//! ```
//!
//! `AgentStateChanged` to offline is signing out. Offered work: only while ready **and** connected. "Serving" and "on call" are derived: ready with a load.
//! Leaving ready takes back what rings; what is held stays.
//!
//! # Matching
//!
//! An agent may have an item when: the agent's reach holds its client and its own line (the wall; never waived); the
//! agent may serve the queue, whose line is then within the reach too, and meets the needs of queue and item (waived
//! for work passed on by name or to a team, and taken by hand: such an item only waits in the queue); ready and
//! connected; load + weight ≤ units; no cool-down between the two; the item is not kept for somebody else.
//! Of all waiting items that some agent may have, the first in order goes first. It goes to the agent it is kept for,
//! else to the one whose skills fit best ([`SkillFit`]), then idle longest, then least loaded, then of lowest id.
//!
//! Idle counts from going ready and from the last offer, answered or not, so that a burst is spread.
//! The order stands in one place (`Acd::rank_of`), who may have what in two (`may_have`, and for keeping `keeping`).
//!
//! After each call no waiting item is left that some agent may have; no offer makes a load exceed the units; an item
//! has at most one reservation; no item is lost. The tests hold this against a matcher that tries every pair.
//!
//! # Time
//!
//! Lapsing, cool-downs, holds, wrap-ups and graces are timers inside the engine. Every call first handles what is due
//! by `now`, so the shell needs one sleep until [`Acd::next_due`] (told by [`Command::WakeAt`]) and a late or lost
//! wake-up changes nothing but the moment. A time before the last one counts as the last one.

mod agents;
mod crews;
mod engine;
mod explain;
mod items;
mod matching;
mod model;
mod order;
mod protocol;
mod restore;
mod timers;

pub use engine::Acd;
pub use explain::{CONSIDERED_MAX, EXPLAINED_MAX};
pub use model::*;
pub use protocol::*;
