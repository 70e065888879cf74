//! Facts: each waiting of a customer (`queue_leg`) and each serving by an agent (`agent_leg`), from then to then.
//!
//! Kept by a reader of the log, so that they can be reported, billed and forecast from whatever decided. Idempotent by
//! position: a leg is begun once per event, and an event ends only legs begun before it.
//!
//! | event | ends | begins |
//! |---|---|---|
//! | `conversation.queued` | waiting in another queue, serving | waiting |
//! | `conversation.assigned`, `.transferred` to a user | waiting, serving | serving |
//! | `conversation.opened`, `.reopened`, `.woke` with an agent | | serving |
//! | `conversation.transferred` to a queue or a team, or to ring at somebody, `.requeued`, `.snoozed` | serving | |
//! | `conversation.resolved` | waiting, serving | |
//! | the same with `merged_into` | waiting as `moved`, serving as `merged` | |

mod model;
mod reader;
mod store;

pub use reader::{Legs, run};
pub use store::{Answered, answered_since};
pub(crate) use store::{came, came_since, last_agent, past_waits, waiting_since};
