//! Queueing formulas: how long customers wait before so many agents, without patience (Erlang C, M/M/n) and with it
//! (Erlang A, M/M/n+M).
//!
//! Sources: A. K. Erlang 1917 (B and C); C. Palm 1946 and A. Mandelbaum, S. Zeltyn, "Service engineering in action: the
//! Palm/Erlang-A queue", 2007 (A). Times are in one unit of the caller's choice, the same for all arguments of a call;
//! rates are per that unit. Everything is exact in the sense of f64: no table, no integral, no factorial.
//!
//! An average hides two errors that this module cannot undo: a queue that changes within the hour is not stationary, and
//! a forecast is not certain. `crate::simulate` has neither fault.

mod patient;
mod queue;

pub use patient::Patience;
pub use queue::{Load, agents_needed, blocking, delay};
