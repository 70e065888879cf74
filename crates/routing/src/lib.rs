//! Routing: who is at work, where work waits, and who gets it. The IO shell of `engines::acd`.
//!
//! ```text
//!  log ──▶ floor (one task owns the engine) ──▶ commands ──▶ writes: reservations, hand-overs, states ──▶ log
//!            ▲                                                    ▲
//!            └─ rows: conversations, queues, presence             └─ HTTP: accept, decline, presence, queues
//! ```
//! * [`queues`]: where customers wait, and what the work needs;
//! * [`presence`]: the states of agents, their capacity, and the intervals that reports are made of;
//! * [`breaks`]: kinds of break, their quota and places, and who is over time;
//! * [`reservations`]: work offered to an agent, accepted, declined or lapsed;
//! * [`standing`]: what waiting, tiers and marks are worth;
//! * [`decisions`]: who was considered for what, and why it went as it went;
//! * [`floor`]: the task that owns the engine, and the live figures;
//! * [`facts`]: a reader of the log that keeps waiting and serving periods.
//!
//! The rows are the truth; the engine is a picture of them that decides. Every event only says *where to look*: the floor
//! compares the row with the engine and tells the engine the difference, so an event lost or doubled does no harm.

pub mod breaks;
pub mod codes;
pub mod decisions;
pub mod facts;
pub mod floor;
pub mod permissions;
pub mod presence;
pub mod queues;
pub mod reservations;
pub mod standing;

use conversations::ports::Work;
use floor::Board;
use platform::Registry;
use std::sync::Arc;

/// Adds everything that routing brings.
pub fn register(reg: &mut Registry) {
    let board = Arc::new(Board::default());
    reg.permissions.push(permissions::GROUP);
    reg.codes.push(codes::ALL);
    reg.desk(queues::routes());
    queues::undoable(reg);
    accounts::packs::line_part(reg, queues::Queues);
    reg.desk(presence::routes());
    reg.desk(breaks::routes());
    reg.desk(reservations::routes());
    reg.desk(standing::routes());
    reg.desk(decisions::routes());
    reg.desk(floor::routes());
    reg.job(decisions::PRUNE, decisions::prune_job);
    reg.present(presence::Shown);
    reg.present(breaks::Shown);
    reg.job(breaks::OVERRUN, breaks::overrun_job);
    reg.job(breaks::FREED, breaks::freed_job);
    reg.present(reservations::Shown);
    reg.provide::<Arc<Board>>(board.clone());
    reg.provide::<Arc<dyn accounts::Places>>(board.clone());
    reg.provide::<Arc<dyn accounts::PresenceSource>>(board.clone());
    reg.provide::<Arc<dyn Work>>(board);
    reg.on_start("routing", floor::on_start);
    reg.task("routing.floor", floor::run);
    reg.task("routing.facts", facts::run);
}
