//! A day on the floor, played through by chance that a seed decides: what would be, had so many agents to answer so many
//! customers. Pure: the plan goes in, the [`Outcome`] comes out, the same for the same seed.
//!
//! The engine is [`crate::acd`], the very one that routes live work, and it is told and answers as on the live floor:
//! agents accept, let ring out and refuse; their connections are lost and come back; the server restarts and the
//! engine is built from its state. What chance decides is when customers come, how long they are patient, how long their
//! matter takes, and what agents do.
//!
//! One heap of happenings in order of time; the engine's own timers are asked for beside it, so nothing sleeps.

mod chance;
mod customers;
mod measure;
mod plan;
mod run;
mod staff;

pub use chance::{Dice, Duration};
pub use measure::{Counts, Outcome};
pub use plan::{AgentPlan, Break, Conduct, Faults, Plan, QueuePlan, Start};
pub use run::{Day, run};
